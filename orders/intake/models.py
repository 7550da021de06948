"""The keys that storefronts sign with, and every delivery that came (A7, A48)."""

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


class IntakeKeyQuerySet(models.QuerySet["IntakeKey"]):
    def visible_to(self, user: User) -> IntakeKeyQuerySet:
        return self if has_any(user, "intake_keys") else self.none()


class IntakeKey(models.Model):
    """One storefront that may send orders. Its name is the source that their numbers are unique in."""

    name = models.CharField(max_length=32, unique=True)
    public = models.CharField(max_length=40, unique=True, help_text="Named in every delivery; it is no secret.")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Whose its orders are; empty: the customer's keeper, else who has the fewest open orders.",
    )  # fmt: skip
    made_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = IntakeKeyQuerySet.as_manager()
    history = records()

    class Meta:
        ordering = ("name",)
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(name=""), name="intake_key_named")]

    def __str__(self) -> str:
        return self.name


class IntakeSecret(models.Model):
    """What a key signs with, sealed (ops.vault). A newer one lets the older work for one more day."""

    key = models.ForeignKey(IntakeKey, models.PROTECT, related_name="secrets")
    sealed = models.TextField()
    made_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    ends_at = models.DateTimeField(null=True, editable=False)


class Delivery(models.Model):
    """One signed delivery and what became of it. Append-only; one delivery of a key is taken once (`message`)."""

    class Outcome(models.TextChoices):
        TAKEN = "taken", "Became an order"
        REFUSED = "refused", "Refused"

    key = models.ForeignKey(IntakeKey, models.PROTECT, related_name="deliveries")
    message = models.CharField(max_length=120, help_text="The sender's idempotency key (webhook-id).")
    body_sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="Bytes.")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, related_name="deliveries")
    said = models.TextField(blank=True, help_text="Why it was refused: places and rules, never what the body held.")
    at = models.DateTimeField(db_default=DatabaseNow(), editable=False)

    class Meta:
        ordering = ("-pk",)
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("key", "message"), condition=Q(outcome="taken"), name="intake_delivery_taken_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome="taken", order__isnull=False) | Q(outcome="refused", order=None),
                name="intake_delivery_outcome",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("key", "-id"), name="intake_delivery_newest")]
