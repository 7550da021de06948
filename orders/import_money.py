"""The rates of one load, and what its orders add up to: by currency, and in the shop's."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.conf import settings

from ops.errors import Refused
from ops.imports.values.currencies import codes
from ops.rates.actions import rate_problem

TABLE = "table"  # in place of a number: count again at the shop's rates, also what was counted at another one


class Total(NamedTuple):
    """One row of import_totals.sql."""

    verdict: str
    currency: str
    orders: int
    lines: int
    amount: Decimal | None
    profit: Decimal | None
    pieces: Decimal | None
    shop_amount: Decimal | None
    shop_profit: Decimal | None
    unrated: int


def told_rates(rates: Mapping[str, str], rate: Decimal | None, currency: str) -> dict[str, str]:
    """What was said about rates, as a load keeps it: a number, or “table”, by currency. Raises Refused."""
    home = settings.SHOP_CURRENCY
    said = dict(rates) if rate is None else {currency or home: f"{rate:f}", **rates}
    told: dict[str, str] = {}
    for code, text in said.items():
        number = _number(text)
        if text != TABLE and (problem := rate_problem(number)):
            raise Refused(problem, field="rate")
        if code.upper() == home:
            if number != 1:
                raise Refused(f"{home} is the shop's own currency: one is one.", field="rate")
            continue
        if code.upper() not in codes():
            raise Refused("A currency is three letters, like PKR.", field="rate")
        told[code.upper()] = TABLE if text == TABLE else f"{number.normalize():f}"
    return told


def in_sum(rows: Sequence[Total]) -> dict[str, Any]:
    """`amount` and `profit` are in `currency`: the one that all of them have, else the shop's, without those that have
    no rate."""
    alone = rows[0] if len(rows) == 1 else None
    shop_amount, shop_profit = _sum(row.shop_amount for row in rows), _sum(row.shop_profit for row in rows)
    return {
        "lines": sum(row.lines for row in rows), "pieces": str(_sum(row.pieces for row in rows) or 0),
        "currency": alone.currency if alone else settings.SHOP_CURRENCY,
        "amount": str((alone.amount if alone else shop_amount) or 0),
        "profit": _text(alone.profit if alone else shop_profit),
        "shop_amount": str(shop_amount or 0), "shop_profit": _text(shop_profit),
        "unrated": sum(row.unrated for row in rows),
        "currencies": {
            row.currency: {"orders": row.orders, "amount": str(row.amount or 0), "profit": _text(row.profit)}
            for row in rows
        },
    }  # fmt: skip


def rate_notes(currencies: Sequence[str], told: Mapping[str, str]) -> list[str]:
    home = settings.SHOP_CURRENCY
    return [_rate_note(code, told.get(code, ""), home) for code in currencies if code != home]


def _rate_note(code: str, said: str, home: str) -> str:
    if said and said != TABLE:
        return f"Amounts in {code}: 1 {code} counts as {said} {home}, as said for this load."
    again = ", also what was counted at another one before" if said else ""
    return f"Amounts in {code} count in {home} at the shop's rate of each order's day{again}."


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return Decimal("NaN")


def _sum(numbers: Any) -> Decimal | None:
    known = [number for number in numbers if number is not None]
    return sum(known, Decimal(0)) if known else None


def _text(number: Decimal | None) -> str:
    return "" if number is None else str(number)
