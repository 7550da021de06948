"""The board and the table of orders: which rows, which columns for whom, which filters, what many are put through."""

from datetime import timedelta
from html import escape

from django.conf import settings
from django.db import connection
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.safestring import SafeString

from accounts.models import User
from catalog.models import Category
from customers.models import Customer
from ops import clock
from ops.access.scopes import scopes_of
from ops.boards import (
    DAY,
    MONEY,
    NUMBER,
    Add,
    Board,
    Choice,
    Column,
    Flag,
    Kind,
    Lanes,
    Look,
    Part,
    Period,
    Search,
    View,
)
from ops.boards.cells import Row, due_html, same, stage_html
from ops.lifecycle import life
from ops.models import ImportBatch
from ops.templatetags.ops import spell
from orders.bulk_verbs import CHANGES, MOVERS, SELLERS, people_with
from orders.cards import BUYERS, KNOWS_AGENT, SELLS, card, card_needs, stuck_tag
from orders.customer_panels import OfCustomer, orders_before, which_tag
from orders.models import (
    COSTED,
    Order,
    OrderLine,
    OrderQuerySet,
    OrderUserObjectPermission,
    known_profit,
    standing_since,
    too_long,
)
from orders.overdue import waits_for
from orders.print_verbs import PRINTS
from orders.product_panels import READS_CATALOG, OfProduct

SEES = frozenset({"orders_all", "orders_read", "orders_own", "orders_floor"})
COSTS = frozenset({"costs_all", "costs_read"})
# As many as the pages of a list reach; beyond that the list, its totals and its files say so.
_MOST_FOUND = 20_000


def customer_name() -> Subquery:
    """Not a join: a shared order stays in the list when its customer is not the reader's to know."""
    return Subquery(
        Customer.objects.filter(pk=OuterRef("customer_id")).order_by().values("name")[:1], output_field=CharField()
    )


def _by_customer(user: User) -> F | Subquery:
    """The customer's name to sort by. A join would drop the orders whose customer is not the reader's to know."""
    return F("customer__name") if "customers_all" in scopes_of(user) else customer_name()


# --- cells ------------------------------------------------------------------------------------------------------


def _stage(value: str, row: Row, look: Look) -> str:
    if row["cancelled_at"]:
        return stage_html("cancelled", "Cancelled")
    return stage_html("hold", "On hold") if row["held_at"] else f"{look.glyphs[value]} {stuck_tag(row, look)}"


def _stage_word(value: str, row: Row, look: Look) -> str:
    return "Cancelled" if row["cancelled_at"] else "On hold" if row["held_at"] else look.stages[value].label


_PROMISED = SafeString('<span class="only-phone">Promised </span>')  # on a phone no head says what the day is


def _promise(value: object, row: Row, look: Look) -> str:
    over = row["cancelled_at"] is not None or look.stages[row["stage"]].category == "done"
    return _PROMISED + due_html(value, look, over=over, days=True)  # type: ignore[arg-type]


def _amount(value: object, row: Row, look: Look) -> str:
    """In shop currency, as it is sorted and added up; what was agreed in another currency stands beside it."""
    counted = MONEY.html(value, row, look)
    if value is None or row["currency"] in (None, settings.SHOP_CURRENCY):
        return counted
    return f'<span class="dim agreed">{escape(spell(row["agreed"], row["currency"]))}</span> {counted}'


def _name(value: object, row: Row, look: Look) -> str:
    """Names may be long: what does not fit is in the title."""
    words = escape(str(value)) if value else ""
    return f'<span title="{words}">{words}</span>' if words else ""


def _buyer(value: object, row: Row, look: Look) -> str:
    """The name, and which order of theirs it is when they have ordered before."""
    tag = which_tag(row["before"]) if value and row["cancelled_at"] is None else ""
    return f"{_name(value, row, look)} {tag}"


STAGE = Kind(_stage, _stage_word)
PROMISE = Kind(_promise, same, "num")
AMOUNT = Kind(_amount, same, "n")
NAME = Kind(_name, same, "cut")
BUYER = Kind(_buyer, same, "cut")
_SALE = {"agreed": "sale__amount", "currency": "sale__currency"}
_FLAGS = {"cancelled_at": "cancelled_at", "held_at": "held_at"}
_STANDS = _FLAGS | {"standing": standing_since()}

