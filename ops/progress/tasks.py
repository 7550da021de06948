"""Celery's entries to long work."""

from typing import Any

from celery import shared_task

from ops.jobs import job
from ops.progress import actions


@shared_task(bind=True, soft_time_limit=3000, time_limit=3300)
def carry_out_job(self: Any, pk: int) -> None:
    """As who asked: the message says who that is. A file of millions of lines may take the better part of an hour."""
    actions.carry_out(pk, self.request.id or "here")


@shared_task(runs_as="sweeper")
def sweep_jobs() -> None:
    with job("sweep finished work") as run:
        run.rows = actions.sweep()


@shared_task(runs_as="sweeper")
def wake_jobs() -> None:
    actions.wake()
