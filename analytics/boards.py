"""What sells: each product, what it sold in the last 90 days, what it earns, how long it lasts, its class (C39).

Figures come from one view, under the reader's own rights: an agent's are of the orders that the agent sold. Each leads
to the orders it is taken over. A product's revenue is its share of its orders' amounts, as profit by category is.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import NullIf
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import User
from analytics.metrics import COSTS, SEES_EVERYONE, SELLS
from catalog.boards import categories, found, of_categories
from catalog.models import Product
from inventory.models import SEES as SEES_STOCK
from inventory.models import Level
from ops.access.scopes import has_any
from ops.boards import DAY, MONEY, NUMBER, Board, Choice, Column, Flag, Kind, Search, View
from ops.boards.cells import Look, Row, same

DAYS = 90
SOON = 14
GRADES = {
    "A": "The products that make the first 80 % of the revenue",
    "B": "Those that make the next 15 %",
    "C": "Those that make the last 5 %",
}


# --- rows -------------------------------------------------------------------------------------------------------

_AMOUNT: Any = DecimalField(max_digits=19, decimal_places=4)


def products(user: User) -> QuerySet[Product]:
    """Each with what is on hand at all places together: nothing where its stock is not kept, or for who sees none."""
    levels = Level.objects.filter(item=OuterRef("pk"), moves__gt=0).order_by().values("item")
    on_hand = Subquery(levels.annotate(n=Sum("on_hand")).values("n"), output_field=_AMOUNT)
    none = Value(None, output_field=_AMOUNT)
    return Product.objects.visible_to(user).annotate(stocked=on_hand if has_any(user, *SEES_STOCK) else none)


def cover(user: User | None = None) -> Any:
    """For how many days what is on hand lasts, sold as it was. Everybody's sales only: an agent's alone say nothing."""
    return F("stocked") / NullIf(F("figures__velocity"), Value(0, output_field=_AMOUNT))


# --- cells ------------------------------------------------------------------------------------------------------


def orders_url(pk: int, look: Look, **more: str) -> str:
    """The list with the orders that a product's figures are taken over."""
    asked = {
        "product": str(pk), "placed_from": (look.today - timedelta(days=DAYS - 1)).isoformat(),
        "placed_to": look.today.isoformat(), "cancelled": "0", **more,
    }  # fmt: skip
    if look.scopes.isdisjoint(SEES_EVERYONE):
        asked["sold_by_me"] = "1"
    return f"{reverse('orders:order_list')}?{urlencode(asked)}"


def _leads(kind: Kind, **more: str) -> Kind:
    """The same cell, leading to its orders; what is nothing leads nowhere."""

    def html(value: object, row: Row, look: Look) -> str:
        shown = kind.html(value, row, look)
        return format_html('<a href="{}">{}</a>', orders_url(row["pk"], look, **more), shown) if value else shown

    return Kind(html, kind.plain, kind.css)


def _a_day(value: Decimal | None, row: Row, look: Look) -> str:
    return NUMBER.html(value, row, look) if value is None else f"{value:.2f}"


def _percent(value: Decimal | None, row: Row, look: Look) -> str:
    return NUMBER.html(value, row, look) if value is None else f"{value:.1f} %"


def _days(value: Decimal | None, row: Row, look: Look) -> str:
    if value is None:
        return NUMBER.html(value, row, look)
    css, days = "warnc" if value < SOON else "", f"{value:,.0f}"
    return format_html('<span class="{}">{} day{}</span>', css, days, "" if days == "1" else "s")


def _whole_days(value: Decimal | None, row: Row, look: Look) -> Decimal | None:
    return None if value is None else round(value, 1)


def _grade(value: str | None, row: Row, look: Look) -> str:
    if not value:
        return ""
    css = {"A": " ok", "B": " info"}.get(value, "")
    return format_html('<span class="tag{}" title="{}">{}</span>', css, GRADES[value], value)


def _name(value: object, row: Row, look: Look) -> str:
    return format_html('<span title="{}">{}</span>', value, value)


COVER = Kind(_days, _whole_days, "n")
A_DAY, PERCENT, GRADE = Kind(_a_day, same, "n"), Kind(_percent, same, "n"), Kind(_grade, same)

COLUMNS = [
    Column("name", "Product", kind=Kind(_name, same, "cut"), sort="name", css=""),
    Column("sku", "SKU", sort="sku", css="f-hide num wide"),
    Column("category", "Category", "category__name", sort="category__name", blank=True, css="f-hide mute wide"),
    Column("quantity", "Sold", "figures__quantity", kind=_leads(NUMBER), sort="figures__quantity", blank=True),
    Column("velocity", "Sold a day", "figures__velocity", kind=A_DAY, sort="figures__velocity", blank=True),
    Column("orders", "Orders", "figures__orders", kind=_leads(NUMBER), sort="figures__orders", blank=True),
    Column("revenue", "Revenue", "figures__revenue", kind=_leads(MONEY), sort="figures__revenue", blank=True,
           total=True, css="f-r"),
    Column("profit", "Profit", "figures__profit", kind=_leads(MONEY, costed="1"), scopes=COSTS, sort="figures__profit",
           blank=True, total=True),
    Column("margin", "Margin", "figures__margin", kind=PERCENT, scopes=COSTS, sort="figures__margin", blank=True),
    Column("stock", "On hand", "stocked", kind=NUMBER, scopes=SEES_EVERYONE, sort="stocked", blank=True),
    Column("cover", "Cover", cover(), kind=COVER, scopes=SEES_EVERYONE, sort="by_cover", sort_value=cover, blank=True),
    Column("last", "Last sold", "figures__last_on", kind=DAY, sort="figures__last_on", blank=True, css="f-2"),
    Column("grade", "Class", "figures__grade", kind=GRADE, sort="figures__grade", blank=True, css="f-2 f-r"),
]  # fmt: skip


# --- filters ----------------------------------------------------------------------------------------------------


def _grades(user: User) -> list[tuple[str, str]]:
    return [(grade, grade) for grade in GRADES]


def _runs_out(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    return rows.filter(figures__velocity__gt=0, stocked__lt=F("figures__velocity") * SOON)


FILTERS = [
    Search(key="q", label="Search", where=found, hint="Name or SKU"),
    Choice(key="category", label="Category", options=categories, where=of_categories, many=True),
    Choice(key="grade", label="Class", options=_grades, field="figures__grade", many=True),
    Flag(key="active", label="Active", yes=Q(is_active=True), no=Q(is_active=False)),
    Flag(key="sold", label=f"Sold in {DAYS} days", yes=Q(figures__orders__gt=0),
         no=Q(figures__orders=0) | Q(figures__product=None)),
    Flag(key="short", label=f"Runs out within {SOON} days", yes=_runs_out, scopes=SEES_EVERYONE),
]  # fmt: skip


SELLING = Board(
    key="selling",
    space="selling",
    list_name="product_list",
    detail_name="catalog:product_detail",
    noun="product",
    plural="products",
    title=f"What sells in {DAYS} days",
    scopes=SELLS,
    rows=products,
    at_once=True,
    columns=COLUMNS,
    filters=FILTERS,
    sort="-revenue",
    name="name",
    empty="Products and what they sell appear here once orders name them.",
    views=[
        View("All", ""),
        View("Class A", "grade=A"),
        View("Class B", "grade=B"),
        View("Class C", "grade=C"),
        View(f"Runs out within {SOON} days", "short=1&sort=cover", scopes=SEES_EVERYONE),
        View(f"Not sold in {DAYS} days", "active=1&sold=0&sort=-last"),
    ],
    live="product",
)
