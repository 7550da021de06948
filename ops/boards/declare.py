"""What an app says about one board. Nothing here reads a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from ops.boards.cells import TEXT, Kind, Look, Row
from ops.boards.filters import Filter

if TYPE_CHECKING:
    from accounts.models import User

NO_SCOPES: frozenset[str] = frozenset()


def open_to(scopes: frozenset[str] | set[str], held: frozenset[str]) -> bool:
    """An empty set opens to everybody who sees the board."""
    return not scopes or not held.isdisjoint(scopes)


@dataclass(frozen=True)
class Column:
    """`value` is selected only for who holds one of `scopes`: what a role may not see is not read (house style 8.5).

    `sort` is the path it is ordered by, `blank` says that path may be null; `sort_value` makes what is no path of the
    row, only for a page in that order: a join that nobody sorts by would be paid by every count. `total` adds it up
    under the filter.
    """

    key: str
    label: str
    value: Any = None
    kind: Kind = TEXT
    scopes: frozenset[str] | set[str] = NO_SCOPES
    needs: Mapping[str, Any] = field(default_factory=dict)
    sort: str = ""
    sort_value: Callable[[User], Any] | None = None
    blank: bool = False
    total: bool = False
    css: str = "f-hide"

    @property
    def path(self) -> Any:
        return self.key if self.value is None else self.value


@dataclass(frozen=True)
class View:
    """A tab that ships with the board; `count` shows how many rows it has."""

    label: str
    query: str
    scopes: frozenset[str] | set[str] = NO_SCOPES
    count: bool = False


@dataclass(frozen=True)
class Add:
    """The one button that makes a new row."""

    label: str
    url: str
    scopes: frozenset[str] | set[str]
    icon: str = "plus"


@dataclass(frozen=True)
class Verb:
    """Done to many rows: `do(row, by, choice)` returns what `undo(row, by, token)` needs, or raises Refused.

    `among(by, pks)` gives those of the choices that make sense for at least one of these rows.
    """

    key: str
    label: str
    done: str
    icon: str
    do: Callable[[Any, User, str], str]
    choices: Callable[[User], Sequence[tuple[str, str]]]
    question: str
    undo: Callable[[Any, User, str], object] | None = None
    scopes: frozenset[str] | set[str] = NO_SCOPES
    among: Callable[[User, Sequence[int]], Sequence[tuple[str, str]]] | None = None


@dataclass(frozen=True)
class Batch:
    """Done with many rows together: `begin(pks, by, choice)` returns the address where it goes on."""

    key: str
    label: str
    icon: str
    begin: Callable[[list[int], User, str], str]
    choices: Callable[[User], Sequence[tuple[str, str]]]
    question: str
    scopes: frozenset[str] | set[str] = NO_SCOPES


@dataclass(frozen=True)
class Lanes:
    """The board side: one lane for each stage of the noun's life, the rows in it ordered by the day they are wanted.

    Stages of the category `done` show the last `days`, newest first. `only`: scope to categories, for whoever
    holds none of `wider`. `stuck` narrows a lane, by its key, to what stands there too long: the list has a filter of
    that name. `sum` is the money that a lane's head adds up, for whoever holds one of `sum_scopes`.
    """

    noun: str
    due: str
    since: str
    live: Callable[[QuerySet[Any]], QuerySet[Any]]
    card: Callable[[Row, Look], str]
    needs: Callable[[frozenset[str]], Mapping[str, Any]]
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)
    wider: frozenset[str] | set[str] = NO_SCOPES
    days: int = 14
    stuck: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None
    sum: str = ""
    sum_scopes: frozenset[str] | set[str] = NO_SCOPES


@dataclass(frozen=True)
class Part:
    """Some of a person's rows. `bounded`: few, and the planner cannot know it; they are sorted, never searched for."""

    rows: QuerySet[Any]
    bounded: bool = False


@dataclass(frozen=True)
class Board:
    """One list, and with `lanes` one board, of the rows a person may see."""

    key: str
    space: str
    list_name: str
    detail_name: str
    noun: str
    plural: str
    title: str
    scopes: frozenset[str] | set[str]
    rows: Callable[[User], QuerySet[Any]]
    columns: Sequence[Column]
    filters: Sequence[Filter]
    sort: str | Callable[[frozenset[str]], str]
    name: str
    empty: str
    views: Sequence[View] = ()
    board_views: Sequence[View] = ()
    verbs: Sequence[Verb | Batch] = ()
    lanes: Lanes | None = None
    add: Add | None = None
    live: str = ""
    # The same rows as disjoint parts for whoever sees only some: each finds its index, where one OR finds none (D7).
    parts: Callable[[User], Sequence[Part]] | None = None
    # What it shows of a row is worked out of all of them together: asked for once, with the ids, not once more.
    at_once: bool = False

    def __post_init__(self) -> None:
        BOARDS[self.key] = self

    def default_sort(self, held: frozenset[str]) -> str:
        return self.sort if isinstance(self.sort, str) else self.sort(held)

    def columns_for(self, held: frozenset[str]) -> list[Column]:
        return [column for column in self.columns if open_to(column.scopes, held)]

    def filters_for(self, held: frozenset[str]) -> list[Filter]:
        return [one for one in self.filters if open_to(one.scopes, held)]

    def verbs_for(self, held: frozenset[str]) -> list[Verb | Batch]:
        return [verb for verb in self.verbs if open_to(verb.scopes, held)]

    def url(self, page: str) -> str:
        """A page of its own space, or one of another room, which is named with its space."""
        return page if ":" in page else f"{self.space}:{page}"

    @property
    def pages(self) -> frozenset[str]:
        """The url names of its list and of its board."""
        return frozenset({self.url(self.list_name), *([self.url("board")] if self.lanes else [])})


BOARDS: dict[str, Board] = {}
