"""A small table of figures as a file: CSV or XLSX, what a spreadsheet would run as a formula defused."""

import csv
import hashlib
import io
from collections.abc import Sequence
from decimal import Decimal

from django.http import HttpResponse

from accounts.models import User
from ops import events
from ops.boards.cells import Plain
from ops.boards.export import TYPES, defused
from ops.boards.filters import NotHere
from ops.money import stored

Rows = Sequence[Sequence[Plain]]


def _plain(value: Plain) -> Plain:
    return stored(value) if isinstance(value, Decimal) else defused(value)


def _csv(heads: Sequence[str], rows: Rows) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heads)
    for row in rows:
        plain = [_plain(value) for value in row]
        writer.writerow([f"{value.normalize():f}" if isinstance(value, Decimal) else value for value in plain])
    return text.getvalue().encode("utf-8-sig")


def _xlsx(heads: Sequence[str], rows: Rows) -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, bold = book.add_worksheet("Report"), book.add_format({"bold": True})
    money = book.add_format({"num_format": "#,##0.00"})
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, heads, bold)
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(map(_plain, row)):
            if isinstance(value, Decimal):
                sheet.write_number(at, column, float(value), money)
            elif value is not None:
                sheet.write(at, column, value)
    book.close()
    return file.getvalue()


_WRITERS = {"csv": _csv, "xlsx": _xlsx}


def as_file(user: User, form: str, name: str, heads: Sequence[str], rows: Rows) -> HttpResponse:
    """Named by what it holds and its hash; who took it away is on record."""
    if form not in _WRITERS:
        raise NotHere(f"There is no export as “{form[:20]}”. Choose CSV or XLSX.")
    body = _WRITERS[form](heads, rows)
    digest = hashlib.sha256(body).hexdigest()
    file = f"{name}-{digest[:12]}.{form}"
    events.record("board.exported", user, rows=len(rows), plural="lines of the report", format=form.upper(),
                  file=file, sha256=digest)  # fmt: skip
    return HttpResponse(body, content_type=TYPES[form], headers={
        "Content-Disposition": f'attachment; filename="{file}"', "Content-Digest": f"sha-256={digest}",
    })  # fmt: skip
