"""Order, its lines, and its money in tables of their own.

What production may not see stands apart (A33, D11): OrderSale and OrderLinePrice are what it sells for, OrderCosting
is what it costs. The costing's copy of the order amount is kept by a composite foreign key and cannot drift.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, GeneratedField, Q, When
from django.db.models.functions import Coalesce, Lower, Now
from guardian.models import UserObjectPermissionBase

from ops import clock
from ops.access.scopes import scopes_of
from ops.db.history import records
from ops.digests.models import extended
from ops.lifecycle import life
from ops.models import DatabaseNow, UuidV7

if TYPE_CHECKING:
    from accounts.models import User


def money_field(**options: object) -> models.DecimalField:
    return models.DecimalField(max_digits=19, decimal_places=4, **options)  # type: ignore[arg-type]


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: User) -> OrderQuerySet:
        """The same rows as the policies of orders/security.py; a generated test compares the two for every role."""
        scopes = scopes_of(user)
        if scopes & {"orders_all", "orders_read"}:
            return self
        seen = Q(pk__in=[])
        if "orders_own" in scopes:
            shared = OrderUserObjectPermission.objects.filter(user=user, permission__codename="view_order")
            seen |= Q(agent=user) | Q(pk__in=shared.values("content_object_id"))
        if "orders_floor" in scopes:
            seen |= Q(stage__in=[s.key for s in life("order").in_category("working", "ready")], cancelled_at=None)
        return self.filter(seen)

    def locked(self, pk: int) -> Order:
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)

    def open(self) -> OrderQuerySet:
        """Counted work: not delivered, not cancelled."""
        undone = [s.key for s in life("order").stages if s.category != "done"]
        return self.filter(cancelled_at=None, stage__in=undone)

    def overdue(self) -> OrderQuerySet:
        """Past the promised day, or longer in a stage than the shop allows (A6). Held orders do not count (A65), nor
        those whose day somebody moved with a reason (B26)."""
        today = clock.today()
        late = Q(promise_on__lt=today) | too_long()
        return self.open().filter(late, ~extended("order", today), held_at=None)

    def stuck(self) -> OrderQuerySet:
        """Longer in a stage than the shop allows; held orders do not count (A6)."""
        return self.open().filter(too_long(), held_at=None)


def too_long(*keys: str) -> Q:
    """In one of these stages, or any, for longer than its limit. Time on hold does not count (A65)."""
    stages = [s for s in life("order").stages if s.limit_hours is not None and (not keys or s.key in keys)]
    long = Q(pk__in=[])
    for stage in stages:
        limit = Now() - timedelta(hours=stage.limit_hours or 0)
        # The clock is never ahead of the stage, so the first question, which has an index, leaves nobody out.
        long |= Q(stage=stage.key, stage_since__lt=limit) & (Q(clock_since=None) | Q(clock_since__lt=limit))
    return long


def standing_since() -> Coalesce:
    """Since when its time in the stage counts."""
    return Coalesce("clock_since", "stage_since")


class Order(models.Model):
    class Origin(models.TextChoices):
        FORM = "form", "Typed in"
        IMPORT = "import", "From a file"
        INTAKE = "intake", "Storefront"

    public_id = models.UUIDField(db_default=UuidV7(), unique=True, editable=False)
    number = models.CharField(max_length=40, unique=True, db_default="")
    # Without indexes of their own: those below begin with them, and every index costs every row that is loaded.
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="orders", db_index=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="orders", db_index=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="assigned_orders"
    )
    stage = models.CharField(max_length=40, default="received")
    stage_since = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    # Null until it is held where it stands; then stage_since, later by its time on hold: ops.guard_order (A65).
    clock_since = models.DateTimeField(null=True, editable=False)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.FORM)
    channel = models.CharField(max_length=40, blank=True)
    summary = models.CharField(max_length=200, blank=True, help_text="The lines in a few words, for cards and lists.")
    pieces = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    promise_on = models.DateField(null=True, blank=True)
    rush = models.BooleanField(default=False)
    placed_at = models.DateTimeField(db_default=DatabaseNow())
    placed_on = models.DateField(db_default=Now(), editable=False, help_text="Business day of placed_at.")
    production_note = models.TextField(blank=True)
    carrier = models.CharField(max_length=40, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    hold_reason = models.CharField(max_length=200, blank=True)
    hold_until = models.DateField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    row_sha256 = models.CharField(max_length=64, blank=True, help_text="Hash of the file's rows it came from.")
    batch = models.ForeignKey("ops.ImportBatch", models.PROTECT, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = OrderQuerySet.as_manager()
    history = records()

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("source", "external_id"), name="orders_order_external", condition=~Q(external_id="")
            ),
            models.CheckConstraint(condition=Q(held_at=None) | ~Q(hold_reason=""), name="orders_order_hold_reason"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | ~Q(cancel_reason=""), name="orders_order_cancel_reason"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("stage", "promise_on", "id"), name="orders_stage_promise"),
            # Cancelled orders stay where they were for ever, with the oldest promises: a lane would walk past them all.
            models.Index(
                fields=("stage", "promise_on", "id"), name="orders_lane", condition=models.Q(cancelled_at=None)
            ),
            models.Index(fields=("agent", "stage", "promise_on", "id"), name="orders_agent_stage"),
            models.Index(fields=("agent", "stage", "-stage_since"), name="orders_agent_since"),
            models.Index(fields=("agent", "-id"), name="orders_agent_newest"),
            models.Index(fields=("stage", "-stage_since"), name="orders_stage_since"),
            models.Index(fields=("-placed_at", "-id"), name="orders_placed"),
            models.Index(fields=("placed_on",), name="orders_placed_on"),
            models.Index(fields=("customer", "-id"), name="orders_customer"),
            # Who takes an order away asks for its copies; few orders are one.
            models.Index(fields=("copied_from",), name="orders_copies", condition=models.Q(copied_from__isnull=False)),
            GinIndex(fields=("summary",), name="orders_summary_trgm", opclasses=("gin_trgm_ops",)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_late(self) -> bool:
        return self.promise_on is not None and not self.is_over and self.promise_on < clock.today()

    @property
    def is_due_today(self) -> bool:
        return self.promise_on is not None and not self.is_over and self.promise_on == clock.today()

    @property
    def is_over(self) -> bool:
        return self.cancelled_at is not None or life("order").stage(self.stage).category == "done"


class OrderLine(models.Model):
    """What is made and packed. No money here: the floor reads this table."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey("catalog.Product", models.PROTECT, null=True, blank=True, related_name="+")
    sku = models.CharField(max_length=60, blank=True)
    description = models.CharField(max_length=200)
    category = models.CharField(max_length=80, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=3)

    history = records(keep_index=["order"])

    class Meta:
        ordering = ("order_id", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("order", "position"), name="orders_line_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_line_quantity"),
            models.CheckConstraint(condition=~Q(description=""), name="orders_line_described"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity.normalize():f} × {self.description}"


