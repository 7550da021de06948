"""200 pack slips in one PDF, as the worker makes them: read under a manager's rights, rendered, with progress.

python -m bench.documents 200        on the database of the current settings; nothing is written
"""

import os
import sys
import time
from dataclasses import dataclass

GOAL_SECONDS = 10.0


@dataclass(frozen=True)
class Measured:
    """`cpu` says more than the clock on a machine that others use."""

    orders: int
    read_ms: float
    seconds: float
    cpu: float
    kilobytes: int
    steps: int

    @property
    def is_met(self) -> bool:
        return min(self.seconds, self.cpu) < GOAL_SECONDS


def run(many: int = 200) -> Measured:
    from django.db import transaction

    from accounts.models import User
    from ops import documents
    from ops.db.actor import acting_as, door, for_user
    from orders import papers
    from orders.models import Order

    with acting_as(door()):
        manager = User.objects.active().filter(role_id="manager").first()
    assert manager is not None
    slip, steps = papers.PAPERS["pack_slip"], []
    with acting_as(for_user(manager)):
        pks = list(Order.objects.order_by("-pk").values_list("pk", flat=True)[:many])
        began, worked = time.perf_counter(), time.process_time()
        with transaction.atomic():
            contexts = papers.read(slip, pks, by=manager)
        read = time.perf_counter() - began
        pdf = documents.render_many(slip.template, contexts, size="a4", step=steps.append)
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    return Measured(len(contexts), 1000 * read, seconds, cpu, len(pdf) // 1000, len(steps))


def line(one: Measured) -> str:
    met = "met" if one.is_met else "MISSED"
    return (
        f"{one.orders} pack slips in one PDF: {one.seconds:.1f} s ({one.cpu:.1f} s of work,"
        f" {one.read_ms:.0f} ms reading, {one.steps} steps, {one.kilobytes} kB), goal {GOAL_SECONDS:g} s {met}"
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")
    import django

    django.setup()
    print(line(run(int(sys.argv[1]) if len(sys.argv) > 1 else 200)))
