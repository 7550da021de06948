"""Scheduled work on orders."""

from celery import shared_task

from ops import clock
from ops.jobs import job
from orders import waking


@shared_task(runs_as="wake")
def wake_held() -> None:
    with job("wake held orders") as run:
        run.rows = waking.wake_held(clock.today())
