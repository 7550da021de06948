"""The morning's lists of everybody who must act, over N open orders of which nearly all are overdue; undone afterwards.

python -m bench.digest 200000
"""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GOAL_SECONDS = 5.0


@dataclass(frozen=True)
class Measured:
    open_orders: int
    overdue: int
    people: int
    mails: int
    seconds: float
    here: float
    there: float
    slowest: list[tuple[float, str]]

    @property
    def is_met(self) -> bool:
        return self.seconds < GOAL_SECONDS


def run() -> Measured:
    from django.db import connection, transaction

    from accounts.models import User
    from ops import clock
    from ops.db.actor import acting_as, task
    from ops.digests import lists
    from orders.models import Order

    took: list[tuple[float, str]] = []

    def timed(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took.append((1000 * (time.perf_counter() - began), sql))

    with acting_as(task("overdue")), transaction.atomic():
        counted = Order.objects.open().count(), Order.objects.overdue().count(), User.objects.active().count()
        with connection.execute_wrapper(timed):
            began, worked, served = time.perf_counter(), time.process_time(), _processor(connection)
            mails = lists.write_lists(clock.today())
            seconds, here = time.perf_counter() - began, time.process_time() - worked
            there = _processor(connection) - served
        transaction.set_rollback(True)
    return Measured(*counted, mails, seconds, here, there, sorted(took, reverse=True)[:3])


def _processor(connection: Any) -> float:
    """Seconds of a processor that the server's own process has used for us: what others keep busy does not count."""
    pid = connection.connection.info.backend_pid
    try:
        said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


def line(one: Measured) -> str:
    met = "met" if one.is_met else "MISSED"
    return (
        f"{one.mails} morning lists for {one.people} people over {one.open_orders:,} open orders,"
        f" {one.overdue:,} of them overdue: {one.seconds:.2f} s (of a processor {one.here:.2f} s here and"
        f" {one.there:.2f} s in the database; load {os.getloadavg()[0]:.1f}), goal {GOAL_SECONDS:g} s {met}"
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")
    from bench import seed

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    variables = seed.environment(count, all_open=True)
    seed.ensure(count, variables, all_open=True)
    os.environ.update(variables | {"OPS_LOGIN": "web"})
    import importlib

    import django

    from ops import env

    importlib.reload(env)
    django.setup()
    found = run()
    print(line(found))
    for spent, sql in found.slowest:
        print(f"  {spent:7.1f} ms  {' '.join(sql.split())[:300]}")
