"""What every page needs around its own content: theme, density, and the ways on that this person's scopes open."""

from dataclasses import dataclass
from functools import cache, lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop

from ops.access.scopes import scopes_of
from ops.keys import KEYS
from ops.shop import shown

THEMES = ("auto", "light", "dark")
DENSITIES = ("compact", "roomy")


@cache
def address(name: str) -> str:
    """The address of a page; empty while its app is not installed, so that nobody is led to nothing."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Place:
    """One way on, shown to whoever holds any of `scopes`; `key` follows a g; `phone` is its word on the tab bar,
    `also` are words that the palette finds it by.

    Words are translated where they are shown; `manage.py makemessages` knows labels by the name of this class.
    """

    label: str
    name: str
    icon: str
    scopes: frozenset[str]
    section: str = ""
    key: str = ""
    phone: str = ""
    also: str = ""

    @property
    def url(self) -> str:
        return address(self.name)

    @property
    def kbd(self) -> str:
        """The keys as people read them; only making something new needs no g before it."""
        return self.key if self.key in {"", "n"} else f"g {self.key}"

    def opens_to(self, held: frozenset[str]) -> bool:
        return not self.scopes.isdisjoint(held)


def _any(*scopes: str) -> frozenset[str]:
    return frozenset(scopes)


ORDERS = _any("orders_all", "orders_read", "orders_own", "orders_floor")
QUOTES = _any("quotes_all", "quotes_read", "quotes_own")
SELLS = _any("sales_all", "sales_read", "sales_own")
PLACES: tuple[Place, ...] = (
    Place(
        "Home",
        "analytics:home",
        icon="house",
        scopes=_any("staff"),
        section="Orders",
        key="o",
        phone="Home",
        also="dashboard today",
    ),
    Place("Board", "orders:board", icon="square-kanban", scopes=ORDERS, section="Orders", key="b", phone="Board"),
    Place("All orders", "orders:order_list", icon="list", scopes=ORDERS, section="Orders", key="l", phone="Orders"),
    Place(
        "Promises",
        "orders:calendar",
        icon="calendar-days",
        scopes=ORDERS,
        section="Orders",
        key="d",
        also="calendar due deadline",
    ),
    Place("Quotes", "quotes:board", icon="file-text", scopes=QUOTES, section="Orders", key="q"),
    Place(
        "Customers",
        "customers:customer_list",
        icon="contact-round",
        scopes=_any("customers_all", "customers_own"),
        section="Orders",
        key="c",
    ),
    Place(
        "Products",
        "catalog:product_list",
        icon="package",
        scopes=_any("catalog_read", "catalog_edit"),
        section="Orders",
        key="k",
        also="catalogue items sku price",
    ),
    Place(
        "Stock",
        "inventory:stock_list",
        icon="boxes",
        scopes=_any("stock_all", "stock_read"),
        section="Orders",
        key="e",
        also="inventory on hand warehouse",
    ),
    Place("Locations of stock", "inventory:location_list", icon="archive", scopes=_any("stock_all"), also="places"),
    Place(
        "Two who may be one",
        "customers:duplicates",
        icon="merge",
        scopes=_any("customers_all"),
        also="duplicates merge",
    ),
    Place("New order", "orders:order_new", icon="plus", scopes=_any("orders_all", "orders_own"), key="n", phone="New"),
    Place(
        "Load files",
        "imports:load_new",
        icon="inbox",
        scopes=_any("imports"),
        section="Orders",
        key="i",
        also="import csv excel upload",
    ),
    Place(
        "Report",
        "analytics:report",
        icon="chart-line",
        scopes=SELLS,
        section="Shop",
        key="r",
        also="figures sales revenue profit",
    ),
    Place(
        "What sells",
        "selling:product_list",
        icon="trending-up",
        scopes=SELLS,
        section="Shop",
        key="v",
        also="products velocity margin class abc best sellers",
    ),
    Place(
        "Targets",
        "analytics:targets",
        icon="target",
        scopes=_any("targets_all"),
        section="Shop",
        key="m",
        also="goals quota",
    ),
    Place(
        "People",
        "people:person_list",
        icon="users",
        scopes=_any("staff"),
        section="Shop",
        key="p",
        phone="People",
        also="staff team users",
    ),
    Place(
        "Notices",
        "notices:notice_list",
        icon="bell",
        scopes=_any("staff"),
        section="Shop",
        key="t",
        also="notifications alerts",
    ),
    Place("Carriers", "orders:carrier_list", icon="truck", scopes=_any("orders_all"), section="Shop"),
    Place(
        "Downloads",
        "progress:job_list",
        icon="download",
        scopes=_any("staff"),
        section="Shop",
        key="j",
        also="files prints work",
    ),
    Place("Storefronts", "intake:key_list", icon="inbox", scopes=_any("intake_keys"), section="System"),
    Place(
        "Roles",
        "roles:role_list",
        icon="shield-check",
        scopes=_any("people_admin", "roles_admin"),
        section="Shop",
        also="rights permissions access",
    ),
    Place(
        "Who is told",
        "notice_rules:rule_list",
        icon="bell-ring",
        scopes=_any("notices_admin"),
        section="System",
        also="notifications alerts",
    ),
    Place(
        "Morning lists",
        "digests:rate_list",
        icon="list-checks",
        scopes=_any("digests_all"),
        section="Shop",
        key="w",
        also="digest mails",
    ),
    Place(
        "Exchange rates",
        "rates:rate_list",
        icon="coins",
        scopes=_any("sales_all", "sales_read", "costs_all", "costs_read", "rates_edit"),
        section="Shop",
        also="currency money foreign",
    ),
    Place(
        "Shop rules",
        "shop:setting_list",
        icon="sliders-horizontal",
        scopes=_any("shop_edit", "calendar_edit", "quotes_all"),
        section="Shop",
        key="s",
        also="settings holidays currency",
    ),
    Place(
        "Trust",
        "ops:trust",
        icon="shield-check",
        scopes=_any("health", "audit"),
        section="System",
        also="security proof backup",
    ),
    Place(
        "Health",
        "ops:health",
        icon="activity",
        scopes=_any("health"),
        section="System",
        key="h",
        also="jobs mail queue status",
    ),
    Place(
        "Audit",
        "audit:audit",
        icon="fingerprint",
        scopes=_any("audit"),
        section="System",
        key="u",
        also="log history changes",
    ),
    Place("System admin", "admin:index", icon="settings", scopes=_any("admin_site"), section="System", key="a"),
)


# Words of the bars that are no label of a place.
WORDS = (gettext_noop("Orders"), gettext_noop("Shop"), gettext_noop("System"), gettext_noop("New"))


@dataclass(frozen=True)
class Entry:
    """A way on as the palette lists it; an address that is only a hash is an action of the page itself."""

    url: str
    label: str
    icon: str
    kbd: str = ""
    also: str = ""


# Actions that every page has: keys.js does them.
ACTIONS = (
    Entry("#theme", "Light or dark", icon="sun-moon", kbd="⇧ D"),
    Entry("#keys", "Keys", icon="keyboard", kbd="?"),
    Entry("#print", "Print this page", icon="printer"),
    Entry("/accounts/", "Your account", icon="shield-check"),
)


@dataclass(frozen=True)
class Link:
    """A place as one page shows it."""

    place: Place
    current: bool


@dataclass(frozen=True)
class Section:
    """A titled group of the side bar."""

    title: str
    links: list[Link]


def places_for(user: object) -> list[Place]:
    """What this person may open, in the declared order."""
    held = scopes_of(user)
    return [place for place in PLACES if place.opens_to(held) and place.url]


def navigation(request: HttpRequest) -> list[Entry]:
    """Everything the palette can open for this person without looking at a record."""
    places = places_for(request.user)
    return [*(Entry(place.url, place.label, place.icon, place.kbd, place.also) for place in places), *ACTIONS]


def current_place(path: str, places: list[Place]) -> Place | None:
    """The place whose address is the longest beginning of this page's."""
    under = [place for place in places if path.startswith(place.url)]
    return max(under, key=lambda place: len(place.url), default=None)


