"""What receiving an order is told: its lines and its customer, as they were typed or sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog.models import Product
from ops.errors import Refused
from ops.money import stored


@dataclass(frozen=True)
class LineInput:
    """One line as it was typed. `unit_price` and `discount` are in the order's currency."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = Decimal(0)
    product: Product | None = None
    sku: str = ""

    @property
    def total(self) -> Decimal:
        return stored(self.quantity * self.unit_price - self.discount)


@dataclass(frozen=True)
class CustomerInput:
    name: str
    phone: str = ""
    email: str = ""
    city: str = ""
    address: str = ""


def check_size(lines: Sequence[LineInput], rate: Decimal) -> None:
    """Raises Refused for more than an order, or a quote, can come to."""
    amount = sum((line.total for line in lines), Decimal(0))
    if max(amount, amount * rate) >= 10**15 or sum(line.quantity for line in lines) >= 10**9:
        raise Refused(
            "This comes to more than an order can: amounts have at most fifteen digits before their decimals, in its"
            " currency and in the shop's, and an order at most 999,999,999 pieces."
        )


def summary_of(lines: Sequence[LineInput]) -> str:
    """The first line in words, and how many more there are: what a card shows."""
    first = lines[0]
    amount = f"{first.quantity.normalize():f} × " if first.quantity != 1 else ""
    more = f" + {len(lines) - 1} more" if len(lines) > 1 else ""
    return f"{amount}{first.description}"[: 200 - len(more)] + more
