"""The kernel's rows: roles, stages and arrows, the three records' shared tables, outbox, saved views, signed links."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from ops.db.functions import DatabaseNow as DatabaseNow
from ops.db.functions import UuidV7 as UuidV7
from ops.db.history import records
from ops.imports.models import ImportBatch as ImportBatch
from ops.imports.models import ImportCell as ImportCell
from ops.imports.models import ImportFile as ImportFile
from ops.imports.models import ImportItem as ImportItem
from ops.imports.models import ImportMapping as ImportMapping
from ops.imports.models import ImportMatch as ImportMatch
from ops.imports.models import ImportRow as ImportRow


class Role(models.Model):
    """Who somebody is: a named set of scopes. Shipped rows come from roles.yaml, a shop's own are rows only."""

    key = models.CharField(primary_key=True, max_length=40)
    label = models.CharField(max_length=60)
    why = models.TextField(blank=True)
    scopes = ArrayField(models.CharField(max_length=60))
    home = models.CharField(max_length=60, default="orders:board")
    builtin = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=100)

    history = records()

    class Meta:
        ordering = ("position", "label")

    def __str__(self) -> str:
        return self.label


class StageCategory(models.TextChoices):
    OPEN = "open"
    WORKING = "working"
    READY = "ready"
    MOVING = "moving"
    DONE = "done"


class Stage(models.Model):
    """One stage of one noun's life. Verbs and policies test `category`, never a key of the shop's own (ruling 16)."""

    noun = models.CharField(max_length=30)
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=60)
    glyph = models.CharField(max_length=40)
    category = models.CharField(max_length=10, choices=StageCategory.choices)
    position = models.PositiveSmallIntegerField()
    chaser = models.ForeignKey(Role, models.PROTECT, null=True, blank=True, related_name="+")
    limit_hours = models.PositiveIntegerField(null=True, blank=True, help_text="Overdue after so many hours here.")
    builtin = models.BooleanField(default=False)

    history = records()

    class Meta:
        ordering = ("noun", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("noun", "key"), name="ops_stage_noun_key"),
            models.CheckConstraint(condition=Q(category__in=StageCategory.values), name="ops_stage_category"),
        ]

    def __str__(self) -> str:
        return self.label


class Arrow(models.Model):
    """A move that may happen. `from_stage` is empty for the way in; `scopes` are those who may make the move."""

    noun = models.CharField(max_length=30)
    from_stage = models.CharField(max_length=40, blank=True)
    to_stage = models.CharField(max_length=40)
    scopes = ArrayField(models.CharField(max_length=60))
    undo = models.BooleanField(default=False, help_text="A step back: it is logged as an undo.")
    within_minutes = models.PositiveIntegerField(null=True, blank=True, help_text="Only so long after the last move.")
    late_scopes = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text="Who may move later.")
    builtin = models.BooleanField(default=False)

    history = records()

    class Meta:
        ordering = ("noun", "from_stage", "to_stage")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("noun", "from_stage", "to_stage"), name="ops_arrow_once"),
            models.CheckConstraint(condition=~Q(from_stage=models.F("to_stage")), name="ops_arrow_moves"),
        ]

    def __str__(self) -> str:
        return f"{self.noun}: {self.from_stage or '(new)'} to {self.to_stage}"


class Recorded(models.Model):
    """What every record of a change carries: who, when, through what. Written by the database."""

    at = models.DateTimeField(db_default=DatabaseNow())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    real_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    request = models.CharField(max_length=64, blank=True)
    txid = models.BigIntegerField()

    class Meta:
        abstract = True


class Transition(Recorded):
    """One stage move of one row, written by the stage guard, for every way of writing (A5)."""

    noun = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    from_stage = models.CharField(max_length=40, blank=True)
    to_stage = models.CharField(max_length=40)
    undo = models.BooleanField(default=False)
    business_day = models.DateField()
    seconds_before = models.BigIntegerField(null=True, help_text="Seconds spent in the stage before.")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=("noun", "subject_id", "id"), name="ops_transition_subject"),
            BrinIndex(fields=("at",), name="ops_transition_at"),
        ]


class Event(Recorded):
    """What a verb meant: the spine that the timeline, mails and later webhooks hang on. Never money, never secrets."""

    kind = models.CharField(max_length=60)
    noun = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    data = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=("noun", "subject_id", "id"), name="ops_event_subject"),
            BrinIndex(fields=("at",), name="ops_event_at"),
        ]


class OutboxMail(models.Model):
    """A mail that will be sent exactly once: queued in the transaction that caused it, sent by the mailer."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        WITHDRAWN = "withdrawn"  # what it says was taken back before it went

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    recipient = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(db_default=DatabaseNow())
    next_try_at = models.DateTimeField(db_default=DatabaseNow())
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=("next_try_at",), name="ops_outbox_due", condition=Q(state="waiting")),
        ]


class RunOnce(models.Model):
    """The mark that a job did a thing: committed together with what it did, so a second run finds it."""

    kind = models.CharField(max_length=60)
    day = models.DateField()
    key = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("kind", "day", "key"), name="ops_runonce_once")]


class JobRun(models.Model):
    """One run of one scheduled job, for the health page."""

    name = models.CharField(max_length=80)
    started_at = models.DateTimeField(db_default=DatabaseNow())
    ended_at = models.DateTimeField(null=True)
    rows = models.BigIntegerField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=("name", "-started_at"), name="ops_jobrun_name")]


class SavedView(models.Model):
    """A board or list with a filter and a name. The query string is the truth, so a view can be shared by link (X2)."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_views")
    board = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        ordering = ("name", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("owner", "board", "name"), name="ops_savedview_name"),
        ]

    def __str__(self) -> str:
        return self.name


class SignedLink(models.Model):
    """A way in for somebody who does not sign in. Only the hash of the random token is kept (rulings 2 and 8)."""

    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    token_sha256 = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(db_default=DatabaseNow())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    uses_left = models.PositiveIntegerField(null=True)
    used_txid = models.BigIntegerField(null=True)  # the transaction that took the last use

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("created_at")), name="ops_signedlink_expires"),
        ]
        indexes: ClassVar = [models.Index(fields=("kind", "subject_id"), name="ops_signedlink_subject")]


class TakeOver(models.Model):
    """Stands only inside the function by which one row takes over what hangs on another, or gives it back.

    Nobody who signs in may write it, and none is left when the function ends: guards may trust it (ops.changes_hands).
    """

    noun = models.CharField(max_length=30)
    kept = models.BigIntegerField()
    gone = models.BigIntegerField()


class ChainRoot(models.Model):
    """The last hash of every history table at the end of a day: a cut tail shows (ruling 13)."""

    day = models.DateField()
    table = models.CharField(max_length=80)
    rows = models.BigIntegerField()
    last_id = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("day", "table"), name="ops_chainroot_once")]
