"""Scheduled work on quotes."""

from celery import shared_task

from ops.jobs import job
from orders.quotes import answers


@shared_task(runs_as="quotes")
def end_quotes() -> None:
    with job("end quotes on their day") as run:
        run.rows = answers.expire_quotes()
