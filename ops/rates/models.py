"""ExchangeRate: what one unit of a currency is worth in the shop's, from its day on until the next day that has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from ops.access.scopes import has_any
from ops.db.history import records
from ops.models import DatabaseNow

if TYPE_CHECKING:
    from accounts.models import User

READERS = ("sales_all", "sales_read", "sales_own", "costs_all", "costs_read", "rates_edit")


class ExchangeRateQuerySet(models.QuerySet["ExchangeRate"]):
    def visible_to(self, user: User) -> ExchangeRateQuerySet:
        """The same rows as the policies of ops/rates/security.py."""
        return self if has_any(user, *READERS) else self.none()


class ExchangeRate(models.Model):
    """`by` and `at` are of the last change and stamped by the database; history has those before."""

    currency = models.CharField(max_length=3)
    day = models.DateField()
    rate = models.DecimalField(max_digits=19, decimal_places=8)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=DatabaseNow())

    objects = ExchangeRateQuerySet.as_manager()
    history = records()

    class Meta:
        ordering = ("-day", "currency")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("currency", "day"), name="rates_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rates_above_zero"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="rates_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} of {self.day:%-d %b %Y}"
