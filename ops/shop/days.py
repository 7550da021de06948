"""On which days the shop works: weekdays by rule, less the holidays."""

from datetime import date, timedelta
from decimal import Decimal

from ops.shop.reading import exact

_DAY = timedelta(days=1)
_HALF = Decimal("0.5")
_MOST = 366


def is_working_day(day: date) -> bool:
    book = exact()
    return day.weekday() in book.value("calendar.working_days", day) and day not in book.holidays


def next_working_day(day: date) -> date:
    """The first working day after `day`; that day a year on where the shop never works."""
    return next((later for n in range(1, _MOST) if is_working_day(later := day + n * _DAY)), day + _MOST * _DAY)


def working_day_from(day: date) -> date:
    """That day, or the first working day after it: what is proposed to people is a day on which somebody is there."""
    return day if is_working_day(day) else next_working_day(day)


def working_days_between(start: date, end: date) -> Decimal:
    """Working days after `start` up to and with `end`; a half day counts half. Negative the other way round."""
    if end < start:
        return -working_days_between(end, start)
    book, days = exact(), Decimal(0)
    for n in range(1, (end - start).days + 1):
        day = start + n * _DAY
        if day.weekday() in book.value("calendar.working_days", day) and day not in book.holidays:
            days += _HALF if day.weekday() in book.value("calendar.half_days", day) else 1
    return days
