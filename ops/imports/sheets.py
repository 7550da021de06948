"""The one table of a file that a noun's columns are in, read strictly: what is in doubt is refused, not loaded."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ops.errors import Refused
from ops.imports.columns import named, places_in
from ops.imports.tables.workbooks import Row, Table, Workbook, open_file

# Doubts about the file itself: whoever loads orders wants it whole.
_STRICT = ("mixed_encoding", "nul", "broken_quotes", "cut_off")
_SILENT = {"header", "delimiter", "encoding", "compressed", "blank", "trailing_blank_columns", "narrower", "wider"}


@dataclass
class Sheet:
    """One table in a file. `header` are its columns as written, `notes` say how it was read and what was left out."""

    table: Table
    name: str
    header: list[str]
    notes: list[str] = field(default_factory=list)

    @property
    def positions(self) -> dict[str, int]:
        return places_in(self.header)

    def rows(self) -> Iterator[Row]:
        """The rows of the table with their lines; a short or long one comes as it is: whoever reads it says so."""
        yield from self.table.rows()


def find_table(
    path: Path, known: Iterable[str], required: Iterable[tuple[str, Sequence[str]]], *, name: str = "",
    book: Workbook | None = None,
) -> Sheet:  # fmt: skip
    """The table whose header names most of the `known` columns. Raises Refused naming what is missing or in doubt.

    `required` are pairs of a label and the names that it goes by; `book` is the file, where it is open already.
    """
    wanted = [*known]
    book = book or open_file(path, name, known=wanted, rows_needed=False)
    table = _likeliest(book, {named(word) for word in wanted})
    header = table.header.columns
    _refuse_wrong(book.name, header, table, required)
    for finding in (*book.findings, *table.findings):
        if finding.kind in _STRICT:
            raise Refused(finding.sentence)
    return Sheet(table, book.name, header, _notes(book, table))


def sheet_of(book: Workbook, number: int) -> Sheet:
    """One table of a file that a person has chosen: what is in doubt they have seen."""
    table = book.tables[number]
    return Sheet(table, book.name, table.header.columns, _notes(book, table))


def _likeliest(book: Workbook, names: set[str]) -> Table:
    def hits(table: Table) -> tuple[int, bool, int]:
        return len(names & {named(word) for word in table.header.written}), not table.hidden, table.row_count

    return max(book.tables, key=hits)


def _notes(book: Workbook, table: Table) -> list[str]:
    how = [finding.sentence for finding in book.findings if finding.kind in {"encoding", "delimiter", "compressed"}]
    also = [finding.sentence for finding in book.findings if finding.weight == "doubt"]
    notes = [*how, *also, *(finding.sentence for finding in table.findings if finding.kind not in _SILENT)]
    if len(book.tables) > 1:
        others = [other.name for other in book.tables if other is not table and other.grid is not table.grid]
        notes += [f"“{table.sheet}” is read; {', '.join(f'“{name}”' for name in others[:5])} not."] if others else []
    return notes


def _refuse_wrong(name: str, header: list[str], table: Table, required: Iterable[tuple[str, Sequence[str]]]) -> None:
    there = {named(word) for word in header}
    missing = [f"“{names[0]}” ({label})" for label, names in required if there.isdisjoint(map(named, names))]
    if missing:
        shown = ", ".join(word for word in header[:8] if word)[:160] or "nothing"
        raise Refused(
            f"{name} is not the kind of file that was chosen. Missing: {', '.join(missing)}."
            f" Its line {table.header.line or 1} says: {shown}."
        )
