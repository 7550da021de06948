"""A file beside a row of some noun: its name, what it holds, who may see it. Its bytes are in ops.files.store."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ops.db.history import records
from ops.files import nouns
from ops.models import DatabaseNow

if TYPE_CHECKING:
    from accounts.models import User


class FileQuerySet(models.QuerySet["File"]):
    def visible_to(self, user: User) -> FileQuerySet:
        """The same rows as the policies that each noun's app declares; a generated test compares the two."""
        seen = Q(pk__in=[])
        for noun in nouns.NOUNS.values():
            if levels := noun.levels(user):
                here = Q(noun=noun.key, visibility__in=levels, subject_id__in=noun.subjects(user).values("pk"))
                seen |= here if noun.keeps_all(user) else here & (Q(removed_at=None) | Q(removed_by=user))
        return self.filter(seen)

    def of(self, noun: str, subject_id: int) -> FileQuerySet:
        return self.filter(noun=noun, subject_id=subject_id)

    def locked(self) -> FileQuerySet:
        return self.select_for_update(of=("self",), no_key=True)


class File(models.Model):
    class Kind(models.TextChoices):
        PHOTO = "photo", "Photo"
        DOCUMENT = "document", "Document"

    class Visibility(models.TextChoices):
        EVERYONE = "everyone", "Everyone here"
        SALES = "sales", "Sales and office"
        MANAGERS = "managers", "Managers only"

    noun = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    stage = models.CharField(max_length=40, blank=True, help_text="Where the subject stood when the file came.")
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.EVERYONE)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    removed_reason = models.CharField(max_length=200, blank=True)

    objects = FileQuerySet.as_manager()
    history = records()

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            # By visibility too: a file that somebody may not see must not answer for the one they add.
            models.UniqueConstraint(
                fields=("noun", "subject_id", "sha256", "visibility"),
                name="files_file_once",
                condition=Q(removed_at=None),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="files_file_named"),
            models.CheckConstraint(condition=Q(size__gt=0), name="files_file_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="files_file_sha256"),
            models.CheckConstraint(
                condition=Q(visibility__in=("everyone", "sales", "managers")), name="files_file_visibility"
            ),
            models.CheckConstraint(
                condition=Q(kind="photo", width__isnull=False, width__gt=0, height__isnull=False, height__gt=0)
                | Q(kind="document", width=None, height=None),
                name="files_file_measured",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | ~Q(removed_reason=""), name="files_file_removed_reason"
            ),
        ]
        indexes: ClassVar = [
            models.Index(F("noun"), F("subject_id"), F("id"), name="files_file_subject"),
            models.Index(fields=("sha256",), name="files_file_content"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_photo(self) -> bool:
        return self.kind == File.Kind.PHOTO
