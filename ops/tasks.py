"""Scheduled work of the kernel."""

from celery import shared_task

from ops import chain, outbox, trust
from ops.jobs import job


@shared_task(runs_as="mailer")
def send_mail() -> None:
    outbox.send_waiting()


@shared_task(runs_as="chain")
def keep_chain_roots() -> None:
    with job("keep the day's chain roots") as run:
        run.rows = chain.keep_roots()


@shared_task(runs_as="chain", soft_time_limit=3000, time_limit=3300)
def verify_history() -> None:
    with job("verify history") as run:
        run.rows = chain.prove()


@shared_task(runs_as="chain", soft_time_limit=900, time_limit=960)
def try_every_door() -> None:
    with job(trust.DOORS) as run:
        run.rows = trust.try_every_door()
