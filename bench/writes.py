"""What history, guards and notices cost a write: the same update with the triggers of orders and without them.

The bare side runs in transactions of the owner that are rolled back, except the one-row saves, which really commit:
their triggers are switched off in the scratch database and on again afterwards.
"""

import os
import time
from collections.abc import Callable
from contextlib import contextmanager
from statistics import median
from typing import Any

import psycopg

ONE_ROW_GOAL, MANY_ROWS_GOAL = 1.5, 6.0
_MANY = 5_000
_OFF, _ON = "alter table orders_order disable trigger user", "alter table orders_order enable trigger user"
_PROMISE = "update orders_order set promise_on = promise_on + 1 where id = any (%s)"
_STAGE = "update orders_order set stage = 'ready_to_ship' where id = any (%s)"


def run() -> list[dict[str, Any]]:
    with psycopg.connect(os.environ["OPS_OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute("select set_config('role', 'none', false)")
        rows = [
            _compared("one row saved and committed", ONE_ROW_GOAL, *_one_row(owner)),
            _compared(
                f"{_MANY:,} promises moved", MANY_ROWS_GOAL, *_many_rows(owner, _PROMISE, "received", "delivered")
            ),
            _compared(f"{_MANY:,} moves", MANY_ROWS_GOAL, *_many_rows(owner, _STAGE, "in_production")),
        ]
        owner.execute("vacuum orders_order")
    return rows


def _one_row(owner: psycopg.Connection[Any]) -> tuple[float, float]:
    """Milliseconds with and without, by turns, as the web login saves: one transaction with its rights bound."""
    ids = [pk for (pk,) in owner.execute("select id from orders_order where stage = 'received' order by id limit 40")]
    full: list[float] = []
    bare: list[float] = []
    for turn in range(6):
        taken = full if turn % 2 == 0 else bare
        with _triggers(owner, on=turn % 2 == 0):
            _save(ids[:10])  # plans
            taken += _save(ids)
    return median(full), median(bare)


def _save(ids: list[int]) -> list[float]:
    from django.db import transaction

    from accounts.models import User
    from ops.db.actor import acting_as, door, for_user
    from orders.models import Order

    with acting_as(door()):
        admin = User.objects.get(email="admin@bench.example")
    spent = []
    with acting_as(for_user(admin, request="bench")):
        orders = list(Order.objects.filter(pk__in=ids))
        for order in orders:
            order.production_note = f"{order.production_note[:40]}{time.perf_counter_ns() % 7}"
            began = time.perf_counter()
            with transaction.atomic():
                order.save(update_fields=["production_note"])
            spent.append((time.perf_counter() - began) * 1000)
    return spent


def _many_rows(owner: psycopg.Connection[Any], update: str, *stages: str) -> tuple[float, float]:
    found = owner.execute(
        "select id from orders_order where stage = any (%s) and cancelled_at is null and held_at is null"
        " order by id desc limit %s", [list(stages), _MANY],
    )  # fmt: skip
    ids = [pk for (pk,) in found]

    def timed() -> float:
        with owner.transaction(force_rollback=True):
            began = time.perf_counter()
            owner.execute(update, [ids])
            return (time.perf_counter() - began) * 1000

    full: list[float] = []
    bare: list[float] = []
    for _ in range(3):
        full.append(timed())
        bare.append(_without(owner, timed))
    return median(full), median(bare)


def _without(owner: psycopg.Connection[Any], timed: Callable[[], float]) -> float:
    with owner.transaction(force_rollback=True):
        owner.execute(_OFF)
        return timed()


@contextmanager
def _triggers(owner: psycopg.Connection[Any], *, on: bool):  # type: ignore[no-untyped-def]
    owner.execute(_ON if on else _OFF)
    try:
        yield
    finally:
        owner.execute(_ON)


def _compared(what: str, goal: float, full: float, bare: float) -> dict[str, Any]:
    return {"what": what, "with_ms": round(full, 2), "without_ms": round(bare, 2), "ratio": round(full / bare, 2),
            "goal": goal, "met": full / bare <= goal}  # fmt: skip


def line(row: dict[str, Any]) -> str:
    return (
        f"{row['what']:<30} with {row['with_ms']:8.2f} ms  without {row['without_ms']:8.2f} ms  ×{row['ratio']:5.2f}"
        f"  goal ×{row['goal']:g} {'met' if row['met'] else 'MISSED'}"
    )
