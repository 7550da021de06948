"""What was listed for whom, and what people said instead of acting: later, not now, not mine."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from ops.db.history import records
from ops.models import DatabaseNow, Event

if TYPE_CHECKING:
    from accounts.models import User

_PERSON = settings.AUTH_USER_MODEL
ACT_WITHIN = timedelta(hours=24)


class ListedQuerySet(models.QuerySet["Listed"]):
    def visible_to(self, user: User) -> ListedQuerySet:
        if user.has_scope("digests_all"):
            return self
        return self.filter(person=user) if user.has_scope("staff") else self.none()

    def with_acted(self, idle: tuple[str, ...]) -> ListedQuerySet:
        """`acted`: did its person do something to the row within a day? Kinds in `idle` are looking, not acting."""
        done = Event.objects.filter(
            noun=OuterRef("noun"), subject_id=OuterRef("subject_id"), by_id=OuterRef("person_id"),
            at__gte=OuterRef("listed_at"), at__lt=OuterRef("listed_at") + ACT_WITHIN,
        ).exclude(kind__in=idle)  # fmt: skip
        return self.annotate(acted=Exists(done))


class Listed(models.Model):
    """One row of one person's list of one day. Its links act on it, and what came of it is measured by it."""

    day = models.DateField()
    person = models.ForeignKey(_PERSON, models.PROTECT, related_name="+")
    role = models.CharField(max_length=60, help_text="The person's role on that day.")
    duty = models.CharField(max_length=60)
    noun = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    position = models.PositiveSmallIntegerField()
    listed_at = models.DateTimeField(db_default=DatabaseNow())

    objects = ListedQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "person_id", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("day", "person", "noun", "subject_id"), name="digests_listed_once"),
        ]


class Extension(models.Model):
    """Nobody is reminded of this row before `until` has passed. One a row; its history keeps the earlier ones."""

    noun = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    until = models.DateField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(_PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    made_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)

    history = records()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("noun", "subject_id"), name="digests_extension_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="digests_extension_reason"),
        ]
        indexes: ClassVar = [models.Index(fields=("noun", "until"), name="digests_extension_until")]


class Snooze(models.Model):
    """One row stays off one person's list until a day; nobody else is concerned."""

    person = models.ForeignKey(_PERSON, models.PROTECT, related_name="+")
    noun = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    until = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("person", "noun", "subject_id"), name="digests_snooze_once"),
        ]
        indexes: ClassVar = [models.Index(fields=("noun", "subject_id"), name="digests_snooze_subject")]


class HandBack(models.Model):
    """'Not mine': the row waits for who sees all, until they hand it on or say that it is theirs after all."""

    person = models.ForeignKey(_PERSON, models.PROTECT, related_name="+")
    noun = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("noun", "subject_id", "person"), name="digests_handback_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="digests_handback_reason"),
        ]


class EmptyRole(models.Model):
    """Nobody active works in a role that must act; said once to who sees all, and again only after it was filled."""

    noun = models.CharField(max_length=30)
    role = models.CharField(max_length=60)
    told_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("noun", "role"), name="digests_emptyrole_once"),
        ]


class DigestDay(models.Model):
    """A day whose lists are all written."""

    day = models.DateField(primary_key=True)
    mails = models.PositiveIntegerField()
    finished_at = models.DateTimeField(db_default=DatabaseNow())


def extended(noun: str, today: date) -> Exists:
    """For the rows of a noun: reminders are off, because somebody moved the day."""
    rows = Extension.objects.filter(noun=noun, until__gte=today, subject_id=OuterRef("pk"))
    return Exists(rows.order_by())


def snoozed(noun: str, person: User, today: date) -> Exists:
    return Exists(Snooze.objects.filter(person=person, noun=noun, until__gt=today, subject_id=OuterRef("pk")))


def handed_back_by_anybody(noun: str) -> Exists:
    return Exists(HandBack.objects.filter(noun=noun, subject_id=OuterRef("pk")))


def handed_back(noun: str, holder: str | User) -> Exists:
    """By `holder`: a person, or the name of the column that names one."""
    who = OuterRef(holder) if isinstance(holder, str) else holder.pk
    return Exists(HandBack.objects.filter(noun=noun, person_id=who, subject_id=OuterRef("pk")))
