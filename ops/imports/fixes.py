"""What mends all problems of one kind in one column at once. A person chooses it, seeing before and after.

Two sorts: a fix that `mends` rewrites each cell, and one that `tells` answers for the whole column how it is to be read
(the same answers that questions.py knows), after which the file is understood again.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import phonenumbers
from django.conf import settings

from ops.imports.columns import Column
from ops.imports.values.currencies import parted
from ops.imports.values.digits import western

_NUMBER = re.compile(r"[-−+(]?\s*\d[\d.,'’\u00a0\u202f ]*\)?", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
_PHONE = re.compile(r"\+?[\d(][\d\s().-]{5,}\d", re.ASCII)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Fix:
    """`rows` says what becomes of the rows instead, where no cell can be mended: leave_out, or fill_above."""

    key: str
    label: str
    kinds: frozenset[str]
    mends: Callable[[str], str] | None = None
    tells: tuple[str, str] | None = None
    rows: str = ""
    only_optional: bool = False


def _blank(_: str) -> str:
    return ""


def _number_in(cell: str) -> str:
    found = _NUMBER.findall(parted(cell)[0])
    return found[0].strip() if len(found) == 1 else cell


def _email_in(cell: str) -> str:
    found = _EMAIL.findall(cell)
    return found[0] if found else cell


def _without_minus(cell: str) -> str:
    return cell.strip(" -−()")


def _first_word(cell: str) -> str:
    found = _WORD.search(cell)
    return found[0] if found else cell


def _phone_in(cell: str) -> str:
    """Of several numbers in one cell the first, whole: it ends where digits end and a valid number does."""
    found = _PHONE.search(western(cell))
    if not found:
        return cell
    possible = ""
    for digits in re.finditer(r"\d+", text := found[0]):
        try:
            number = phonenumbers.parse(text[: digits.end()], settings.SHOP_COUNTRY)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return text[: digits.end()]
        if phonenumbers.is_possible_number(number):
            possible = text[: digits.end()]
    return possible or cell


def _trimmed(cell: str) -> str:
    return " ".join(cell.replace("\u200b", "").replace("\ufeff", "").split()).strip("'\"")


def _fix(key: str, label: str, kinds: str, mends: Callable[[str], str] | None = None, **more: object) -> Fix:
    return Fix(key, label, frozenset(kinds.split()), mends, **more)  # type: ignore[arg-type]


_DATES = "no_date no_such_day"
_NOT_READ = (
    "unreadable no_date no_such_day no_time no_number which_decimal out_of_range no_currency no_email no_phone"
    " no_yes_or_no no_country other_currency"
)
FIXES: tuple[Fix, ...] = (
    _fix("trim", "Take away blanks and quotation marks around them", f"{_NOT_READ} too_long", _trimmed),
    _fix("day_first", "Read all as day/month", _DATES, tells=("dates", "dmy")),
    _fix("month_first", "Read all as month/day", _DATES, tells=("dates", "mdy")),
    _fix("year_first", "Read all as year/month", _DATES, tells=("dates", "ymd")),
    _fix("decimal_comma", "The comma is for decimals", "which_decimal", tells=("marks", ",")),
    _fix("decimal_point", "The point is for decimals", "which_decimal", tells=("marks", ".")),
    _fix("number_in", "Take the one number that is in them", "no_number out_of_range", _number_in),
    _fix("without_minus", "Take them without the minus", "out_of_range", _without_minus),
    _fix("currency_word", "Take the first word as the currency", "no_currency", _first_word),
    _fix("currency_each", "Let each amount have the currency it names", "other_currency", tells=("currencies", "each")),
    _fix("currency_column", "Take them in the currency of the column", "other_currency",
         tells=("currencies", "column")),
    _fix("email_in", "Take the first e-mail address in them", "no_email", _email_in),
    _fix("phone_in", "Take the first phone number in them", "no_phone", _phone_in),
    _fix("fill_above", "Take what stands in the row above", "blank", rows="fill_above"),
    _fix("first_line", "Let the first line count", "disagree", tells=("first_wins", "yes")),
    _fix("blank", "Leave these cells blank", f"{_NOT_READ} too_long shortened", _blank, only_optional=True),
    _fix("leave_out", "Leave these rows out", f"{_NOT_READ} blank ragged too_long shortened disagree no_rate refused",
         rows="leave_out"),
)  # fmt: skip


def fixes_for(kind: str, column: Column | None = None) -> list[Fix]:
    """What can be offered for a kind of problem. Text that is too long can be cut where its column is known."""
    offered = [fix for fix in FIXES if kind in fix.kinds and not (fix.only_optional and column and column.required)]
    if kind == "too_long" and column is not None:
        most = column.most
        offered.insert(0, _fix("cut", f"Cut them after {most} letters", "too_long", lambda cell: cell[:most].rstrip()))
    return offered


def fix_named(key: str, kind: str, column: Column | None = None) -> Fix | None:
    return next((fix for fix in fixes_for(kind, column) if fix.key == key), None)


def preview(fix: Fix, cells: Iterable[str], most: int = 3) -> list[tuple[str, str]]:
    """Some cells before and after; a fix that changes nothing of them is not worth offering."""
    if fix.mends is None:
        return []
    changed = ((cell, after) for cell in cells if (after := fix.mends(cell)) != cell)
    return [pair for _, pair in zip(range(most), changed, strict=False)]
