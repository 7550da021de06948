"""One clock. A business day starts at the shop's reset hour, in the shop's zone (T1: 05:00 Asia/Karachi by default)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def now() -> datetime:
    return timezone.now()


def business_day(instant: datetime, *, in_zone: ZoneInfo | None = None, reset_minutes: int | None = None) -> date:
    """The business day of an aware instant; the SQL twin is ops.business_day(timestamptz, text, int)."""
    reset = settings.DAY_RESET_MINUTES if reset_minutes is None else reset_minutes
    local = instant.astimezone(in_zone or zone()).replace(tzinfo=None)
    return (local - timedelta(minutes=reset)).date()


def today() -> date:
    return business_day(now())
