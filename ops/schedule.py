"""What runs by itself: each job of the schedule with its last run and its next, and running one again by hand (A47)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery.schedules import crontab
from django.db import connection
from kombu.exceptions import OperationalError as QueueAway

from ops import clock, events
from ops.errors import Refused
from ops.events import Kind
from ops.jobs import hand_over
from ops.models import JobRun

# Longer than the hard time limit of any task: whoever ran it was killed, or hangs.
STUCK_AFTER = timedelta(hours=1)
_JUST_NOW = timedelta(seconds=60)

events.declare(
    Kind("schedule.run_again", "started the job “{name}” by hand", "play"),
    Kind("mail.sent_again", "had a mail that was given up ({what}) sent again", "mail"),
)


@dataclass(frozen=True)
class Planned:
    """One job: `state` is done, failed, running, stuck, or empty for one that has not run or keeps no log."""

    name: str
    plan: str
    next_at: datetime | None
    last: JobRun | None
    state: str
    failed_lately: int = 0

    @property
    def took(self) -> timedelta | None:
        return self.last.ended_at - self.last.started_at if self.last and self.last.ended_at else None


def planned() -> list[Planned]:
    """The schedule as the beat has it. Two queries."""
    now = clock.now()
    last = {run.name: run for run in JobRun.objects.order_by("name", "-started_at").distinct("name")}
    failed: dict[str, int] = {}
    lately = JobRun.objects.filter(started_at__gt=now - timedelta(days=7)).exclude(error="")
    for name in lately.values_list("name", flat=True):
        failed[name] = failed.get(name, 0) + 1
    jobs = [
        Planned(name, _plan(entry["schedule"]), _next(entry["schedule"], now), last.pop(name, None), "", 0)
        for name, entry in _entries().items()
    ]
    jobs += [Planned(name, "by hand", None, run, "") for name, run in last.items()]
    return sorted((_with_state(job, failed.get(job.name, 0), now) for job in jobs), key=_place)


def _with_state(job: Planned, failed: int, now: datetime) -> Planned:
    run, state = job.last, ""
    if run is not None:
        state = "done" if run.ended_at else "running"
        if run.error:
            state = "failed"
        elif state == "running" and now - run.started_at > STUCK_AFTER:
            state = "stuck"
    return Planned(job.name, job.plan, job.next_at, run, state, failed)


def _place(job: Planned) -> tuple[int, str]:
    return {"stuck": 0, "failed": 1}.get(job.state, 2), job.name


def run_again(name: str) -> bool:
    """Now, by a worker, under the job's own role. Each job may be run twice: what is done is marked as done.

    Pressed twice within a minute it is started once; False for the second press.
    """
    entry = _entries().get(name)
    if entry is None:
        raise Refused("There is no such job.")
    latest = JobRun.objects.filter(name=name).order_by("-started_at").first()
    if latest and latest.ended_at is None and clock.now() - latest.started_at < STUCK_AFTER:
        raise Refused(f"“{name}” is running now.")
    if _asked_just_now(name):
        return False

    _send(entry["task"])  # it needs nothing of this transaction; a queue that is away undoes the record below

    events.record_about("schedule", "schedule.run_again", name=name)
    return True


def send_again(mail: int) -> str:
    """A mail that was given up waits for the mailer again. Returns its kind; empty when it is under way already."""

    with connection.cursor() as cursor:
        cursor.execute("select ops.mail_again(%s)", [mail])
        kind: str | None = cursor.fetchone()[0] if cursor.rowcount else None
    if kind is None:
        return ""
    events.record_about("mail", "mail.sent_again", what=kind, mail=mail)
    return kind


def _asked_just_now(name: str) -> bool:

    from ops.models import Event

    # Of two presses at the same moment the second waits here, and finds what the first has recorded.
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"schedule:{name}"])
    asked = Event.objects.filter(noun="schedule", kind="schedule.run_again", data__name=name)
    return asked.filter(at__gt=clock.now() - _JUST_NOW).exists()


def _send(task: str) -> None:
    try:
        hand_over(task)
    except QueueAway as error:
        raise Refused("The queue does not answer, so nothing was started. Try again when it is back.") from error


def _entries() -> dict[str, dict[str, Any]]:
    from ops.celery import app  # reads settings and tasks

    entries: dict[str, dict[str, Any]] = app.conf.beat_schedule
    return entries


def _plan(schedule: Any) -> str:
    """The plan in words: "every 10 s", "at 08:00", "every 15 min", "hourly at :10, 5-23"."""
    if not isinstance(schedule, crontab):
        return f"every {float(schedule):g} s"
    hour, minute = str(schedule._orig_hour), str(schedule._orig_minute)
    if hour == "*":
        return f"every {minute.removeprefix('*/')} min" if minute.startswith("*/") else f"hourly at :{minute:0>2}"
    if hour.isdigit():
        return f"at {int(hour):02}:{int(minute):02}"
    return f"hourly at :{int(minute):02}, {hour}"


def _next(schedule: Any, now: datetime) -> datetime | None:
    if not isinstance(schedule, crontab):
        return None
    at: datetime = now + schedule.remaining_estimate(now) + timedelta(seconds=30)
    return at.replace(second=0, microsecond=0)
