"""The rows of one XLSX sheet out of its XML, a chunk at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO

from ops.errors import Refused
from ops.imports.tables.findings import Finding, Lines, found
from ops.imports.tables.headers import MOST_COLUMNS
from ops.imports.tables.shared_strings import unescaped
from ops.imports.tables.sheet_cells import date_words, number_words
from ops.imports.tables.sources import refuse_spread
from ops.imports.tables.xml_parts import Attributes, events

_MOST_LETTERS = 4 << 20
_DIGITS = "0123456789"


@dataclass
class Noticed:
    """What cells were that are not what they seem."""

    formulas: Lines = field(default_factory=Lines)
    unsaved: Lines = field(default_factory=Lines)
    errors: Lines = field(default_factory=Lines)
    error_words: dict[str, int] = field(default_factory=dict)
    no_dates: Lines = field(default_factory=Lines)
    formula_cells: int = 0

    def findings(self) -> Iterator[Finding]:
        if self.formulas:
            n = self.formula_cells
            yield found("formulas", f"{n:,} {'cell is a formula' if n == 1 else 'cells are formulas'}: the"
                f" values last saved are"
                        " read.", self.formulas, count=n)  # fmt: skip
        if self.unsaved:
            yield found("formulas_without_value", f"Formulas without a saved value, read as blank:"
                f" {self.unsaved.words}. Open the"
                        " file in Excel, save it, and load it again.", self.unsaved)  # fmt: skip
        if self.errors:
            shown = ", ".join(f"{n:,} × {word}" for word, n in sorted(self.error_words.items()))
            yield found("errors", f"Cells that hold an error of the sheet ({shown}): {self.errors.words}. They"
                f" are read as those"
                        " words.", self.errors, count=sum(self.error_words.values()))  # fmt: skip
        if self.no_dates:
            yield found("out_of_range_dates", f"Numbers shown as dates that are none: {self.no_dates.words}."
                f" They stay numbers.",
                        self.no_dates)  # fmt: skip


def _once(lines: Lines, line: int) -> None:
    """A line counted once, however many cells of it."""
    if not lines.ranges or lines.ranges[-1][1] != line:
        lines.add(line)


class SheetRows:
    """Handlers of the XML with what is known of the cell at hand."""

    def __init__(
        self,
        name: str,
        word: Callable[[int], str],
        words: int,
        styles: list[str],
        *,
        from_1904: bool,
        packed: int,
    ) -> None:
        self.noticed = Noticed()
        self._name, self._word, self._words, self._styles, self._from_1904 = name, word, words, styles, from_1904
        self._rows: list[tuple[int, list[str]]] = []
        self._cells: list[str] = []
        self._line = 0
        self._at = -1
        self._columns: dict[str, int] = {}
        self._kind = self._style = ""
        self._parts: list[str] = []
        self._letters = 0
        self._taking = self._formula = self._valued = False
        self._spoken = self._said = 0
        self._packed = packed

    def read(self, stream: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
        """Line and cells of every row that has one that is not blank."""
        for _ in events(stream, self._name, self._start, self._end, self._text):
            rows, self._rows = self._rows, []
            yield from rows

    def _start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            self._begin_cell(attributes)
        elif tag in {"v", "t"}:
            self._taking = not self._spoken
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._begin_row(attributes)
        elif tag == "rPh":
            self._spoken += 1
        elif ":" in tag:
            self._start(tag.rpartition(":")[2], attributes)

    def _begin_row(self, attributes: Attributes) -> None:
        number = attributes.get("r", "")
        line = int(number) if number.isdigit() and len(number) < 8 else self._line + 1
        if line <= self._line:
            raise Refused(
                f"The sheet “{self._name}” is damaged: line {line:,} comes after line {self._line:,}. Save it again."
            )
        self._line, self._cells, self._at = line, [], -1

    def _begin_cell(self, attributes: Attributes) -> None:
        place = attributes.get("r")
        if place:
            letters = place.rstrip(_DIGITS)
            at = self._columns.get(letters)
            if at is None:
                at = self._columns[letters] = _column(letters)
            self._at = at
        else:
            self._at += 1
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._parts.clear()
        self._letters = 0
        self._formula = self._valued = False

    def _text(self, letters: str) -> None:
        if self._taking:
            self._letters += len(letters)
            if self._letters > _MOST_LETTERS:
                raise Refused(
                    f"The sheet “{self._name}”, line {self._line:,}: one cell holds more than 4 MB of letters."
                    f" Leave it out and"
                    " load the rest."
                )
            self._parts.append(letters)

    def _end(self, tag: str) -> None:
        if tag == "v" or tag == "t":
            self._taking = False
            self._valued = True
        elif tag == "c":
            self._end_cell()
        elif tag == "row":
            if self._cells:
                self._said += sum(map(len, self._cells))  # one word may be named by a million cells
                refuse_spread(f"The sheet “{self._name}”", self._said, self._packed)
                self._rows.append((self._line, self._cells))
        elif tag == "rPh":
            self._spoken -= 1
        elif ":" in tag:
            self._end(tag.rpartition(":")[2])

    def _end_cell(self) -> None:
        if self._formula:
            _once(self.noticed.formulas, self._line)
            self.noticed.formula_cells += 1
            if not self._valued:
                _once(self.noticed.unsaved, self._line)
        text = self._parts[0] if len(self._parts) == 1 else "".join(self._parts)
        if not text:
            return
        words = self._words_of(text)
        if words:
            self._place(words)

    def _place(self, words: str) -> None:
        cells, at = self._cells, self._at
        if at >= MOST_COLUMNS:
            raise Refused(
                f"The sheet “{self._name}” has more than {MOST_COLUMNS:,} columns (line {self._line:,}, column"
                f" {at + 1:,}). Leave"
                " out those that nobody needs."
            )
        gap = at - len(cells)
        if at < 0:
            raise Refused(
                f"The sheet “{self._name}” is damaged: a cell of line {self._line:,} has no place. Save it again."
            )
        if gap < 0:
            cells[at] = words
            return
        if gap:
            cells.extend([""] * gap)
        cells.append(words)

    def _words_of(self, text: str) -> str:
        kind = self._kind
        if kind == "s":
            number = int(text) if text.strip().isdigit() else -1
            if not 0 <= number < self._words:
                raise Refused(f"The sheet “{self._name}”, line {self._line:,}: a cell names a word that is not"
                    f" in the file. Save it"
                              " again.")  # fmt: skip
            return self._word(number)
        if kind == "n":
            style = int(self._style) if self._style.isdigit() else 0
            shown = self._styles[style] if style < len(self._styles) else ""
            if shown:
                if (words := date_words(text, shown, from_1904=self._from_1904)) is not None:
                    return words
                _once(self.noticed.no_dates, self._line)
            return number_words(text)
        if kind == "b":
            return "TRUE" if text.strip() in {"1", "true"} else "FALSE"
        if kind == "e":
            _once(self.noticed.errors, self._line)
            if text in self.noticed.error_words or len(self.noticed.error_words) < 20:
                self.noticed.error_words[text] = self.noticed.error_words.get(text, 0) + 1
            return text
        if kind == "d":
            return text.replace("T", " ").removesuffix(" 00:00:00").removesuffix(" 00:00:00.000")
        return unescaped(text)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
