"""One cell as a day or a moment, once the order of its column is known (dates.py decides that)."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ops.imports.problems import Unreadable
from ops.imports.values.months import month_number

DMY, MDY, YMD = "dmy", "mdy", "ymd"
ORDER_WORDS = {DMY: "day first", MDY: "month first", YMD: "year first"}
# Beside the marks between numbers: how bare numbers of a spreadsheet are counted.
SERIAL = "#"
EPOCHS = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}
SERIALS = range(18_264, 73_051)  # 1950 to 2099 as Excel counts: below and above, a bare number is no day of a shop
PIVOT = 70
NOON = time(12)
_WEEKDAY = re.compile(r"^[^\W\d_]{2,12}\.?,\s+(?=\d|\w)")
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\s*(.+))?$", re.ASCII)
COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:[T ]?(\d{2}:?\d{2}.*))?$", re.ASCII)
PARTS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,]+(.+))?$", re.ASCII)
_NAMED = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|\.|º)?[-/. ]*(?:de |of )?([^\W\d_]{3,12})\.?(?:[-/., ]+(?:de |del )?|')(\d{4}|\d{2})"
    r"(?:[T ,]+(.+))?$",
    re.IGNORECASE,
)
_NAMED_FIRST = re.compile(
    r"([^\W\d_]{3,12})\.?[-/. ]*(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4}|\d{2})(?:[T ,]+(.+))?$", re.IGNORECASE
)
_YEAR_NAMED = re.compile(r"(\d{4})[-/., ]+([^\W\d_]{3,12})\.?[-/., ]+(\d{1,2})(?:[T ,]+(.+))?$")
SERIAL_CELL = re.compile(r"(\d{5})(?:[.,](\d+))?$", re.ASCII)
_TIME = re.compile(
    r"(\d{1,2})(?:[:.hH](\d{2}))?(?:[:.](\d{2})(?:[.,]\d+)?)?\s*(?:([AaPp])\.?\s*[Mm]\.?)?\s*"
    r"(Z|(?:UTC|GMT)?\s*[+-]\d{1,2}:?\d{2}|(?:UTC|GMT)(?:[+-]\d{1,2})?|[A-Z]{2,5})?$"
)
_COMPACT_TIME = re.compile(r"(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?$", re.ASCII)
_MIDNIGHT = re.compile(r"(0?0:00(:00(\.0+)?)?)?$")
_WRITE_IT = "Write it like 2026-03-31 or 31/03/2026."


def year_of(text: str) -> int:
    """Two digits below the pivot are of this century."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < PIVOT else 1900)


def reader(orders: Mapping[str, str], zone: ZoneInfo, *, with_time: bool) -> Callable[[str], str]:
    """A function from a cell to ISO text. A date without a time is noon of the shop's zone, safely inside its day."""

    @lru_cache(maxsize=20_000)
    def read(cell: str) -> str:
        day, rest = day_of(cell, orders)
        if not with_time:
            return day.isoformat()
        # Midnight to the second is what programs write for a day without a time.
        return datetime.combine(day, NOON, zone).isoformat() if _MIDNIGHT.match(rest) else _with_time(day, rest, zone)

    return read


def day_of(cell: str, orders: Mapping[str, str]) -> tuple[date, str]:
    """The day, and what stands behind it. Raises Unreadable."""
    cell = _WEEKDAY.sub("", cell, count=1)
    if match := ISO.match(cell) or COMPACT.match(cell):
        year, month, day, rest = match[1], int(match[2]), int(match[3]), match[4]
    elif match := PARTS.match(cell):
        order, rest = orders.get(match[2], DMY), match[5]
        first, second, third = match[1], match[3], match[4]
        if order == YMD and len(third) == 2:
            year, month, day = first.zfill(2), int(second), int(third)
        else:
            day, month = (int(second), int(first)) if order == MDY else (int(first), int(second))
            year = third
    elif SERIAL in orders and (match := SERIAL_CELL.match(cell)):
        return _serial(match, orders[SERIAL])
    elif match := _NAMED.match(cell):
        day, month, year, rest = int(match[1]), _month(match[2]), match[3], match[4]
    elif match := _NAMED_FIRST.match(cell):
        month, day, year, rest = _month(match[1]), int(match[2]), match[3], match[4]
    elif match := _YEAR_NAMED.match(cell):
        year, month, day, rest = match[1], _month(match[2]), int(match[3]), match[4]
    else:
        raise Unreadable("this is not a date. " + _WRITE_IT, "no_date", _WRITE_IT)
    return _existing(year_of(year), month, day, orders.get(match[2], "")), (rest or "").strip()


