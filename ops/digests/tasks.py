"""Scheduled: asked every quarter of an hour whether the day's lists are due, so that a late start misses no morning."""

from celery import shared_task

from ops import clock
from ops.digests import lists
from ops.jobs import job


@shared_task(runs_as="overdue")
def write_lists(at_once: bool = False) -> None:
    """`at_once` asks neither for the hour nor for the working day; a person still gets one list a day."""
    if at_once or lists.is_due(clock.now()):
        with job("write morning lists") as run:
            run.rows = lists.write_lists(clock.today())
