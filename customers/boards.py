"""The list of customers: who, how to reach them, what they bought, when the next order is to be expected.

Figures come from two views, each under the reader's own rights: an agent's are of the orders that the agent sees.
"""

from datetime import date
from html import escape

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from customers import actions
from customers.models import Customer, OrderFigures, OrderSpend
from customers.search import ids_found
from ops import clock
from ops.access.scopes import scopes_of
from ops.boards import DAY, MONEY, NUMBER, PERSON, Add, Board, Choice, Column, Flag, Kind, Part, Search, Verb, View
from ops.boards.cells import Look, Row, same
from ops.boards.read import OneOf
from ops.errors import Refused
from ops.templatetags.ops import day

SEES = frozenset({"customers_all", "customers_own"})
SEES_ORDERS = frozenset({"orders_all", "orders_read", "orders_own"})
SELLS = frozenset({"sales_all", "sales_read", "sales_own"})
_MOST_FOUND = 20_000


# --- rows -------------------------------------------------------------------------------------------------------


def whole(user: User) -> QuerySet[Customer]:
    """Those who are themselves: a merged one is found as who they are."""
    return Customer.objects.visible_to(user).filter(merged_into=None)


def bought_from(user: User) -> list[int]:
    """Whose orders are this agent's, asked once a page: every tab and count needs it."""
    if "own_customers" not in user.__dict__:
        with connection.cursor() as cursor:
            cursor.execute("select distinct customer_id from orders_order where agent_id = %s", [user.pk])
            user.__dict__["own_customers"] = [pk for (pk,) in cursor.fetchall()]
    return user.__dict__["own_customers"]  # type: ignore[no-any-return]


def in_parts(user: User) -> list[Part]:
    """Whom an agent looks after, which has an index, and who bought from them. Together: visible_to."""
    if "customers_all" in scopes_of(user) or "orders_own" not in scopes_of(user):
        return []
    live = Customer.objects.filter(merged_into=None)
    bought = live.filter(OneOf(F("pk"), bought_from(user))).exclude(keeper=user)
    return [Part(live.filter(keeper=user)), Part(bought, bounded=True)]


# --- cells ------------------------------------------------------------------------------------------------------


def figure(name: str) -> Subquery:
    """Asked for the rows of one page: a join would work out everybody's for each of them."""
    return Subquery(OrderFigures.objects.filter(customer=OuterRef("pk")).values(name))


def _name(value: object, row: Row, look: Look) -> str:
    words = escape(str(value))
    return f'<span title="{words}">{words}</span>'


def _gap(value: object, row: Row, look: Look) -> str:
    if value is None:
        return ""
    days = f"{value:.0f}"
    return f"{days} day{'' if days == '1' else 's'}"


def _due(value: date | None, row: Row, look: Look) -> str | SafeString:
    """Only who is due: a day that is still to come says nothing yet."""
    if value is None or value > look.today:
        return ""
    return format_html(
        '<span class="tag warn" title="Last order and 1.2 typical gaps were over on {}">Due</span>', day(value)
    )


NAME = Kind(_name, same, "cut")
GAP = Kind(_gap, same, "n")
DUE = Kind(_due, same)

COLUMNS = [
    Column("name", "Customer", kind=NAME, sort="name", css=""),
    Column("phone", "Phone", css="f-2 num"),
    Column("city", "City", sort="city", css="f-hide mute"),
    Column("orders", "Orders", figure("orders"), kind=NUMBER, scopes=SEES_ORDERS, sort="figures__orders", blank=True,
           css="f-hide"),
    Column("spend", "Spent", Subquery(OrderSpend.objects.filter(customer=OuterRef("pk")).values("spend")), kind=MONEY,
           scopes=SELLS, sort="spent__spend", blank=True, css="f-r"),
    Column("last", "Last order", figure("last_on"), kind=DAY, scopes=SEES_ORDERS, sort="figures__last_on", blank=True,
           css="f-2 f-r"),
    Column("gap", "Typical gap", figure("gap_days"), kind=GAP, scopes=SEES_ORDERS, sort="figures__gap_days",
           blank=True, css="f-hide wide"),
    Column("due", "To reorder", figure("due_on"), kind=DUE, scopes=SEES_ORDERS, sort="figures__due_on", blank=True),
    Column("keeper", "Looked after by", "keeper__name", kind=PERSON, sort="keeper__name", blank=True,
           css="f-hide wide"),
]  # fmt: skip


