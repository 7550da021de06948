"""Exactly the filtered rows and the shown columns as CSV or XLSX, row by row through a server-side cursor.

The file is written to disk first: its SHA-256 names it, and the export is recorded with it in the same transaction.
"""

import csv
import hashlib
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.http import FileResponse

from ops import clock, events
from ops.boards.ask import Ask
from ops.boards.cells import Plain
from ops.boards.filters import NotHere
from ops.boards.lists import look_of
from ops.boards.read import select, tidy, wanted
from ops.errors import Refused
from ops.events import Kind

CHUNK = 2_000
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

events.declare(Kind("board.exported", "took {rows} {plural} away as {format} ({file})", "download"))


def defused(value: Plain) -> Plain:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def rows_of(ask: Ask) -> Iterator[list[Plain]]:
    columns, look = ask.columns, look_of(ask)
    found = select(ask.in_order(ask.rows), wanted(columns))
    for raw in found.iterator(chunk_size=CHUNK):
        row = tidy(raw)
        yield [defused(column.kind.plain(row[column.key], row, look)) for column in columns]


@dataclass(frozen=True)
class Table:
    """What stands in a file: named columns, and rows that are read while it is written."""

    title: str
    plural: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]


def _write_csv(table: Table, file: IO[bytes]) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(table.heads)
    count = 0
    for count, row in enumerate(table.rows, start=1):  # noqa: B007
        writer.writerow([f"{value.normalize():f}" if isinstance(value, Decimal) else value for value in row])
    text.flush()
    text.detach()
    return count


def _write_xlsx(table: Table, file: IO[bytes]) -> int:
    import xlsxwriter

    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "default_date_format": "yyyy-mm-dd", "remove_timezone": True, "nan_inf_to_errors": True},
    )  # fmt: skip
    sheet = book.add_worksheet(table.title[:31])
    bold = book.add_format({"bold": True})
    money = book.add_format({"num_format": "#,##0.00"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for at, head in enumerate(table.heads):
        sheet.write_string(0, at, head, bold)
    sheet.freeze_panes(1, 0)
    count = 0
    for count, row in enumerate(table.rows, start=1):
        for at, value in enumerate(row):
            _write_cell(sheet, count, at, value, money, moment)
    book.close()
    return count


def _write_cell(sheet: Any, row: int, at: int, value: Plain, money: Any, moment: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, at, value)
    elif isinstance(value, Decimal):
        sheet.write_number(row, at, float(value), money)
    elif isinstance(value, int | float):
        sheet.write_number(row, at, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, at, value, moment)
    elif isinstance(value, date):
        sheet.write_datetime(row, at, value)
    else:
        sheet.write_string(row, at, value)


_WRITERS = {"csv": _write_csv, "xlsx": _write_xlsx}


def export(ask: Ask, form: str) -> FileResponse:
    """The rows of a list as the person sees them."""
    if ask.left_out:
        raise Refused(f"{ask.left_out} Search for more of it, so that the file has them all.")
    heads = [column.label for column in ask.columns]
    table = Table(ask.board.title, ask.board.plural, heads, rows_of(ask))
    return deliver(table, form, by=ask.user, days=_period(ask), query=ask.query())


def deliver(table: Table, form: str, *, by: Any, days: str, query: str) -> FileResponse:
    """The file, named by what it holds, its period and its hash; who took how many rows is on record."""
    if form not in _WRITERS:
        raise NotHere(f"There is no export as “{form[:20]}”. Choose CSV or XLSX.")
    file = tempfile.TemporaryFile()  # noqa: SIM115  (closed by the response)
    count = _WRITERS[form](table, file)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    name = f"{table.plural.replace(' ', '-')}-{days}-{digest[:12]}.{form}"
    events.record("board.exported", by, rows=count, plural=table.plural, format=form.upper(), file=name,
                  sha256=digest, query=query)  # fmt: skip
    response = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[form])
    response["ETag"] = f'"{digest}"'
    response["Content-Digest"] = "sha-256=" + digest
    response["Cache-Control"] = "private, no-store"
    return response


def _period(ask: Ask) -> str:
    """The days asked for, or 'all-to' today."""
    days = {key.rpartition("_")[2]: value for key, value in ask.pairs if key.endswith(("_from", "_to"))}
    return f"{days.get('from', 'all')}-to-{days.get('to', clock.today().isoformat())}"
