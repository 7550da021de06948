"""From any file's bytes to its tables: `open_file(path)` says what is in it and what was noticed, `rows()` streams.

The file is read twice, never kept: once to learn everything that a person should know before rows are taken, once for
the rows. What cannot be read is refused in a sentence that names the defect and what to do.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipInfo

from ops.errors import Refused
from ops.imports.tables import ods, xls, xlsx
from ops.imports.tables.files import Text, learn
from ops.imports.tables.findings import Finding, Lines, found
from ops.imports.tables.grids import BrokenQuotes, Grid, TextGrid, grid_of
from ops.imports.tables.headers import Header
from ops.imports.tables.sources import Source, archive, gunzipped, member, of_path, refuse_size
from ops.imports.tables.survey import Found, Survey, survey
from ops.imports.tables.walk import ROW, Walk

_MOST_MEMBERS = 500
_DEPTH = 2
_UNTIDY = 0.02
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Row = tuple[int, list[str]]


@dataclass
class Table:
    """One table of a file. `names` are its columns; rows come as wide as they are in the file (see `findings`)."""

    grid: Grid
    number: int
    header: Header
    row_count: int
    first_line: int
    last_line: int
    sample: list[list[str]]
    findings: list[Finding]
    known: tuple[str, ...] = ()

    @property
    def sheet(self) -> str:
        return self.grid.name

    @property
    def name(self) -> str:
        return self.grid.name if not self.number else f"{self.grid.name}, from line {self.header.line:,}"

    @property
    def names(self) -> tuple[str, ...]:
        return self.header.names

    @property
    def hidden(self) -> bool:
        return self.grid.hidden

    def rows(self) -> Iterator[Row]:
        """Every row with its line in the file; cells are text, dates of sheets are ISO (2026-01-31)."""
        walk = Walk(self.grid.records(), self.grid.name, known=self.known, merged=self.grid.merged(),
                    padded=self.grid.padded)  # fmt: skip
        wanted = self.number
        for what, number, line, _, cells in walk.steps():
            if what is ROW and number == wanted:
                yield line, cells


@dataclass
class Workbook:
    """A file opened: its tables in their order, what was noticed, and which of its parts could not be read and why.

    `lines` counts the lines of every sheet by what they are (`row`, `header`, a kind of finding that leaves them out).
    """

    name: str
    kind: str
    tables: list[Table] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    lines: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def main(self) -> Table:
        """The table that is offered first: the one with most rows that no one hid."""
        return max(self.tables, key=lambda table: (not table.hidden, table.row_count))

    @property
    def said(self) -> list[Finding]:
        """Everything that was noticed anywhere, the file's own first."""
        return [*self.findings, *(finding for table in self.tables for finding in table.findings)]


def open_file(path: Path, name: str = "", *, known: Collection[str] = (), rows_needed: bool = True) -> Workbook:
    """Everything that is in a file; `known` are names that its columns go by, where a preset knows them.

    Raises Refused when nothing in it can be read: empty, no table, damaged, locked, harmful.
    """
    source = of_path(path, name)
    book = Workbook(source.name, "text")
    _open(source, book, tuple(known), 0)
    if not book.tables:
        raise book.refused[0] if book.refused else Refused(f"{source.name} holds no table.")
    if rows_needed and not any(table.row_count for table in book.tables):
        words = ", ".join(name for name in book.tables[0].header.written if name)[:80]
        raise Refused(
            f"{source.name} has names of columns and no rows under them (“{words}”). Export it again with its rows."
        )
    return book


def _open(source: Source, book: Workbook, known: tuple[str, ...], depth: int) -> None:
    head = source.head()
    if head.startswith(b"\x1f\x8b"):
        _refuse_depth(source, depth)
        if not depth:
            book.kind = "gz"
        book.findings.append(found("compressed", f"{source.name} is compressed (gzip) and is read as what is in it."))
        _open(gunzipped(source), book, known, depth + 1)
    elif head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _open_zip(source, book, known, depth)
    elif head.startswith(_OLE):
        book.kind = "xls" if not depth else book.kind
        _take_sheets(xls.sheets_of(source), book, known)
    else:
        _take_text(source, book, known)


def _refuse_depth(source: Source, depth: int) -> None:
    if depth >= _DEPTH:
        raise Refused(f"{source.name} is packed in an archive inside an archive; unpack it and load the sheet in it.")


def _open_zip(source: Source, book: Workbook, known: tuple[str, ...], depth: int) -> None:
    with archive(source) as packed:
        infos = packed.infolist()
        names = {info.filename for info in infos}
    for info in infos:
        refuse_size(info.filename, info.file_size)
    if "xl/workbook.bin" in names:
        book.kind = "xlsb" if not depth else book.kind
        _take_sheets(xls.sheets_of(source), book, known)
    elif "[Content_Types].xml" in names and any(name.endswith("workbook.xml") for name in names):
        book.kind = "xlsx" if not depth else book.kind
        _take_sheets(xlsx.sheets_of(source), book, known)
    elif "content.xml" in names and "mimetype" in names:
        book.kind = "ods" if not depth else book.kind
        _take_sheets(ods.sheets_of(source), book, known)
    elif "[Content_Types].xml" in names:
        raise Refused(f"{source.name} is a Word or PowerPoint file, not a table. Save its table as CSV or XLSX.")
    else:
        _refuse_depth(source, depth)
        book.kind = "zip" if not depth else book.kind
        _take_members(source, infos, book, known, depth)