def sections(places: list[Place], current: Place | None) -> list[Section]:
    """The side bar; a place without a section has a button of its own elsewhere."""
    titles = dict.fromkeys(place.section for place in places if place.section)
    return [
        Section(title, [Link(place, place is current) for place in places if place.section == title])
        for title in titles
    ]


def drawn(template: str, places: list[Place], current: Place | None, **more: str) -> SafeString:
    """A part of the shell that is the same for all who have these places in this language: drawn once a process."""
    names = tuple(place.name for place in places)
    draw = _draw.__wrapped__ if settings.DEBUG else _draw
    return draw(template, get_language() or "", names, current.name if current else "", tuple(more.items()))


@lru_cache(maxsize=2048)
def _draw(
    template: str, language: str, names: tuple[str, ...], current: str, more: tuple[tuple[str, str], ...]
) -> SafeString:
    places = [place for place in PLACES if place.name in names]
    here = next((place for place in places if place.name == current), None)
    tabbar = [Link(place, place is here) for place in places if place.phone][:4]
    return render_to_string(template, {"nav": sections(places, here), "keys": KEYS, "tabbar": tabbar, **dict(more)})


def shell(request: HttpRequest) -> dict[str, object]:
    """The context processor. It reads cookies and the person already loaded: no query."""
    theme = request.COOKIES.get("theme", "")
    density = request.COOKIES.get("density", "")
    user = getattr(request, "user", None)
    places = places_for(user) if user is not None else []
    current = current_place(request.path, places)
    return {
        "product": shown("shop.name"),
        "lakh": shown("money.lakh"),
        "theme": theme if theme in THEMES else THEMES[0],
        "density": density if density in DENSITIES else DENSITIES[0],
        "places": places,
        "at_place": current,
        "viewing": getattr(request, "viewing", None),
    }
