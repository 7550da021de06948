"""Text to rows of cells: which mark parts them, where the header is, where the table ends, and what is not of it."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from ops.errors import Refused
from ops.imports.columns import named
from ops.imports.files import Text

_MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_LOOK = 50
_MOST_COLUMNS = 1000
_TOTALS = re.compile(r"(grand\s+|sub)?totals?\b|summe\b|suma\b", re.IGNORECASE)
Row = tuple[int, list[str]]


@dataclass
class Sheet:
    """One table in a text. `header` are its columns as written, `first` the line on which its rows begin."""

    text: Text
    mark: str
    header: list[str]
    header_row: int
    notes: list[str] = field(default_factory=list)

    @property
    def positions(self) -> dict[str, int]:
        """Names as they are compared, to where they stand; of two equal names the first."""
        return {named(name): i for i, name in reversed(list(enumerate(self.header))) if name}

    def rows(self, notes: list[str] | None = None) -> Iterator[Row]:
        """The rows of the table, each with its line in the file and as many cells as the header has.

        Rows of other tables pasted below, totals and blank lines are left out, with a sentence in `notes`.
        A row that is short or long otherwise comes as it is: whoever reads it says so. Raises Refused for a cut file.
        """
        below = _Below(self, notes if notes is not None else [])
        width, middle = len(self.header), len(self.header) // 2
        line, cells = 0, self.header
        with self.text.opened() as stream:
            for line, cells in islice(_parsed(self.text, stream, self.mark), self.header_row + 1, None):
                if len(cells) > width and not any(cells[width:]):
                    cells = cells[:width]
                if len(cells) == width and cells[0] and cells[middle] and cells[-1] and not below.inside:
                    yield line, cells
                elif any(cell.strip() for cell in cells):
                    yield from below.take(line, cells)
        if len(cells) < width and not below.inside and not self.text.ends_with_newline:
            raise Refused(
                f"{self.text.name}, line {line:,}: the line is cut off after {len(cells)} of {width} columns, and the"
                " file ends there. It did not arrive whole; export it again."
            )
        below.end()


class _Below:
    """Watches short rows: one alone is damage, several alike are another table."""

    def __init__(self, sheet: Sheet, notes: list[str]) -> None:
        self.sheet, self.notes = sheet, notes
        self.names = set(sheet.positions)
        self.inside = False
        self.since = self.last = self.left_out = 0
        self.titles: list[str] = []

    def take(self, line: int, cells: list[str]) -> Iterator[Row]:
        filled = [cell for cell in cells if cell.strip()]
        width = len(self.sheet.header)
        self.last = line
        if self.inside:
            if len(cells) == width and len(filled) > width // 2:
                self._say(line - 1)
                yield line, cells
                return
            self._title(filled)
            self.left_out += 1
        elif self._is_title(filled):
            self.inside, self.since, self.left_out, self.titles = True, line, 1, [", ".join(filled)]
        elif not self.is_total(line, cells):
            yield line, cells

    def _is_title(self, filled: list[str]) -> bool:
        """Names without a number, at most half as many as the table has, at least one of them a name of the table."""
        short = 2 <= len(filled) <= len(self.sheet.header) // 2
        return short and not any(any(c.isdigit() for c in cell) for cell in filled) and any(
            named(cell) in self.names for cell in filled
        )  # fmt: skip

    def _title(self, filled: list[str]) -> None:
        if self._is_title(filled) and ", ".join(filled) not in self.titles:
            self.titles.append(", ".join(filled))

    def is_total(self, line: int, cells: Sequence[str]) -> bool:
        first = next((cell.strip() for cell in cells if cell.strip()), "")
        blank = sum(not cell.strip() for cell in cells)
        if _TOTALS.match(first) and (blank >= len(self.sheet.header) // 2 or len(cells) < len(self.sheet.header)):
            self.notes.append(f"Line {line:,} is a line of totals (“{first}”) and is left out.")
            return True
        return False

    def _say(self, until: int) -> None:
        tables = " and ".join(f"“{title}”" for title in self.titles)
        another = "another table is" if len(self.titles) == 1 else f"{len(self.titles)} other tables are"
        self.notes.append(
            f"Lines {self.since:,} to {until:,}: {another} pasted below ({tables}); these {self.left_out:,} lines are"
            " left out."
        )
        self.inside = False

    def end(self) -> None:
        if self.inside:
            self._say(self.last)


def _parsed(text: Text, stream: Iterable[str], mark: str) -> Iterator[Row]:
    """Rows as csv reads them, with the line each begins on. What csv cannot read is refused with the line."""
    reader = csv.reader(stream, delimiter=mark, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except UnicodeDecodeError as error:
        raise Refused(f"{text.name}, after line {line:,}: these bytes are not {text.how}.") from error
    except csv.Error as error:
        raise Refused(_csv_sentence(text, line, str(error))) from error


def _csv_sentence(text: Text, line: int, error: str) -> str:
    if "unexpected end" in error:
        return (
            f"{text.name}, line {line:,}: a quotation mark is opened and never closed, so the file was cut off or"
            " damaged there. Export it again."
        )
    if "field larger" in error:
        most = f"{csv.field_size_limit():,}"
        return f"{text.name}, line {line:,}: one cell holds more than {most} letters. Export it again."
    return f"{text.name}, line {line:,}: the quotation marks do not fit together ({error}). Export it again."


def find_table(text: Text, known: Iterable[str], required: Iterable[tuple[str, Sequence[str]]]) -> Sheet:
    """The table whose header names most of the `known` columns. Raises Refused naming what is missing.

    `required` are pairs of a label and the names that it goes by.
    """
    names = {named(name) for name in known}
    best: tuple[int, str, int, list[str], list[str]] | None = None
    for mark in _MARKS:
        before: list[str] = []
        for i, cells in enumerate(_beginning(text, mark)):
            score = len(names & {named(cell) for cell in cells if cell})
            if best is None or score > best[0]:
                best = (score, mark, i, cells, list(before))
            before.append(" ".join(cell for cell in cells if cell.strip()))
    if best is None:
        raise Refused(f"{text.name} has no rows.")
    _, mark, header_row, cells, before = best
    header = [cell.strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    _refuse_wrong(text, header, header_row, required)
    notes = [f"Read as {text.how}, columns parted by {_MARKS[mark]}."]
    if words := [line for line in before if line]:
        notes.append(f"The first {header_row} lines stand above the column names and are left out (“{words[0][:60]}”).")
    return Sheet(text, mark, header, header_row, notes)


def _beginning(text: Text, mark: str) -> list[list[str]]:
    rows: list[list[str]] = []
    with text.opened() as stream:
        try:
            rows.extend(islice(csv.reader(stream, delimiter=mark), _LOOK))
        except csv.Error:
            pass  # said with its line when the rows are read
        except UnicodeDecodeError as error:
            raise Refused(f"{text.name}: these bytes are not {text.how}.") from error
    return rows


def _refuse_wrong(text: Text, header: list[str], row: int, required: Iterable[tuple[str, Sequence[str]]]) -> None:
    if len(header) > _MOST_COLUMNS:
        raise Refused(f"{text.name} has {len(header):,} columns; a table has at most {_MOST_COLUMNS:,}.")
    there = {named(name) for name in header}
    missing = [f"“{names[0]}” ({label})" for label, names in required if there.isdisjoint(map(named, names))]
    if missing:
        shown = ", ".join(name for name in header[:8] if name)[:160] or "nothing"
        raise Refused(
            f"{text.name} is not the kind of file that was chosen. Missing: {', '.join(missing)}."
            f" Its line {row + 1} says: {shown}."
        )