COLUMNS = [
    Column("number", "Order", sort="pk", css=""),
    Column("customer", "Customer", customer_name(), kind=BUYER, scopes=BUYERS, sort="by_customer",
           sort_value=_by_customer, blank=True, css="f-r", needs={"before": orders_before(), **_FLAGS}),
    Column("stage", "Stage", kind=STAGE, needs=_STANDS, css="f-2"),
    Column("summary", "What", kind=NAME, css="f-hide mute"),
    Column("pieces", "Pieces", kind=NUMBER, scopes={"orders_floor"}),
    Column("agent", "Agent", "agent__name", kind=NAME, scopes=KNOWS_AGENT, sort="agent__name", css="f-hide mute"),
    Column("assignee", "Production", "assignee__name", kind=NAME, css="f-hide mute wide"),
    Column("promise", "Promised", "promise_on", kind=PROMISE, needs=_FLAGS | {"stage": "stage"}, sort="promise_on",
           blank=True, css="f-3"),
    Column("placed", "Placed", "placed_at", kind=DAY, sort="placed_at"),
    Column("amount", "Amount", "sale__order_amount", kind=AMOUNT, scopes=SELLS, needs=_SALE,
           sort="sale__order_amount", blank=True, total=True, css="f-2 f-r"),
    Column("profit", "Profit", known_profit(), kind=MONEY, scopes=COSTS, sort="by_profit",
           sort_value=known_profit, blank=True, total=True),
]  # fmt: skip


# --- filters ----------------------------------------------------------------------------------------------------


def _stages(user: User) -> list[tuple[str, str]]:
    return [(stage.key, stage.label) for stage in life("order").stages]


def _batches(user: User) -> list[tuple[str, str]]:
    rows = ImportBatch.objects.filter(noun="order").order_by("-pk").values_list("pk", "file_name")[:100]
    return [(str(pk), f"{name} ({pk})") for pk, name in rows]


def _found(rows: QuerySet[Order], words: str, user: User) -> QuerySet[Order]:
    # One array, not an IN list: 20,000 of those are as many parameters, and ten times slower.
    return rows.extra(where=["orders_order.id = any(%s)"], params=[found_ids(user, words)[:_MOST_FOUND]])


def _found_too_many(words: str, user: User) -> str:
    if len(found_ids(user, words)) <= _MOST_FOUND:
        return ""
    return f"More than {_MOST_FOUND:,} orders match “{words}”; only the newest {_MOST_FOUND:,} are searched."


def found_ids(user: User, words: str) -> list[int]:
    """Ids by the trigram index, as the owner, newest first; the rows still pass the reader's policies (D10).

    Asked once a page: rows, counts and tabs all need them. One more than are used tells that there are more.
    """
    known: dict[str, list[int]] = user.__dict__.setdefault("found_orders", {})
    if words not in known:
        with connection.cursor() as cursor:
            cursor.execute("select ops.search_orders(%s, %s)", [words, _MOST_FOUND + 1])
            known[words] = sorted(cursor.fetchone()[0], reverse=True)
    return known[words]


def _overdue(rows: QuerySet[Order], user: User) -> QuerySet[Order]:
    assert isinstance(rows, OrderQuerySet)
    return rows.overdue()


def _ended(rows: QuerySet[Order], user: User) -> QuerySet[Order]:
    return rows.filter(promise_on__lt=clock.today())


def _stuck(rows: QuerySet[Order], user: User) -> QuerySet[Order]:
    assert isinstance(rows, OrderQuerySet)
    return rows.stuck()


def _waits(rows: QuerySet[Order], user: User) -> QuerySet[Order]:
    """What the morning's list is made of, now."""
    people = list(User.objects.visible_to(user).active())
    return rows.filter(pk__in=waits_for(user, people).order_by().values("pk"))


def _mine(rows: QuerySet[Order], user: User) -> QuerySet[Order]:
    """Those they sell; for the floor those they make."""
    return rows.filter(assignee=user) if "orders_floor" in scopes_of(user) else rows.filter(agent=user)


def _sold_by_me(rows: QuerySet[Order], user: User) -> QuerySet[Order]:
    return rows.filter(agent=user)


def _days(user: User) -> list[tuple[str, str]]:
    return [("today", "Today"), ("week", "In the next 7 days")]


def _due(values: list[str]) -> Q:
    today = clock.today()
    return Q(promise_on=today) if values == ["today"] else Q(promise_on__range=(today, today + timedelta(days=7)))


def _categories(user: User) -> list[tuple[str, str]]:
    return [("-", "None"), *((name, name) for name in Category.objects.values_list("name", flat=True).order_by("name"))]


def _of_category(values: list[str]) -> Q:
    """Orders with a line of it, whatever else is on them."""
    lines = OrderLine.objects.filter(order=OuterRef("pk"), category__in=["" if one == "-" else one for one in values])
    return Q(Exists(lines))


