"""Verbs of long work. A person begins, cancels and retries; a worker carries out as that person; a sweeper tidies."""

from __future__ import annotations

import json
import logging
import time
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError as QueueAway

from ops import clock
from ops.db.actor import acting_as, for_user
from ops.errors import Refused
from ops.jobs import hand_over
from ops.progress import files
from ops.progress.kinds import Changes, Kind, Report, Stopped, hush, is_heard, kind_of
from ops.progress.models import Job

if TYPE_CHECKING:
    from accounts.models import User

log = logging.getLogger(__name__)
KEEP_DAYS = 7
_TASK = "ops.progress.tasks.carry_out_job"
MOST_ATTEMPTS = 3
_TOLD_SECONDS = 0.25
_STILL_ALIVE = timedelta(seconds=60)
_LOST = timedelta(minutes=10)
_OPEN = (Job.State.WAITING, Job.State.WORKING)


def begin(kind: str, *, by: User, title: str, asked: dict[str, Any], total: int = 0) -> Job:
    """Work for a worker, once: who asks the same thing again while it is under way gets the same job."""
    kind_of(kind)
    question = sha256(json.dumps([kind, asked], sort_keys=True).encode()).hexdigest()
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind, title=title[:200], owner=by, asked=asked, question=question, total=total
            )
    except IntegrityError:
        return Job.objects.get(owner=by, question=question, state__in=_OPEN)
    transaction.on_commit(partial(_to_queue, job.pk))
    return job


def cancel(job: Job, *, by: User) -> Job:
    """What has not begun ends at once; what is under way ends at its next step."""
    job = _locked(job, by)
    if job.is_over:
        return job
    job.cancel_asked = True
    if job.state == Job.State.WAITING:
        job.state, job.ended_at = Job.State.CANCELLED, clock.now()
    job.save(update_fields=["cancel_asked", "state", "ended_at"])
    transaction.on_commit(partial(hush, job.pk))
    return job


def retry(job: Job, *, by: User) -> Job:
    """From the beginning, as a job that was never tried."""
    job = _locked(job, by)
    if not job.may_retry:
        return job
    if Job.objects.filter(owner=by, question=job.question, state__in=_OPEN).exists():
        raise Refused("You have asked for this again already; that one is under way.")
    job.state, job.error, job.cancel_asked = Job.State.WAITING, "", False
    job.done = job.attempts = 0
    job.worker, job.ended_at, job.touched_at = "", None, clock.now()
    job.save(update_fields=["state", "error", "cancel_asked", "done", "attempts", "worker", "ended_at", "touched_at"])
    transaction.on_commit(partial(hush, job.pk, stop=False))
    transaction.on_commit(partial(_to_queue, job.pk))
    return job


def _locked(job: Job, by: User) -> Job:
    return Job.objects.select_for_update().get(pk=job.pk, owner=by)


def _to_queue(pk: int) -> None:
    """After the commit. Without a queue the job waits in its row; the sweeper hands it on when the queue is back."""
    try:
        hand_over(_TASK, pk)
    except QueueAway as error:
        log.warning("Job %s waits for the queue: %s", pk, error)


# --- the worker's side --------------------------------------------------------------------------------------------


def carry_out(pk: int, worker: str) -> Job | None:
    """Do the job as the person bound. A worker that died is followed by another, which starts it again."""
    job = _claim(pk, worker)
    if job is None:
        return None
    kind = kind_of(job.kind)
    result = None
    try:
        if isinstance(kind, Changes):
            kind.work(job, job.owner, partial(_keep, job))
        else:
            result = kind.work(job.asked, job.owner, _report(job))
    except Stopped:
        return _end(job, Job.State.CANCELLED)
    except Refused as refused:
        return _end(job, Job.State.FAILED, refused.sentence)
    except SoftTimeLimitExceeded:
        return _end(job, Job.State.FAILED, "This took longer than a worker may spend. Ask for less at once.")
    except Exception:
        _end(job, Job.State.FAILED, f"That did not work, and it is our fault. Job {job.pk} is in the log.")
        raise
    if result is None:
        return _end(job, Job.State.DONE)
    assert isinstance(kind, Kind)
    job.file_name, job.file_type, job.file_bytes = result.name[:120], result.type, len(result.data)
    files.keep(job, result.data)
    return _finish(job, kind)


