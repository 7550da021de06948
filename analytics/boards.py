"""What sells: each product with what it sold in the last 90 days, what it earns, when it sold last and its class (C39).

Figures come from one view, under the reader's own rights: an agent's are of the orders that the agent sold. Each leads
to the orders it is taken over. A product's revenue is its share of its orders' amounts, as profit by category is.
"""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import User
from analytics.metrics import COSTS, SEES_EVERYONE, SELLS
from catalog.boards import categories, found, of_categories
from catalog.models import Product
from ops.boards import DAY, MONEY, NUMBER, Board, Choice, Column, Flag, Kind, Search, View
from ops.boards.cells import Look, Row, same

DAYS = 90
GRADES = {
    "A": "The products that make the first 80 % of the revenue",
    "B": "Those that make the next 15 %",
    "C": "Those that make the last 5 %",
}


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


def _grade(value: str | None, row: Row, look: Look) -> str:
    if not value:
        return ""
    css = {"A": " ok", "B": " info"}.get(value, "")
    return format_html('<span class="tag{}" title="{}">{}</span>', css, GRADES[value], value)


def _name(value: object, row: Row, look: Look) -> str:
    return format_html('<span title="{}">{}</span>', value, value)


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
    Column("last", "Last sold", "figures__last_on", kind=DAY, sort="figures__last_on", blank=True, css="f-2"),
    Column("grade", "Class", "figures__grade", kind=GRADE, sort="figures__grade", blank=True, css="f-2 f-r"),
]  # fmt: skip


# --- filters ----------------------------------------------------------------------------------------------------


def _grades(user: User) -> list[tuple[str, str]]:
    return [(grade, grade) for grade in GRADES]


FILTERS = [
    Search(key="q", label="Search", where=found, hint="Name or SKU"),
    Choice(key="category", label="Category", options=categories, where=of_categories, many=True),
    Choice(key="grade", label="Class", options=_grades, field="figures__grade", many=True),
    Flag(key="active", label="Active", yes=Q(is_active=True), no=Q(is_active=False)),
    Flag(key="sold", label=f"Sold in {DAYS} days", yes=Q(figures__orders__gt=0),
         no=Q(figures__orders=0) | Q(figures__product=None)),
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
    rows=lambda user: Product.objects.visible_to(user),
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
        View(f"Not sold in {DAYS} days", "active=1&sold=0&sort=-last"),
    ],
    live="product",
)
