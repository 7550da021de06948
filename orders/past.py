"""An order's past: which parts it has, how their values read, and its page as of a moment (A15)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from customers.models import Customer
from ops import asof
from ops.access.scopes import scopes_of
from ops.asof import Difference, Part, Past, Snapshot
from ops.lifecycle import StageRow, life
from ops.templatetags.ops import day, moment, plain, spell
from ops.timeline import Entry
from orders.editing import LABELS
from orders.models import Order, OrderCosting, OrderLine, OrderLinePrice, OrderSale
from orders.queries import OrderPage, Step, margin_of

_SELLS = frozenset({"sales_all", "sales_read", "sales_own"})
_COSTS = frozenset({"costs_all", "costs_read"})
_BUYERS = frozenset({"customers_all", "customers_own"})
_PEOPLE = {"agent_id", "assignee_id"}
_AROUND = 25
_AMOUNTS = {"order_amount", "production_cost", "shipping_cost", "marketing_cost", "profit"}


def _show(name: str, value: Any, people: Mapping[int, str]) -> str:
    if value is None or value == "":
        return asof.NOTHING
    if name in _PEOPLE:
        return people.get(value, "somebody")
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
             title=lambda price: f"{plain(price.unit_price)} each, {plain(price.total)} in all"),
        Part("sale", OrderSale, "Amount", of="order_id", scopes=_SELLS,
             title=lambda sale: spell(sale.amount, sale.currency)),
        Part("costing", OrderCosting, "Costs", of="order_id", scopes=_COSTS,
             title=lambda costing: f"profit {spell(costing.profit)}"),
    ),
    labels={name: label.lower() for name, label in LABELS.items()} | {
        "assignee_id": "in production with", "agent_id": "agent", "customer_id": "customer", "held_at": "held since",
        "hold_reason": "reason of the hold", "hold_until": "look again on", "cancelled_at": "cancelled at",
        "cancel_reason": "reason of the cancellation", "order_amount": "amount in shop currency",
    },
    show=_show, page="orders:order_detail", past="orders:order_past", numbers=_numbers,
    find=lambda number: Order.objects.filter(number=number.upper()).values_list("pk", flat=True).first(),
)  # fmt: skip


@dataclass
class OrderPast:
    """The page of one order as of a moment. `here` is the last moment up to it; `page` is None before the first."""

    at: datetime
    moments: list[Entry]
    here: int
    page: OrderPage | None = None
    since: datetime | None = None
    changes: list[Difference] = field(default_factory=list)

    @property
    def order(self) -> Order | None:
        return self.page.order if self.page else None

    @property
    def now(self) -> Entry | None:
        return self.moments[self.here] if self.here >= 0 else None

    @property
    def earlier(self) -> Entry | None:
        return self.moments[self.here - 1] if self.here > 0 else None

    @property
    def later(self) -> Entry | None:
        return self.moments[self.here + 1] if self.here + 1 < len(self.moments) else None

    @property
    def last(self) -> int:
        return len(self.moments) - 1

    @property
    def near(self) -> list[Entry]:
        """The moments around, the newest first: a long story is walked by the slider."""
        middle = max(self.here, 0)
        start = max(min(middle - _AROUND, len(self.moments) - 2 * _AROUND), 0)
        return self.moments[start : start + 2 * _AROUND][::-1]


def order_past(order: Order, user: User, moments: list[Entry], *, at: datetime, since: datetime | None) -> OrderPast:
    """As of `at`, with what differs from `since`; without one, what the last moment changed."""
    held = scopes_of(user)
    people = dict(User.objects.values_list("pk", "name"))
    for entry in moments:
        entry.by, entry.real_by = people.get(entry.by_id or 0, "Opsdeck"), people.get(entry.real_by_id or 0, "")
    here = max((place for place, entry in enumerate(moments) if entry.at <= at), default=-1)
    past = OrderPast(at, moments, here, since=since)
    shown = asof.as_of("order", order.pk, at, held)
    if (then := shown.one("order")) is not None:
        past.page = _page(then, shown, user, held, people)
    before = since or (past.earlier.at if past.earlier else None)
    if before is not None:
        first = asof.as_of("order", order.pk, before, held)
        one, other = sorted((first, shown), key=lambda snapshot: snapshot.at)
        past.changes = asof.difference("order", one, other, people)
    return past


def _page(order: Order, shown: Snapshot, user: User, held: frozenset[str], people: Mapping[int, str]) -> OrderPage:
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
    if held & _BUYERS:
        page.customer = Customer.objects.visible_to(user).filter(pk=order.customer_id).first()
    return page


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
