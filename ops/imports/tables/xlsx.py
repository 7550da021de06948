"""XLSX as a stream: what a workbook is made of, and its sheets as grids. Values are read as last saved, nothing is run.

No link is followed and no macro looked at; that they are there is said.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from ops.errors import Refused
from ops.imports.tables.findings import Finding, found
from ops.imports.tables.grids import Grid, refuse_sheets
from ops.imports.tables.headers import Merge, Record
from ops.imports.tables.shared_strings import SharedStrings, read_strings
from ops.imports.tables.sheet_cells import kind_of_format
from ops.imports.tables.sheet_rows import Noticed, SheetRows
from ops.imports.tables.sources import Source, archive, packed_size, part
from ops.imports.tables.xml_parts import Attributes, drain, events, local

_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)[\"']")
_MOST_MERGES = 5_000
_REMARKS = (
    ("xl/externalLinks/", "external_links", "links to other workbooks; they are not followed, the values last"
        " saved are read"),
    ("xl/connections.xml", "external_links", "links to other sources of data; they are not followed, the values"
        " last saved are"
     " read"),
    ("xl/vbaProject.bin", "macros", "macros; they are not run, and only the cells are read"),
)  # fmt: skip


@dataclass
class _Parts:
    """What the workbook says about itself."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)  # name, part, hidden
    styles: list[str] = field(default_factory=list)  # kind of format by style
    strings: SharedStrings = field(default_factory=SharedStrings)
    from_1904: bool = False


def sheets_of(source: Source) -> list[Grid]:
    """The sheets in the order of their tabs. Raises Refused for a workbook without one, or damaged."""
    parts = _Parts()
    with archive(source) as book:
        names = {info.filename: info.filename for info in book.infolist()}
        names |= {name.lower(): name for name in names}
        workbook = next(name for name in ("xl/workbook.xml", *names) if name in names and name.endswith("workbook.xml"))
        folder = workbook.rpartition("/")[0]
        _read_workbook(source, book, workbook, names, parts)
        if (styles := names.get(f"{folder}/styles.xml".lower())) is not None:
            with part(source, book, styles) as stream:
                parts.styles = _styles(stream, source.name)
        if (strings := names.get(f"{folder}/sharedstrings.xml".lower())) is not None:
            with part(source, book, strings) as stream:
                parts.strings = read_strings(stream, source.name)
        remarks = [
            found(kind, f"{source.name} has {words}.") for start, kind, words in _REMARKS
            if any(name.startswith(start) for name in names)
        ]  # fmt: skip
    if parts.from_1904:
        remarks.append(found("old_dates", "Its dates are counted from 1904, as on old Macs, and are read so."))
    if not parts.sheets:
        raise Refused(f"{source.name} has no sheet with cells.")
    refuse_sheets(source.name, len(parts.sheets))
    return [
        SheetGrid(source, parts, name, sheet, hidden, remarks if not i else [])
        for i, (name, sheet, hidden) in enumerate(parts.sheets)
    ]


def _read_workbook(source: Source, book: zipfile.ZipFile, workbook: str, names: dict[str, str], parts: _Parts) -> None:
    folder, _, file = workbook.rpartition("/")
    targets: dict[str, tuple[str, str]] = {}
    listed: list[tuple[str, str, bool]] = []

    def relation(tag: str, attributes: Attributes) -> None:
        if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
            targets[attributes.get("Id", "")] = (path, attributes.get("Type", "").rpartition("/")[2])

    def sheet(tag: str, attributes: Attributes) -> None:
        tag = local(tag)
        if tag == "workbookPr":
            parts.from_1904 = attributes.get("date1904", "0") in {"1", "true"}
        elif tag == "sheet":
            key = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
            listed.append((attributes.get("name", ""), key, attributes.get("state", "visible") != "visible"))

    relations = names.get(f"{folder}/_rels/{file}.rels".lower())
    if relations:
        with part(source, book, relations) as stream:
            drain(events(stream, source.name, relation, _nothing))
    with part(source, book, workbook) as stream:
        drain(events(stream, source.name, sheet, _nothing))
    for name, key, hidden in listed:
        path, kind = targets.get(key, ("", ""))
        if kind == "worksheet" and (file_name := names.get(path.lower())) is not None:
            parts.sheets.append((name, file_name, hidden))
        elif kind == "worksheet":
            raise Refused(f"{source.name} is damaged: its sheet “{name}” is not in it. Save it again.")


def _nothing(_: str) -> None:
    return None


def _styles(stream: IO[bytes], name: str) -> list[str]:
    """For each style of cells whether it shows a date, a time or a span."""
    codes: dict[int, str] = {}
    kinds: list[str] = []
    inside: list[bool] = [False]

    def start(tag: str, attributes: Attributes) -> None:
        tag = local(tag)
        if tag == "numFmt":
            codes[_whole(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside[0] = True
        elif tag == "xf" and inside[0]:
            number = _whole(attributes.get("numFmtId", "0"))
            kinds.append(kind_of_format(number, codes.get(number, "")))

    def end(tag: str) -> None:
        if local(tag) == "cellXfs":
            inside[0] = False

    drain(events(stream, name, start, end))
    return kinds


def _whole(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 9 else 0


@dataclass
class SheetGrid:
    """One sheet of an XLSX, read as often as needed."""

    source: Source
    parts: _Parts
    name: str
    part: str
    hidden: bool
    remarks: list[Finding]
    padded: bool = True
    noticed: Noticed = field(default_factory=Noticed)
    _merges: list[Merge] | None = None

    def records(self) -> Iterator[Record]:
        """Rows with their numbers; lines that the file does not mention are blank and come as one record."""
        expected = 1
        with archive(self.source) as book, part(self.source, book, self.part) as stream:
            rows = SheetRows(self.name, self.parts.strings.word, len(self.parts.strings), self.parts.styles,
                             from_1904=self.parts.from_1904, packed=packed_size(book))  # fmt: skip
            self.noticed = rows.noticed
            for line, cells in rows.read(stream):
                if line > expected:
                    yield expected, line - 1, []
                yield line, line, cells
                expected = line + 1

    def merged(self) -> Sequence[Merge]:
        """Cells shown as one. They stand behind the rows in the file, so they are looked for in its bytes first."""
        if self._merges is None:
            with archive(self.source) as book, part(self.source, book, self.part) as stream:
                self._merges = _merges_in(stream)
        return self._merges

    def findings(self) -> list[Finding]:
        findings = [*self.remarks]
        if self.hidden:
            findings.append(found("hidden", f"The sheet “{self.name}” is hidden in the workbook."))
        if self.merged():
            n = len(self.merged())
            findings.append(
                found(
                    "merged",
                    f"The sheet “{self.name}” has {n:,} merged {'cell' if n == 1 else 'cells'}: the value stands"
                    " in the first, the others are blank.",
                    count=n,
                )
            )
        return [*findings, *self.noticed.findings()]


def _merges_in(stream: IO[bytes]) -> list[Merge]:
    merges: list[Merge] = []
    rest = b""
    while chunk := stream.read(1 << 20):
        window = rest + chunk
        for match in _MERGE.finditer(window):
            if len(merges) < _MOST_MERGES:
                merges.append(
                    Merge(int(match[2]), column_of(match[1].decode()), int(match[4]), column_of(match[3].decode()))
                )
        rest = window[max(window.rfind(b"<"), len(window) - 200) :]
    return merges


def column_of(letters: str) -> int:
    """“A” is 0, “AA” is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
