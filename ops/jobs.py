"""One run of a scheduled job, written for the health page whether it ends well or not."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ops import clock
from ops.db.actor import current_actor
from ops.models import JobRun

log = logging.getLogger(__name__)


def hand_over(task: str, *given: Any) -> None:
    """A worker takes it, by name. Raises kombu's OperationalError, at once, when the queue is away."""
    from ops.celery import app  # our own app: a thread of the web process knows no current one

    app.send_task(task, args=given, retry=False)


@dataclass
class Running:
    rows: int = 0


@contextmanager
def job(name: str) -> Iterator[Running]:
    """The run is committed apart from the work, so that a failure shows too.

    An error's text may quote a row: the page gets its name and the run, under which the log keeps the rest.
    """
    row = JobRun.objects.create(name=name)
    running = Running()
    try:
        yield running
    except BaseException as error:
        actor = current_actor.get()
        said = f"{type(error).__name__} in {actor.request if actor and actor.request else f'run {row.pk}'}"
        log.exception("The job %s failed: %s", name, said)
        JobRun.objects.filter(pk=row.pk).update(ended_at=clock.now(), error=said)
        raise
    JobRun.objects.filter(pk=row.pk).update(ended_at=clock.now(), rows=running.rows)
