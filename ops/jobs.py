"""One run of a scheduled job, written for the health page whether it ends well or not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ops import clock
from ops.models import JobRun


@dataclass
class Running:
    rows: int = 0


@contextmanager
def job(name: str) -> Iterator[Running]:
    """The run is committed apart from the work, so that a failure shows too."""
    row = JobRun.objects.create(name=name)
    running = Running()
    try:
        yield running
    except BaseException as error:
        JobRun.objects.filter(pk=row.pk).update(ended_at=clock.now(), error=f"{type(error).__name__}: {error}"[:2000])
        raise
    JobRun.objects.filter(pk=row.pk).update(ended_at=clock.now(), rows=running.rows)
