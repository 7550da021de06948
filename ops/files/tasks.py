"""Each night: contents that no row names go, and a sample of the others is read again."""

from celery import shared_task
from django.conf import settings
from django.db import transaction

from ops import clock, outbox
from ops.files import keeping
from ops.jobs import job


@shared_task(runs_as="files", soft_time_limit=3000, time_limit=3300)
def sweep_files() -> None:
    with transaction.atomic():
        if not outbox.run_once("files.sweep", clock.today(), ""):
            return
    with job("sweep files that nobody has") as run:
        run.rows = keeping.sweep()


@shared_task(runs_as="files", soft_time_limit=3000, time_limit=3300)
def verify_files() -> None:
    with transaction.atomic():
        if not outbox.run_once("files.verify", clock.today(), ""):
            return
    with job("read a sample of the files again") as run:
        run.rows = keeping.verify(settings.FILES_VERIFY_SAMPLE)
