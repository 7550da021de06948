"""Reads of one order for its page: each part only for who may see it, so that nothing else reaches the template."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_date, parse_datetime

from accounts.models import User
from customers.models import Customer
from ops import clock
from ops.access.scopes import scopes_of
from ops.lifecycle import StageRow, life
from ops.numbers import figure
from ops.templatetags.ops import day, moment
from ops.timeline import ChangeSource, Entry, story
from orders.editing import LABELS
from orders.models import Order, OrderCosting, OrderLine, OrderSale
from orders.taking_back import mark, takes_back
from orders.verbs import Offers, offers_for

_SELLS = {"sales_all", "sales_read", "sales_own"}
_COSTS = {"costs_all", "costs_read"}
_BUYERS = {"customers_all", "customers_own"}
_PEOPLE = {"agent_id", "assignee_id"}
_DATES = {"held_at", "cancelled_at"}
_MONEY = {"amount", "order_amount", "production_cost", "shipping_cost", "marketing_cost", "profit"}


@dataclass
class Step:
    stage: StageRow
    state: str


@dataclass
class OrderPage:
    """What one person sees of one order."""

    order: Order
    stage: StageRow
    steps: list[Step]
    lines: list[dict[str, Any]]
    agent: str = ""
    assignee: str = ""
    customer: Customer | None = None
    sale: OrderSale | None = None
    costing: OrderCosting | None = None
    margin: Decimal | None = None
    timeline: list[Entry] = field(default_factory=list)
    offers: Offers = field(default_factory=Offers)
    shop_currency: str = field(default_factory=lambda: settings.SHOP_CURRENCY)
    days_late: int = 0
    parcels: dict[str, Any] | None = None


def _money(order: Order, scopes: frozenset[str]) -> tuple[OrderSale | None, OrderCosting | None]:
    """What it sells for and what it costs, each for who may know it; one query where both may be known."""
    if not scopes & _SELLS:
        return None, OrderCosting.objects.filter(pk=order.pk).first() if scopes & _COSTS else None
    sales = OrderSale.objects.filter(pk=order.pk)
    if not scopes & _COSTS:
        return sales.first(), None
    sale = sales.select_related("order__costing").first()
    return sale, getattr(sale.order, "costing", None) if sale else None


def order_page(order: Order, user: User) -> OrderPage:
    scopes = scopes_of(user)
    here = life("order")
    stage = here.stage(order.stage)
    page = OrderPage(order, stage, _steps(order, here.stages), _lines(order, sells=bool(scopes & _SELLS)))
    names = _names(order)
    page.agent, page.assignee = names.get(order.agent_id, ""), names.get(order.assignee_id or 0, "")
    if scopes & _BUYERS:
        page.customer = Customer.objects.visible_to(user).filter(pk=order.customer_id).first()
    page.sale, page.costing = _money(order, scopes)
    page.margin = margin_of(page.costing) if page.costing else None
    page.timeline = _timeline(order, scopes, names)
    page.offers = offers_for(order, user)
    if order.cancelled_at is None and page.offers.may:
        mark(page.timeline, takes_back(user))
    if order.is_late and order.promise_on:
        page.days_late = (clock.today() - order.promise_on).days
    return page


def margin_of(costing: OrderCosting) -> Decimal | None:
    """Percent of the amount; None while there is no amount or no cost."""
    if not costing.order_amount or costing.profit == costing.order_amount:
        return None
    return Decimal(100 * costing.profit / costing.order_amount)


def _steps(order: Order, stages: tuple[StageRow, ...]) -> list[Step]:
    position = next(stage.position for stage in stages if stage.key == order.stage)
    return [
        Step(stage, "now" if stage.key == order.stage else "done" if stage.position < position else "")
        for stage in stages
    ]


def _lines(order: Order, *, sells: bool) -> list[dict[str, Any]]:
    fields = ["description", "sku", "category", "quantity"]
    if sells:
        fields += ["price__unit_price", "price__discount", "price__total"]
    return list(OrderLine.objects.filter(order=order).order_by("position").values(*fields))


def _names(order: Order) -> dict[int, str]:
    """Everybody's name: a shop has tens of people, and the story may name any of them."""
    return dict(User.objects.values_list("pk", "name"))


def _timeline(order: Order, scopes: frozenset[str], names: dict[int, str]) -> list[Entry]:
    sources = [ChangeSource("orders_order_changes", order.pk)]
    if scopes & _SELLS:
        sources.append(ChangeSource("orders_ordersale_changes", order.pk))
    if scopes & _COSTS:
        sources.append(ChangeSource("orders_ordercosting_changes", order.pk))
    also = [("importbatch", order.batch_id)] if order.batch_id and scopes & {"orders_all", "orders_read"} else []

    def show(name: str, value: str | None) -> str:
        if value is None or value == "":
            return "—"
        if name in _PEOPLE:
            return names.get(int(value), "somebody")
        if name in _DATES:
            return moment(parse_datetime(value))
        if name == "promise_on":
            return day(parse_date(value))
        if name in _MONEY:
            return figure(Decimal(value))
        return {"true": "yes", "false": "no"}.get(value, value)

    entries = story("order", order.pk, sources, labels=_LABELS, show=show, also=also)
    for entry in entries:
        entry.by = names.get(entry.by_id or 0, "Opsdeck")
        entry.real_by = names.get(entry.real_by_id or 0, "")
    return entries


_LABELS = {name: label.lower() for name, label in LABELS.items()} | {
    "assignee_id": "in production with",
    "agent_id": "agent",
    "held_at": "held since",
    "hold_reason": "reason of the hold",
    "cancelled_at": "cancelled at",
    "cancel_reason": "reason of the cancellation",
    "order_amount": "amount in shop currency",
}