def _claim(pk: int, worker: str) -> Job | None:
    """The job, when it is ours to do: nobody does it, or whoever did is gone (same message, or long silent)."""
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=pk).first()
        if job is None or job.is_over:
            return None
        alive = clock.now() - job.touched_at < _STILL_ALIVE
        if job.state == Job.State.WORKING and job.worker != worker and alive:
            return None
        job.attempts += 1
        job.worker, job.state, job.started_at, job.touched_at = worker, Job.State.WORKING, clock.now(), clock.now()
        job.done = 0
        job.save(update_fields=["attempts", "worker", "state", "started_at", "touched_at", "done"])
    if job.cancel_asked:
        _end(job, Job.State.CANCELLED)
    elif job.attempts > MOST_ATTEMPTS:
        _end(job, Job.State.FAILED, f"The worker was stopped {MOST_ATTEMPTS} times in the middle of this.")
    return None if job.is_over else job


def _report(job: Job) -> Report:
    """Written at most four times a second; raises Stopped once the person has cancelled, or another worker has it."""
    told = 0.0

    def report(done: int) -> None:
        nonlocal told
        if time.monotonic() - told < _TOLD_SECONDS and done < job.total:
            return
        told = time.monotonic()
        mine = Job.objects.filter(pk=job.pk, worker=job.worker, state=Job.State.WORKING, cancel_asked=False)
        if not mine.update(done=done, touched_at=clock.now()):
            raise Stopped

    return report


def _keep(job: Job, done: int, said: dict[str, Any]) -> None:
    """In the transaction of the change that it tells of: both are there, or neither is."""
    mine = Job.objects.filter(pk=job.pk, worker=job.worker, state=Job.State.WORKING, cancel_asked=False)
    if not mine.update(done=done, said=said, touched_at=clock.now()):
        raise Stopped


def _finish(job: Job, kind: Kind) -> Job:
    """Done, and what happened recorded, in one transaction: exactly once, whoever else may be at it."""
    with transaction.atomic():
        now = clock.now()
        mine = Job.objects.filter(pk=job.pk, worker=job.worker, state=Job.State.WORKING, cancel_asked=False)
        done = mine.update(
            state=Job.State.DONE, done=job.total, ended_at=now, touched_at=now, error="", file_name=job.file_name,
            file_type=job.file_type, file_bytes=job.file_bytes, file_hash=job.file_hash,
        )  # fmt: skip
        if done and kind.record:
            kind.record(job)
    if not done:
        files.path_of(job).unlink(missing_ok=True)
        return _end(job, Job.State.CANCELLED)
    job.state = Job.State.DONE
    return job


def _end(job: Job, state: str, error: str = "") -> Job:
    mine = Job.objects.filter(pk=job.pk, worker=job.worker, state=Job.State.WORKING)
    mine.update(state=state, error=error[:300], ended_at=clock.now(), touched_at=clock.now())
    job.state, job.error = state, error
    return job


# --- tidying ------------------------------------------------------------------------------------------------------


def sweep() -> int:
    """Remove what is older than KEEP_DAYS with its file, and files that no job leads to. Returns how many jobs went."""
    old = clock.now() - timedelta(days=KEEP_DAYS)
    gone, _ = Job.objects.filter(touched_at__lt=old).delete()
    files.drop_but(Job.objects.values_list("pk", flat=True))
    return gone


def wake() -> int:
    """Hand on what waits because the queue was away; say of what has been silent for long that its worker is gone."""
    silent = Job.objects.filter(state=Job.State.WORKING, touched_at__lt=clock.now() - _LOST)
    lost = Job.objects.filter(pk__in=[pk for pk in silent.values_list("pk", flat=True) if not is_heard(pk)])
    lost.update(state=Job.State.FAILED, error="The worker that did this is gone. Try again.", ended_at=clock.now())
    waiting = Job.objects.filter(state=Job.State.WAITING, touched_at__lt=clock.now() - _STILL_ALIVE)
    found = list(waiting.select_related("owner")[:100])
    for job in found:
        with acting_as(for_user(job.owner, request=f"job:{job.pk}", source="task")):
            _to_queue(job.pk)
    Job.objects.filter(pk__in=[job.pk for job in found]).update(touched_at=clock.now())
    return len(found)
