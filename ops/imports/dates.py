"""Dates as people write them. Whether the day or the month comes first is decided by evidence, once per column (I1).

Evidence, in this order: a number above 12 in one place; the order of the rows (files are mostly in order of time); the
other date columns of the same file. What is still open is asked, never guessed.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from ops.errors import Refused
from ops.imports.problems import Unreadable

DMY, MDY = "dmy", "mdy"
_WORDS = {DMY: "day first", MDY: "month first"}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ](.+))?$")
_PARTS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,]+(.+))?$")
_NAMED = re.compile(r"(\d{1,2})[-/. ]([A-Za-z]{3,9})[-/., ]+(\d{4}|\d{2})(?:[T ,]+(.+))?$")
_NAMED_FIRST = re.compile(r"([A-Za-z]{3,9})[-/. ](\d{1,2})[-/., ]+(\d{4}|\d{2})(?:[T ,]+(.+))?$")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?\s*(Z|[+-]\d{2}:?\d{2})?$")
_MIDNIGHT = re.compile(r"(0?0:00(:00(\.0+)?)?)?$")
_MONTHS = {name: i for i, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)}  # fmt: skip
_THIS_CENTURY_BELOW = 70
NOON = time(12)


@dataclass
class Evidence:
    """What the spellings of one column say about their order. Fed every cell once, in the order of the file."""

    column: str
    first_above: dict[str, int] = field(default_factory=dict)
    second_above: dict[str, int] = field(default_factory=dict)
    open_samples: dict[str, str] = field(default_factory=dict)
    backwards: dict[str, int] = field(default_factory=lambda: {DMY: 0, MDY: 0})
    dates: dict[str, int] = field(default_factory=dict)
    steps: int = 0
    _before: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    _last: str = ""
    _counted: tuple[dict[str, int], ...] = ()
    _mark: str = ""

    def see(self, cell: str) -> None:
        if cell != self._last:  # the lines of one order follow each other with the same date: read once, counted each
            match = _PARTS.match(cell)
            self._last, self._counted = cell, ()
            if match:
                self._read(cell, match)
        for counts in self._counted:
            counts[self._mark] = counts.get(self._mark, 0) + 1

    def _read(self, cell: str, match: re.Match[str]) -> None:
        first, mark, second, year = int(match[1]), match[2], int(match[3]), _year(match[4])
        self._mark, self._counted = mark, (self.dates,)
        if first > 12 >= second:
            self._counted = (self.dates, self.first_above)
        elif second > 12 >= first:
            self._counted = (self.dates, self.second_above)
        elif first != second and max(first, second) <= 12:
            self.open_samples.setdefault(mark, cell)
        self._step((year, second, first) if second <= 12 else (year, first, second), DMY)
        self._step((year, first, second) if first <= 12 else (year, second, first), MDY)
        self.steps += 1

    def _step(self, day: tuple[int, int, int], order: str) -> None:
        before = self._before.get(order)
        self.backwards[order] += before is not None and day < before
        self._before[order] = day

    def order_of(self, mark: str) -> str | None:
        """The order of the dates written with this mark, as far as the dates themselves tell."""
        above = self.first_above.get(mark, 0), self.second_above.get(mark, 0)
        if all(above):
            if min(above) * 50 > max(above):
                raise Refused(
                    f"Column “{self.column}” has dates with the day first and dates with the month first, all written"
                    f" with “{mark}”. Make them one kind and load the file again."
                )
            return DMY if above[0] > above[1] else MDY
        if any(above):
            return DMY if above[0] else MDY
        few, many = sorted(self.backwards.values())
        if self.steps >= 20 and many >= 5 and few * 10 <= many:
            return DMY if self.backwards[DMY] < self.backwards[MDY] else MDY
        return None


@dataclass(frozen=True)
class Orders:
    """The decision for each column and mark, and the sentences that say why."""

    by_column: dict[str, dict[str, str]]
    notes: list[str]


def decide(columns: Iterable[Evidence], told: str = "") -> Orders:
    """Raises Refused naming the column that could be either."""
    seen = list(columns)
    if told:
        every = {e.column: dict.fromkeys("-/. ", told) for e in seen}
        return Orders(every, [f"Dates are read {_WORDS[told]}, as told."])
    own = {e.column: {mark: e.order_of(mark) for mark in _marks(e)} for e in seen}
    decided: dict[str, dict[str, str]] = {}
    notes: list[str] = []
    for evidence in seen:
        decided[evidence.column] = {}
        for mark, order in own[evidence.column].items():
            others = {orders.get(mark) for orders in own.values()} - {None}
            final = order or (others.pop() if len(others) == 1 else None)
            if final is None and mark in evidence.open_samples:
                raise Refused(
                    f"Column “{evidence.column}” could be day first or month first: “{evidence.open_samples[mark]}” and"
                    " every other date in it reads both ways. Say which: --dates dmy (day first) or --dates mdy."
                )
            decided[evidence.column][mark] = final or DMY
        notes += _why(evidence, decided[evidence.column], own[evidence.column])
    return Orders(decided, notes)


def _marks(evidence: Evidence) -> list[str]:
    return sorted({*evidence.first_above, *evidence.second_above, *evidence.open_samples})


def _why(evidence: Evidence, decided: dict[str, str], own: dict[str, str | None]) -> list[str]:
    reasons = []
    for mark, order in decided.items():
        proof = evidence.first_above if order == DMY else evidence.second_above
        if count := proof.get(mark, 0):
            place = "first" if order == DMY else "second"
            reason = f"in {count:,} of {evidence.dates[mark]:,} dates the {place} number is above 12"
        elif own[mark]:
            reason = "only so are the rows in order of time"
        else:
            reason = "as in the other columns of this file"
        reasons.append(f"“{evidence.column}” is read {_WORDS[order]}: {reason}.")
    return reasons


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (2000 if year < _THIS_CENTURY_BELOW else 1900)


def reader(orders: dict[str, str], zone: ZoneInfo, *, with_time: bool) -> Callable[[str], str]:
    """A function from a cell to ISO text. A date without a time is noon of the shop's zone, safely inside its day."""

    @lru_cache(maxsize=20_000)
    def read(cell: str) -> str:
        day, rest = _day(cell, orders)
        if not with_time:
            return day.isoformat()
        # Midnight to the second is what programs write for a day without a time.
        return datetime.combine(day, NOON, zone).isoformat() if _MIDNIGHT.match(rest) else _with_time(day, rest, zone)

    return read