FILTERS = [
    Search(key="q", label="Search", where=_found, hint="Number, customer, phone or product", cut=_found_too_many),
    OfCustomer(key="customer", label="Customer", scopes=BUYERS),
    OfProduct(key="product", label="Product", scopes=READS_CATALOG),
    Choice(key="stage", label="Stage", options=_stages, field="stage", many=True),
    Choice(key="agent", label="Agent", options=SELLERS, field="agent", scopes=KNOWS_AGENT),
    Choice(key="assignee", label="Production", options=people_with("orders_floor"), field="assignee"),
    Choice(key="due", label="Promised", options=_days, where=_due),
    Choice(key="batch", label="Loaded from", options=_batches, field="batch", scopes={"orders_all", "orders_read"}),
    Period(key="placed", label="Placed", field="placed_on"),
    Period(key="promised", label="Promised", field="promise_on"),
    Flag(key="held", label="On hold", yes=Q(held_at__isnull=False), no=Q(held_at=None)),
    Flag(key="cancelled", label="Cancelled", yes=Q(cancelled_at__isnull=False), no=Q(cancelled_at=None)),
    Flag(key="late", label="Overdue", yes=_overdue),
    Flag(key="stuck", label="Stuck", yes=_stuck),
    Flag(key="waits", label="Waits for me", yes=_waits),
    Flag(key="ended", label="Promised day is over", yes=_ended),
    Flag(key="mine", label="Mine", yes=_mine),
    Flag(key="rush", label="Rush", yes=Q(rush=True)),
    Flag(key="sold_by_me", label="Sold by me", yes=_sold_by_me, scopes=KNOWS_AGENT),
    Choice(key="category", label="Category", options=_categories, where=_of_category, scopes=COSTS),
    Flag(key="costed", label="With costs", yes=COSTED, no=~COSTED, scopes=COSTS),
]  # fmt: skip


def first_sort(held: frozenset[str]) -> str:
    """The floor works by promise (A30); agents see their newest, by an index of their own; others what came last."""
    if held & SEES == {"orders_floor"}:
        return "promise"
    return "-number" if held & SEES == {"orders_own"} else "-placed"


def seen_in_parts(user: User) -> list[Part]:
    """An agent's own orders, which have an index, and the few that colleagues share. Together: visible_to."""
    if scopes_of(user) & SEES != {"orders_own"}:
        return []
    return [
        Part(Order.objects.filter(agent=user)),
        Part(Order.objects.filter(pk__in=shared_with(user)).exclude(agent=user), bounded=True),
    ]


def shared_with(user: User) -> list[int]:
    """Asked once a page: every tab and lane needs it."""
    if "shared_orders" not in user.__dict__:
        given = OrderUserObjectPermission.objects.filter(user=user, permission__codename="view_order")
        user.__dict__["shared_orders"] = list(given.values_list("content_object_id", flat=True))
    return user.__dict__["shared_orders"]  # type: ignore[no-any-return]


# --- the board --------------------------------------------------------------------------------------------------

ORDERS = Board(
    key="orders",
    space="orders",
    list_name="order_list",
    detail_name="order_detail",
    noun="order",
    plural="orders",
    title="Orders",
    scopes=SEES,
    rows=lambda user: Order.objects.visible_to(user),
    columns=COLUMNS,
    filters=FILTERS,
    sort=first_sort,
    name="number",
    empty="Orders you may see will be listed here.",
    views=[
        View("All", ""),
        View("Mine", "mine=1", scopes=MOVERS),
        View("Overdue", "late=1", count=True),
        View("Due today", "due=today"),
        View("On hold", "held=1"),
        View("Cancelled", "cancelled=1", scopes=KNOWS_AGENT),
    ],
    board_views=[
        View("All open", ""),
        View("Mine", "mine=1", scopes=MOVERS),
        View("Overdue", "late=1", count=True),
        View("Due today", "due=today"),
        View("Rush", "rush=1"),
    ],
    verbs=[*CHANGES, *PRINTS],
    lanes=Lanes(
        noun="order",
        due="promise_on",
        since="stage_since",
        live=lambda rows: rows.filter(cancelled_at=None),
        card=card,
        needs=card_needs,
        stuck=lambda rows, stage: rows.filter(too_long(stage), held_at=None),
        only={"orders_floor": ("working", "ready")},
        wider=SEES - {"orders_floor"},
        sum="sale__order_amount",
        sum_scopes=SELLS,
    ),
    add=Add("New order", "/orders/new/", {"orders_all", "orders_own"}),
    live="order",
    parts=seen_in_parts,
)
