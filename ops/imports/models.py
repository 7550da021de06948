"""A load: the files somebody brought, how they are read, what loading them would do, and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ops.db.functions import DatabaseNow, UuidV7

if TYPE_CHECKING:
    from accounts.models import User


class BatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, user: User) -> BatchQuerySet:
        """The same rows as the policies of ops/security.py."""
        if user.has_scope("orders_all"):
            return self
        seen = Q(by=user) if user.has_scope("imports") else Q(pk__in=[])
        return self.filter(seen | Q(noun="order") if user.has_scope("orders_read") else seen)

    def open(self) -> BatchQuerySet:
        return self.filter(state__in=ImportBatch.OPEN)


class ImportBatch(models.Model):
    """One load, from the upload to what became of it. Its decisions are kept, so that it can be read again."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Not checked yet"
        CHECKED = "checked", "Checked"
        APPLIED = "applied", "Loaded"
        UNDONE = "undone", "Taken back"
        REFUSED = "refused", "Put aside"

    OPEN = (State.UPLOADED, State.CHECKED)  # something can still be decided about it

    public_id = models.UUIDField(db_default=UuidV7(), unique=True, editable=False)
    noun = models.CharField(max_length=30)
    preset = models.CharField(max_length=40, blank=True, help_text="Blank where a person said what the columns are.")
    source = models.CharField(max_length=40, blank=True, db_default="", help_text="Whose numbers the file's are.")
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=DatabaseNow())
    applied_at = models.DateTimeField(null=True)
    applied_txid = models.BigIntegerField(null=True, help_text="History rows of this transaction are this load's.")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # How it is read: which table of the file, where each column stands, what was answered, what mends its cells.
    table = models.PositiveSmallIntegerField(default=0, db_default=0)
    header = ArrayField(models.TextField(), default=list, db_default=[])
    mapping = models.JSONField(default=dict, db_default={}, help_text="Column key to its place in the header.")
    answers = models.JSONField(default=dict, db_default={}, help_text="dates, marks, currencies: by name of column.")
    fixed = models.JSONField(default=dict, db_default={}, help_text="Column key to what holds for every row.")
    mends = models.JSONField(default=list, db_default=[], help_text="kind, column, fix: in the order they were chosen.")
    rates = models.JSONField(default=dict, db_default={}, help_text="Currency to what one unit of it is here.")
    # What was found.
    tables = models.JSONField(default=list, db_default=[], help_text="number, name, rows, columns of each table there.")
    findings = models.JSONField(default=list, db_default=[], help_text="kind, weight, sentence about the chosen table.")
    questions = models.JSONField(default=list, db_default=[], help_text="What the file does not say about itself.")
    rows = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="new, changed, same, refused")
    problems = models.JSONField(default=list, help_text="line, column, value, sentence: the first thousand")
    notes = models.JSONField(default=list, help_text="What was read how and what was left out, in sentences.")
    settings = models.JSONField(default=dict, help_text="What its loader needs to know again when it is applied.")

    objects = BatchQuerySet.as_manager()

    class Meta:
        app_label = "ops"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_over(self) -> bool:
        return self.state not in self.OPEN

    @property
    def preview(self) -> dict[str, Any]:
        """The chosen table as it was found: header, some rows, what was noticed."""
        told: dict[str, Any] = self.tables[self.table] if self.tables else {"header": [], "sample": [], "findings": []}
        return told

    @property
    def places(self) -> dict[str, int]:
        """Where the file's columns stand, by their names as written; of two equal names the first."""
        return {name: at for at, name in reversed(list(enumerate(self.header)))}


class ImportFile(models.Model):
    """One of the files of a load; its bytes lie under `loads/<public id>/` until nobody needs them (kept.py)."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()

    class Meta:
        app_label = "ops"
        ordering = ("position",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("batch", "position"), name="ops_importfile_once")]

    def __str__(self) -> str:
        return self.name


class ImportItem(models.Model):
    """One thing that a checked file holds - an order, a customer - by its natural key, and what applying would do.

    Unlogged, as ImportRow is: both can be staged again from the file. Without foreign keys, since they fill by the
    hundred thousand and empty again when the load is applied.
    """

    class Verdict(models.TextChoices):
        NEW = "new"
        CHANGED = "changed"
        SAME = "same"
        REFUSED = "refused"

    pk = models.CompositePrimaryKey("batch_id", "key")
    batch = models.ForeignKey(ImportBatch, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    key = models.CharField(max_length=300)
    row_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    subject_id = models.BigIntegerField(null=True, help_text="The row it is already, or has become.")
    first_line = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    changes = models.JSONField(null=True, help_text="Column key to what it is here and what the file says.")
    reason = models.TextField(blank=True, default="", db_default="", help_text="Why it is refused.")

    class Meta:
        app_label = "ops"


class ImportRow(models.Model):
    """One line of a checked file, as its columns read it: `cells` in the order of the noun's columns."""

    pk = models.CompositePrimaryKey("batch_id", "line")
    batch = models.ForeignKey(ImportBatch, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    line = models.PositiveIntegerField()
    cells = ArrayField(models.TextField(null=True))
    refused = models.BooleanField(default=False)

    class Meta:
        app_label = "ops"


class ImportCell(models.Model):
    """What a person put in place of one cell of the file; the file itself stays as it came."""

    pk = models.CompositePrimaryKey("batch_id", "line", "at")
    batch = models.ForeignKey(ImportBatch, models.CASCADE, db_index=False, related_name="cells")
    line = models.PositiveIntegerField()
    at = models.PositiveSmallIntegerField(help_text="Place of the column in the header.")
    value = models.TextField(blank=True)

    class Meta:
        app_label = "ops"


class ImportMatch(models.Model):
    """Something in the file that may be something known here, spelled otherwise. Only a person says whether it is."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="matches")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=300, help_text="As the file has it.")
    name = models.CharField(max_length=300, blank=True)
    line = models.PositiveIntegerField(default=0)
    likely = models.JSONField(default=list, help_text="value, label, score, why: the likeliest first.")
    # Null while it is open: an empty answer says that it is none of them, but new.
    answer = models.CharField(max_length=300, null=True)  # noqa: DJ001

    class Meta:
        app_label = "ops"
        ordering = ("pk",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("batch", "kind", "key"), name="ops_importmatch_once")]

    def __str__(self) -> str:
        return self.key


class ImportMapping(models.Model):
    """What somebody said the columns of a file are: known again by its header, by everybody who loads files."""

    noun = models.CharField(max_length=30)
    fingerprint = models.CharField(max_length=64)
    header = ArrayField(models.TextField())
    names = models.JSONField(default=dict, help_text="Column key to the name of the file's column.")
    answers = models.JSONField(default=dict)
    fixed = models.JSONField(default=dict)
    source = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    used_at = models.DateTimeField(db_default=DatabaseNow())

    class Meta:
        app_label = "ops"
        ordering = ("-used_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("noun", "fingerprint"), name="ops_importmapping_once"),
            models.CheckConstraint(condition=~Q(names={}), name="ops_importmapping_says"),
        ]

    def __str__(self) -> str:
        return f"{self.noun}: {', '.join(self.header[:4])}"
