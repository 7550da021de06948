"""The command palette's answers: pages, records and verbs, each under the reader's own rights (X1).

Apps register sources of records, what may be done to a record, and how a record they have a page for is named. What
was open lately is remembered by the browser as addresses; this gives them back names, for who may still see them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext

from ops.access.scopes import scopes_of

MOST_RECENT = 6
_MOST_ASKED = 24


@dataclass(frozen=True)
class Item:
    """A way on. With `post` choosing it sends a form there, with the `version` of the row that was seen."""

    url: str
    label: str
    hint: str = ""
    icon: str = ""
    glyph: str = ""
    kbd: str = ""
    post: str = ""
    version: int | None = None


Source = Callable[[HttpRequest, str], list[Item]]
Group = tuple[str, list[Item]]
# Titled groups of what may be done: to the record of the page that is open (its id), or to what the words name.
VerbSource = Callable[[HttpRequest, str, int | None], list[Group]]
Naming = Callable[[HttpRequest, list[int]], Mapping[int, Item]]

_sources: list[tuple[str, frozenset[str], Source]] = []
_verbs: list[tuple[str, frozenset[str], VerbSource]] = []
_records: dict[str, tuple[frozenset[str], Naming]] = {}


def declare_source(title: str, scopes: set[str], source: Source) -> None:
    """`source(request, query)` answers at most ten items, read under the person's own rights."""
    _sources.append((title, frozenset(scopes), source))


def declare_verbs(page: str, scopes: Iterable[str], verbs: VerbSource) -> None:
    """`verbs(request, query, pk)`: `pk` is the record whose page, of the url name `page`, is open; None elsewhere."""
    _verbs.append((page, frozenset(scopes), verbs))


def declare_record(page: str, scopes: Iterable[str], named: Naming) -> None:
    """`named(request, pks)` names the records of that page which this person sees, in one query."""
    _records[page] = (frozenset(scopes), named)


def matches(request: HttpRequest, query: str, *, here: str = "", recent: Iterable[str] = ()) -> list[Group]:
    """`here` is the address of the page that is open, `recent` those that were, newest first."""
    from ops.pages import navigation

    held, place = scopes_of(request.user), _record_at(here)
    addresses = [one for one in dict.fromkeys(recent) if one != _path(here)][:_MOST_ASKED]
    pages = [
        Item(entry.url, words, icon=entry.icon, kbd=entry.kbd)
        for entry in navigation(request)
        if query.lower() in f"{(words := gettext(entry.label))} {entry.also}".lower()
    ]
    verbs = [
        group
        for page, scopes, source in _verbs
        if held & scopes
        for group in source(request, query, place[1] if place and place[0] == page else None)
    ]
    if not query:
        lately = _named(request, addresses)
        seen = {item.url for item in lately}
        groups = [
            *verbs,
            (gettext("Recent"), lately),
            (gettext("Go to"), [item for item in pages if item.url not in seen]),
        ]
        return [(title, items) for title, items in groups if items]
    # Among the pages that match, what was open lately stands first.
    order = {address: at for at, address in enumerate(addresses)}
    pages.sort(key=lambda item: order.get(item.url, len(order)))
    groups = [(gettext("Go to"), pages)]
    if len(query) >= 2:
        groups += [(gettext(title), source(request, query)) for title, scopes, source in _sources if held & scopes]
    # A number alone means the record: it stands first. A word that is a verb means the verb.
    is_number = " " not in query and any(letter.isdigit() for letter in query)
    groups = [*groups, *verbs] if is_number else [*verbs, *groups]
    return [(title, items) for title, items in groups if items]


def _path(address: str) -> str:
    """Of an address that a browser sent; empty for what is none."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def _record_at(address: str) -> tuple[str, int] | None:
    """The page and the record that an address names."""
    try:
        found = resolve(_path(address))
    except Resolver404:
        return None
    pk = found.kwargs.get("pk")
    return (found.view_name, pk) if isinstance(pk, int) else None


def _named(request: HttpRequest, addresses: list[str]) -> list[Item]:
    from ops.pages import places_for

    places = {place.url: Item(place.url, gettext(place.label), icon=place.icon) for place in places_for(request.user)}
    held = scopes_of(request.user)
    asked: dict[str, list[int]] = {}
    for address in addresses:
        at = _record_at(address)
        if at and at[0] in _records and held & _records[at[0]][0]:
            asked.setdefault(at[0], []).append(at[1])
    known = {(page, pk): item for page, pks in asked.items() for pk, item in _records[page][1](request, pks).items()}
    found = [places.get(address) or known.get(_record_at(address) or ("", 0)) for address in addresses]
    return [item for item in found if item is not None][:MOST_RECENT]
