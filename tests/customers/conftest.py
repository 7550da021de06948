"""A customer who ordered on known days, of known amounts."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from customers.models import Customer
from orders.models import Order, OrderSale


@pytest.fixture
def sold(as_person):
    """`sold(agent, customer, "2026-01-05", 100)`: an order of that business day, as a file would bring it."""

    def placed(agent, customer: Customer | int, day: str, amount: int = 100) -> Order:
        pk = customer if isinstance(customer, int) else customer.pk
        at = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=UTC)
        with as_person(agent), transaction.atomic():
            order = Order.objects.create(customer_id=pk, agent=agent, summary="Chair", pieces=1, placed_at=at)
            OrderSale.objects.create(order=order, amount=amount, currency="PKR")
        return order

    return placed


@pytest.fixture
def ayesha(cast, as_person):
    """Looked after by Omar."""
    from customers import actions

    with as_person(cast.agent), transaction.atomic():
        return actions.add_customer(
            by=cast.agent, name="Ayesha Siddiqui", phone="0300 1112233", email="Ayesha@C.example", city="Lahore"
        )
