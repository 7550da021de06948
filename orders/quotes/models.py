"""Quote and its versions. A version that was sent stays as it was sent; the next one stands beside it (A26).

As with orders, what production and others may not see stands in tables of their own: amounts in QuoteSale and
QuoteLinePrice, who it is for in QuoteRecipient and QuoteAnswer.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, GeneratedField, Q
from django.db.models.functions import Now

from ops import clock
from ops.access.scopes import scopes_of
from ops.db.history import records
from ops.lifecycle import life
from ops.models import DatabaseNow, UuidV7
from orders.models import money_field
from orders.quotes.stages import DRAFT

if TYPE_CHECKING:
    from accounts.models import User


class QuoteQuerySet(models.QuerySet["Quote"]):
    def visible_to(self, user: User) -> QuoteQuerySet:
        """The same rows as the policies of orders/quotes/security.py."""
        scopes = scopes_of(user)
        if scopes & {"quotes_all", "quotes_read"}:
            return self
        return self.filter(agent=user) if "quotes_own" in scopes else self.none()

    def locked(self, pk: int) -> Quote:
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)

    def decided(self) -> QuoteQuerySet:
        """Sent at least once, and accepted, lost or expired since."""
        over = [stage.key for stage in life("quote").in_category("done")]
        return self.filter(stage__in=over, first_sent_at__isnull=False)


class Quote(models.Model):
    public_id = models.UUIDField(db_default=UuidV7(), unique=True, editable=False)
    number = models.CharField(max_length=40, unique=True, db_default="")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="quotes", db_index=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="quotes", db_index=False)
    stage = models.CharField(max_length=40, default=DRAFT)
    stage_since = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    current = models.ForeignKey(
        "QuoteVersion", models.PROTECT, null=True, blank=True, related_name="+", help_text="The newest version."
    )
    summary = models.CharField(max_length=200, blank=True, help_text="Of the newest version, as its valid day.")
    valid_until = models.DateField()
    made_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    quoted_on = models.DateField(db_default=Now(), editable=False, help_text="Business day on which it was made.")
    first_sent_at = models.DateTimeField(null=True, blank=True)
    accepted = models.ForeignKey(
        "QuoteVersion", models.PROTECT, null=True, blank=True, related_name="+", help_text="The version agreed on."
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    lost_reason = models.CharField(max_length=80, blank=True)
    lost_note = models.CharField(max_length=300, blank=True)
    updated_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = QuoteQuerySet.as_manager()
    history = records()

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(stage="lost") | ~Q(lost_reason=""), name="quotes_quote_reason"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("stage", "valid_until", "id"), name="quotes_lane"),
            models.Index(fields=("agent", "stage", "valid_until", "id"), name="quotes_agent_lane"),
            models.Index(fields=("stage", "-stage_since"), name="quotes_stage_since"),
            models.Index(fields=("quoted_on",), name="quotes_quoted_on"),
            models.Index(fields=("customer", "-id"), name="quotes_customer"),
        ]

    def __str__(self) -> str:
        return self.number

    def newest(self) -> QuoteVersion:
        return QuoteVersion.objects.get(pk=self.current_id or 0)

    def agreed(self) -> QuoteVersion:
        return QuoteVersion.objects.get(pk=self.accepted_id or 0)

    @property
    def is_over_day(self) -> bool:
        """Whether its last day has passed, told or not yet told by the job."""
        return self.valid_until < clock.today()


class QuoteVersion(models.Model):
    """One offer: what, until when, on which terms. Once `sent_at` is set nothing of it changes any more."""

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="versions", db_index=False)
    n = models.PositiveSmallIntegerField()
    summary = models.CharField(max_length=200, blank=True)
    pieces = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    valid_until = models.DateField()
    promise_on = models.DateField(null=True, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    rush = models.BooleanField(default=False)
    note = models.TextField(blank=True, help_text="For production, once it is an order.")
    terms = models.TextField(blank=True, help_text="The customer reads these.")
    made_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    history = records()

    class Meta:
        ordering = ("quote_id", "n")
        constraints: ClassVar = [models.UniqueConstraint(fields=("quote", "n"), name="quotes_version_n")]

    def __str__(self) -> str:
        return f"version {self.n}"


class QuoteLine(models.Model):
    version = models.ForeignKey(QuoteVersion, models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey("catalog.Product", models.PROTECT, null=True, blank=True, related_name="+")
    sku = models.CharField(max_length=60, blank=True)
    description = models.CharField(max_length=200)
    category = models.CharField(max_length=80, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=3)

    class Meta:
        ordering = ("version_id", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("version", "position"), name="quotes_line_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="quotes_line_quantity"),
            models.CheckConstraint(condition=~Q(description=""), name="quotes_line_described"),
        ]


class QuoteLinePrice(models.Model):
    """What one line is offered for, in the version's currency. `total` is after the discount."""

    line = models.OneToOneField(QuoteLine, models.PROTECT, primary_key=True, related_name="price")
    unit_price = money_field()
    discount = money_field(default=Decimal(0), db_default=Decimal(0))
    total = money_field()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(unit_price__gte=0, discount__gte=0, total__gte=0), name="quotes_price_positive"
            ),
        ]


class QuoteSale(models.Model):
    """What a version is offered for: `amount` in its own currency, `shop_amount` in shop currency (ruling 10)."""

    version = models.OneToOneField(QuoteVersion, models.PROTECT, primary_key=True, related_name="sale")
    amount = money_field()
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=19, decimal_places=8, default=Decimal(1), db_default=Decimal(1))
    shop_amount = GeneratedField(expression=F("amount") * F("rate"), output_field=money_field(), db_persist=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rate__gt=0), name="quotes_sale_rate"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="quotes_sale_currency"),
        ]


class QuoteRecipient(models.Model):
    """Who a version is for, as it was written on it; the customer may be called otherwise by now."""

    version = models.OneToOneField(QuoteVersion, models.PROTECT, primary_key=True, related_name="recipient")
    name = models.CharField(max_length=160)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    city = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(name=""), name="quotes_recipient_named")]


class QuoteAnswer(models.Model):
    """Who said yes or no to a version, and what they added. It is never changed."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="answers")
    n = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=160)
    note = models.CharField(max_length=300, blank=True)
    by_customer = models.BooleanField()
    at = models.DateTimeField(db_default=DatabaseNow(), editable=False)

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=("accepted", "declined")), name="quotes_answer_kind"),
            models.CheckConstraint(condition=~Q(name=""), name="quotes_answer_named"),
        ]


class QuoteOrder(models.Model):
    """The order that came of a quote: one at most, and an order comes of one quote at most."""

    quote = models.OneToOneField(Quote, models.PROTECT, primary_key=True, related_name="ordered")
    order = models.OneToOneField("orders.Order", models.PROTECT, related_name="quoted")
    n = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)
