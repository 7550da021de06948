"""An order's past: which parts it has, how their values read, and its page as of a moment (A15)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from accounts.models import User
from customers.models import Customer
from ops import asof
from ops.access.scopes import scopes_of
from ops.asof import Part, Past, Snapshot
from ops.lifecycle import StageRow, life
from ops.numbers import figure
from ops.past_page import PastPage, page_at
from ops.templatetags.ops import day, moment, pieces, plain, spell
from ops.timeline import Change, Entry
from orders.editing import LABELS
from orders.models import Order, OrderCosting, OrderLine, OrderLinePrice, OrderSale, Shipment, ShipmentLine
from orders.queries import OrderPage, Step, margin_of

_SELLS = frozenset({"sales_all", "sales_read", "sales_own"})
_COSTS = frozenset({"costs_all", "costs_read"})
_BUYERS = frozenset({"customers_all", "customers_own"})
_PEOPLE = {"agent_id", "assignee_id"}
LABEL_OF_CUSTOMER = "customer"
_AMOUNTS = {"order_amount", "production_cost", "shipping_cost", "marketing_cost", "profit"}


def _show(name: str, value: Any, people: Mapping[int, str]) -> str:
    if value is None or value == "":
        return asof.NOTHING
    if name in _PEOPLE:
        return people.get(value, "somebody")
    if name == "customer_id":
        return f"no. {value}"
    if name == "stage":
        return stage_of(value).label
    if name in _AMOUNTS:
        return spell(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return plain(value) if isinstance(value, Decimal) else asof.spelled(value)


def stage_of(key: str) -> StageRow:
    """The stage by its present words; one that the shop has taken away since still has its key."""
    known = {stage.key: stage for stage in life("order").stages}
    return known.get(key) or StageRow(key, key.replace("_", " ").capitalize(), "received", "open", 0, None, None)


def _numbers(ids: Sequence[int]) -> Mapping[int, str]:
    return dict(Order.objects.filter(pk__in=ids).values_list("pk", "number"))


ORDER = Past(
    noun="order",
    parts=(
        Part("order", Order, "Order", of="id"),
        Part("lines", OrderLine, "Line", of="order_id"),
        Part("prices", OrderLinePrice, "Price", of="line_id", via="lines", scopes=_SELLS,
             title=lambda price: f"{figure(price.unit_price)} each, {figure(price.total)} in all"),
        Part("sale", OrderSale, "Amount", of="order_id", scopes=_SELLS,
             title=lambda sale: spell(sale.amount, sale.currency)),
        Part("costing", OrderCosting, "Costs", of="order_id", scopes=_COSTS,
             title=lambda costing: f"profit {spell(costing.profit)}"),
        Part("parcels", Shipment, "Parcel", of="order_id"),
        Part("contents", ShipmentLine, "In a parcel", of="shipment_id", via="parcels",
             title=lambda content: pieces(content.quantity)),
    ),
    labels={name: label.lower() for name, label in LABELS.items()} | {
        "assignee_id": "in production with", "agent_id": "agent", "customer_id": LABEL_OF_CUSTOMER,
        "held_at": "held since", "hold_reason": "reason of the hold", "hold_until": "look again on",
        "cancelled_at": "cancelled at",
        "cancel_reason": "reason of the cancellation", "order_amount": "amount in shop currency",
        "carrier_name": "carrier",
    },
    quiet=frozenset({"carrier_id", "copied_from_id"}),
    show=_show, page="orders:order_detail", past="orders:order_past", numbers=_numbers,
    find=lambda number: Order.objects.filter(number=number.upper()).values_list("pk", flat=True).first(),
)  # fmt: skip


@dataclass
class OrderPast(PastPage):
    """With the page that the order had then; None before it was received."""

    page: OrderPage | None = None

    @property
    def order(self) -> Order | None:
        return self.page.order if self.page else None


def order_past(order: Order, user: User, moments: list[Entry], *, at: datetime, since: datetime | None) -> OrderPast:
    """As of `at`, with what differs from `since`; without one, what the last moment changed.

    The customer is shown as they were then. What they themselves changed between two moments is told where two were
    asked for: a moment of the order is not when its customer moved house.
    """
    made = page_at("order", order.pk, scopes_of(user), moments, at=at, since=since)
    past = OrderPast(**{one.name: getattr(made, one.name) for one in fields(PastPage)})
    then, customer = past.shown.one("order"), None
    if then is not None and past.held & _BUYERS:
        customer = _customer_then(then, order, user, past)
    if then is not None:
        past.page = _page(then, past.shown, past.people)
        past.page.customer = customer
    if past.since and past.before:
        _tell_of_customers(past)
    return past


def _customer_then(then: Order, order: Order, user: User, past: OrderPast) -> Customer | None:
    """As they were, for who may know them now. Who was merged since is history of whoever they turned out to be."""
    seen = set(Customer.objects.visible_to(user).filter(pk__in={then.customer_id, order.customer_id}).values_list("pk"))
    for pk in (then.customer_id, order.customer_id):
        if (pk,) in seen and (was := asof.as_of("customer", pk, past.at, past.held).one("customer")) is not None:
            return cast("Customer", was)
    return None


def _tell_of_customers(past: OrderPast) -> None:
    """By name who the order was for, and what changed of them between the two moments."""
    assert past.before is not None
    snapshots = sorted((past.before, past.shown), key=lambda snapshot: snapshot.at)
    pks = [order.customer_id if (order := one.one("order")) else None for one in snapshots]
    if None in pks or not past.held & _BUYERS:
        return
    first, last = (asof.as_of("customer", pk, one.at, past.held) for pk, one in zip(pks, snapshots, strict=True) if pk)
    old, new = first.one("customer"), last.one("customer")
    for difference in past.changes:
        for place, change in enumerate(difference.changes):
            if change.label == LABEL_OF_CUSTOMER and old and new:
                difference.changes[place] = Change(LABEL_OF_CUSTOMER, old.name, new.name)
    if old and new and pks[0] == pks[1]:
        past.changes += asof.difference("customer", first, last, past.people)


def _page(order: Order, shown: Snapshot, people: Mapping[int, str]) -> OrderPage:
    stage = stage_of(order.stage)
    steps = [
        Step(one, "now" if one.key == stage.key else "done" if one.position < stage.position else "")
        for one in life("order").stages
    ]
    page = OrderPage(order, stage, steps, _lines(shown))
    page.agent, page.assignee = people.get(order.agent_id, ""), people.get(order.assignee_id or 0, "")
    page.sale, page.costing = shown.one("sale"), shown.one("costing")
    if page.costing:
        page.margin = margin_of(page.costing)
    page.parcels = _parcels(shown)
    return page


def _parcels(shown: Snapshot) -> dict[str, Any] | None:
    """As the panel of the order's page has them, without its buttons; what was in them by the lines of that moment."""
    lines = {line.pk: line.description for line in shown.all("lines")}
    parcels = [
        {
            "carrier": one.carrier_name, "tracking": one.tracking_number, "at": one.shipped_at,
            "back": one.taken_back_at,
            "contents": [
                (content.quantity, lines.get(content.line_id, "a line since gone"))
                for content in shown.all("contents") if content.shipment_id == one.pk
            ],
        }
        for one in sorted(shown.all("parcels"), key=lambda parcel: parcel.position)
    ]  # fmt: skip
    return {"parcels": parcels} if parcels else None


def _lines(shown: Snapshot) -> list[dict[str, Any]]:
    prices = {price.pk: price for price in shown.all("prices")}
    found = []
    for line in sorted(shown.all("lines"), key=lambda line: line.position):
        price = prices.get(line.pk)
        found.append(
            {name: getattr(line, name) for name in ("description", "sku", "category", "quantity")}
            | {f"price__{name}": getattr(price, name, None) for name in ("unit_price", "discount", "total")}
        )
    return found
