"""Scheduled work of the report."""

from celery import shared_task
from django.db import connection, transaction


@shared_task(runs_as="figures")
def freshen_figures() -> None:
    """Every minute: it keeps no log of runs, and one that did not run makes the report slower, never wrong."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select ops.freshen_figures()")
