"""What every board promises about rights, as checks that return findings, and careless changes that each must notice.

A board is a declaration, so a mutation is the declaration with one thing changed (ruling 34).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import ProgrammingError, transaction
from django.http import QueryDict

import ops.urls  # noqa: F401  (declares every board)
from ops.boards import Board
from ops.boards.ask import Ask
from ops.boards.filters import NotHere
from ops.boards.lists import page_of
from ops.boards.read import details, wanted
from ops.db.actor import acting_as, for_user
from orders.boards import ORDERS
from orders.models import Order
from tests.generated.world import World

if TYPE_CHECKING:
    from accounts.models import User


def findings(world: World, board: Board) -> list[str]:
    """What is wrong with this board for anybody of the world: one sentence each."""
    found: list[str] = []
    held = {key: frozenset(person.scopes) for key, person in world.people.items()}
    readers = {key: person for key, person in world.people.items() if held[key] & set(board.scopes)}
    with world.django_as_web():
        seen = {key: _in_the_database(board, person) for key, person in readers.items()}
        for key, person in readers.items():
            found += [f"{board.key} for {key}: {one}" for one in _read(board, person)]
    with world.django_as_owner():  # without policies: what the application's own lock lets through
        for key, person in readers.items():
            let = set(board.rows(person).values_list("pk", flat=True))
            found += [f"{board.key} for {key}: shows rows that are not theirs"] if let - seen[key] else []
    return found


def _in_the_database(board: Board, person: "User") -> set[int]:
    with acting_as(for_user(person)):
        model = board.rows(person).model
        return set(model.objects.values_list("pk", flat=True))


def _read(board: Board, person: "User") -> list[str]:
    """Columns are read, filters and sorts are applied, as the person: the database refuses what is not theirs."""
    found: list[str] = []
    with acting_as(for_user(person)):
        ask = Ask.read(board, person, QueryDict(""))
        rows = sorted(ask.rows.values_list("pk", flat=True))
        found += [
            f"column {column.key} is not theirs to read"
            for column in ask.columns
            if not _goes(lambda column=column: details(ask, rows[:3], wanted([column])))
        ]
        for column in ask.columns:
            if column.sort and _goes(lambda column=column: page_of(_sorted(board, person, column.key))):
                ids = sorted(page_of(_sorted(board, person, column.key))[0])
                found += [f"sorting by {column.key} loses rows"] if ids != rows else []
        parts = sorted(pk for part in ask.parts for pk in part.rows.values_list("pk", flat=True))
        found += ["its parts are not its rows, once each"] if parts != rows else []
        for one in board.filters_for(ask.held):
            if hasattr(one, "options_for") and not _goes(lambda one=one: list(one.options_for(person))):
                found.append(f"filter {one.key} offers what is not theirs")
        for verb in board.verbs_for(ask.held):
            if not _goes(lambda verb=verb: list(verb.choices(person))) or not verb.choices(person):
                found.append(f"verb {verb.key} has nothing to choose for them")
    return found


def _goes(ask: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            ask()
    except (ProgrammingError, NotHere):
        return False
    return True


def _sorted(board: Board, person: "User", key: str) -> Ask:
    return Ask.read(board, person, QueryDict(f"sort={key}"))


# --- careless changes -------------------------------------------------------------------------------------------


def _column(key: str, **changed: Any) -> Board:
    board = ORDERS
    columns = [replace(column, **changed) if column.key == key else column for column in board.columns]
    return replace(board, columns=columns)


def _verb(key: str, **changed: Any) -> Board:
    board = ORDERS
    return replace(board, verbs=[replace(verb, **changed) if verb.key == key else verb for verb in board.verbs])


def _filter(key: str, **changed: Any) -> Board:
    board = ORDERS
    return replace(board, filters=[replace(one, **changed) if one.key == key else one for one in board.filters])


MUTATIONS: list[tuple[str, str, Callable[[], Board]]] = [
    ("amounts shown to everybody", "column amount is not theirs to read",
     lambda: _column("amount", scopes=frozenset())),
    ("profit shown to agents", "column profit is not theirs to read", lambda: _column("profit", scopes={"orders_own"})),
    ("customers shown to the floor", "column customer is not theirs to read",
     lambda: _column("customer", scopes={"orders_floor"})),
    ("a stale visible_to", "shows rows that are not theirs",
     lambda: replace(ORDERS, rows=lambda user: Order.objects.all(), parts=None)),
    ("parts that forget what is shared", "its parts are not its rows, once each",
     lambda: replace(ORDERS, parts=lambda user: ORDERS.parts(user)[:1])),  # type: ignore[misc]
    ("a sort that joins what is hidden", "sorting by customer loses rows",
     lambda: _column("customer", sort="customer__name", sort_value=None)),
    ("loads offered to the floor", "filter batch offers what is not theirs",
     lambda: _filter("batch", scopes={"orders_floor"})),
    ("a bulk verb for who cannot", "verb move has nothing to choose for them",
     lambda: _verb("move", scopes=frozenset())),
]  # fmt: skip
