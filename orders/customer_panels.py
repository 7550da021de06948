"""What orders bring to a customer: figures with the rows behind them, their orders, moments of the timeline; and what
a customer brings to an order: which order of theirs it is.

Row security alone says which orders count: an agent's figures are of the orders that the agent sees.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from customers.models import Customer, OrderFigures, OrderSpend
from customers.story import Strand, declare_strand
from ops import clock, panels
from ops.access.scopes import scopes_of
from ops.boards.filters import Filter, NotHere, Pairs
from ops.given import id_of
from ops.lifecycle import life
from orders.letters.queries import OTHER, WHAT
from orders.models import Order

SEES = ("orders_all", "orders_read", "orders_own")
SELLS = frozenset({"sales_all", "sales_read", "sales_own"})
BUYERS = frozenset({"customers_all", "customers_own"})
_SHOWN = 10
_MOST_COUNTED = 10


# --- which order of theirs it is ----------------------------------------------------------------------------------


def orders_before() -> RawSQL:
    """Counted orders of the same customer on earlier business days, up to ten (M10): cheap enough for every card."""
    return RawSQL(
        "(select count(*) from (select 1 from orders_order e where e.customer_id = orders_order.customer_id"
        " and e.cancelled_at is null and e.placed_on < orders_order.placed_on limit %s) earlier)",
        [_MOST_COUNTED],
        output_field=IntegerField(),
    )


def which(before: int | None) -> str:
    """'4th order' of a customer who has ordered before; empty for a first one."""
    if not before:
        return ""
    if before >= _MOST_COUNTED:
        return f"{_MOST_COUNTED}+ orders"
    number = before + 1
    return f"{number}{ {2: 'nd', 3: 'rd'}.get(number, 'th') } order"


@lru_cache(maxsize=1024)
def which_tag(before: int | None) -> SafeString:
    """The same, short: in lists and on cards."""
    said = which(before)
    return format_html('<span class="tag" title="{}">{}</span>', said, said.partition(" ")[0]) if said else SafeString()


# --- orders of one customer in the list ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OfCustomer(Filter):
    """The orders of one customer whom the person knows; it comes from links, and the filter form keeps it."""

    form = "kept"

    def read(self, given: QueryDict, user: User) -> Pairs:
        text = given.get(self.key, "")
        if not text:
            return []
        if id_of(text) is None or self._of(text, user) is None:
            raise NotHere("There is no such customer, or they are not yours to know.")
        return [(self.key, text)]

    def _of(self, text: str, user: User) -> str | None:
        """Asked once a page: rows, chips and tabs all need it."""
        known: dict[str, str | None] = user.__dict__.setdefault("customers_named", {})
        if text not in known:
            known[text] = Customer.objects.visible_to(user).filter(pk=text).values_list("name", flat=True).first()
        return known[text]

    def apply(self, rows: QuerySet[Any], pairs: Pairs, user: User) -> QuerySet[Any]:
        return rows.filter(customer=pairs[0][1])

    def words(self, pair: tuple[str, str], user: User) -> str:
        return f"{self.label}: {self._of(pair[1], user)}"


def orders_of(customer: Customer, **more: str) -> str:
    """The address of the rows behind a figure: its orders that count."""
    return f"{reverse('orders:order_list')}?{urlencode({'customer': customer.pk, 'cancelled': '0', **more})}"


# --- panels -------------------------------------------------------------------------------------------------------


def figures(request: HttpRequest, customer: Customer) -> Mapping[str, Any]:
    """Key figures, each a link to its rows; in one query."""
    held = scopes_of(request.user)
    wanted: dict[str, Any] = {
        "last_number": Subquery(Order.objects.filter(pk=OuterRef("last_order_id")).values("number"))
    }
    if held & SELLS:
        wanted["spend"] = Subquery(OrderSpend.objects.filter(customer=OuterRef("customer")).values("spend"))
    rows: Any = OrderFigures.objects.filter(customer=customer).annotate(**wanted).values()
    found: dict[str, Any] = rows.first() or {}
    due_on = found.get("due_on")
    return {
        **found,
        "sells": bool(held & SELLS),
        "all_url": orders_of(customer),
        "spend_url": orders_of(customer, sort="-amount"),
        "last_url": reverse("orders:order_detail", args=[found["last_order_id"]]) if found else "",
        "is_due": due_on is not None and due_on <= clock.today(),
        "whose": "" if held & {"orders_all", "orders_read"} else "of your orders",
    }


def newest(request: HttpRequest, customer: Customer) -> Mapping[str, Any]:
    """The newest orders, also the cancelled ones; the list has them all, page by page."""
    user: User = request.user  # type: ignore[assignment]
    held = scopes_of(user)
    fields = ["pk", "number", "stage", "summary", "placed_at", "cancelled_at", "held_at", "agent__name"]
    if held & SELLS:
        fields += ["sale__amount", "sale__currency"]
    rows = list(Order.objects.visible_to(user).filter(customer=customer).order_by("-pk").values(*fields)[: _SHOWN + 1])
    stages = life("order")
    for row in rows:
        row["shown"] = stages.stage(row["stage"])
    return {
        "rows": rows[:_SHOWN], "more": len(rows) > _SHOWN, "sells": bool(held & SELLS), "customer": customer,
        "all_url": f"{reverse('orders:order_list')}?customer={customer.pk}",
    }  # fmt: skip


def buyer(request: HttpRequest, order: Order) -> Mapping[str, Any] | None:
    """Which order of theirs this is, and what they have bought; nothing of a customer whom the reader may not know."""
    user: User = request.user  # type: ignore[assignment]
    held = scopes_of(user)
    spend = OrderSpend.objects.filter(customer=OuterRef("pk")).values("spend")
    found = OrderFigures.objects.filter(customer=OuterRef("pk"))
    earlier = Order.objects.filter(customer=OuterRef("pk"), cancelled_at=None, placed_on__lt=order.placed_on)
    counted = earlier.order_by().values("customer").annotate(n=Count("pk")).values("n")
    wanted: dict[str, Any] = {
        "before": Subquery(counted), "count": Subquery(found.values("orders")),
        "gap_days": Subquery(found.values("gap_days")), "due_on": Subquery(found.values("due_on")),
    }  # fmt: skip
    if held & SELLS:
        wanted["spend"] = Subquery(spend)
    rows: Any = Customer.objects.visible_to(user).filter(pk=order.customer_id).values("pk", "name", **wanted)
    row: dict[str, Any] | None = rows.first()
    if row is None:
        return None
    row["which"] = which(row["before"]) if order.cancelled_at is None else ""
    row["is_due"] = row["due_on"] is not None and row["due_on"] <= clock.today()
    row["whose"] = "" if held & {"orders_all", "orders_read"} else "of your orders"
    return row


def declare() -> None:
    """What orders bring to other pages; called once, when the app is ready."""
    panels.declare("customer", "figures", "customers/panel_figures.html", figures, scopes=SEES, position=0)
    panels.declare("customer", "orders", "customers/panel_orders.html", newest, scopes=SEES, position=10)
    panels.declare("order", "buyer", "customers/panel_buyer.html", buyer, scopes=BUYERS, side=True, position=0)
    declare_strand(Strand("orders", "Orders", frozenset(SEES), _MOMENTS, "list", "/orders/{}/", 10))
    declare_strand(Strand("mails", "Mails", frozenset(SEES), _MAILS, "mail", "/orders/{}/", 20))
    declare_strand(Strand("messages", "Messages", frozenset(SEES), _MESSAGES, "message-square", "/threads/{}/", 30))


# An order's last moment is its last move, or when it was held or cancelled: the newest moments belong to the orders
# whose last one is newest, so that of thousands only some are asked, each with the reader's policies.
_NEWEST = (
    "(select id, number from orders_order where customer_id = %(customer)s"
    " order by greatest(stage_since, held_at, cancelled_at) desc limit 2 * %(most)s) o"
)
_MOMENTS = (
    "select 'event' as row, e.at, e.by_id, e.real_by_id, e.source, e.reason, e.txid, e.subject_id, o.number as title,"
    f" e.kind as name, e.data::text as old, '' as new from {_NEWEST}"
    " join ops_event e on e.noun = 'order' and e.subject_id = o.id"
    " and e.kind in ('order.received', 'order.started', 'order.ready', 'order.shipped', 'order.delivered',"
    " 'order.cancelled', 'order.held', 'order.undone')"
)
# Mails are what the order's own page has of them, so that both say the same: also what was withdrawn, as withdrawn.
_STATES = {
    "sent": "wrote to them: ", "waiting": "is about to write to them: ", "failed": "could not write to them: ",
    "withdrawn": "did not write to them after all: ",
}  # fmt: skip
_STATE = " ".join(f"when '{state}' then '{words}'" for state, words in _STATES.items())
_KIND = " ".join(f"when '{kind}' then '{what[0].lower()}{what[1:]}'" for kind, what in WHAT.items())
_MAILS = (
    "select 'said' as row, coalesce(m.sent_at, m.at) as at, null::bigint as by_id, null::bigint as real_by_id,"
    " '' as source, '' as reason, m.id as txid, o.id as subject_id, o.number as title,"
    f" case m.state {_STATE} end || case m.kind {_KIND} else '{OTHER.lower()}' end as name, '' as old, '' as new"
    f" from {_NEWEST} cross join lateral ops.order_mails(o.id) m order by m.id desc limit %(most)s"
)
_SAID = (
    "(select 'said' as row, m.at, m.by_id, null::bigint as real_by_id, '' as source, '' as reason, m.id as txid,"
    " m.id as subject_id, {title} as title, case m.visibility when 'customer' then 'wrote to the customer: ' else"
    " 'wrote: ' end || left(regexp_replace(m.text, '[[:space:]]+', ' ', 'g'), 200) as name, '' as old, '' as new"
    " from {rows} where m.removed_at is null order by m.id desc limit %(most)s)"
)
_OF_THEM = "threads_message m join unnest(%(ids)s) c on m.noun = 'customer' and m.subject_id = c"
_OF_THEIR_ORDERS = (
    "orders_order o join threads_message m on m.noun = 'order' and m.subject_id = o.id and o.customer_id = %(customer)s"
)
_MESSAGES = (
    f"{_SAID.format(title="''", rows=_OF_THEM)} union all {_SAID.format(title='o.number', rows=_OF_THEIR_ORDERS)}"
)
