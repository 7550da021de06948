"""The morning's lists of everybody who must act, over N open orders of which nearly all are overdue; undone afterwards.

python -m bench.digest 200000
"""

import os
import sys
import time
from dataclasses import dataclass

GOAL_SECONDS = 5.0


@dataclass(frozen=True)
class Measured:
    open_orders: int
    overdue: int
    people: int
    mails: int
    seconds: float
    cpu: float
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
            began, worked = time.perf_counter(), time.process_time()
            mails = lists.write_lists(clock.today())
            seconds, cpu = time.perf_counter() - began, time.process_time() - worked
        transaction.set_rollback(True)
    return Measured(*counted, mails, seconds, cpu, sorted(took, reverse=True)[:3])


def line(one: Measured) -> str:
    met = "met" if one.is_met else "MISSED"
    return (
        f"{one.mails} morning lists for {one.people} people over {one.open_orders:,} open orders,"
        f" {one.overdue:,} of them overdue: {one.seconds:.2f} s ({one.cpu:.2f} s of it here),"
        f" goal {GOAL_SECONDS:g} s {met}"
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
