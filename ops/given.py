"""What an address or a form says, read as ids, versions, months. What is typed there is never a fault of ours."""

from collections.abc import Mapping
from datetime import date

from django.http import Http404, QueryDict

from ops import clock

_ID_DIGITS = 18  # every one of them fits a bigint
_VERSION_DIGITS = 9  # and these an integer
_YEARS = range(1900, 2200)  # a month has one before it and one after it


def whole(text: str, *, digits: int) -> int | None:
    """A whole number from 0 of at most so many digits: '٣', '²', '+1' and '1_0' are none."""
    return int(text) if len(text) <= digits and text.isascii() and text.isdigit() else None


def plain(text: str) -> str:
    """Without the null byte, which PostgreSQL takes in no text."""
    return text.replace("\x00", "")


def id_of(text: str) -> int | None:
    """The id of a row; whether there is such a row is another question."""
    return whole(text, digits=_ID_DIGITS)


def version_of(given: Mapping[str, str], name: str = "version") -> int | None:
    """Which version of a row was on the screen when the form was sent."""
    return whole(given.get(name, ""), digits=_VERSION_DIGITS)


def without_page(given: QueryDict) -> str:
    """What an address asks for but for the page: the way to another page of the same."""
    rest = given.copy()
    rest.pop("page", None)
    return rest.urlencode()


def month_of(text: str) -> date:
    """The first of the month written like 2026-11; this month for none. Raises Http404 for what is no month."""
    if not text:
        return clock.today().replace(day=1)
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        month = date.min
    if month.year not in _YEARS:
        raise Http404(f"“{text[:20]}” is not a month. Write it like 2026-11.")
    return month
