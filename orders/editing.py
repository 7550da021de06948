"""Editing an order: details and costs, field by field, with true clashes shown to the person (A3)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from accounts.models import User
from ops import events
from ops.editing import merge
from ops.errors import Refused
from ops.money import stored
from orders import emails, parcels
from orders.actions import check_makes, check_not_cancelled
from orders.models import Order, OrderCosting

LABELS = {
    "promise_on": "Promised for",
    "rush": "Rush",
    "channel": "Channel",
    "production_note": "Production note",
    "carrier": "Carrier",
    "tracking_number": "Tracking number",
    "assignee": "In production with",
    "production_cost": "Production cost",
    "shipping_cost": "Shipping cost",
    "marketing_cost": "Marketing cost",
}
DETAILS = frozenset({"promise_on", "rush", "channel", "production_note", "carrier", "tracking_number", "assignee"})
SENDING = frozenset({"carrier", "tracking_number"})  # what the parcel and the mail about it say, too
FLOOR_DETAILS = frozenset({"production_note"})
COSTS = frozenset({"production_cost", "shipping_cost", "marketing_cost"})


def editable_by(user: User) -> frozenset[str]:
    """Which details of an order this person may edit; the database grants the same columns."""
    if user.has_scope("orders_all") or user.has_scope("orders_own"):
        return DETAILS
    return FLOOR_DETAILS if user.has_scope("orders_floor") else frozenset()


def edit_order(order: Order, *, by: User, values: Mapping[str, Any], was: Mapping[str, str]) -> Order:
    """Write `values`; `was` is what the form showed. Raises Conflict with every field that somebody else changed."""
    try:
        order = Order.objects.locked(order.pk)
    except Order.DoesNotExist as error:
        raise Refused(f"{order.number} is not yours to change any more.") from error

    if refused := values.keys() - editable_by(by):
        raise Refused(f"Your role may not change {_named(refused)}.")
    changes = merge({field: getattr(order, field) for field in values}, was, values, LABELS)
    if not changes:
        return order
    check_not_cancelled(order)
    if changes.get("assignee") is not None:
        check_makes(changes["assignee"])

    for field, value in changes.items():
        setattr(order, field, value)
    order.save(update_fields=list(changes))
    if changes.keys() & SENDING:
        emails.follow_number(order, parcels.correct_only(order))

    events.record("order.edited", order, fields=_named(changes))
    order.refresh_from_db(fields=["version", "updated_at"])
    return order


def set_costs(order: Order, *, by: User, values: Mapping[str, Decimal], was: Mapping[str, str]) -> OrderCosting:
    """Write costs in shop currency; the database recomputes the profit, which nobody writes (A45)."""
    costing = OrderCosting.objects.select_for_update(of=("self",)).get(pk=order.pk)

    if refused := values.keys() - COSTS:
        raise Refused(f"{_named(refused)} is not a cost.")
    if any(value < 0 for value in values.values()):
        raise Refused("Costs are zero or more.")
    changes = merge({field: getattr(costing, field) for field in values}, was, values, LABELS)
    if not changes:
        return costing

    for field, value in changes.items():
        setattr(costing, field, stored(value))
    costing.save(update_fields=list(changes))

    events.record("order.costed", order)
    costing.refresh_from_db()
    return costing


def _named(fields: Any) -> str:
    return ", ".join(LABELS.get(field, field).lower() for field in sorted(fields))
