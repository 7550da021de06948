"""Orders that walk, a transaction a step, as requests make them: what is told is told at the end of each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, connections, transaction

from accounts.models import User
from ops.db.actor import acting_as, for_user
from orders import actions
from orders.models import Order
from tests import database, make


@contextmanager
def act(person: User) -> Iterator[None]:
    """One request of somebody."""
    with acting_as(for_user(person, request="test")), transaction.atomic():
        yield


def walk(stage: str, by: User, floor: User, **options: Any) -> Order:
    with transaction.atomic():
        order = make.order(by, **options)
    steps = ["in_production", "ready_to_ship", "shipped", "delivered"]
    for to in steps[: steps.index(stage) + 1] if stage in steps else []:
        who = floor if to == "ready_to_ship" else by
        with act(who):
            move(order, who, to, floor)
    return order


def move(order: Order, by: User, to: str, floor: User | None = None) -> Order:
    needs: dict[str, Any] = {"assignee": floor} if to == "in_production" else {}
    if to == "shipped":
        needs = {"tracking": "TCS-1", "carrier": "TCS"}
    return actions.move_order(Order.objects.get(pk=order.pk), by=by, to=to, **needs)


def as_owner(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """In psql, as it were: the owner of the database, with nobody bound."""
    with database.as_owner(connection.settings_dict["NAME"]) as owner:
        asked = owner.execute(sql, values)  # type: ignore[call-overload]
        return list(asked.fetchall()) if asked.description else []


@contextmanager
def as_owner_in_django() -> Iterator[None]:
    """Django's own queries as the owner of the database, as migrate makes them."""
    ours = connections["default"]
    login = psycopg.conninfo.conninfo_to_dict(database.owner_url(ours.settings_dict["NAME"]))
    there = connections.create_connection("default")
    there.settings_dict = ours.settings_dict | {"USER": login["user"], "PASSWORD": login["password"]}
    connections["default"] = there
    try:
        yield
    finally:
        there.close()
        connections["default"] = ours
