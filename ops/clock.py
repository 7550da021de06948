"""One clock. A business day starts at the shop's reset hour, in the shop's zone (T1: 05:00 Asia/Karachi by default)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

_moved: ContextVar[datetime | None] = ContextVar("ops_clock", default=None)


def zone() -> ZoneInfo:
    return _zone(settings.TIME_ZONE)


_zone = cache(ZoneInfo)


def now() -> datetime:
    return _moved.get() or timezone.now()


def is_moved() -> bool:
    """Whether this is another time than that of the wall."""
    return _moved.get() is not None


@contextmanager
def moved_to(instant: datetime) -> Iterator[None]:
    """Python's half of the setting ops.clock: the demo shop lives at another time. PostgreSQL asks for the owner."""
    token = _moved.set(instant)
    try:
        yield
    finally:
        _moved.reset(token)


def business_day(instant: datetime, *, in_zone: ZoneInfo | None = None, reset_minutes: int | None = None) -> date:
    """The business day of an aware instant; the SQL twin is ops.business_day(timestamptz, text, int)."""
    reset = settings.DAY_RESET_MINUTES if reset_minutes is None else reset_minutes
    local = instant.astimezone(in_zone or zone()).replace(tzinfo=None)
    return (local - timedelta(minutes=reset)).date()


def today() -> date:
    return business_day(now())
