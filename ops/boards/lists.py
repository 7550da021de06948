"""The table: rows drawn in Python (a cell costs a microsecond, not a template node), head, chips, pages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString

from ops.boards.ask import MOST_PAGES, MOST_SHOWN, PAGE, Ask
from ops.boards.cells import Look, Row
from ops.boards.declare import Board, Column
from ops.boards.read import Sorted, at_once, details, first_ids, wanted
from ops.lifecycle import life

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Head:
    label: str
    css: str
    url: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Line:
    pk: int
    html: SafeString
    elsewhere: bool = False

    @property
    def row(self) -> SafeString:
        """The whole row of a list: fifty of them are two hundred nodes less in the template."""
        return SafeString(f'<tr id="row-{self.pk}"{" data-elsewhere" if self.elsewhere else ""}>{self.html}</tr>')


@dataclass(frozen=True)
class Chip:
    words: str
    url: str


def look_of(ask: Ask) -> Look:
    stages = {stage.key: stage for stage in life(ask.board.live).stages} if ask.board.live else {}
    return Look(ask.user.pk, ask.held, reverse(ask.board.url(ask.board.detail_name), args=[0])[:-2], stages)


def _head_css(column: Column) -> str:
    """A head is as wide, and goes where there is no room, as its cells."""
    return " ".join(word for word in ("n", "wide") if word in f"{column.kind.css} {column.css}".split())


def heads(ask: Ask) -> list[Head]:
    found = []
    for column in ask.columns:
        css = _head_css(column)
        if not column.sort:
            found.append(Head(column.label, css))
            continue
        here = ask.sort.removeprefix("-") == column.key
        down = ask.sort.startswith("-")
        turned = column.key if here and down else f"-{column.key}" if here else _first_turn(column.kind.css, column.key)
        direction = ("descending" if down else "ascending") if here else ""
        found.append(Head(column.label, css, ask.query(sort=turned), direction))
    return found


def _first_turn(css: str, key: str) -> str:
    """The first click on a number shows the largest; on words, A first."""
    return f"-{key}" if css == "n" else key


def lines(
    ask: Ask, pks: list[int], look: Look, first_page: set[int] | None = None, *, picks: bool | None = None
) -> list[Line]:
    """The rows of these ids as table cells. `first_page` marks rows that a page showing only those does not insert."""
    return _drawn(ask, details(ask, pks, wanted(ask.columns)), look, first_page, picks=picks)


def _drawn(
    ask: Ask, rows: Sequence[Row], look: Look, first_page: set[int] | None = None, *, picks: bool | None = None
) -> list[Line]:
    picks = ask.picks if picks is None else picks
    drawn = []
    for row in rows:
        elsewhere = first_page is not None and row["pk"] not in first_page
        drawn.append(Line(row["pk"], cells(ask, row, look, picks=picks), elsewhere))
    return drawn


def cells(ask: Ask, row: Row, look: Look, *, picks: bool, columns: Sequence[Column] | None = None) -> SafeString:
    parts = []
    if picks:
        parts.append(
            f'<td class="f-hide"><input class="check" type="checkbox" data-pick="row" name="pk" value="{row["pk"]}"'
            f' aria-label="Pick {escape(row[ask.board.name])}"></td>'
        )
    for column in ask.columns if columns is None else columns:
        css = f"{column.kind.css} {column.css}".strip()
        html = column.kind.html(row[column.key], row, look)
        if column.key == ask.board.name:
            html = f'<a class="strong" href="{look.prefix}{row["pk"]}/">{html}</a>'
        parts.append(f'<td class="{css}">{html}</td>')
    return SafeString("".join(parts))


def _rows_of(ask: Ask, columns: Sequence[Column]) -> tuple[list[Row], bool]:
    """The rows of this page and whether more follow."""
    if not ask.board.at_once:
        pks, more = page_of(ask)
        return details(ask, pks, wanted(columns)), more
    (part,) = ask.parts
    start, size = _span(ask)
    rows = at_once(ask.in_order(part.rows)[start : start + size + 1], wanted(columns))
    return rows[:size], len(rows) > size


def _span(ask: Ask) -> tuple[int, int]:
    return ((ask.page - 1) * PAGE, PAGE) if ask.page > 1 else (0, ask.show)


def page_of(ask: Ask) -> tuple[list[int], bool]:
    """The ids of this page and whether more follow: one row more is asked for, nothing is counted."""
    start, size = _span(ask)
    (pks,) = first_ids([Sorted(_parts(ask), ask.sorted_by.sort, ask.sort.startswith("-"), start, size + 1)])
    return pks[:size], len(pks) > size


def _parts(ask: Ask) -> list[QuerySet[Any]]:
    """By the day they are wanted, each stage has an index of its own; their first rows are merged."""
    lanes, by = ask.board.lanes, ask.sort
    if lanes and ask.sorted_by.sort == lanes.due and not by.startswith("-"):
        stages = [stage.key for stage in life(lanes.noun).stages]
        return [
            ask.in_order(part.rows.filter(stage=stage), bounded=part.bounded)
            for part in ask.parts for stage in stages
        ]  # fmt: skip
    return [ask.in_order(part.rows, bounded=part.bounded) for part in ask.parts]


def chips(ask: Ask) -> list[Chip]:
    return [
        Chip(one.words(pair, ask.user), ask.query(without=pair)) for one, pairs in ask.given for pair in pairs
    ]  # fmt: skip


def table(ask: Ask) -> dict[str, Any]:
    """What a page of rows needs: the fragment and the whole page share it."""
    rows, more = _rows_of(ask, ask.columns)
    last = max(ask.page, -(-ask.show // PAGE) if ask.page == 1 else 1)
    return {
        "lines": _drawn(ask, rows, look_of(ask)),
        "columns": len(ask.columns) + ask.picks,
        "earlier": ask.query(page=ask.page - 1) if ask.page > 1 else "",
        "later": ask.query(page=last + 1) if more and last < MOST_PAGES else "",
        "last": last,
        "shown": min(last * PAGE, MOST_SHOWN),
    }


@dataclass(frozen=True)
class Excerpt:
    """The first rows of a list in few columns, on a page that leads to all of them."""

    heads: list[Head]
    lines: list[Line]
    url: str


def excerpt(board: Board, user: "User", query: str, *, most: int, columns: Collection[str]) -> Excerpt:
    """What the list of this query shows first, drawn by the same columns under the same rights.

    On a phone the last column stands at the end of a row's second line.
    """
    ask = replace(Ask.read(board, user, QueryDict(query)), show=most)
    shown = [column for column in ask.columns if column.key in columns]
    shown[-1] = replace(shown[-1], css="f-2 f-r")
    heads = [Head(column.label, _head_css(column)) for column in shown]
    look = look_of(ask)
    rows, _ = _rows_of(ask, shown)
    drawn = [Line(row["pk"], cells(ask, row, look, picks=False, columns=shown)) for row in rows]
    return Excerpt(heads, drawn, f"{reverse(board.url(board.list_name))}?{query}")
