"""How numbers are grouped: the one place that knows of thousands, and of lakh and crore (a rule of the shop)."""

from decimal import Decimal

from ops.shop.reading import shown


def grouped(digits: str, *, lakh: bool) -> str:
    """'1234567' is 1,234,567, or 12,34,567 where people count in lakh and crore."""
    if not lakh:
        return f"{int(digits):,}"
    head, tail = digits[:-3], digits[-3:]
    pairs = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)][::-1]
    return ",".join([*pairs, tail])


def count(number: int) -> str:
    """A number of things as people read it."""
    return f"{'-' if number < 0 else ''}{grouped(str(abs(number)), lakh=shown('money.lakh'))}"


def figure(value: Decimal) -> str:
    """With two decimals and no currency: 1,200.50."""
    units, _, fraction = f"{abs(value):.2f}".partition(".")
    return f"{'-' if value < 0 else ''}{grouped(units, lakh=shown('money.lakh'))}.{fraction}"


def number(value: Decimal) -> str:
    """Without empty decimals: 2.500 is 2.5."""
    units, _, fraction = f"{abs(value.normalize()):f}".partition(".")
    whole = grouped(units, lakh=shown("money.lakh"))
    return f"{'-' if value < 0 else ''}{whole}{'.' if fraction else ''}{fraction}"
