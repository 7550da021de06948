"""The list of stock: what is on hand of each thing at each place, and when it last moved."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from inventory.models import SEES, Level, Location, Move, StockItem
from ops import clock
from ops.boards import MOMENT, NUMBER, Add, Board, Choice, Column, Flag, Search, View
from ops.boards.read import OneOf
from ops.imports.models import ImportBatch

_QUIET_DAYS = 90
_LOADS = 100

COLUMNS = [
    Column("product", "Product", "item__name", sort="item__name", css=""),
    Column("sku", "SKU", "item__sku", sort="item__sku", css="f-2 num"),
    Column("location", "Location", "location__name", sort="location__name", css="f-2"),
    Column("category", "Category", "item__category", css="f-hide mute"),
    Column("on_hand", "On hand", "on_hand", kind=NUMBER, sort="on_hand", css="f-r strong"),
    Column("moved", "Last move", "moved_at", kind=MOMENT, sort="moved_at", blank=True, css="f-hide"),
]


def whole(user: User) -> QuerySet[Level]:
    return Level.objects.visible_to(user)


def _found(rows: QuerySet[Level], words: str, user: User) -> QuerySet[Level]:
    """Among the names first, which have an index; then where they lie."""
    items = StockItem.objects.visible_to(user).filter(Q(name__icontains=words) | Q(sku__istartswith=words))
    return rows.filter(OneOf(F("item_id"), list(items.values_list("pk", flat=True)[:20_000])))


def locations(user: User) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in Location.objects.visible_to(user).values_list("pk", "name")]


def categories(user: User) -> list[tuple[str, str]]:
    rows = StockItem.objects.visible_to(user).exclude(category="").order_by("category")
    return [(name, name) for name in rows.values_list("category", flat=True).distinct()]


def _quiet(rows: QuerySet[Level], user: User) -> QuerySet[Level]:
    return rows.filter(moved_at__lt=clock.now() - timedelta(days=_QUIET_DAYS))


def loads(user: User) -> list[tuple[str, str]]:
    rows = ImportBatch.objects.visible_to(user).filter(noun="stock", state=ImportBatch.State.APPLIED)
    return [(str(pk), name) for pk, name in rows.values_list("pk", "file_name")[:_LOADS]]


def _of_load(values: list[str]) -> Q:
    moves = Move.objects.filter(batch__in=values, item=OuterRef("item"), location=OuterRef("location"))
    return Q(Exists(moves))


FILTERS = [
    Search(key="q", label="Search", where=_found, hint="Product or SKU"),
    Choice(key="location", label="Location", options=locations, field="location", many=True),
    Choice(key="category", label="Category", options=categories, field="item__category", many=True),
    Choice(key="batch", label="Loaded from", options=loads, where=_of_load, scopes={"imports"}),
    Flag(key="none", label="None on hand", yes=Q(on_hand=0), no=Q(on_hand__gt=0)),
    Flag(key="quiet", label=f"Not moved for {_QUIET_DAYS} days", yes=_quiet),
    Flag(key="active", label="In the catalogue", yes=Q(item__is_active=True), no=Q(item__is_active=False)),
]

STOCK = Board(
    key="stock",
    space="inventory",
    list_name="stock_list",
    detail_name="level_detail",
    noun="line of stock",
    plural="lines of stock",
    title="Stock",
    scopes=frozenset(SEES),
    rows=whole,
    columns=COLUMNS,
    filters=FILTERS,
    sort="product",
    name="product",
    empty="What is on hand appears here once its opening stock is set, product by product or from a file.",
    views=[
        View("All", ""),
        View("None on hand", "none=1"),
        View("Lately moved", "sort=-moved"),
        View("Not moved for long", "quiet=1&sort=moved"),
    ],
    add=Add("Opening stock", "/stock/new/", {"stock_all"}),
    live="level",
)
