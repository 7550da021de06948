"""Scheduled: asked every quarter of an hour, so that a late start misses no morning."""

from celery import shared_task

from ops import clock
from ops.jobs import job
from ops.standing import mailing
from ops.standing.models import Mailing


@shared_task(runs_as="views")
def mail_views(at_once: bool = False) -> None:
    """`at_once` asks neither for the hour nor for the working day; a view still comes once a day or week."""
    if Mailing.objects.exists() and (at_once or mailing.is_due(clock.now())):
        with job("mail saved views") as run:
            run.rows = mailing.mail_views(clock.today())
