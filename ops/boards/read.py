"""Rows of a board in two steps: first the ids in order, from one narrow query, then the shown columns of just those.

So a join, a money table's policy or a name is paid for 50 rows, never for all that are sorted (database.md section 3).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, F, Lookup, QuerySet, Sum
from django.db.models.functions import Coalesce

from ops.boards.ask import Ask
from ops.boards.cells import Row
from ops.boards.declare import Column, Part
from ops.numbers import count as spelled

MOST_COUNTED = 1001
MOST_TOTALLED = 20_000


def wanted(columns: Iterable[Column], more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Name → expression of everything these columns read."""
    values: dict[str, Any] = {}
    for column in columns:
        values[column.key] = column.path
        values.update(column.needs)
    values.update(more or {})
    return values


class OneOf(Lookup):
    """`id = any(array)`: one value however many ids, where IN makes a parameter of each."""

    lookup_name = "one_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = any(%s)", (*params, self.rhs)


def _split(values: Mapping[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """Names that are fields are taken as they are; others are expressions under an alias."""
    plain = [name for name, what in values.items() if what == name]
    named = {f"c_{name}": F(what) if isinstance(what, str) else what for name, what in values.items() if what != name}
    return plain, named


def select(rows: QuerySet[Any], values: Mapping[str, Any]) -> QuerySet[Any]:
    """Only these columns."""
    plain, named = _split(values)
    return rows.values("pk", *plain, **named)


def tidy(row: Row) -> Row:
    return {name.removeprefix("c_"): value for name, value in row.items()}


def at_once(rows: QuerySet[Any], values: Mapping[str, Any]) -> list[Row]:
    """These rows in their order with what is shown of them, in one step."""
    plain, named = _split(values)
    names = ["pk", *plain, *(name.removeprefix("c_") for name in named)]
    return [dict(zip(names, row, strict=True)) for row in rows.annotate(**named).values_list("pk", *plain, *named)]


def details(ask: Ask, pks: Sequence[int], values: Mapping[str, Any]) -> list[Row]:
    """The rows of these ids, in this order; under the person's rights again."""
    if not pks:
        return []
    plain, named = _split(values)
    names = ["pk", *plain, *(name.removeprefix("c_") for name in named)]
    rows = ask.board.rows(ask.user).order_by().filter(OneOf(F("pk"), list(pks)))
    found = {
        row[0]: dict(zip(names, row, strict=True)) for row in rows.annotate(**named).values_list("pk", *plain, *named)
    }
    return [found[pk] for pk in pks if pk in found]


def compiled(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]] | None:
    try:
        sql, params = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None
    return sql, params


@dataclass(frozen=True)
class Sorted:
    """The first rows of one sorted list, which may come from several queries that each find their own index."""

    parts: Sequence[QuerySet[Any]]
    by: str
    down: bool
    start: int
    size: int

    def sql(self) -> tuple[str, list[Any]] | None:
        """Every part gives its first rows with what they are sorted by; the first of them all are taken."""
        texts: list[str] = []
        params: list[Any] = []
        for part in self.parts:
            rows = part[: self.start + self.size]
            if piece := compiled(rows.values_list("pk") if self.by == "pk" else rows.values_list("pk", self.by)):
                texts.append(f"({piece[0]})")
                params.extend(piece[1])
        if not texts:
            return None
        turn = "desc" if self.down else "asc"
        names, order = ("(id)", f"id {turn}") if self.by == "pk" else ("(id, by)", f"by {turn} nulls last, id {turn}")
        merged = f"select id from ({' union all '.join(texts)}) m{names} order by {order}"
        return f"{merged} offset {self.start} limit {self.size}", params


def first_ids(lists: Sequence[Sorted]) -> list[list[int]]:
    """The ids of several sorted lists in one round trip."""
    if not lists:
        return []
    pieces = [one.sql() or ("select 1 where false", []) for one in lists]
    with connection.cursor() as cursor:
        sql = ", ".join(f"array({sql})" for sql, _ in pieces)
        cursor.execute(f"select {sql}", [param for _, params in pieces for param in params])
        return list(cursor.fetchone())


def counted(lists: Mapping[str, Sorted], first: int) -> dict[str, tuple[int, list[int]]]:
    """How many rows each list has, up to its size, and the first ids: one walk for both, one round trip for all."""
    found: dict[str, tuple[int, list[int]]] = {key: (0, []) for key in lists}
    pieces = {key: piece for key, one in lists.items() if (piece := one.sql())}
    if pieces:
        sql = " union all ".join(
            f"select {i}, count(*), (array_agg(id))[1:{first}] from ({sql}) l"
            for i, (sql, _) in enumerate(pieces.values())
        )
        keys = list(pieces)
        with connection.cursor() as cursor:
            cursor.execute(sql, [param for _, params in pieces.values() for param in params])
            found |= {keys[i]: (count, ids or []) for i, count, ids in cursor.fetchall()}
    return found


def capped(lists: Mapping[str, Sequence[Part]], most: int = MOST_COUNTED) -> dict[str, int]:
    """How many rows each list has, never counting past `most` in any part: all of them in one round trip.

    For `bounded` parts the order keeps the planner from walking everybody's rows in the hope of a quick end (D7).
    """
    counts = dict.fromkeys(lists, 0)
    pieces = []
    for key, parts in lists.items():
        for part in parts:
            order = [Coalesce(F("pk"), F("pk"))] if part.bounded else []
            if piece := compiled(part.rows.order_by(*order).values_list("pk")[:most]):
                pieces.append((key, *piece))
    if pieces:
        sql = ", ".join(f"(select count(*) from ({sql}) n{i})" for i, (_, sql, _) in enumerate(pieces))
        with connection.cursor() as cursor:
            cursor.execute(f"select {sql}", [param for _, _, params in pieces for param in params])
            for (key, _, _), count in zip(pieces, cursor.fetchone(), strict=True):
                counts[key] = min(counts[key] + count, most)
    return counts


def count_words(count: int, most: int = MOST_COUNTED) -> str:
    return f"{spelled(most - 1)}+" if count >= most else spelled(count)


def totals(ask: Ask) -> tuple[int, list[tuple[Column, Decimal | None]]]:
    """How many rows, and the sums of the visible money columns, under the filter and of one moment (M1)."""
    columns = [column for column in ask.columns if column.total]
    if not columns:
        return 0, []
    sums = ask.rows.aggregate(n=Count("pk"), **{f"t_{column.key}": Sum(column.path) for column in columns})
    return sums["n"], [(column, _sum_of(sums, column)) for column in columns]


def _sum_of(sums: Mapping[str, Any], column: Column) -> Decimal | None:
    """Nothing of all these rows is known: no sum either. Of no rows it is zero."""
    known: Decimal | None = sums[f"t_{column.key}"]
    return Decimal(0) if known is None and not sums["n"] else known
