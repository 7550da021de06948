"""Scheduled work on orders."""

from celery import shared_task

from ops import clock
from ops.jobs import job
from orders import overdue, waking


@shared_task(runs_as="overdue")
def find_overdue() -> None:
    with job("find overdue orders") as run:
        run.rows = overdue.tell_everyone(clock.today())


@shared_task(runs_as="wake")
def wake_held() -> None:
    with job("wake held orders") as run:
        run.rows = waking.wake_held(clock.today())
