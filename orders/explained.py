"""Why somebody sees an order: its parts, and the facts that its policies ask about, in words."""

from django.db.models import QuerySet

from accounts.models import User
from ops.access import explain
from ops.lifecycle import life
from orders.models import Order, OrderCosting, OrderLine, OrderSale, OrderUserObjectPermission


def _rows(reader: User) -> QuerySet[Order]:
    return Order.objects.visible_to(reader)


def _find(reader: User, typed: str) -> Order | None:
    return _rows(reader).filter(number__iexact=typed.strip()).first()


def _facts(person: User, order: Order) -> list[str]:
    stage = next((one.label for one in life("order").stages if one.key == order.stage), order.stage)
    said = [
        f"the agent is {order.agent.name if order.agent else 'nobody'}",
        f"it is with {order.assignee.name if order.assignee else 'nobody'}",
        f"it is {stage.lower()}",
    ]
    if OrderUserObjectPermission.objects.filter(content_object_id=order.pk, user_id=person.pk).exists():
        said.append(f"it is shared with {person.name}")
    return said


explain.declare(
    "order",
    rows=_rows,
    find=_find,
    facts=_facts,
    url_name="orders:order_detail",
    parts=[
        ("Its lines", OrderLine, "order_id"),
        ("What it sells for", OrderSale, "order_id"),
        ("Its costs and profit", OrderCosting, "order_id"),
    ],
)
