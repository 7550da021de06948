"""Loads that take longer than a page may: a worker looks into them, reads, checks, applies and undoes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse

from ops.errors import Refused
from ops.imports import applying, checking, detecting, kept, staging, undoing
from ops.imports.models import ImportBatch
from ops.imports.nouns import Report
from ops.imports.waiting import FAILED
from ops.progress import actions as progress
from ops.progress.kinds import Changes, Keep, Stopped, declare, whisper
from ops.progress.listening import listening
from ops.progress.models import Job

if TYPE_CHECKING:
    from accounts.models import User

LOOK, READ, CHECK, APPLY, UNDO = "imports.look", "imports.read", "imports.check", "imports.apply", "imports.undo"
KINDS = (LOOK, READ, CHECK, APPLY, UNDO)
AT_ONCE_BYTES = 400_000  # a file of this size, unpacked, is read to its end within a second
AT_ONCE_ROWS = 2_000
AT_ONCE_UNDONE = 500  # taking a row out, with all that came along, costs three times what loading it did
_TITLES = {
    LOOK: "Look into {}", READ: "Read {} another way", CHECK: "Check {}", APPLY: "Load {}", UNDO: "Take {} back",
}  # fmt: skip


def begin(kind: str, batch: ImportBatch, by: User, **asked: object) -> Job:
    return progress.begin(
        kind, by=by, title=_TITLES[kind].format(batch.file_name), total=_lines(batch) or 1,
        asked={"batch": batch.pk, **asked},
    )  # fmt: skip


def is_small(batch: ImportBatch) -> bool:
    """Read to its end while the person waits; everything larger is a worker's."""
    return is_short(batch) and is_light(batch)


def is_light(batch: ImportBatch) -> bool:
    """By what its files are unpacked: a sheet is packed to a tenth of what must be read of it."""
    return kept.unpacked_bytes(batch, enough=AT_ONCE_BYTES) <= AT_ONCE_BYTES


def is_short(batch: ImportBatch) -> bool:
    """Applied while the person waits: then its rows count, not its bytes."""
    return _lines(batch) <= AT_ONCE_ROWS


def is_soon_undone(batch: ImportBatch) -> bool:
    """Taken out again while the person waits; and what stands against it is asked whenever its page is drawn."""
    return _lines(batch) <= AT_ONCE_UNDONE


def _lines(batch: ImportBatch) -> int:
    """As far as they are counted: the chosen table's before it is read to its end."""
    return batch.rows or int(batch.tables[batch.table]["rows"] if batch.tables else 0)


def job_of(batch: ImportBatch, by: User) -> Job | None:
    """The work that is under way for this load, or that failed last."""
    return Job.objects.filter(owner=by, kind__in=KINDS, asked__batch=batch.pk).order_by("-pk").first()


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


def _read(job: Job, by: User, keep: Keep) -> None:
    """The file is read while nobody waits for it; only what came of it is written under the load's lock."""
    batch, said = _batch(job, by), job.asked
    with _told(job):
        detecting.read_again(batch, noun=said["noun"], number=said["number"], preset=said["preset"])
    with transaction.atomic():
        keep(job.total, {})
        detecting.save_anew(batch)


def _apply(job: Job, by: User, keep: Keep) -> None:
    """One transaction: how far it is can only be whispered, for nobody else sees what it writes."""
    with _told(job), listening(job.pk), transaction.atomic():
        batch = applying.apply(
            _batch(job, by), by=by, leave_out=job.asked["leave_out"], report=_whispers(job),
        )  # fmt: skip
        keep(job.total, {"new": batch.counts["new"], "changed": batch.counts["changed"]})


def _whispers(job: Job) -> Report:
    return lambda done, of: whisper(job.pk, done * job.total // max(of, 1))


def _undo(job: Job, by: User, keep: Keep) -> None:
    """One transaction, too: a worker that dies leaves the load as it stood; who follows finds it so, or undone."""
    with listening(job.pk), transaction.atomic():
        batch = _batch(job, by)
        if batch.state == ImportBatch.State.APPLIED:
            undoing.undo(batch, by=by, report=_whispers(job))
        keep(job.total, {})


def _batch(job: Job, by: User) -> ImportBatch:
    return ImportBatch.objects.get(pk=job.asked["batch"], by=by)


def _page(job: Job) -> str:
    return reverse("imports:load_detail", args=[job.asked["batch"]])


def _kinds() -> tuple[Any, ...]:
    return (
        Changes(LOOK, _look, _page, icon="file-down", called="A file looked into"),
        Changes(READ, _read, _page, icon="file-down", called="A file read another way"),
        Changes(CHECK, _check, _page, icon="file-down", called="A file checked"),
        Changes(APPLY, _apply, _page, icon="file-down", called="A file loaded"),
        Changes(UNDO, _undo, _page, icon="undo-2", called="A load taken back"),
    )


for _kind in _kinds():
    declare(_kind)
