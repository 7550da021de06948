"""A written table on its way out: named by what it holds and its hash, on record with whoever took it."""

import hashlib
import tempfile
from typing import Any

from django.conf import settings
from django.http import FileResponse

from ops import clock, events
from ops.boards.filters import NotHere
from ops.events import Kind
from ops.exports.sheets import TYPES, Table, write
from ops.templatetags import ops as words

events.declare(Kind("board.exported", "took {rows} {plural} away as {format} ({file})", "download"))


def deliver(table: Table, form: str, *, by: Any, name: str, query: str = "") -> FileResponse:
    """The file. It is written to disk first: its SHA-256 names it, and is recorded in the same transaction."""
    if form not in TYPES:
        raise NotHere(f"There is no export as “{form[:20]}”. Choose CSV or XLSX.")
    file = tempfile.TemporaryFile()  # noqa: SIM115  (closed by the response)
    count = write(table, form, file)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    name = f"{name}-{digest[:12]}.{form}"
    events.record("board.exported", by, rows=count, plural=table.plural, format=form.upper(), file=name,
                  sha256=digest, query=query)  # fmt: skip
    response = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[form])
    response["ETag"] = f'"{digest}"'
    response["Content-Digest"] = "sha-256=" + digest
    response["Cache-Control"] = "private, no-store"
    return response


def origin_of(what: str, *, narrowed: str, by: Any, path: str) -> list[tuple[str, str]]:
    """Where a table is from: the list and its filter in words, the moment, who took it, where it is seen live (C27)."""
    address = [("Live at", f"{settings.ORIGIN}{path}")] if settings.ORIGIN else []
    return [
        ("What", what), ("Filter", narrowed or "None"), ("As of", f"{words.moment(clock.now())}, {clock.zone()}"),
        ("Taken by", by.name), *address,
    ]  # fmt: skip