def _day(cell: str, orders: dict[str, str]) -> tuple[date, str]:
    if match := _ISO.match(cell):
        year, month, day, rest = int(match[1]), int(match[2]), int(match[3]), match[4]
    elif match := _PARTS.match(cell):
        first, second = int(match[1]), int(match[3])
        day, month = (first, second) if orders.get(match[2], DMY) == DMY else (second, first)
        year, rest = _year(match[4]), match[5]
    elif match := _NAMED.match(cell):
        day, month, year, rest = int(match[1]), _MONTHS.get(match[2][:3].lower(), 0), _year(match[3]), match[4]
    elif match := _NAMED_FIRST.match(cell):
        day, month, year, rest = int(match[2]), _MONTHS.get(match[1][:3].lower(), 0), _year(match[3]), match[4]
    else:
        raise Unreadable("this is not a date. Write it like 2026-03-31 or 31/03/2026.")
    try:
        return date(year, month, day), (rest or "").strip()
    except ValueError as error:
        raise Unreadable("there is no such day.") from error


def _with_time(day: date, text: str, zone: ZoneInfo) -> str:
    match = _TIME.match(text)
    if not match:
        raise Unreadable("the time after the date cannot be read. Write it like 14:30.")
    hour = int(match[1])
    if half := (match[4] or "").lower():
        if not 1 <= hour <= 12:
            raise Unreadable("there is no such time.")
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        moment = datetime.combine(day, time(hour, int(match[2]), int(match[3] or 0)), zone)
    except ValueError as error:
        raise Unreadable("there is no such time.") from error
    if match[5]:
        return moment.replace(tzinfo=None).isoformat() + ("+00:00" if match[5] == "Z" else match[5])
    return moment.isoformat()
