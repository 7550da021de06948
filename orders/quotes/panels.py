"""What other pages show of quotes: where an order came from, and what a customer was offered. One query each."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from customers.models import Customer
from ops.lifecycle import life
from orders.models import Order
from orders.quotes.models import Quote, QuoteOrder

_MOST = 12


def of_order(request: HttpRequest, order: Order) -> Mapping[str, Any] | None:
    """From which quote and version, and who said yes; nothing where it came of none, or of one that is not theirs."""
    return (
        QuoteOrder.objects.filter(order=order)
        .values("n", "quote_id", "quote__number", "quote__decided_at", "quote__agent_id")
        .first()
    )


def of_customer(request: HttpRequest, customer: Customer) -> Mapping[str, Any] | None:
    rows = (
        Quote.objects.visible_to(request.user)  # type: ignore[arg-type]
        .filter(customer_id=customer.pk)
        .order_by("-pk")
        .values("pk", "number", "stage", "summary", "valid_until", "current__sale__shop_amount")[: _MOST + 1]
    )
    here = life("quote")
    shown = [{**row, "stage": here.stage(row["stage"])} for row in rows]
    return {"rows": shown[:_MOST], "more": len(shown) > _MOST} if shown else None
