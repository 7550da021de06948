"""The Celery app: every task runs as an actor - who queued it, or the task's own named role - bound per transaction."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")

from celery import Celery
from celery.contrib.django.task import DjangoTask
from celery.schedules import crontab
from celery.signals import before_task_publish, worker_init
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from ops.db.actor import Actor, acting_as, current_actor, mailer, task

_HEADER = "ops_actor"


class ActorTask(DjangoTask):
    """`runs_as` names the system role (roles.yaml) of a scheduled job; without it the task runs as who queued it."""

    runs_as: str | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with acting_as(self._actor()):
            return super().__call__(*args, **kwargs)

    def _actor(self) -> Actor:
        request = f"task:{self.request.id}"
        if self.runs_as == "mailer":
            return mailer()
        if self.runs_as:
            return task(self.runs_as, request)
        if self.request.is_eager and (current := current_actor.get()) is not None:
            return current
        header = getattr(self.request, _HEADER, None)
        if header is None:
            raise PermissionError(f"Task {self.name} was queued by nobody and names no role of its own.")
        uid, role, reason = header
        return Actor(uid, role, "person", request, reason, source="task")


app = Celery("ops", task_cls=ActorTask)
app.conf.update(
    broker_url=settings.REDIS_URL,
    task_ignore_result=True,
    timezone=settings.TIME_ZONE,
    enable_utc=True,
    task_default_queue=settings.ROLE_PREFIX,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_time_limit=300,
    task_soft_time_limit=240,
    worker_soft_shutdown_timeout=5.0,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    # Longer than the hard time limit, or a long task would be handed out twice (D28).
    broker_transport_options={"visibility_timeout": 3600, "unacked_restore_throttle": 1},
    beat_schedule_filename=str(settings.DATA_DIR / "beat-schedule"),
    beat_schedule={
        "send waiting mail": {"task": "ops.tasks.send_mail", "schedule": 10.0},
        "wake held orders": {"task": "orders.tasks.wake_held", "schedule": crontab(hour="7", minute="30")},
        # It asks by itself whether the shop's hour has come, and is done once a working day.
        "mail saved views": {"task": "ops.standing.tasks.mail_views", "schedule": crontab(minute="*/15")},
        "write morning lists": {"task": "ops.digests.tasks.write_lists", "schedule": crontab(minute="*/15")},
        "end quotes on their day": {
            "task": "orders.quotes.tasks.end_quotes",
            "schedule": crontab(hour="5-23", minute="10"),
        },
        "keep the day's chain roots": {
            "task": "ops.tasks.keep_chain_roots",
            "schedule": crontab(hour="2", minute="30"),
        },
        "write notices and letters": {"task": "ops.notices.tasks.write_due", "schedule": 10.0},
        "sweep old notices": {"task": "ops.notices.tasks.sweep_notices", "schedule": crontab(hour="3", minute="45")},
        "count the days that changed": {"task": "analytics.tasks.freshen_figures", "schedule": 60.0},
        "wake waiting work": {"task": "ops.progress.tasks.wake_jobs", "schedule": 60.0},
        "sweep finished work": {
            "task": "ops.progress.tasks.sweep_jobs",
            "schedule": crontab(hour="3", minute="30"),
        },
        "sweep files of old loads": {
            "task": "ops.imports.tasks.sweep_loads",
            "schedule": crontab(hour="3", minute="40"),
        },
        "sweep files that nobody has": {
            "task": "ops.files.tasks.sweep_files",
            "schedule": crontab(hour="3", minute="30"),
        },
        "read a sample of the files again": {
            "task": "ops.files.tasks.verify_files",
            "schedule": crontab(hour="3", minute="45"),
        },
        "verify history": {"task": "ops.tasks.verify_history", "schedule": crontab(hour="3", minute="0")},
        "add up all stock": {"task": "inventory.tasks.add_up_stock", "schedule": crontab(hour="3", minute="10")},
        "try every door": {"task": "ops.tasks.try_every_door", "schedule": crontab(hour="3", minute="20")},
    },
)
app.autodiscover_tasks(
    [
        "ops",
        "ops.digests",
        "ops.files",
        "ops.imports",
        "ops.progress",
        "ops.notices",
        "ops.standing",
        "inventory",
        "orders",
        "orders.quotes",
        "analytics",
    ]
)


@before_task_publish.connect
def _stamp_actor(headers: dict[str, Any] | None = None, **_: Any) -> None:
    actor = current_actor.get()
    if actor is not None and headers is not None:
        headers[_HEADER] = [actor.uid, actor.role, actor.reason]


@worker_init.connect
def _check_login(**_: Any) -> None:
    """Before the first child is forked. Celery goes on after an ordinary error in a receiver; SystemExit ends it."""
    from ops.checks import refuse_unsafe_login

    try:
        refuse_unsafe_login()
    except (ImproperlyConfigured, DatabaseError) as error:
        raise SystemExit(str(error)) from error
