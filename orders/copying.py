"""A new order like one before: its customer and lines, at today's prices; nothing is made until the form is sent.

In another currency its prices are those of then, and its rate is today's: the catalogue has prices in the shop's own.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings

from accounts.models import User
from customers.models import Customer
from ops.given import id_of
from ops.money import tidy
from orders.models import Order, OrderLine, OrderSale


@dataclass
class Copy:
    """What the form begins with, and the lines whose price has changed since: what, then, today."""

    of: Order
    form: dict[str, Any] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    dearer: list[tuple[str, Decimal, Decimal]] = field(default_factory=list)
    currency: str = ""


def copy_of(pk: str, user: User) -> Copy | None:
    """None when there is no such order for this person. What they may not know is left for them to type."""
    order = Order.objects.visible_to(user).filter(pk=id_of(pk) or 0).first()
    if order is None:
        return None
    sale = OrderSale.objects.filter(pk=order.pk).first()
    made = Copy(order, currency=sale.currency if sale else "")
    made.form = {"channel": order.channel, "note": order.production_note}
    if made.currency:
        made.form["currency"] = made.currency
    customer = Customer.objects.visible_to(user).filter(pk=order.customer_id).first()
    if customer is not None:
        made.form |= {"name": customer.name, "phone": customer.phone or "", "email": customer.email or "",
                      "city": customer.city}  # fmt: skip
    lines = OrderLine.objects.filter(order=order).select_related("product", "price").order_by("position")
    for line in lines:
        _add(made, line)
    return made


def _add(made: Copy, line: OrderLine) -> None:
    price = getattr(line, "price", None)
    then, today = (price.unit_price if price else None), None
    # The form knows a product by its name of today.
    product = line.product if line.product is not None and line.product.is_active else None
    # The catalogue's prices are in the shop's currency; in another one those of then are what there is.
    if product is not None and made.currency in ("", settings.SHOP_CURRENCY):
        today = product.price
    if then is not None and today is not None and then != today:
        made.dearer.append((line.description, then, today))
    offered = today if today is not None else then
    quantity = line.quantity.normalize()
    made.lines.append({
        "description": product.name if product is not None else line.description,
        "quantity": f"{quantity:f}",
        "unit_price": tidy(offered, made.currency or settings.SHOP_CURRENCY) if offered is not None else None,
    })  # fmt: skip
