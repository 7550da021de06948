"""Parts of a detail page that other rooms bring: files, a thread, shipments. Declared once, shown to who may see them.

The page of a noun asks `panels_of` and `ways_of`; it knows none of them by name, so a new one changes no page.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from ops.access.scopes import scopes_of

Build = Callable[[HttpRequest, Any], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """`build` reads what `template` shows as `d`, under the person's own rights; None leaves the panel out."""

    noun: str
    key: str
    template: str
    build: Build
    scopes: frozenset[str]
    side: bool = False
    position: int = 100


@dataclass(frozen=True)
class Way:
    """A line in the page's menu that leads to a page of its own, by url name, `before` and the subject's id."""

    noun: str
    label: str
    icon: str
    name: str
    scopes: frozenset[str]
    position: int = 100
    before: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A panel with what it shows; `o` in its template is the subject."""

    key: str
    template: str
    data: Mapping[str, Any]
    side: bool


@dataclass(frozen=True)
class WayOn:
    label: str
    icon: str
    url: str


_panels: dict[tuple[str, str], Panel] = {}
_ways: dict[tuple[str, str], Way] = {}


def declare(
    noun: str,
    key: str,
    template: str,
    build: Build,
    *,
    scopes: Iterable[str],
    side: bool = False,
    position: int = 100,
) -> None:
    _panels[noun, key] = Panel(noun, key, template, build, frozenset(scopes), side, position)


def declare_way(
    noun: str,
    label: str,
    icon: str,
    name: str,
    *,
    scopes: Iterable[str],
    position: int = 100,
    before: Iterable[str] = (),
) -> None:
    _ways[noun, name] = Way(noun, label, icon, name, frozenset(scopes), position, tuple(before))


def panels_of(noun: str, request: HttpRequest, subject: Model) -> list[Shown]:
    """What this person sees beside the noun's own parts, in order."""
    held = scopes_of(request.user)
    mine = [panel for panel in _panels.values() if panel.noun == noun and not panel.scopes.isdisjoint(held)]
    built = [(panel, panel.build(request, subject)) for panel in sorted(mine, key=_place)]
    return [Shown(panel.key, panel.template, data, panel.side) for panel, data in built if data is not None]


def ways_of(noun: str, request: HttpRequest, subject: Model) -> list[WayOn]:
    held = scopes_of(request.user)
    mine = [way for way in _ways.values() if way.noun == noun and not way.scopes.isdisjoint(held)]
    return [
        WayOn(way.label, way.icon, reverse(way.name, args=[*way.before, subject.pk]))
        for way in sorted(mine, key=_place)
    ]


def _place(one: Panel | Way) -> tuple[int, str]:
    return one.position, one.key if isinstance(one, Panel) else one.label
