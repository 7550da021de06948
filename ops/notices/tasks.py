"""Celery's entries to notices."""

from celery import shared_task

from ops.jobs import job
from ops.notices import actions


@shared_task(runs_as="letters")
def write_due() -> None:
    """Every few seconds, so without a run of its own on the health page: what waits shows there as mail."""
    actions.write_letters()
    actions.mail_notices()


@shared_task(runs_as="sweeper")
def sweep_notices() -> None:
    with job("sweep old notices") as run:
        run.rows = actions.sweep()
