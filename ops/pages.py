"""What every page needs around its own content: theme, density, and the ways on that this person's scopes open."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from ops.access.scopes import scopes_of

THEMES = ("auto", "light", "dark")
DENSITIES = ("compact", "roomy")


@dataclass(frozen=True)
class Place:
    """One way on, shown to whoever holds any of `scopes`; `key` follows a g; `phone` is its word on the tab bar."""

    label: str
    url: str
    icon: str
    scopes: frozenset[str]
    section: str = ""
    key: str = ""
    phone: str = ""

    def opens_to(self, held: frozenset[str]) -> bool:
        return not self.scopes.isdisjoint(held)


def _any(*scopes: str) -> frozenset[str]:
    return frozenset(scopes)


ORDERS = _any("orders_all", "orders_read", "orders_own", "orders_floor")
PLACES: tuple[Place, ...] = (
    Place("Board", "/orders/", icon="square-kanban", scopes=ORDERS, section="Orders", key="b", phone="Board"),
    Place("All orders", "/orders/list/", icon="list", scopes=ORDERS, section="Orders", key="l", phone="Orders"),
    Place(
        "New order",
        "/orders/new/",
        icon="plus",
        scopes=_any("orders_all", "orders_own"),
        section="",
        key="n",
        phone="New",
    ),
    Place("Loads", "/imports/", icon="file-up", scopes=_any("imports"), section="Orders", key="i"),
    Place(
        "Customers",
        "/customers/",
        icon="contact",
        scopes=_any("customers_all", "customers_own"),
        section="People",
        key="c",
        phone="Customers",
    ),
    Place("People", "/people/", icon="users", scopes=_any("staff"), section="People", key="p"),
    Place("Stages", "/stages/", icon="git-commit-horizontal", scopes=_any("stages_admin"), section="System", key="s"),
    Place("Health", "/health/", icon="activity", scopes=_any("health"), section="System", key="h"),
    Place("System admin", "/admin/", icon="settings", scopes=_any("admin_site"), section="System", key="a"),
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


@cache
def _exists(url: str) -> bool:
    try:
        resolve(url)
    except Resolver404:
        return False
    return True


def places_for(user: object) -> list[Place]:
    """What this person may open, in the declared order."""
    held = scopes_of(user)
    return [place for place in PLACES if place.opens_to(held) and _exists(place.url)]


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


def shell(request: HttpRequest) -> dict[str, object]:
    """The context processor. It reads cookies and the person already loaded: no query."""
    theme = request.COOKIES.get("theme", "")
    density = request.COOKIES.get("density", "")
    user = getattr(request, "user", None)
    places = places_for(user) if user is not None else []
    current = current_place(request.path, places)
    return {
        "product": settings.SHOP_NAME,
        "theme": theme if theme in THEMES else THEMES[0],
        "density": density if density in DENSITIES else DENSITIES[0],
        "nav": sections(places, current),
        "places": places,
        "tabs": [Link(place, place is current) for place in places if place.phone][:4],
    }
