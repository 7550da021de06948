"""Verbs of the rates: lock, check, change, record. An order keeps the rate that it was counted at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import connection

from ops import clock, events
from ops.errors import Conflict, Refused
from ops.imports.values.currencies import codes
from ops.numbers import number
from ops.rates.models import ExchangeRate

if TYPE_CHECKING:
    from accounts.models import User

MOST = 5_000
_SAID = 3


class RateLine(NamedTuple):
    """What one unit of `currency` is worth in the shop's from `day` on."""

    day: date
    currency: str
    rate: Decimal


def keep_rates(lines: Sequence[RateLine], *, by: User) -> tuple[int, int]:
    """How many are new, and how many of a day that had one are another now. The same again changes nothing."""
    _keeps(by)
    wanted = _checked(lines)
    _lock()

    days = {day for _, day in wanted}
    known = {(one.currency, one.day): one for one in ExchangeRate.objects.filter(day__in=days)}
    new = [ExchangeRate(currency=c, day=d, rate=rate) for (c, d), rate in wanted.items() if (c, d) not in known]
    corrected = [one for key, one in known.items() if key in wanted and one.rate != wanted[key]]

    ExchangeRate.objects.bulk_create(new, batch_size=1000)
    for one in corrected:
        one.rate = wanted[one.currency, one.day]
        one.save(update_fields=["rate"])

    if new or corrected:
        said = ", ".join(spelled(line) for line in lines[:_SAID]) + (" …" if len(lines) > _SAID else "")
        events.record_about("exchangerate", "rates.kept", new=len(new), corrected=len(corrected), said=said)
    return len(new), len(corrected)


def correct_rate(one: ExchangeRate, rate: Decimal, *, by: User, seen: Decimal | None = None) -> ExchangeRate:
    """`seen` is the rate that the person looked at."""
    _keeps(by)
    _lock()
    found = ExchangeRate.objects.select_for_update(of=("self",)).filter(pk=one.pk).first()
    if found is None:
        raise Conflict(f"Somebody removed the rate of {one} meanwhile.")
    if seen is not None and seen != found.rate:
        raise Conflict(f"Somebody set the rate of {found} to {number(found.rate)} just now. Look again, then decide.")
    if problem := rate_problem(rate):
        raise Refused(problem, field="rate")
    if found.rate == rate:
        return found

    old, found.rate = found.rate, rate
    found.save(update_fields=["rate"])

    events.record("rates.corrected", found, currency=found.currency, day=_day(found.day), old=number(old),
                  new=number(rate))  # fmt: skip
    return found


def remove_rate(one: ExchangeRate, *, by: User) -> None:
    """The days it held for are those of the rate before. What was loaded stays as it was counted."""
    _keeps(by)
    _lock()
    found = ExchangeRate.objects.select_for_update(of=("self",)).filter(pk=one.pk).first()
    if found is None:
        return

    found.delete()

    events.record_about("exchangerate", "rates.removed", currency=found.currency, day=_day(found.day),
                        old=number(found.rate))  # fmt: skip


def line_problem(line: RateLine) -> str:
    """Why a line cannot be kept; empty when it can."""
    home = settings.SHOP_CURRENCY
    if line.currency == home:
        return f"{home} is the shop's own currency and needs no rate."
    if line.currency not in codes():
        return f"“{line.currency}” is no currency in use; write its three letters, like USD."
    if line.day > clock.today():
        return f"{_day(line.day)} has not come yet."
    return rate_problem(line.rate)


def rate_problem(rate: Decimal) -> str:
    sound = rate.is_finite() and 0 < rate < 10**11 and rate == round(rate, 8)
    return "" if sound else "A rate is more than zero and has at most eight decimals."


def spelled(line: RateLine) -> str:
    return f"{line.currency} {number(line.rate)} on {_day(line.day)}"


def _checked(lines: Sequence[RateLine]) -> dict[tuple[str, date], Decimal]:
    if not lines:
        raise Refused("Write at least one line: the day, the currency and its rate.", field="rows")
    if len(lines) > MOST:
        raise Refused(f"At most {MOST:,} rates at once.", field="rows")
    wanted: dict[tuple[str, date], Decimal] = {}
    for line in lines:
        if problem := line_problem(line):
            raise Refused(problem, field="rows")
        if wanted.setdefault((line.currency, line.day), line.rate) != line.rate:
            raise Refused(f"{line.currency} stands twice on {_day(line.day)}, with two rates.", field="rows")
    return wanted


def rates_stay() -> None:
    """Until the end of the transaction nobody changes a rate: whoever counts by them finds them all the time."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(hashtext('ops.rates'))")


def rates_in_a_word() -> str:
    """The same word as long as no rate came, went or was corrected."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(md5(string_agg(concat_ws(' ', currency, day, rate), ',' order by currency, day)), '')"
            " from rates_exchangerate"
        )
        return str(cursor.fetchone()[0])


def _lock() -> None:
    """Two who paste the same days: the second waits, and finds them there."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('ops.rates'))")


def _keeps(by: User) -> None:
    if not by.has_scope("rates_edit"):
        raise Refused("Your role may not keep exchange rates.")


def _day(day: date) -> str:
    return f"{day:%-d %b %Y}"
