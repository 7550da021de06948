"""Each night: what loads kept and nobody needs goes."""

from celery import shared_task

from ops.imports import sweeping
from ops.jobs import job


@shared_task(runs_as="sweeper", soft_time_limit=1500, time_limit=1800)
def sweep_loads() -> None:
    with job("sweep files of old loads") as run:
        run.rows = sweeping.sweep()
