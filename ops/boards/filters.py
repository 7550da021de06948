"""Filters of a board. The query string is the truth: each reads its part of it, and refuses what it does not know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from ops import clock
from ops.errors import Refused
from ops.templatetags.ops import day

if TYPE_CHECKING:
    from accounts.models import User

Pairs = list[tuple[str, str]]
Options = Callable[["User"], Sequence[tuple[str, str]]]


class NotHere(Refused):
    """The address asks for what does not exist, or not for this person."""

    status = 404


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One filter; `scopes` are those who may use it (empty: everybody who sees the board)."""

    key: str
    label: str
    scopes: frozenset[str] | set[str] = frozenset()
    form = "choice"

    def params(self) -> tuple[str, ...]:
        return (self.key,)

    def read(self, given: QueryDict, user: User) -> Pairs:
        """The canonical pairs of this filter; empty when it is not asked for. Raises NotHere."""
        raise NotImplementedError

    def apply(self, rows: QuerySet[Any], pairs: Pairs, user: User) -> QuerySet[Any]:
        raise NotImplementedError

    def left_out(self, pairs: Pairs, user: User) -> str:
        """What this filter does not look through, in a sentence; mostly nothing."""
        return ""

    def words(self, pair: tuple[str, str], user: User) -> str:
        return f"{self.label}: {pair[1]}"

    def options_for(self, user: User) -> Sequence[tuple[str, str]]:
        return ()


@dataclass(frozen=True, kw_only=True)
class Choice(Filter):
    """One or several of a list: `field` is one of them, or `where` gives the condition."""

    options: Options
    field: str = ""
    where: Callable[[list[str]], Q] | None = None
    many: bool = False

    @property
    def form(self) -> str:  # type: ignore[override]
        return "many" if self.many else "choice"

    def options_for(self, user: User) -> Sequence[tuple[str, str]]:
        return self.options(user)

    def read(self, given: QueryDict, user: User) -> Pairs:
        values = [value for value in dict.fromkeys(given.getlist(self.key)) if value]
        if not values:
            return []
        known = [value for value, _ in self.options(user)]
        for value in values:
            if value not in known:
                raise NotHere(f"There is no {self.label.lower()} “{value[:40]}” to filter by.")
        if not self.many:
            values = values[-1:]
        return [(self.key, value) for value in known if value in values]

    def apply(self, rows: QuerySet[Any], pairs: Pairs, user: User) -> QuerySet[Any]:
        values = [value for _, value in pairs]
        return rows.filter(self.where(values) if self.where else Q(**{f"{self.field}__in": values}))

    def words(self, pair: tuple[str, str], user: User) -> str:
        return f"{self.label}: {dict(self.options(user)).get(pair[1], pair[1])}"


@dataclass(frozen=True, kw_only=True)
class Flag(Filter):
    """Yes, or when `no` is given also no."""

    yes: Q | Callable[[QuerySet[Any], User], QuerySet[Any]]
    no: Q | None = None
    form = "flag"

    def read(self, given: QueryDict, user: User) -> Pairs:
        value = given.get(self.key, "")
        if value == "":
            return []
        if value not in ({"1"} if self.no is None else {"0", "1"}):
            raise NotHere(f"“{self.label}” is 1 or is left out, not “{value[:40]}”.")
        return [(self.key, value)]

    def apply(self, rows: QuerySet[Any], pairs: Pairs, user: User) -> QuerySet[Any]:
        wanted = self.yes if pairs[0][1] == "1" or self.no is None else self.no
        return rows.filter(wanted) if isinstance(wanted, Q) else wanted(rows, user)

    def words(self, pair: tuple[str, str], user: User) -> str:
        return self.label if pair[1] == "1" else f"Not {self.label.lower()}"


@dataclass(frozen=True, kw_only=True)
class Period(Filter):
    """From a day to a day, both included; either may be left open. `field` is a date column of business days."""

    field: str
    form = "period"

    def params(self) -> tuple[str, ...]:
        return (f"{self.key}_from", f"{self.key}_to")

    def read(self, given: QueryDict, user: User) -> Pairs:
        pairs = [(param, self._day(given.get(param, ""))) for param in self.params() if given.get(param)]
        days = dict(pairs)
        first, last = (days.get(param) for param in self.params())
        if first and last and first > last:
            raise NotHere(f"{self.label}: the first day is after the last day.")
        return pairs

    def _day(self, text: str) -> str:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise NotHere(f"{self.label}: “{text[:40]}” is not a day. Write it like 2026-11-21.") from error

    def apply(self, rows: QuerySet[Any], pairs: Pairs, user: User) -> QuerySet[Any]:
        sides = dict(zip(self.params(), ("gte", "lte"), strict=True))
        return rows.filter(**{f"{self.field}__{sides[param]}": value for param, value in pairs})

    def words(self, pair: tuple[str, str], user: User) -> str:
        side = "from" if pair[0] == self.params()[0] else "to"
        return f"{self.label} {side} {day(date.fromisoformat(pair[1]))}"

    def presets(self) -> list[tuple[str, Pairs]]:
        """This month, last month, this year: as links."""
        today = clock.today()
        month = today.replace(day=1)
        before = month - timedelta(days=1)
        spans = [("This month", month, today), ("Last month", before.replace(day=1), before),
                 ("This year", today.replace(month=1, day=1), today)]  # fmt: skip
        first, last = self.params()
        return [(label, [(first, a.isoformat()), (last, b.isoformat())]) for label, a, b in spans]


@dataclass(frozen=True, kw_only=True)
class Search(Filter):
    """Words that a row must match. `cut` says in a sentence that more match than are looked through, or nothing."""

    where: Callable[[QuerySet[Any], str, User], QuerySet[Any]]
    hint: str = ""
    cut: Callable[[str, User], str] | None = None
    form = "search"

    def read(self, given: QueryDict, user: User) -> Pairs:
        words = " ".join(given.get(self.key, "").replace("\x00", "").split())[:80]
        return [(self.key, words)] if words else []

    def apply(self, rows: QuerySet[Any], pairs: Pairs, user: User) -> QuerySet[Any]:
        return self.where(rows, pairs[0][1], user)

    def left_out(self, pairs: Pairs, user: User) -> str:
        return self.cut(pairs[0][1], user) if self.cut else ""

    def words(self, pair: tuple[str, str], user: User) -> str:
        return f"“{pair[1]}”"