def _take_members(source: Source, infos: list[ZipInfo], book: Workbook, known: tuple[str, ...], depth: int) -> None:
    files = [info for info in infos if not info.is_dir()]
    if not files:
        raise Refused(f"{source.name} is a zip archive with nothing in it.")
    if len(files) > _MOST_MEMBERS:
        raise Refused(
            f"{source.name} holds {len(files):,} files; at most {_MOST_MEMBERS} are read. Load those you need."
        )
    refuse_size(source.name, sum(info.file_size for info in files))
    book.findings.append(
        found(
            "compressed",
            f"{source.name} is a zip archive with {len(files)} {'file' if len(files) == 1 else 'files'}.",
            count=len(files),
        )
    )
    for info in files:
        parts = Path(info.filename).parts or ("?",)
        if "__MACOSX" in parts or parts[-1].startswith("."):
            book.findings.append(found("member", f"{info.filename} is a computer's own note and is left out."))
            continue
        if info.flag_bits & 1:
            book.refused.append(
                Refused(f"{info.filename} is locked with a password. Save it without one and load that.")
            )
            continue
        try:
            _open(member(source, info), book, known, depth + 1)
        except Refused as refused:
            book.refused.append(refused)
            book.findings.append(found("member", f"In the archive: {refused.sentence}"))


def _take_sheets(sheets: list[Grid], book: Workbook, known: tuple[str, ...]) -> None:
    refused: list[Refused] = []
    kept = 0
    for grid in sheets:
        try:
            kept += _take(grid, survey_of(grid, known), book, known)
        except Refused as error:
            refused.append(error)
    if not kept and not refused:
        raise Refused(f"{book.name} is empty: none of its sheets has a row.")
    if not kept:
        raise refused[0]
    book.refused += refused
    book.findings += [found("member", one.sentence) for one in refused]


def _take_text(source: Source, book: Workbook, known: tuple[str, ...]) -> None:
    grid, seen = _patiently(grid_of(learn(source)), known)
    if not any(table.header.width for table in seen.tables):
        raise Refused(f"{source.name} is empty: it holds nothing but blank lines.")
    alone = all(table.header.width <= 1 for table in seen.tables)
    book.findings += [finding for finding in grid.text.findings if finding.kind == "encoding"]
    book.findings += list(grid.dialect.findings(alone=alone))
    _note_cut(grid.text, seen)
    _take(grid, seen, book, known, skip=("encoding",))


def _patiently(grid: TextGrid, known: tuple[str, ...]) -> tuple[TextGrid, Survey]:
    """The grid as it is, or, where its quotation marks are at fault, read with patience and a doubt."""
    try:
        return grid, survey_of(grid, known)
    except BrokenQuotes as broken:
        fault = broken
    mended = grid.mended(fault)
    seen = survey_of(mended, known)
    total = sum(seen.lines.values())
    uneven = sum(f.count for f in seen.tables[0].findings if f.kind in {"narrower", "wider"})
    if fault.unclosed and (fault.line >= total or uneven > max(total * _UNTIDY, 1)):
        raise Refused(
            f"{grid.name}, line {fault.line:,}: a quotation mark is opened and never closed, so the file was"
            f" cut off or"
            " damaged there. Export it again."
        )
    return mended, seen


def _note_cut(text: Text, seen: Survey) -> None:
    """A last line that is short and does not end: the file may not have arrived whole."""
    table = max(seen.tables, key=lambda found: found.last)
    width, short = table.header.width, seen.last_cells
    if seen.last_what == ROW and 0 < short < width and not text.ends_with_newline and table.rows > 1:
        lines = Lines()
        lines.add(table.last)
        table.findings.append(
            found(
                "cut_off",
                f"{text.name}, line {table.last:,}: the line is cut off after {short} of {width} columns, and"
                f" the file ends"
                " there. It may not have arrived whole; export it again.",
                lines,
            )
        )


def survey_of(grid: Grid, known: tuple[str, ...]) -> Survey:
    return survey(Walk(grid.records(), grid.name, known=known, merged=grid.merged(), padded=grid.padded))


def _take(grid: Grid, seen: Survey, book: Workbook, known: tuple[str, ...], skip: tuple[str, ...] = ()) -> int:
    """The tables of one grid into the book; how many. What concerns the whole sheet stands with its first table."""
    tables = [table for table in seen.tables if table.header.width]
    book.lines[f"{len(book.lines) + 1} {grid.name}"] = seen.lines
    own = [finding for finding in grid.findings() if finding.kind not in skip]
    for number, table in enumerate(seen.tables):
        if table.header.width:
            findings = [*own, *table.findings, *seen.findings] if table is tables[0] else table.findings
            book.tables.append(_table(grid, number, table, findings, known))
    return len(tables)


def _table(grid: Grid, number: int, table: Found, findings: list[Finding], known: tuple[str, ...]) -> Table:
    return Table(grid, number, table.header, table.rows, table.first, table.last, table.sample, list(findings), known)
