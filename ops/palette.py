"""The command palette's answers: apps register a source of records; pages come from the navigation (X1)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from ops.access.scopes import scopes_of


@dataclass(frozen=True)
class Item:
    url: str
    label: str
    hint: str = ""
    icon: str = ""
    glyph: str = ""
    kbd: str = ""


Source = Callable[[HttpRequest, str], list[Item]]
_sources: list[tuple[str, frozenset[str], Source]] = []


def declare_source(title: str, scopes: set[str], source: Source) -> None:
    """`source(request, query)` answers at most ten items, read under the person's own rights."""
    _sources.append((title, frozenset(scopes), source))


def matches(request: HttpRequest, query: str) -> list[tuple[str, list[Item]]]:
    from ops.pages import places_for

    words = query.lower()
    pages = [
        Item(place.url, place.label, icon=place.icon, kbd=f"g {place.key}" if place.key else "")
        for place in places_for(request.user)
        if words in place.label.lower()
    ]
    groups = [("Go to", pages)]
    if len(query) >= 2:
        mine = scopes_of(request.user)
        groups += [(title, source(request, query)) for title, scopes, source in _sources if mine & scopes]
    return [(title, items) for title, items in groups if items]
