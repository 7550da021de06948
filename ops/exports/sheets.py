"""A table as CSV or XLSX, row by row: nothing of it is kept in memory, and no cell is run as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Cell = str | int | float | Decimal | date | datetime | None
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_DEFUSED = re.compile(r"'+[=+\-@\t\r]")
_SHEET_NAME = 31  # letters that XLSX allows


@dataclass(frozen=True)
class Days:
    """One way to write days: an example of it, for CSV as strftime takes it, for XLSX as spreadsheets do."""

    example: str
    text: str
    cell: str


DAYS = {
    "iso": Days("2026-11-21", "%Y-%m-%d", "yyyy-mm-dd"),
    "dmy": Days("21/11/2026", "%d/%m/%Y", "dd/mm/yyyy"),
    "dots": Days("21.11.2026", "%d.%m.%Y", "dd.mm.yyyy"),
    "mdy": Days("11/21/2026", "%m/%d/%Y", "mm/dd/yyyy"),
}


@dataclass(frozen=True)
class Style:
    """How values are written. `says_origin` puts where the table is from into the first line of a CSV too."""

    days: Days = DAYS["iso"]
    decimal: str = "."
    separator: str = ","
    says_origin: bool = False

    def text(self, value: Any) -> Any:
        """A value as it stands in a CSV; a decimal keeps every digit it has."""
        if isinstance(value, Decimal):
            return f"{value.normalize():f}".replace(".", self.decimal)
        if self.days is DAYS["iso"] or not isinstance(value, date):
            return value
        return value.strftime(f"{self.days.text} %H:%M" if isinstance(value, datetime) else self.days.text)


@dataclass(frozen=True)
class Table:
    """What stands in a file: named columns, and rows that are read while it is written.

    `origin` says where it is from, name by name: list, filter, moment, who took it, the address of the live list (C27).
    """

    title: str
    plural: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]
    style: Style = Style()
    origin: Sequence[tuple[str, str]] = ()


def defused(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers stay numbers.

    Text that looks defused already gets another one, so that reading it back gives what it was.
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def armed(cell: str) -> str:
    """What `defused` made of it, read back."""
    return cell[1:] if cell.startswith("'") and _DEFUSED.match(cell) else cell


def write(table: Table, form: str, file: IO[bytes]) -> int:
    """Write it in that form ("csv", "xlsx") and say how many rows it had."""
    return {"csv": _write_csv, "xlsx": _write_xlsx}[form](table, file)


def _write_csv(table: Table, file: IO[bytes]) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=table.style.separator)
    if table.style.says_origin and table.origin:
        writer.writerow([" · ".join(f"{name}: {said}" for name, said in table.origin)])
        writer.writerow([])
    writer.writerow([defused(head) for head in table.heads])
    spelled, count = table.style.text, 0
    for count, row in enumerate(table.rows, start=1):  # noqa: B007
        writer.writerow([spelled(defused(value)) for value in row])
    text.flush()
    text.detach()
    return count


def _write_xlsx(table: Table, file: IO[bytes]) -> int:
    import xlsxwriter

    days = table.style.days.cell
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "default_date_format": days, "remove_timezone": True, "nan_inf_to_errors": True},
    )  # fmt: skip
    sheet = book.add_worksheet(table.title[:_SHEET_NAME])
    bold = book.add_format({"bold": True})
    money = book.add_format({"num_format": "#,##0.00"})
    moment = book.add_format({"num_format": f"{days} hh:mm"})
    for at, head in enumerate(table.heads):
        sheet.write_string(0, at, head, bold)
    sheet.freeze_panes(1, 0)
    count = 0
    for count, row in enumerate(table.rows, start=1):
        for at, value in enumerate(row):
            _write_cell(sheet, count, at, defused(value), money, moment)
    if table.origin:
        about = book.add_worksheet("About this file")
        about.set_column(0, 0, 14)
        for at, (name, said) in enumerate(table.origin):
            about.write_string(at, 0, name, bold)
            about.write_string(at, 1, str(defused(said)))
    book.close()
    return count


def _write_cell(sheet: Any, row: int, at: int, value: Cell, money: Any, moment: Any) -> None:
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
