"""Celery's entries to long work."""

from typing import Any

from celery import shared_task

from ops.jobs import job
from ops.progress import actions


@shared_task(bind=True)
def carry_out_job(self: Any, pk: int) -> None:
    """As who asked: the message says who that is."""
    actions.carry_out(pk, self.request.id or "here")


@shared_task(runs_as="sweeper")
def sweep_jobs() -> None:
    with job("sweep finished work") as run:
        run.rows = actions.sweep()


@shared_task(runs_as="sweeper")
def wake_jobs() -> None:
    actions.wake()