def _month(name: str) -> int:
    if number := month_number(name):
        return number
    raise Unreadable(f"“{name}” is no month that is known here. {_WRITE_IT}", "no_date", _WRITE_IT)


def _existing(year: int, month: int, day: int, order: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        read = f" The column is read {ORDER_WORDS[order]}." if order in ORDER_WORDS else ""
        if not 1 <= month <= 12:
            why = f"there is no such day: no month {month}.{read}"
        else:
            why = f"there is no such day: day {day} of month {month} in {year}.{read}"
        raise Unreadable(why, "no_such_day", "Look up the day and correct the cell.") from error


def _serial(match: re.Match[str], epoch: str) -> tuple[date, str]:
    if int(match[1]) not in SERIALS:
        raise Unreadable("this bare number is no day of our time. " + _WRITE_IT, "no_date", _WRITE_IT)
    day = EPOCHS[epoch] + timedelta(days=int(match[1]))
    seconds = round(float(f"0.{match[2] or 0}") * 86_400)
    if seconds == 86_400:
        return day + timedelta(days=1), ""
    hours, rest = divmod(seconds, 3600)
    return day, f"{hours:02}:{rest // 60:02}:{rest % 60:02}" if seconds else ""


def _with_time(day: date, text: str, zone: ZoneInfo) -> str:
    match = _TIME.match(text)
    if match and not (match[2] or match[4]):
        match = None
    if match:
        hours, minutes, seconds, half, where = match.groups()
    elif short := _COMPACT_TIME.match(text):
        (hours, minutes, seconds, where), half = short.groups(), None
    else:
        raise Unreadable("the time after the date cannot be read. Write it like 14:30.", "no_time", "Write 14:30.")
    hour = int(hours)
    if half:
        if not 1 <= hour <= 12:
            raise Unreadable("there is no such time.", "no_time", "Write 14:30.")
        hour = hour % 12 + (12 if half in "pP" else 0)
    try:
        moment = datetime.combine(day, time(hour, int(minutes or 0), int(seconds or 0)), zone)
    except ValueError as error:
        raise Unreadable("there is no such time.", "no_time", "Write 14:30.") from error
    return moment.replace(tzinfo=None).isoformat() + _offset(where) if where else moment.isoformat()


def _offset(where: str) -> str:
    """Hours from Greenwich. Letters of other zones mean several places (IST is three), so they are not taken."""
    text = where.removeprefix("UTC").removeprefix("GMT").strip()
    if text in {"", "Z"}:
        return "+00:00"
    if text.isalpha():
        raise Unreadable(
            f"the letters {text} name more than one time zone. Write the hours from Greenwich, like +05:00.", "no_time",
            "Write the hours from Greenwich, like +05:00.",
        )  # fmt: skip
    sign, digits = text[0], text[1:].replace(":", "")
    digits = digits.zfill(2).ljust(4, "0") if len(digits) <= 2 else digits.zfill(4)
    if int(digits[:2]) > 14 or int(digits[2:]) > 59:
        raise Unreadable("there is no such time zone.", "no_time", "Write the hours from Greenwich, like +05:00.")
    return f"{sign}{digits[:2]}:{digits[2:]}"
