"""Message: what somebody wrote beside a row, for the house or for the customer. Who sees it the row's app declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from ops.db.history import records
from ops.models import DatabaseNow
from ops.threads import nouns

if TYPE_CHECKING:
    from accounts.models import User

LONGEST = 10_000


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> MessageQuerySet:
        """The same rows as the policies that each noun's app declares; a generated test compares the two."""
        seen = Q(pk__in=[])
        for noun in nouns.NOUNS.values():
            if noun.may_read(user):
                seen |= Q(noun=noun.key, subject_id__in=noun.subjects(user).order_by().values("pk"))
        return self.filter(seen)

    def of(self, noun: str, subject_id: int) -> MessageQuerySet:
        return self.filter(noun=noun, subject_id=subject_id)

    def locked(self) -> MessageQuerySet:
        return self.select_for_update(of=("self",), no_key=True)


class Message(models.Model):
    class Visibility(models.TextChoices):
        INTERNAL = "internal", "Internal"
        CUSTOMER = "customer", "Customer reads this"

    noun = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.INTERNAL)
    text = models.TextField(blank=True, help_text="Empty once it was removed.")
    mentions = ArrayField(models.BigIntegerField(), default=list, blank=True, help_text="Who was told of it by name.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    key = models.UUIDField(null=True, blank=True, help_text="Of the form it came by: a form is taken once.")
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MessageQuerySet.as_manager()
    history = records()

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("by", "key"), name="threads_message_once"),
            models.CheckConstraint(
                condition=Q(visibility__in=("internal", "customer")), name="threads_message_visibility"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, text__regex=r"\S") | Q(removed_at__isnull=False, text=""),
                name="threads_message_said",
            ),
            models.CheckConstraint(condition=LessThanOrEqual(Length("text"), LONGEST), name="threads_message_length"),
        ]
        indexes: ClassVar = [
            models.Index(F("noun"), F("subject_id"), F("id"), name="threads_message_subject"),
            GinIndex(SearchVector("text", config="simple"), name="threads_message_words"),
            GinIndex(OpClass(F("text"), name="gin_trgm_ops"), name="threads_message_trgm"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_for_customer(self) -> bool:
        return self.visibility == Message.Visibility.CUSTOMER
