"""What a page opens with, and what comes by mail."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from ops.db.history import records
from ops.models import DatabaseNow, Role, SavedView

_PERSON = settings.AUTH_USER_MODEL


class Start(models.Model):
    """The filter with which a board or list opens when its address names none: for one person, or for a role.

    The query string itself is kept, as it was when it was chosen: nobody's start changes under them.
    """

    role = models.ForeignKey(Role, models.DO_NOTHING, null=True, db_constraint=False, related_name="+", db_index=False)
    person = models.ForeignKey(_PERSON, models.PROTECT, null=True, related_name="+", db_index=False)
    board = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True)
    name = models.CharField(max_length=60)

    history = records()

    class Meta:
        ordering = ("board", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("role", "board"), name="standing_start_role"),
            models.UniqueConstraint(fields=("person", "board"), name="standing_start_person"),
            models.CheckConstraint(
                condition=Q(role=None, person__isnull=False) | Q(role__isnull=False, person=None),
                name="standing_start_whose",
            ),
        ]


class Mailing(models.Model):
    """One person gets one saved view by mail, each working morning or on the first of the week."""

    class Often(models.TextChoices):
        DAILY = "daily", "Each working morning"
        WEEKLY = "weekly", "On the first working morning of the week"

    person = models.ForeignKey(_PERSON, models.PROTECT, related_name="+", db_index=False)
    # Whoever owns the view may drop it without knowing who gets it; those are told by the next mail.
    view = models.ForeignKey(SavedView, models.DO_NOTHING, db_constraint=False, related_name="+")
    name = models.CharField(max_length=60)
    often = models.CharField(max_length=10, choices=Often.choices)
    last_on = models.DateField(null=True, help_text="The day of the last mail, or of the last look that found nothing.")
    made_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("person", "view"), name="standing_mailing_once"),
            models.CheckConstraint(condition=Q(often__in=("daily", "weekly")), name="standing_mailing_often"),
        ]
