"""Scheduled work on stock."""

from celery import shared_task

from inventory import proof
from ops.jobs import job


@shared_task(runs_as="stock")
def add_up_stock() -> None:
    with job(proof.ADDED_UP) as run:
        run.rows = proof.add_up()