# --- filters ----------------------------------------------------------------------------------------------------


def _found(rows: QuerySet[Customer], words: str, user: User) -> QuerySet[Customer]:
    return rows.filter(OneOf(F("pk"), ids_found(user, words, _MOST_FOUND)))


def keepers(user: User) -> list[tuple[str, str]]:
    rows = User.objects.visible_to(user).filter(scopes__overlap=["customers_own", "customers_all"], is_active=True)
    return [(str(pk), name) for pk, name in rows.order_by("name", "pk").values_list("pk", "name")]


def _is_due(rows: QuerySet[Customer], user: User) -> QuerySet[Customer]:
    return rows.filter(figures__due_on__lte=clock.today())


def _has_repeated(rows: QuerySet[Customer], user: User) -> QuerySet[Customer]:
    """At least two counted orders on different business days (M10)."""
    return rows.filter(figures__gap_days__isnull=False)


FILTERS = [
    Search(key="q", label="Search", where=_found, hint="Name, any phone or e-mail"),
    Choice(key="keeper", label="Looked after by", options=keepers, field="keeper"),
    Flag(key="mine", label="Mine", yes=lambda rows, user: rows.filter(keeper=user)),
    Flag(key="due", label="Due to reorder", yes=_is_due, scopes=SEES_ORDERS),
    Flag(key="repeat", label="Ordered again", yes=_has_repeated, scopes=SEES_ORDERS),
    Flag(key="mail", label="E-mail known", yes=Q(email__isnull=False), no=Q(email=None)),
    Flag(key="offers", label="Wants offers", yes=Q(wants_offers=True), no=Q(wants_offers=False)),
    Flag(key="nobodys", label="Looked after by nobody", yes=Q(keeper=None), scopes={"customers_all"}),
]


# --- bulk verbs -------------------------------------------------------------------------------------------------


def _keep(customer: Customer, by: User, keeper: str) -> str:
    before = customer.keeper_id
    if str(before) == keeper:
        raise Refused(f"{customer.name} is theirs already.")
    return f"{before or ''}.{actions.set_keeper(customer, by=by, keeper=User.objects.get(pk=keeper)).version}"


def _keep_back(customer: Customer, by: User, token: str) -> object:
    """Back to the keeper before, unless somebody has changed the customer since."""
    keeper, _, version = token.partition(".")
    before = User.objects.filter(pk=keeper).first() if keeper.isdecimal() else None
    if before is None or not version.isdecimal():
        raise Refused(f"Nobody looked after {customer.name} before.")
    return actions.set_keeper(customer, by=by, keeper=before, version=int(version))


CUSTOMERS = Board(
    key="customers",
    space="customers",
    list_name="customer_list",
    detail_name="customer_detail",
    noun="customer",
    plural="customers",
    title="Customers",
    scopes=SEES,
    rows=whole,
    columns=COLUMNS,
    filters=FILTERS,
    sort="name",
    name="name",
    empty="Customers appear here with their first order, or when you add one.",
    views=[
        View("All", ""),
        View("Mine", "mine=1"),
        View("Due to reorder", "due=1&sort=-last", scopes=SEES_ORDERS),
        View("Ordered again", "repeat=1", scopes=SEES_ORDERS),
    ],
    verbs=[
        Verb("keep", "Give to", "now looked after by", "user-round-check", _keep, keepers, "Give them to", _keep_back,
             scopes={"customers_all"}),
    ],
    add=Add("New customer", "/customers/new/", SEES),
    live="customer",
    parts=in_parts,
)  # fmt: skip
