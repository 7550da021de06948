"""Setting: one decision about one rule, from a day on. Holiday: a day on which the shop is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from ops.db.history import records
from ops.models import DatabaseNow

if TYPE_CHECKING:
    from accounts.models import User


class SettingQuerySet(models.QuerySet["Setting"]):
    def visible_to(self, user: User) -> SettingQuerySet:
        """The shop's rules are no secret to who works here."""
        return self if user.has_scope("staff") else self.none()


class Setting(models.Model):
    """A row is never changed, only followed by another. The latest that has started holds: by day, then by number."""

    key = models.CharField(max_length=60)
    value = models.JSONField()
    old = models.JSONField(null=True, help_text="What held on that day before; empty when it was the default.")
    starts_on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=DatabaseNow())
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = SettingQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "-pk")
        indexes: ClassVar = [models.Index(fields=("key", "-starts_on", "-id"), name="shop_setting_in_force")]

    def __str__(self) -> str:
        return self.key


class HolidayQuerySet(models.QuerySet["Holiday"]):
    def visible_to(self, user: User) -> HolidayQuerySet:
        return self if user.has_scope("staff") else self.none()


class Holiday(models.Model):
    day = models.DateField(unique=True, error_messages={"unique": "This day is a holiday already."})
    name = models.CharField(max_length=80)

    objects = HolidayQuerySet.as_manager()
    history = records()

    class Meta:
        ordering = ("day",)
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(name=""), name="shop_holiday_named")]

    def __str__(self) -> str:
        return self.name
