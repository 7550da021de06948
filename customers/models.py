"""Customer: found again by phone (E.164) or by e-mail, both unique when given."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from ops.access.scopes import has_any, scopes_of
from ops.db.history import records
from ops.models import DatabaseNow, UuidV7

if TYPE_CHECKING:
    from accounts.models import User


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: User) -> CustomerQuerySet:
        """The same rows as the policies of customers/security.py."""
        scopes = scopes_of(user)
        if "customers_all" in scopes:
            return self
        if "customers_own" in scopes:
            return self.filter(Q(keeper=user) | Q(orders__agent=user)).distinct()
        return self.none()

    def editable_by(self, user: User) -> CustomerQuerySet:
        return self.visible_to(user) if has_any(user, "customers_all", "customers_own") else self.none()


class Customer(models.Model):
    public_id = models.UUIDField(db_default=UuidV7(), unique=True, editable=False)
    name = models.CharField(max_length=160)
    # Null when unknown: an empty text would clash in the unique constraints.
    phone = models.CharField(max_length=16, null=True, blank=True, help_text="E.164, like +923001234567.")  # noqa: DJ001
    email = models.EmailField(null=True, blank=True)  # noqa: DJ001
    city = models.CharField(max_length=80, blank=True)
    address = models.TextField(blank=True)
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    updated_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = CustomerQuerySet.as_manager()
    history = records()

    class Meta:
        ordering = ("name", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("phone",), name="customers_customer_phone"),
            models.UniqueConstraint(Lower("email"), name="customers_customer_email"),
            models.UniqueConstraint(
                fields=("source", "external_id"), name="customers_customer_external", condition=~Q(external_id="")
            ),
            models.CheckConstraint(condition=~Q(name=""), name="customers_customer_named"),
            models.CheckConstraint(
                condition=Q(phone__regex=r"^\+[1-9][0-9]{6,14}$") | Q(phone=None), name="customers_customer_e164"
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=("name",), name="customers_name_trgm", opclasses=("gin_trgm_ops",)),
        ]

    def __str__(self) -> str:
        return self.name
