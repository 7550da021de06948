"""Exactly the filtered rows and the shown columns as a file, read through a server-side cursor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.urls import reverse

from ops import clock
from ops.boards.ask import EVERY, Ask
from ops.boards.cells import Plain
from ops.boards.declare import Column
from ops.boards.lists import chips, look_of
from ops.boards.read import select, tidy, wanted
from ops.errors import Refused
from ops.exports.files import deliver, origin_of
from ops.exports.sheets import Style, Table

if TYPE_CHECKING:
    from ops.exports.models import Template

CHUNK = 2_000


def rows_of(ask: Ask, columns: Sequence[Column], rows: QuerySet[Any] | None = None) -> Iterator[list[Plain]]:
    look = look_of(ask)
    found = select(ask.in_order(ask.rows) if rows is None else rows, wanted(list(columns)))
    for raw in found.iterator(chunk_size=CHUNK):
        row = tidy(raw)
        yield [column.kind.plain(row[column.key], row, look) for column in columns]


def export(ask: Ask, form: str, template: Template | None = None) -> FileResponse:
    """The rows of a list as the person sees them, or as a kept template writes those."""
    if ask.left_out:
        raise Refused(f"{ask.left_out} Search for more of it, so that the file has them all.")
    board = ask.board
    shown = template.shown_to(ask) if template else [(column, column.label) for column in ask.columns]
    columns, heads = [column for column, _ in shown], [head for _, head in shown]
    query = "" if ask.query() == EVERY else ask.query()
    origin = origin_of(board.title, narrowed=", ".join(chip.words for chip in chips(ask)), by=ask.user,
                       path=reverse(board.url(board.list_name)) + query)  # fmt: skip
    style = template.style if template else Style()
    table = Table(board.title, board.plural, heads, rows_of(ask, columns), style, origin)
    return deliver(table, form, by=ask.user, name=f"{_stem(ask, template)}-{_period(ask)}", query=ask.query())


def _stem(ask: Ask, template: Template | None) -> str:
    return template.slug if template else ask.board.plural.replace(" ", "-")


def _period(ask: Ask) -> str:
    """The days asked for, or 'all-to' today."""
    days = {key.rpartition("_")[2]: value for key, value in ask.pairs if key.endswith(("_from", "_to"))}
    return f"{days.get('from', 'all')}-to-{days.get('to', clock.today().isoformat())}"
