"""The page of a customer with 2,000 orders, for a manager and for the agent who sold them; everything is rolled back.

    python -m bench.customers            on the database of the current settings

`ours` is what this process and its backend worked: on a machine that others use, it says more than the clock.
"""

import os
import sys
from datetime import timedelta
from typing import Any

from bench.rounds import line as rounds_line
from bench.rounds import measure

ORDERS = 2_000
_PAGES = {"customer": "/customers/{}/", "its orders": "/orders/list/?customer={}&cancelled=0", "list": "/customers/"}


def run(rounds: int = 20) -> list[dict[str, Any]]:
    from django.db import transaction
    from django.test import Client
    from django.test.utils import setup_test_environment, teardown_test_environment

    from accounts.models import User
    from ops.db.actor import acting_as, door, for_user

    setup_test_environment()
    found: list[dict[str, Any]] = []
    try:
        with transaction.atomic():
            with acting_as(door()):
                people = list(User.objects.filter(is_active=True).order_by("pk"))
            agent = next(one for one in people if "orders_own" in one.scopes)
            manager = next(one for one in people if {"customers_all", "orders_all"} <= set(one.scopes))
            with acting_as(for_user(agent)):
                customer = _customer(agent)
            for label, person in (("manager", manager), ("agent", agent)):
                client = Client()
                with acting_as(door()):
                    client.force_login(person)
                for page, address in _PAGES.items():
                    found.append({"page": page, "person": label, **measure(client, address.format(customer), rounds)})
            transaction.set_rollback(True)
    finally:
        teardown_test_environment()
    return found


def _customer(agent: Any) -> int:
    """2,000 orders of five years, each with its sale, and the events that their verbs leave."""
    from customers.actions import add_customer
    from ops import clock, events
    from orders.models import Order, OrderSale

    customer = add_customer(by=agent, name="Bench Two Thousand", phone="+923559990001")
    now = clock.now()
    orders = Order.objects.bulk_create(
        Order(customer=customer, agent=agent, summary="Chair", pieces=1, placed_at=now - timedelta(hours=20 * number))
        for number in range(ORDERS)
    )
    OrderSale.objects.bulk_create(OrderSale(order=order, amount=1250, currency="PKR") for order in orders)
    for order in orders:
        for kind in ("order.received", "order.started", "order.ready", "order.delivered"):
            events.record(kind, order, assignee="x")
    return customer.pk


def line(row: dict[str, Any]) -> str:
    return rounds_line(row, judged=row["page"] == "customer")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")
    os.environ.setdefault("OPS_LOGIN", "web")
    import django

    django.setup()
    for row in run():
        print(line(row))
    sys.exit(0)
