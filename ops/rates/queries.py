"""Which rate holds on a day: the last one on or before it (M12)."""

from datetime import date
from decimal import Decimal

from django.conf import settings

from ops.rates.models import ExchangeRate


def rate_on(currency: str, day: date) -> Decimal | None:
    """None where none is known: nobody guesses that one is worth the other. Its SQL twin is ops.rate_on."""
    if currency == settings.SHOP_CURRENCY:
        return Decimal(1)
    known = ExchangeRate.objects.filter(currency=currency, day__lte=day).order_by("-day")
    return known.values_list("rate", flat=True).first()
