"""Which rate holds on a day: the last one on or before it (M12)."""

from datetime import date
from decimal import Decimal

from django.conf import settings

from ops.errors import Refused
from ops.rates.models import ExchangeRate


def kept_on(currency: str, day: date) -> ExchangeRate | None:
    """The one that holds on the day, with the day from which it does."""
    return ExchangeRate.objects.filter(currency=currency, day__lte=day).order_by("-day").first()


def rate_on(currency: str, day: date) -> Decimal | None:
    """None where none is known: nobody guesses that one is worth the other. Its SQL twin is ops.rate_on."""
    if currency == settings.SHOP_CURRENCY:
        return Decimal(1)
    kept = kept_on(currency, day)
    return kept.rate if kept else None


def counted_at(currency: str, day: date) -> Decimal:
    """The rate that an order of this day counts at where nobody says another. Raises Refused where none is known."""
    rate = rate_on(currency, day)
    if rate is None:
        raise Refused(unknown(currency, day), field="rate")
    return rate


def unknown(currency: str, day: date) -> str:
    """Why nothing counts in this currency on this day, and what to do about it."""
    home = settings.SHOP_CURRENCY
    first = ExchangeRate.objects.filter(currency=currency).order_by("day").values_list("day", flat=True).first()
    since = f"rates of {currency} are kept from {first:%-d %b %Y} on" if first else f"no rates of {currency} are kept"
    return (
        f"Nobody has said what one {currency} was in {home} on {day:%-d %b %Y}: {since}."
        " Say its rate, or add it to the exchange rates."
    )
