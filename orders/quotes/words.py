"""Days as quotes say them: to customers, with the year, since a quote may be read long after."""

from datetime import date, datetime

from ops import clock


def day_of(value: date | datetime | None) -> str:
    if value is None:
        return "—"
    day = value.astimezone(clock.zone()).date() if isinstance(value, datetime) else value
    return f"{day:%-d %b %Y}"
