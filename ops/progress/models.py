"""Job: one piece of long work, who asked for it, how far it is, and the file that came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from ops.models import DatabaseNow
from ops.progress.kinds import result_page, whispered

if TYPE_CHECKING:
    from accounts.models import User


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> JobQuerySet:
        """One's own, and nobody else's: what came of it was read under the rights of who asked."""
        return self.filter(owner=user) if user.has_scope("staff") else self.none()


class Job(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        WORKING = "working", "Under way"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked = models.JSONField(default=dict, help_text="What the work is about, as its kind understands it.")
    question = models.CharField(max_length=64, help_text="Hash of kind and asked: the same question twice is one job.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    cancel_asked = models.BooleanField(default=False)
    worker = models.CharField(max_length=60, blank=True, help_text="The queue's id of who does it now.")
    attempts = models.PositiveSmallIntegerField(default=0)
    said = models.JSONField(default=dict, help_text="What came of it so far, for work that changes rows.")
    file_name = models.CharField(max_length=120, blank=True)
    file_type = models.CharField(max_length=80, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    file_bytes = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField(db_default=DatabaseNow())
    started_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(db_default=DatabaseNow())
    ended_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("owner", "question"), name="progress_job_asked_once",
                condition=Q(state__in=("waiting", "working")),
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "working", "done", "failed", "cancelled")), name="progress_job_state"
            ),
            models.CheckConstraint(condition=Q(file_hash="") | Q(file_hash__regex="^[0-9a-f]{64}$"),
                                   name="progress_job_file_hash"),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=("owner", "-id"), name="progress_job_owner"),
            models.Index(fields=("touched_at",), name="progress_job_touched"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    @property
    def may_retry(self) -> bool:
        return self.state in {self.State.FAILED, self.State.CANCELLED}

    @property
    def page(self) -> str:
        """Where the results of work that changes rows are read; work that makes a file has none."""
        return result_page(self)

    @property
    def percent(self) -> int:
        done = max(self.done, 0 if self.is_over else whispered(self.pk))
        return min(100, 100 * done // self.total) if self.total else 0
