"""What receiving an order is told: its lines and its customer, as they were typed or sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog.models import Product
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


def summary_of(lines: Sequence[LineInput]) -> str:
    """The first line in words, and how many more there are: what a card shows."""
    first = lines[0]
    amount = f"{first.quantity.normalize():f} × " if first.quantity != 1 else ""
    more = f" + {len(lines) - 1} more" if len(lines) > 1 else ""
    return f"{amount}{first.description}"[: 200 - len(more)] + more
