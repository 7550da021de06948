from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest


def _phone(user: Any, order: Any) -> str:
    """Of the customer, for who may know them."""
    from customers.models import Customer

    known = Customer.objects.visible_to(user).filter(pk=order.customer_id)
    return known.values_list("phone", flat=True).first() or ""


def _numbers(user: Any, words: Collection[str]) -> Mapping[str, str]:
    """Where the orders are that a message names, for who may see them."""
    from django.urls import reverse

    from orders.models import Order

    found = Order.objects.visible_to(user).filter(number__in=[word.upper() for word in words])
    return {number: reverse("orders:order_detail", args=[pk]) for pk, number in found.values_list("pk", "number")}


def _parcels(request: HttpRequest, order: Any) -> Mapping[str, Any] | None:
    from orders.part_views import panel  # views want loaded models

    return panel(request, order)


def _answers(request: HttpRequest, order: Any) -> Mapping[str, Any] | None:
    from orders.answer_views import place  # views want loaded models

    return place(request, order)


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from ops import asof, panels
        from ops.access.viewing import ADMINS
        from ops.files import nouns as files
        from ops.files.queries import panel_of
        from ops.imports import nouns as loads
        from ops.live import nouns
        from ops.threads import nouns as threads
        from ops.threads.queries import panel_of as thread_of

        # Declare the board, kinds, facts, the duty, papers, the palette's source.
        from orders import (  # noqa: F401
            boards,
            customer_panels,
            events,
            explained,
            overdue,
            papers,
            past,
            product_panels,
            search,
        )
        from orders.importing import NOUN
        from orders.list_loading import LISTED

        loads.declare(NOUN)
        loads.declare(LISTED)
        nouns.declare("order", "orders")
        # Who has an order open: told to whoever hears of the order.
        nouns.declare("orderhere", "orders", partial(nouns.floor_of, "order"))
        customer_panels.declare()
        product_panels.declare()
        panels.declare("order", "parcels", "orders/_parcels.html", _parcels, scopes=papers.SEES, position=20)
        panels.declare("order", "answers", "digests/place.html", _answers, scopes=overdue.OVERDUE.scopes, position=0)
        panels.declare_way(
            "order", "Copy to a new order", "copy", "orders:order_copy", scopes=papers.WORKS, position=20
        )
        panels.declare_way("order", "Print", "printer", "orders:order_print", scopes=papers.SEES, position=10)
        panels.declare_way(
            "order", "Who sees this", "eye", "roles:who_sees", scopes=ADMINS, position=200, before=["order"]
        )
        reads = ("orders_all", "orders_read", "orders_own", "orders_floor")
        files.declare(
            "order",
            "orders.Order",
            "orders:order_detail",
            everyone=reads,
            sales=("orders_all", "orders_read", "orders_own"),
            managers=("orders_all",),
            adds=("orders_all", "orders_own", "orders_floor"),
            owns=lambda user, order: "orders_own" in user.scopes and order.agent_id == user.pk,
        )
        panels.declare("order", "files", "files/panel.html", panel_of("order"), scopes=reads, position=20)
        threads.declare(
            "order",
            "orders.Order",
            "orders:order_detail",
            reads=reads,
            writes=reads,
            keeps=("orders_all",),
            informs=lambda user, order: (
                "orders_all" in user.scopes or ("orders_own" in user.scopes and order.agent_id == user.pk)
            ),
            phone=_phone,
            read_at="the page of this order",
        )
        threads.declare_reference("SO-[0-9]{1,12}", _numbers)
        panels.declare("order", "thread", "threads/panel.html", thread_of("order"), scopes=reads, position=15)
        panels.declare_way("order", "As it was", icon="history", name="orders:order_past", scopes=reads, position=80)
        asof.declare(past.ORDER)
