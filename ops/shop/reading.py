"""What holds now. `setting` is exact: one read a transaction, kept until that ends. `shown` may be seconds late."""

import json
import time
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db import Error, connection, transaction

from ops import clock
from ops.db.actor import current_actor
from ops.shop.rules import rule_of

_KEY, _CHANGED = "shop:rules", "shop:changed"
_CACHE_SECONDS = 60
_MEMO_SECONDS = 2.0


@dataclass(frozen=True)
class Book:
    """Every decision that is not withdrawn, newest day first, and every holiday."""

    rules: tuple[tuple[str, date, Any], ...]
    holidays: frozenset[date]

    def value(self, key: str, day: date) -> Any:
        found = next((value for name, since, value in self.rules if name == key and since <= day), None)
        return rule_of(key).fallback if found is None else found


def setting(key: str, *, on: date | None = None) -> Any:
    """The rule as it holds on that day, today by default. In a transaction only own changes change it."""
    return exact().value(key, on or clock.today())


def shown(key: str) -> Any:
    """For what is only drawn: remembered in the process for two seconds, in the cache for a minute.

    Where nobody acts, nobody may ask the database: the default. So it is while the database is away.
    """
    if current_actor.get() is None:
        return rule_of(key).fallback
    until, known = _values.get(key, (0.0, None))
    if time.monotonic() < until and not (_changing.get() or clock.is_moved()):
        return known
    try:
        found = _remembered().value(key, clock.today())
    except Error:  # the page that says so must be drawn all the same
        return rule_of(key).fallback
    if not (_changing.get() or clock.is_moved()):
        _values[key] = (time.monotonic() + _MEMO_SECONDS, found)
    return found


def exact() -> Book:
    if not connection.in_atomic_block:
        return _read()
    kept: dict[str, Any] = connection.kept  # type: ignore[attr-defined]
    if _KEY not in kept:
        kept[_KEY] = _read()
    book: Book = kept[_KEY]
    return book


def forget() -> None:
    """After a change: this transaction reads again; once it is committed, so does every page."""
    if connection.in_atomic_block:
        connection.kept.pop(_KEY, None)  # type: ignore[attr-defined]
        connection.kept[_CHANGED] = True  # type: ignore[attr-defined]
        _changing.set(True)
    transaction.on_commit(_drop)


def _drop() -> None:
    _memo.clear()
    _values.clear()
    cache.delete(_KEY)


_memo: dict[str, tuple[float, Book]] = {}
_values: dict[str, tuple[float, Any]] = {}  # asked some hundred times a page
_changing: ContextVar[bool] = ContextVar("ops_shop_changing", default=False)


def _remembered() -> Book:
    if _changing.get():
        if _CHANGED in connection.kept:  # type: ignore[attr-defined]
            return exact()  # not yet anybody else's
        _changing.set(False)  # that transaction is over
    until, known = _memo.get(_KEY, (0.0, None))
    if known is not None and time.monotonic() < until:
        return known
    book: Book | None = cache.get(_KEY)
    if book is None:
        book = exact()
        cache.set(_KEY, book, _CACHE_SECONDS)
    _memo[_KEY] = (time.monotonic() + _MEMO_SECONDS, book)
    return book


def _read() -> Book:
    """Both tables in one journey; no more rows than people have made decisions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select s.id, s.key, s.starts_on, s.value::text from shop_setting s where s.withdrawn_at is null"
            " union all select 0, '', h.day, null from shop_holiday h order by 3 desc, 1 desc"
        )
        rows = cursor.fetchall()
    return Book(
        tuple((key, since, json.loads(value)) for _, key, since, value in rows if key),
        frozenset(day for _, key, day, _ in rows if not key),
    )
