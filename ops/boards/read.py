"""Rows of a board in two steps: first the ids in order, from one narrow query, then the shown columns of just those.

So a join, a money table's policy or a name is paid for 50 rows, never for all that are sorted (database.md section 3).
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from ops.boards.ask import Ask
from ops.boards.cells import Row
from ops.boards.declare import Column

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


def select(rows: QuerySet[Any], values: Mapping[str, Any]) -> QuerySet[Any]:
    """Only these columns. A name that is a field is taken as it is; others are expressions under an alias."""
    plain = [name for name, what in values.items() if what == name]
    named = {f"c_{name}": F(what) if isinstance(what, str) else what for name, what in values.items() if what != name}
    return rows.values("pk", *plain, **named)


def tidy(row: Row) -> Row:
    return {name.removeprefix("c_"): value for name, value in row.items()}


def details(ask: Ask, pks: Sequence[int], values: Mapping[str, Any]) -> list[Row]:
    """The rows of these ids, in this order; under the person's rights again."""
    if not pks:
        return []
    found = {row["pk"]: tidy(row) for row in select(ask.board.rows(ask.user).order_by().filter(pk__in=pks), values)}
    return [found[pk] for pk in pks if pk in found]


def compiled(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]] | None:
    try:
        return rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None


def stacked(parts: Sequence[QuerySet[Any]]) -> list[int]:
    """The ids of several sorted, limited queries in one round trip."""
    pieces = [piece for part in parts if (piece := compiled(part.values_list("pk")))]
    if not pieces:
        return []
    sql = " union all ".join(f"({sql})" for sql, _ in pieces)
    with connection.cursor() as cursor:
        cursor.execute(sql, [param for _, params in pieces for param in params])
        return [pk for (pk,) in cursor.fetchall()]


def capped(parts: Mapping[str, QuerySet[Any]], most: int = MOST_COUNTED, *, narrow: bool = False) -> dict[str, int]:
    """How many rows each has, never counting past `most`: all of them in one round trip.

    For `narrow` rows the order keeps the planner from walking everybody's in the hope of a quick `most` (D7).
    """
    counts = dict.fromkeys(parts, 0)
    order = [Coalesce(F("pk"), F("pk"))] if narrow else []
    pieces = {
        key: piece for key, part in parts.items() if (piece := compiled(part.order_by(*order).values_list("pk")[:most]))
    }
    if pieces:
        sql = ", ".join(f"(select count(*) from ({sql}) n{i})" for i, (sql, _) in enumerate(pieces.values()))
        with connection.cursor() as cursor:
            cursor.execute(f"select {sql}", [param for _, params in pieces.values() for param in params])
            counts.update(zip(pieces, cursor.fetchone(), strict=True))
    return counts


def count_words(count: int, most: int = MOST_COUNTED) -> str:
    return f"{most - 1:,}+" if count >= most else f"{count:,}"


def totals(ask: Ask) -> list[tuple[Column, Decimal]]:
    """The sums of the visible money columns under the filter, unrounded, worked out by the database (M1)."""
    columns = [column for column in ask.columns if column.total]
    if not columns:
        return []
    sums = ask.rows.aggregate(**{f"t_{column.key}": Sum(column.path) for column in columns})
    return [(column, sums[f"t_{column.key}"] or Decimal(0)) for column in columns]
