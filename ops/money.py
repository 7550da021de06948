"""Decimal amounts with a currency code: stored with four decimals, shown in the currency's minor unit (ruling 9)."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache

MINOR_UNITS = {"JPY": 0, "KRW": 0, "VND": 0, "UGX": 0, "CLP": 0, "KWD": 3, "BHD": 3, "JOD": 3, "OMR": 3, "TND": 3}
STORED = Decimal("0.0001")


@cache
def minor_unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-MINOR_UNITS.get(currency, 2))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Half-up to the currency's minor unit: what a document or a screen shows (M1)."""
    return amount.quantize(minor_unit(currency), rounding=ROUND_HALF_UP)


def tidy(amount: Decimal, currency: str) -> Decimal:
    """With the currency's own decimals when nothing is lost by it: what a form shows."""
    shown = rounded(amount, currency)
    return shown if shown == amount else amount


def stored(amount: Decimal) -> Decimal:
    return amount.quantize(STORED, rounding=ROUND_HALF_UP)


def allocate(total: Decimal, weights: Sequence[Decimal], unit: Decimal = STORED) -> list[Decimal]:
    """Split `total` by `weights` so that the parts sum to it exactly: largest remainder first (M1).

    Raises ValueError when there is nothing to split by.
    """
    if not weights or sum(weights) <= 0 or min(weights) < 0:
        raise ValueError("Weights must be non-negative and sum to more than zero.")
    sign = -1 if total < 0 else 1
    exact = [abs(total) * weight / sum(weights) for weight in weights]
    parts = [share.quantize(unit, rounding=ROUND_DOWN) for share in exact]
    missing = int((abs(total) - sum(parts)) / unit)
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[:missing]:
        parts[i] += unit
    return [sign * part for part in parts]
