"""Rule: who is told of what. Notice: what one person was told. Letter: what a customer has still to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from ops.db.history import records
from ops.models import DatabaseNow, Role

if TYPE_CHECKING:
    from accounts.models import User


class RuleQuerySet(models.QuerySet["Rule"]):
    def visible_to(self, user: User) -> RuleQuerySet:
        """Everybody may know who is told of what."""
        return self if user.has_scope("staff") else self.none()


class Rule(models.Model):
    """When a row gets to a stage, or a verb records an event: who hears of it, and how."""

    class On(models.TextChoices):
        STAGE = "stage", "gets to the stage"
        EVENT = "event", "this happens"

    class To(models.TextChoices):
        AGENT = "agent", "its agent"
        ASSIGNEE = "assignee", "who has it in production"
        WATCHERS = "watchers", "who watches it"
        ROLE = "role", "everybody of a role"
        CUSTOMER = "customer", "the customer"

    class Channel(models.TextChoices):
        IN_APP = "in_app", "in the app"
        MAIL = "mail", "by e-mail"
        BOTH = "both", "in the app and by e-mail"

    noun = models.CharField(max_length=30)
    on = models.CharField("when", max_length=10, choices=On.choices, db_column="on_what")
    key = models.CharField(max_length=60)
    to = models.CharField("tell", max_length=10, choices=To.choices, db_column="to_whom")
    role = models.ForeignKey(Role, models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField("how", max_length=10, choices=Channel.choices, default=Channel.IN_APP)
    active = models.BooleanField(default=True)
    builtin = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True, db_default="", help_text="Why the shop tells it so.")

    objects = RuleQuerySet.as_manager()
    history = records()

    class Meta:
        ordering = ("noun", "on", "key", "to", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("noun", "on", "key", "to", "role"), name="notices_rule_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(on__in=("stage", "event")), name="notices_rule_on"),
            models.CheckConstraint(
                condition=Q(to="role", role__isnull=False)
                | Q(to__in=("agent", "assignee", "watchers", "customer"), role__isnull=True),
                name="notices_rule_to",
            ),
            models.CheckConstraint(
                condition=Q(channel="mail") | (Q(channel__in=("in_app", "both")) & ~Q(to="customer")),
                name="notices_rule_channel",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.noun} {self.on} {self.key}: {self.to}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> NoticeQuerySet:
        """One's own, and nobody else's."""
        return self.filter(person=user) if user.has_scope("staff") else self.none()

    def in_app(self) -> NoticeQuerySet:
        return self.filter(in_app=True)

    def unread(self) -> NoticeQuerySet:
        return self.filter(in_app=True, read_at__isnull=True)


class Notice(models.Model):
    """What one person was told of one row, or of many at once (`subject_id` is null then, and `rows` says how many).

    What it was about is read when it is shown, under the reader's rights of that moment: it is not kept here.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    noun = models.CharField(max_length=30)
    subject_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=80, help_text="stage:<key>, event:<kind>, or the kind of what was told.")
    topic = models.CharField(max_length=80, help_text="'rule' for what rules tell: one a row and transaction.")
    rule = models.ForeignKey(Rule, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+")
    rows = models.PositiveIntegerField(default=1)
    data = models.JSONField(default=dict)
    txid = models.BigIntegerField()
    at = models.DateTimeField(db_default=DatabaseNow())
    in_app = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)
    mail = models.BooleanField(default=False)
    mailed_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("person", "noun", "subject_id", "topic", "txid", "kind"), name="notices_notice_once",
                condition=~Q(topic="rule"), nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=("person", "noun", "subject_id", "txid"), name="notices_notice_once_by_rule",
                condition=Q(topic="rule", subject_id__isnull=False),
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=("person", "-id"), name="notices_notice_person"),
            models.Index(fields=("person",), name="notices_notice_unread", condition=Q(in_app=True, read_at=None)),
            models.Index(fields=("person", "id"), name="notices_notice_mail", condition=Q(mail=True, mailed_at=None)),
            models.Index(fields=("at",), name="notices_notice_at"),
        ]


class Mute(models.Model):
    """One person does not want to hear of one rule (`rule:12`) or of one kind of word (`kind:thread.mention`)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    topic = models.CharField(max_length=80)
    at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("person", "topic"), name="notices_mute_once")]


class Preference(models.Model):
    """Whether a person gets mails about what happens, or only sees it in the app. Without a row: mails."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+")
    mail = models.BooleanField(default=True)


class Watch(models.Model):
    """A person follows one row: they hear of each move and of whatever anybody is told, while they may see it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    noun = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("noun", "subject_id", "person"), name="notices_watch_once")
        ]


class Letter(models.Model):
    """A mail that a customer is owed for what happened. The job of letters writes it, and says what became of it."""

    class State(models.TextChoices):
        DUE = "due"
        QUEUED = "queued"
        DROPPED = "dropped"

    noun = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=80)
    txid = models.BigIntegerField()
    at = models.DateTimeField(db_default=DatabaseNow())
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    why = models.CharField(max_length=60, blank=True, help_text="Why it was dropped.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("noun", "subject_id", "kind", "txid"), name="notices_letter_once"),
            models.CheckConstraint(condition=Q(state__in=("due", "queued", "dropped")), name="notices_letter_state"),
        ]
        indexes: ClassVar = [models.Index(fields=("id",), name="notices_letter_due", condition=Q(state="due"))]