class OrderLinePrice(models.Model):
    """What one line sells for, in the order's currency. `total` is after the discount."""

    line = models.OneToOneField(OrderLine, models.PROTECT, primary_key=True, related_name="price")
    unit_price = money_field()
    discount = money_field(default=Decimal(0), db_default=Decimal(0))
    total = money_field()

    history = records()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(unit_price__gte=0, discount__gte=0), name="orders_price_positive"),
        ]


class OrderSale(models.Model):
    """What an order sells for: `amount` in its own currency, `order_amount` in shop currency (ruling 10)."""

    order = models.OneToOneField(Order, models.PROTECT, primary_key=True, related_name="sale")
    amount = money_field()
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=19, decimal_places=8, default=Decimal(1), db_default=Decimal(1))
    order_amount = GeneratedField(expression=F("amount") * F("rate"), output_field=money_field(), db_persist=True)

    history = records()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("order", "order_amount"), name="orders_sale_amount"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="orders_sale_rate"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="orders_sale_currency"),
        ]


COSTED = Q(costing__production_cost__gt=0) | Q(costing__shipping_cost__gt=0) | Q(costing__marketing_cost__gt=0)


def known_profit(user: User | None = None) -> Case:
    """Of an order; null while no costs are known: what is left then is the amount, and no profit."""
    return Case(When(COSTED, then=F("costing__profit")))


