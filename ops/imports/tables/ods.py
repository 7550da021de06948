"""ODS as a stream: the sheets of content.xml as grids. What is repeated is counted, not copied."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from ops.errors import Refused
from ops.imports.tables.findings import Finding, Lines, found
from ops.imports.tables.grids import Grid, refuse_sheets
from ops.imports.tables.headers import MOST_COLUMNS, Merge, Record
from ops.imports.tables.sheet_cells import number_words, span_words
from ops.imports.tables.sources import Source, archive, packed_size, part, refuse_spread
from ops.imports.tables.xml_parts import Attributes, drain, events, local

_MOST_LETTERS = 4 << 20
_MOST_ROWS = 1 << 20
_MOST_MERGES = 5_000
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")


@dataclass
class _Sheet:
    name: str
    hidden: bool = False
    merges: list[Merge] = field(default_factory=list)


def sheets_of(source: Source) -> list[Grid]:
    """The sheets in their order. Raises Refused for one that is locked or damaged."""
    sheets: list[_Sheet] = []
    hidden_styles: set[str] = set()
    style = [""]
    remarks: list[Finding] = []
    with archive(source) as book:
        names = set(book.namelist())
        if "META-INF/manifest.xml" in names:
            with part(source, book, "META-INF/manifest.xml") as stream:
                drain(events(stream, source.name, _refuse_locked(source.name), lambda _: None))
        with part(source, book, "mimetype") as stream:
            if b"spreadsheet" not in stream.read(200):
                raise Refused(
                    f"{source.name} is a text document or a drawing, not a sheet. Save its table as CSV or ODS."
                )

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "style:style":
                style[0] = attributes.get("style:name", "")
            elif tag == "style:table-properties" and attributes.get("table:display") == "false":
                hidden_styles.add(style[0])
            elif tag == "table:table":
                name = attributes.get("table:name", f"Sheet {len(sheets) + 1}")
                sheets.append(_Sheet(name, attributes.get("table:style-name", "") in hidden_styles))

        with part(source, book, "content.xml") as stream:
            drain(events(stream, source.name, start, lambda _: None))
        if any(name.startswith(("Basic/", "Scripts/")) for name in names):
            remarks.append(found("macros", f"{source.name} has macros; they are not run, and only the cells are read."))
    if not sheets:
        raise Refused(f"{source.name} has no sheet with cells.")
    refuse_sheets(source.name, len(sheets))
    return [SheetGrid(source, i, sheet.name, sheet.hidden, remarks if not i else []) for i, sheet in enumerate(sheets)]


def _refuse_locked(name: str) -> Callable[[str, Attributes], None]:
    def start(tag: str, _: Attributes) -> None:
        if local(tag) == "encryption-data":
            raise Refused(f"{name} is locked with a password. Save it without one and load that.")

    return start


@dataclass
class SheetGrid:
    """One sheet of an ODS, read as often as needed."""

    source: Source
    number: int
    name: str
    hidden: bool
    remarks: list[Finding]
    padded: bool = True
    seen: "_Reader | None" = None
    _merges: list[Merge] | None = None

    def records(self) -> Iterator[Record]:
        """Rows with their numbers; a repeated row comes as often as it stands there, blank ones as one record."""
        expected = 1
        with archive(self.source) as book, part(self.source, book, "content.xml") as stream:
            reader = self.seen = _Reader(self.name, self.number, packed_size(book))
            for _ in events(stream, self.source.name, reader.start, reader.end, reader.text):
                rows, reader.rows = reader.rows, []
                for line, times, cells in rows:
                    if not cells:
                        continue
                    if line > expected:
                        yield expected, line - 1, []
                    expected = line + times
                    for again in range(line, expected):
                        yield again, again, cells
                if reader.after:
                    break

    def merged(self) -> Sequence[Merge]:
        """Known once the rows were read; before that they are read for it."""
        if self._merges is None:
            for _ in self.records():
                pass
            self._merges = self.seen.merges if self.seen else []
        return self._merges

    def findings(self) -> list[Finding]:
        findings = [*self.remarks]
        if self.hidden:
            findings.append(found("hidden", f"The sheet “{self.name}” is hidden in the workbook."))
        reader = self.seen
        if reader and reader.merges:
            n = len(reader.merges)
            findings.append(
                found(
                    "merged",
                    f"The sheet “{self.name}” has {n:,} merged {'cell' if n == 1 else 'cells'}: the value stands"
                    " in the first, the others are blank.",
                    count=n,
                )
            )
        if reader and reader.formulas:
            n = reader.formulas
            findings.append(found("formulas", f"{n:,}"
                f" {'cell is a formula' if n == 1 else 'cells are formulas'}: the values last"
                                  " saved are read.", count=n))  # fmt: skip
        if reader and reader.errors:
            findings.append(found("errors", f"Cells that hold an error of the sheet: {reader.errors.words}."
                f" They are read as"
                                  " those words.", reader.errors))  # fmt: skip
        return findings


class _Reader:
    """Handlers of the XML; `rows` are what came since they were last taken, a row that is blank has no cells."""

    def __init__(self, name: str, number: int, packed: int) -> None:
        self.rows: list[tuple[int, int, list[str]]] = []
        self.merges: list[Merge] = []
        self.formulas = 0
        self.errors = Lines()
        self.after = False
        self._name, self._number = name, number
        self._packed, self._said = packed, 0
        self._sheet = -1
        self._line = 1
        self._cells: list[str] = []
        self._times = self._at = 0
        self._value: str | None = None
        self._wide = 1
        self._paragraphs: list[str] = []
        self._letters = 0
        self._inside = self._aside = self._depth = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "table:table":
            self._depth += 1
            if self._depth == 1:
                self._sheet += 1
                self.after = self._sheet > self._number
        if self._sheet != self._number or self._depth != 1 or self.after:
            return
        if tag == "table:table-row":
            self._cells, self._at = [], 0
            self._times = _count(attributes.get("table:number-rows-repeated"))
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            self._begin_cell(attributes)
        elif tag in {"office:annotation", "text:note", "text:ruby-text"}:
            self._aside += 1
        elif tag == "text:p" and not self._aside:
            self._inside += 1
            self._paragraphs.append("")
        elif self._inside and tag == "text:s":
            self._add(" " * min(_count(attributes.get("text:c")), 1000))
        elif self._inside and tag in {"text:tab", "text:line-break"}:
            self._add("\t" if tag == "text:tab" else "\n")

    def _begin_cell(self, attributes: Attributes) -> None:
        self._wide = _count(attributes.get("table:number-columns-repeated"))
        self._paragraphs, self._letters, self._inside = [], 0, 0
        kind = attributes.get("office:value-type") or attributes.get("calcext:value-type", "")
        self._value = None
        if kind in {"float", "percentage", "currency"}:
            self._value = number_words(attributes.get("office:value", ""))
        elif kind == "date":
            stored = attributes.get("office:date-value", "")
            self._value = stored.replace("T", " ").partition(".")[0].removesuffix(" 00:00:00")
        elif kind == "time":
            self._value = _span(attributes.get("office:time-value", ""))
        elif kind == "boolean":
            self._value = "TRUE" if attributes.get("office:boolean-value") == "true" else "FALSE"
        elif kind == "string" and "office:string-value" in attributes:
            self._value = attributes["office:string-value"]
        if "table:formula" in attributes:
            self.formulas += 1
        if attributes.get("calcext:value-type") == "error":
            self._value = None
            if not self.errors.ranges or self.errors.ranges[-1][1] != self._line:
                self.errors.add(self._line)
        wide, high = (_count(attributes.get(f"table:number-{way}-spanned")) for way in ("columns", "rows"))
        if (wide > 1 or high > 1) and len(self.merges) < _MOST_MERGES:
            self.merges.append(Merge(self._line, self._at, self._line + high - 1, self._at + wide - 1))

    def text(self, letters: str) -> None:
        if self._inside and not self._aside and self._sheet == self._number:
            self._add(letters)

    def _add(self, letters: str) -> None:
        self._letters += len(letters)
        if self._letters > _MOST_LETTERS:
            raise Refused(
                f"The sheet “{self._name}”, line {self._line:,}: one cell holds more than 4 MB of letters."
                f" Leave it out and load"
                " the rest."
            )
        self._paragraphs[-1] += letters

    def end(self, tag: str) -> None:
        if tag == "table:table":
            self._depth -= 1
        if self._sheet != self._number or self.after:
            return
        if tag == "text:p" and self._inside:
            self._inside -= 1
        elif tag in {"office:annotation", "text:note", "text:ruby-text"}:
            self._aside -= 1
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            self._end_cell()
        elif tag == "table:table-row" and self._depth == 1:
            self.rows.append((self._line, self._times, self._cells))
            self._line += self._times
            if self._cells and self._line > _MOST_ROWS + 1:
                raise Refused(
                    f"The sheet “{self._name}” says it has more than {_MOST_ROWS:,} rows; save it as CSV and load that."
                )
            self._said += sum(map(len, self._cells)) * self._times
            refuse_spread(f"The sheet “{self._name}”", self._said, self._packed)

    def _end_cell(self) -> None:
        words = self._value if self._value is not None else "\n".join(self._paragraphs)
        self._inside = 0
        if words:
            if self._at + self._wide > MOST_COLUMNS:
                raise Refused(
                    f"The sheet “{self._name}” has more than {MOST_COLUMNS:,} columns (line {self._line:,})."
                    f" Leave out those that"
                    " nobody needs."
                )
            self._cells.extend([""] * (self._at - len(self._cells)))
            self._cells.extend([words] * self._wide)
        self._at += self._wide


def _count(text: str | None) -> int:
    return max(int(text), 1) if text and text.isdigit() and len(text) < 9 else 1


def _span(text: str) -> str:
    """PT14H05M00S as 14:05:00."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return text
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return span_words(-span if match[1] else span)
