"""What an address asks of a board, read once and strictly: an unknown filter is refused, never silently dropped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.http import QueryDict

from ops.access.scopes import scopes_of
from ops.boards.declare import Board, Column, Part
from ops.boards.filters import Filter, NotHere, Pairs
from ops.given import id_of, whole

if TYPE_CHECKING:
    from accounts.models import User

PAGE = 50
MOST_SHOWN = 500
MOST_PAGES = 400
# Everything, said aloud: an address without any question opens with the start that somebody has chosen (ops.standing).
EVERY = "?every=1"
_OWN = frozenset({"sort", "page", "show", "ids", "all", "tabs", "every"})


def by_order(path: str, *, down: bool, blank: bool = False, bounded: bool = False) -> OrderBy:
    """`bounded` hides the column from the indexes, so that the cost follows the rows that the person may see (D7)."""
    what = Coalesce(F(path), F(path)) if bounded else F(path)
    if down:
        return what.desc(nulls_last=True) if blank else what.desc()
    return what.asc()


@dataclass(frozen=True)
class Ask:
    """`given` are the filters in canonical form; `sort` is a column's key, with - for downwards."""

    board: Board
    user: User
    given: tuple[tuple[Filter, tuple[tuple[str, str], ...]], ...]
    sort: str
    page: int = 1
    show: int = PAGE

    @classmethod
    def read(cls, board: Board, user: User, params: QueryDict) -> Ask:
        held = scopes_of(user)
        filters = board.filters_for(held)
        known = _OWN.union(*(one.params() for one in filters))
        for param in params:
            if param not in known:
                raise NotHere(f"These {board.plural} cannot be filtered by “{param[:40]}”.")
        given = tuple((one, tuple(pairs)) for one in filters if (pairs := one.read(params, user)))
        sort = params.get("sort") or board.default_sort(held)
        ask = cls(board, user, given, sort, _number(params, "page", 1, MOST_PAGES))
        ask.sorted_by  # noqa: B018  (refuses an unknown column now)
        return replace(ask, show=max(PAGE, _number(params, "show", PAGE, MOST_SHOWN)))

    # --- who and what -------------------------------------------------------------------------------------------

    @cached_property
    def held(self) -> frozenset[str]:
        return scopes_of(self.user)

    @cached_property
    def columns(self) -> list[Column]:
        return self.board.columns_for(self.held)

    @cached_property
    def picks(self) -> bool:
        """Rows have a box to tick when there is something to do to many."""
        return bool(self.board.verbs_for(self.held))

    @cached_property
    def sorted_by(self) -> Column:
        key = self.sort.removeprefix("-")
        for column in self.columns:
            if column.key == key and column.sort:
                return column
        raise NotHere(f"These {self.board.plural} cannot be sorted by “{key[:40]}”.")

    # --- rows ---------------------------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """The person's rows under the filter, in no order."""
        return self._filtered(self.board.rows(self.user))

    @cached_property
    def parts(self) -> list[Part]:
        """The same rows, as the disjoint parts that the board declares for this person."""
        declared = self.board.parts(self.user) if self.board.parts else ()
        return [Part(self._filtered(part.rows), part.bounded) for part in declared] or [Part(self.rows)]

    def _filtered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = rows.order_by()
        for one, pairs in self.given:
            rows = one.apply(rows, list(pairs), self.user)
        return rows

    @cached_property
    def left_out(self) -> str:
        """What the filters do not look through: said beside counts and totals; files and bulk verbs refuse then."""
        return " ".join(said for one, pairs in self.given if (said := one.left_out(list(pairs), self.user)))

    def in_order(self, rows: QuerySet[Any], *, bounded: bool = False) -> QuerySet[Any]:
        """By the column asked for, primary key last, so that no two pages show the same row."""
        column, down = self.sorted_by, self.sort.startswith("-")
        if column.sort_value:
            rows = rows.annotate(**{column.sort: column.sort_value(self.user)})
        order = [by_order(column.sort, down=down, blank=column.blank, bounded=bounded)]
        return rows.order_by(*order if column.sort == "pk" else [*order, by_order("pk", down=down, bounded=bounded)])

    # --- addresses ----------------------------------------------------------------------------------------------

    @cached_property
    def pairs(self) -> Pairs:
        return [pair for _, pairs in self.given for pair in pairs]

    @property
    def default_sort(self) -> bool:
        return self.sort == self.board.default_sort(self.held)

    def query(self, *, without: tuple[str, str] | None = None, sort: str | None = None, **more: object) -> str:
        """The canonical query string with its question mark; a change of filter or sort starts at the first page."""
        pairs = [pair for pair in self.pairs if pair != without]
        sort = self.sort if sort is None else sort
        if sort != self.board.default_sort(self.held):
            pairs.append(("sort", sort))
        pairs += [(key, str(value)) for key, value in more.items()]
        return "?" + urlencode(pairs) if pairs else EVERY

    def without_filters(self) -> str:
        return EVERY if self.default_sort else f"?sort={self.sort}"


def _number(params: QueryDict, key: str, default: int, most: int) -> int:
    text = params.get(key) or str(default)
    number = whole(text, digits=9)
    if number is None or not 1 <= number <= most:
        raise NotHere(f"There is no {key} “{text[:40]}”. Narrow the filter instead.")
    return number


def ids_of(params: QueryDict, most: int = 1000) -> list[int]:
    """The ids a live page asks about; anything else in there is not ours."""
    words = params.get("ids", "").split(",")[:most]
    return [pk for word in words if (pk := id_of(word)) is not None]