class OrderCosting(models.Model):
    """What an order costs and earns, in shop currency. profit is exactly the seed's formula (A44, M7)."""

    # The composite key to the sale, whose order is a key, holds this one too: it is not asked twice.
    order = models.OneToOneField(Order, models.PROTECT, primary_key=True, related_name="costing", db_constraint=False)
    order_amount = money_field(editable=False)
    production_cost = money_field(default=Decimal(0), db_default=Decimal(0))
    shipping_cost = money_field(default=Decimal(0), db_default=Decimal(0))
    marketing_cost = money_field(default=Decimal(0), db_default=Decimal(0))
    profit = GeneratedField(
        expression=F("order_amount") - F("production_cost") - F("shipping_cost") - F("marketing_cost"),
        output_field=money_field(),
        db_persist=True,
    )

    history = records()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(production_cost__gte=0, shipping_cost__gte=0, marketing_cost__gte=0),
                name="orders_costing_positive",
            ),
        ]

    @property
    def is_known(self) -> bool:
        """Whether there are costs: costs are never less than nothing."""
        return bool(self.profit != self.order_amount)


class OrderUserObjectPermission(UserObjectPermissionBase):
    """One order shared with one colleague: a guardian row that the policy reads."""

    content_object = models.ForeignKey(Order, models.CASCADE)


class Carrier(models.Model):
    """Who takes parcels. The shop edits name and address of the tracking page; {number} stands for the number."""

    key = models.CharField(max_length=40, unique=True, blank=True, help_text="What shipped rows are known by.")
    name = models.CharField(max_length=40)
    tracking_url = models.CharField(max_length=300, blank=True)
    is_active = models.BooleanField(default=True, db_default=True)

    history = records()

    class Meta:
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), name="orders_carrier_name"),
            models.CheckConstraint(condition=~Q(name=""), name="orders_carrier_named"),
            models.CheckConstraint(
                condition=Q(tracking_url="") | Q(tracking_url__regex=r"^https://[^\s{}]+\{number\}[^\s{}]*$"),
                name="orders_carrier_url",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def link(self, number: str) -> str:
        """Where this number is followed; empty when the carrier has no such page."""
        return tracking_link(self.tracking_url, number)


def tracking_link(template: str, number: str) -> str:
    return template.replace("{number}", quote(number, safe="")) if template and number else ""


class Shipment(models.Model):
    """One parcel of an order, with what is in it. Taken back, it stays and counts for nothing (A63)."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="shipments")
    position = models.PositiveSmallIntegerField()
    carrier = models.ForeignKey(Carrier, models.PROTECT, null=True, blank=True, related_name="+")
    carrier_name = models.CharField(max_length=40, blank=True)
    tracking_number = models.CharField(max_length=80)
    shipped_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    history = records(keep_index=["order"])

    class Meta:
        ordering = ("order_id", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("order", "position"), name="orders_shipment_position"),
            models.CheckConstraint(condition=~Q(tracking_number=""), name="orders_shipment_tracked"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier_name} {self.tracking_number}".strip()


class ShipmentLine(models.Model):
    """How much of one line went with one parcel; together never more than was ordered: ops.guard_shipment_line."""

    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="shipped")
    quantity = models.DecimalField(max_digits=12, decimal_places=3)

    history = records()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("shipment", "line"), name="orders_shipmentline_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_shipmentline_quantity"),
        ]
