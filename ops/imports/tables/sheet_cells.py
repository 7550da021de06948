"""How a sheet's stored values are spelled as cells: numbers plain, dates ISO, whatever program stored them."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

_BUILT_IN_DATES = {14, 15, 16, 17, 22, *range(27, 32), *range(34, 37), *range(50, 59)}
_BUILT_IN_TIMES = {18, 19, 20, 21, 32, 33, 45, 47}
_BUILT_IN_SPANS = {46}
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LAST_SERIAL = 2_958_466  # 10000-01-01
_OPEN = re.compile(r"-?[1-9]\d{0,2}\.\d{3}$", re.ASCII)
_SECOND = timedelta(seconds=1)
DATE, TIME, SPAN, PLAIN = "date", "time", "span", ""


class Stored(str):
    """A number of a sheet, like 1.250, that as text could be taken for thousands: here the point is for decimals."""

    __slots__ = ()

    def proving(self) -> str:
        """The same number for a column of numbers: with a fourth decimal it cannot be read as 1,250."""
        return f"{self}0"


def kind_of_format(number: int, code: str = "") -> str:
    """Whether a number format shows dates, times of day, or spans of hours; by its code, or by Excel's own number."""
    if not code:
        return (DATE if number in _BUILT_IN_DATES else TIME if number in _BUILT_IN_TIMES
                else SPAN if number in _BUILT_IN_SPANS else PLAIN)  # fmt: skip
    bare = _QUOTED.sub("", code.partition(";")[0]).lower()
    if "[" in bare:
        return SPAN
    if "general" in bare:
        return PLAIN
    if re.search(r"[yd]|mmm", bare) or re.fullmatch(r"[m/\-. ]*m[m/\-. ]*", bare):
        return DATE
    return TIME if re.search(r"[hs]", bare) else PLAIN


@lru_cache(maxsize=65536)
def date_words(text: str, kind: str, *, from_1904: bool) -> str | None:
    """A serial number as a date, a moment, a time of day or a span; None when there is no such date."""
    try:
        serial = float(text)
    except ValueError:
        return None
    if kind == SPAN:
        return span_words(timedelta(days=serial)) if 0 <= serial < _LAST_SERIAL else None
    if not 0 <= serial < _LAST_SERIAL - (1462 if from_1904 else 0):
        return None
    days, part = divmod(serial, 1)
    # Excel believes that 1900 was a leap year: its day 60 never was, and the days before it are one off.
    start = date(1904, 1, 1) if from_1904 else date(1899, 12, 31 if serial < 60 else 30)
    seconds = round(part * 86400)
    moment = datetime.combine(start, time()) + timedelta(days=int(days), seconds=seconds)
    if kind == TIME and serial < 1:
        return moment.time().isoformat()
    return moment_words(moment)


def moment_words(moment: datetime) -> str:
    """2026-01-31 at midnight, else 2026-01-31 14:05:00."""
    if moment.microsecond:
        moment = (moment + _SECOND / 2).replace(microsecond=0)
    if moment.hour == moment.minute == moment.second == 0:
        return moment.date().isoformat()
    return moment.isoformat(sep=" ")


def span_words(span: timedelta) -> str:
    """36:15:00, however many hours."""
    seconds = round(span.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


@lru_cache(maxsize=65536)
def number_words(text: str) -> str:
    """A stored number as people write it: 0.1, not 0.10000000000000001; 355000000000000, not 3.55E+14."""
    if text.isdigit() and len(text) < 16:
        return text
    try:
        value = float(text)
    except ValueError:
        return text
    return float_words(value)


def float_words(value: float) -> str:
    """The shortest digits that mean the same number, never with an exponent."""
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    if value == int(value) and abs(value) < 1e300:
        return str(int(value)) if abs(value) < 1e16 else format(Decimal(repr(value)), "f").partition(".")[0]
    # Fifteen digits are what a sheet shows and keeps: 17 bring back the errors of binary fractions.
    short = float(f"{value:.15g}")
    text = format(Decimal(repr(short)), "f")
    return Stored(text) if _OPEN.match(text) else text


def cell_words(value: object) -> str:
    """A value of a library that gives Python's types."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return float_words(value)
    if isinstance(value, datetime):
        return moment_words(value)
    if isinstance(value, timedelta):
        return span_words(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None else str(value)
