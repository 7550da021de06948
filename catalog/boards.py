"""The list of products: what is sold, under which category, for how much, and whether it still is."""

from django.db.models import Q, QuerySet
from django.utils.html import format_html

from accounts.models import User
from catalog import actions
from catalog.models import Category, Product
from ops.boards import DAY, MONEY, Add, Board, Choice, Column, Flag, Kind, Search, Verb, View
from ops.boards.cells import Look, Row, same
from ops.given import id_of
from ops.imports.models import ImportBatch
from ops.imports.wrote import written_by

READS = frozenset({"catalog_read", "catalog_edit"})
EDITS = frozenset({"catalog_edit"})


# --- cells ------------------------------------------------------------------------------------------------------


def _is_active(value: bool, row: Row, look: Look) -> str:
    return "" if value else '<span class="tag">Inactive</span>'


def _yes_or_no(value: bool, row: Row, look: Look) -> str:
    """As the file of products that is loaded again says it."""
    return "yes" if value else "no"


ACTIVE = Kind(_is_active, _yes_or_no)


def _name(value: object, row: Row, look: Look) -> str:
    return format_html('<span title="{}">{}</span>', value, value)


NAME = Kind(_name, same, "cut")

# Named as catalog/imports.py reads them, so that the list's own file is read back.
COLUMNS = [
    Column("name", "Product", kind=NAME, sort="name", css=""),
    Column("sku", "SKU", sort="sku", css="f-2 num"),
    Column("category", "Category", "category__name", sort="category__name", blank=True, css="f-hide mute"),
    Column("price", "Price", kind=MONEY, sort="price", css="f-r"),
    Column("is_active", "Active", kind=ACTIVE, sort="is_active", css="f-2 f-r"),
    Column("updated_at", "Changed", kind=DAY, sort="updated_at", css="f-hide wide"),
]  # fmt: skip


# --- filters ----------------------------------------------------------------------------------------------------


def found(rows: QuerySet[Product], words: str, user: User) -> QuerySet[Product]:
    return rows.filter(Q(name__icontains=words) | Q(sku__icontains=words))


def categories(user: User) -> list[tuple[str, str]]:
    return [
        ("-", "None"),
        *((str(pk), name) for pk, name in Category.objects.order_by("name").values_list("pk", "name")),
    ]


def of_categories(values: list[str]) -> Q:
    return Q(category__in=[one for one in values if one != "-"]) | (Q(category=None) if "-" in values else Q())


def _batches(user: User) -> list[tuple[str, str]]:
    rows = ImportBatch.objects.filter(noun="product", applied_txid__isnull=False).order_by("-pk")
    return [(str(pk), f"{name} ({pk})") for pk, name in rows.values_list("pk", "file_name")[:100]]


def _of_load(values: list[str]) -> Q:
    """What a load made or changed: the products themselves do not name it."""
    return written_by(values, "product", Product)


FILTERS = [
    Search(key="q", label="Search", where=found, hint="Name or SKU"),
    Choice(key="category", label="Category", options=categories, where=of_categories, many=True),
    Choice(key="batch", label="Loaded from", options=_batches, where=_of_load, scopes={"imports"}),
    Flag(key="active", label="Active", yes=Q(is_active=True), no=Q(is_active=False)),
    Flag(key="unpriced", label="Without a price", yes=Q(price=0)),
]


# --- bulk verbs -------------------------------------------------------------------------------------------------


def _states(user: User) -> list[tuple[str, str]]:
    return [("1", "Active"), ("0", "Inactive")]


def _set_active(product: Product, by: User, choice: str) -> str:
    before = product.is_active
    return f"{int(before)}.{actions.set_active(product, by=by, active=choice == '1').version}"


def _active_back(product: Product, by: User, token: str) -> object:
    """As it was, unless somebody has changed the product since."""
    before, _, version = token.partition(".")
    return actions.set_active(product, by=by, active=before == "1", version=id_of(version) or 0)


def _set_category(product: Product, by: User, choice: str) -> str:
    before = product.category_id
    category = Category.objects.get(pk=choice) if choice != "-" else None
    return f"{before or ''}.{actions.set_category(product, by=by, category=category).version}"


def _category_back(product: Product, by: User, token: str) -> object:
    before, _, version = token.partition(".")
    category = Category.objects.filter(pk=before).first() if before.isdecimal() else None
    return actions.set_category(product, by=by, category=category, version=id_of(version) or 0)


PRODUCTS = Board(
    key="products",
    space="catalog",
    list_name="product_list",
    detail_name="product_detail",
    noun="product",
    plural="products",
    title="Products",
    scopes=READS,
    rows=lambda user: Product.objects.visible_to(user),
    columns=COLUMNS,
    filters=FILTERS,
    sort="name",
    name="name",
    empty="Products appear here when you add one, load a file of them, or load orders that name them.",
    views=[
        View("All", ""),
        View("Active", "active=1"),
        View("Inactive", "active=0"),
        View("Without a price", "unpriced=1", count=True),
    ],
    verbs=[
        Verb("active", "Make active or inactive", "changed", "circle-check", _set_active, _states,
             "What are they from now on?", _active_back, scopes=EDITS),
        Verb("category", "Set category", "moved", "folder", _set_category, categories,
             "Which category do they belong to?", _category_back, scopes=EDITS),
    ],
    add=Add("New product", "/products/new/", EDITS),
    live="product",
)  # fmt: skip
