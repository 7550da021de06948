"""Tabs: views that ship with a board, one's own, and those that colleagues share. The URL is always the truth (X2)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from ops.boards.ask import EVERY, Ask
from ops.boards.declare import Part, View, open_to
from ops.boards.filters import NotHere
from ops.boards.read import capped, count_words
from ops.errors import Refused
from ops.models import SavedView

MOST_VIEWS = 30
Narrow = Callable[[QuerySet[Any]], QuerySet[Any]]


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool
    count: str = ""
    alarm: bool = False
    pk: int = 0
    mine: bool = False


def _read(ask: Ask, query: str) -> Ask | None:
    """The question a view asks of this person; None when their rights do not reach it."""
    try:
        return Ask.read(ask.board, ask.user, QueryDict(query))
    except NotHere:
        return None


def _narrowed(ask: Ask, narrow: Narrow) -> list[Part]:
    return [Part(narrow(part.rows), part.bounded) for part in ask.parts]


def tabs(ask: Ask, page: str, shipped: list[View], narrow: Narrow) -> tuple[list[Tab], dict[str, int]]:
    """The tabs of one page, and the counts that were asked for with them: `narrow` turns rows into what is counted."""
    offered = [
        (view, asked) for view in shipped if open_to(view.scopes, ask.held) and (asked := _read(ask, view.query))
    ]
    parts = {f"v{i}": _narrowed(asked, narrow) for i, (view, asked) in enumerate(offered) if view.count}
    counts = capped({"rows": _narrowed(ask, narrow), **parts})
    base = reverse(page)
    here = ask.query()
    found = [
        Tab(view.label, base + query, query == here,
            count_words(counts[f"v{i}"]) if view.count and counts[f"v{i}"] else "")
        for i, (view, asked) in enumerate(offered) for query in [asked.query()]
    ]  # fmt: skip
    shipped_as = {(tab.label, tab.url) for tab in found}  # kept only to come by mail: the tab is there already
    own = seen_by(ask.user).filter(board=page).order_by("name", "pk")
    for view in own[:MOST_VIEWS]:
        if asked := _read(ask, view.query):
            query = asked.query()
            if (view.name, base + query) in shipped_as:
                continue
            found.append(Tab(view.name, base + query, query == here, pk=view.pk, mine=view.owner_id == ask.user.pk))
    return found, counts


def kept_query(ask: Ask) -> str:
    """The filter as it is kept: views, starts and mailings have room for as much."""
    query = "" if ask.query() == EVERY else ask.query().removeprefix("?")
    if len(query) > 500:
        raise Refused("This filter is too long to keep. Choose fewer values.")
    return query


def seen_by(person: object) -> QuerySet[SavedView]:
    """One's own views, and those that colleagues share."""
    return SavedView.objects.filter(Q(owner=person) | Q(shared=True))


def save(ask: Ask, page: str, name: str, *, shared: bool) -> SavedView:
    """Keep what is on screen under a name; one's own view of that name is replaced."""
    name = " ".join(name.split())
    if not name or len(name) > 60:
        raise Refused("Give the view a name of up to 60 letters.", field="name")
    query = kept_query(ask)
    view, _ = SavedView.objects.update_or_create(
        owner=ask.user, board=page, name=name, defaults={"query": query, "shared": shared}
    )
    return view
