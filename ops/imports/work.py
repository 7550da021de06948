"""Loads that take longer than a page may: looked into, checked and applied by a worker, with progress."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse

from ops.errors import Refused
from ops.imports import applying, checking, detecting, staging
from ops.imports.models import ImportBatch
from ops.imports.waiting import FAILED
from ops.progress import actions as progress
from ops.progress.kinds import Changes, Keep, Stopped, declare, whisper
from ops.progress.models import Job

if TYPE_CHECKING:
    from accounts.models import User

LOOK, CHECK, APPLY = "imports.look", "imports.check", "imports.apply"
AT_ONCE_BYTES = 400_000  # a file of this size is read to its end within a second
AT_ONCE_ROWS = 2_000
_TITLES = {LOOK: "Look into {}", CHECK: "Check {}", APPLY: "Load {}"}


def begin(kind: str, batch: ImportBatch, by: User, *, leave_out: int = 0) -> Job:
    return progress.begin(
        kind, by=by, title=_TITLES[kind].format(batch.file_name), total=_lines(batch) or 1,
        asked={"batch": batch.pk, "leave_out": leave_out},
    )  # fmt: skip


def is_small(batch: ImportBatch) -> bool:
    """Done while the person waits; everything larger is a worker's."""
    return sum(batch.files.values_list("bytes", flat=True)) <= AT_ONCE_BYTES and _lines(batch) <= AT_ONCE_ROWS


def _lines(batch: ImportBatch) -> int:
    """As far as they are counted: the chosen table's before it is read to its end."""
    return batch.rows or int(batch.tables[batch.table]["rows"] if batch.tables else 0)


def job_of(batch: ImportBatch, by: User) -> Job | None:
    """The work that is under way for this load, or that failed last."""
    kinds = (LOOK, CHECK, APPLY)
    return Job.objects.filter(owner=by, kind__in=kinds, asked__batch=batch.pk).order_by("-pk").first()


@contextmanager
def _told(job: Job) -> Iterator[None]:
    """What ends badly is told by the load too: whoever sees it may not see the work."""
    try:
        yield
    except Refused as refused:
        batch = ImportBatch.objects.get(pk=job.asked["batch"])
        batch.settings = {**batch.settings, FAILED: refused.sentence}
        batch.save(update_fields=["settings"])
        raise


def _look(job: Job, by: User, keep: Keep) -> None:
    batch = _batch(job, by)
    with _told(job):
        detecting.detect(batch)
    with transaction.atomic():
        batch.save()
        keep(1, {})


def _check(job: Job, by: User, keep: Keep) -> None:
    batch = _batch(job, by)
    try:
        with _told(job):
            checking.check(batch, progress=lambda lines: keep(min(lines, job.total), {}))
    except Stopped:  # rows that came after it was put aside
        if ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.REFUSED).exists():
            staging.forget(batch)
        raise
    keep(job.total, {})


def _apply(job: Job, by: User, keep: Keep) -> None:
    """One transaction: how far it is can only be whispered, for nobody else sees what it writes."""
    with _told(job), transaction.atomic():
        batch = applying.apply(
            _batch(job, by), by=by, leave_out=job.asked["leave_out"],
            report=lambda done, of: whisper(job.pk, done * job.total // max(of, 1)),
        )  # fmt: skip
        keep(job.total, {"new": batch.counts["new"], "changed": batch.counts["changed"]})


def _batch(job: Job, by: User) -> ImportBatch:
    return ImportBatch.objects.get(pk=job.asked["batch"], by=by)


def _page(job: Job) -> str:
    return reverse("imports:load_detail", args=[job.asked["batch"]])


def _kinds() -> tuple[Any, ...]:
    return (
        Changes(LOOK, _look, _page, icon="file-down", called="A file looked into"),
        Changes(CHECK, _check, _page, icon="file-down", called="A file checked"),
        Changes(APPLY, _apply, _page, icon="file-down", called="A file loaded"),
    )


for _kind in _kinds():
    declare(_kind)
