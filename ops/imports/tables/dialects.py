"""Which mark parts the cells of a text, and how cells with that mark in them are quoted.

Every way is tried on the beginning of the file; the one whose lines are most alike, with the cleanest cells, is taken.
"""

import contextlib
import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from ops.imports.tables.cells import is_value
from ops.imports.tables.files import Text
from ops.imports.tables.findings import Finding, found

MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_RARE = {":": "colons", "^": "carets", "~": "tildes", " ": "blanks"}
_LOOK = 200
_LOOK_LETTERS = 1 << 18
_FEW = 0.001


@dataclass(frozen=True)
class Dialect:
    """What csv needs to know. `strict` lines whose quotes do not fit together are faults."""

    mark: str
    quote: str = '"'
    escape: str = ""
    skip_blanks: bool = False
    quoted: bool = True
    strict: bool = True

    @property
    def words(self) -> str:
        return MARKS.get(self.mark) or _RARE[self.mark]

    def reader(self, lines: Iterable[str]) -> "csv._reader":  # type: ignore[name-defined]
        if self.mark == " ":
            lines = (line.strip(" ") for line in lines)
        return csv.reader(
            lines, delimiter=self.mark, quotechar=self.quote if self.quoted else None, escapechar=self.escape or None,
            skipinitialspace=self.skip_blanks, strict=self.strict and self.quoted,
            quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
        )  # fmt: skip

    def findings(self, *, alone: bool) -> Iterator[Finding]:
        """How the cells are parted, in words; `alone`: the table has one column, so nothing parts them."""
        if alone:
            yield found("delimiter", "It has one column: nothing parts the cells.")
        else:
            yield found("delimiter", f"Columns are parted by {self.words}.")
        if not self.quoted:
            yield found("quoting", "Quotation marks are letters here: they open nothing that is closed again.")
        elif self.quote != '"':
            yield found("quoting", "Cells are quoted with single marks (').")
        if self.escape:
            yield found("quoting", "A backslash takes the meaning from the letter after it.")


def beginning(text: Text) -> list[str]:
    """The first lines, at most two hundred and at most 256 thousand letters of them."""
    lines: list[str] = []
    letters = 0
    with text.lines() as stream:
        for line in islice(stream, _LOOK):
            lines.append(line)
            letters += len(line)
            if letters > _LOOK_LETTERS:
                break
    return lines


def told_by(line: str) -> str:
    """The mark that Excel's first line “sep=;” names, or nothing."""
    words = line.strip().strip('"')
    return words[4:] if words.lower().startswith("sep=") and len(words) == 5 and not words[4].isalnum() else ""


def find_dialect(lines: Sequence[str]) -> Dialect:
    """The way of writing that fits the beginning of the file best."""
    if lines and (mark := told_by(lines[0])):
        return _quoting(lines[1:], [mark])
    best = _quoting(lines, MARKS)
    if _score(lines, best) <= 4 * _FEW * len(lines):
        rare = _quoting(lines, _RARE)
        if _widths(lines, rare) > 2 and _alike(lines, rare) > 0.95:
            return rare
    return best


def _quoting(lines: Sequence[str], marks: Iterable[str]) -> Dialect:
    whole = "".join(lines)
    best, most = Dialect(next(iter(marks)) if not isinstance(marks, dict) else ","), -1.0
    for mark in marks:
        for way in _ways(whole, mark):
            score = _score(lines, way)
            if score > most * 1.0001:
                best, most = way, score
    return best


def _ways(whole: str, mark: str) -> Iterator[Dialect]:
    skip = mark == " " or f'{mark} "' in whole
    yield Dialect(mark, skip_blanks=skip)
    if '\\"' in whole or f"\\{mark}" in whole:
        yield Dialect(mark, escape="\\", skip_blanks=skip)
    if whole.count(f"'{mark}'") > 2:
        yield Dialect(mark, quote="'", skip_blanks=skip)


def _parsed(lines: Sequence[str], way: Dialect) -> tuple[list[list[str]], bool]:
    records: list[list[str]] = []
    try:
        records.extend(cells for cells in way.reader(lines) if cells)
    except csv.Error as error:
        # The beginning of a file may end inside a quoted cell; other faults are read over, and said later.
        if "unexpected end" in str(error) and len(lines) >= _LOOK:
            return records, True
    else:
        return records, True
    with contextlib.suppress(csv.Error):
        records = [cells for cells in replace(way, strict=False).reader(lines) if cells]
    return records, False


def _score(lines: Sequence[str], way: Dialect) -> float:
    """How alike the lines are, times the share of clean cells (after van den Burg, 2019: pattern and type)."""
    records, whole = _parsed(lines, way)
    if not records:
        return 0.0
    lengths = Counter(len(cells) for cells in records)
    pattern = sum(n * max(width - 1, _FEW) / width for width, n in lengths.items()) / len(lengths)
    cells = [cell for record in records[:60] for cell in record]
    clean = sum(_clean(cell, way) for cell in cells) / len(cells)
    return pattern * clean * (1.0 if whole else 0.6)


def _clean(cell: str, way: Dialect) -> float:
    if not cell or cell.isalnum() or is_value(cell):
        return 1.0
    text = cell.strip()
    if (text[:1] == '"') != (text[-1:] == '"'):
        return 0.0
    if "\\" in cell and not way.escape and cell.endswith("\\"):
        return 0.2
    others = sum(mark in cell for mark in ";\t|" if mark != way.mark)
    return max(0.9 - 0.3 * others, 0.1)


def _widths(lines: Sequence[str], way: Dialect) -> int:
    records, _ = _parsed(lines, way)
    return Counter(len(cells) for cells in records).most_common(1)[0][0] if records else 0


def _alike(lines: Sequence[str], way: Dialect) -> float:
    records, _ = _parsed(lines, way)
    return Counter(len(cells) for cells in records).most_common(1)[0][1] / len(records) if records else 0.0
