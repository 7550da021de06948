"""Stock: a level is what its moves add up to, at one place. Moves are never changed; levels are the trigger's.

StockItem is a product as the stock room knows it: its name and SKU without its price, which the floor has no business
with. A trigger keeps it as the product is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Upper

from catalog.models import Product
from ops.access.scopes import has_any
from ops.db.functions import DatabaseNow
from ops.db.history import records
from ops.imports.models import ImportBatch

if TYPE_CHECKING:
    from decimal import Decimal
    from typing import Self

    from accounts.models import User

SEES = ("stock_all", "stock_read")


class StockQuerySet[Row: models.Model](models.QuerySet[Row]):
    def visible_to(self, user: User) -> Self:
        """The same rows as the policies of inventory/security.py."""
        return self if has_any(user, *SEES) else self.none()


class CostQuerySet(models.QuerySet["MoveCost"]):
    def visible_to(self, user: User) -> CostQuerySet:
        return self if has_any(user, "costs_all", "costs_read") else self.none()


class Location(models.Model):
    """A place where stock lies. There is always one: Main ships with the product (shipped_rows.py)."""

    name = models.CharField(max_length=60)
    created_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)

    objects = StockQuerySet["Location"].as_manager()
    history = records()

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), name="inventory_location_name"),
            models.CheckConstraint(condition=~Q(name=""), name="inventory_location_named"),
        ]

    def __str__(self) -> str:
        return self.name


class StockItem(models.Model):
    # No foreign key: the item goes with its product by a trigger, and does not count as something that hangs on it.
    product = models.OneToOneField(Product, models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False)
    sku = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    category = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)

    objects = StockQuerySet["StockItem"].as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=("sku",), name="inventory_item_sku"),
            models.Index(fields=("name",), name="inventory_item_name"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="inventory_item_trgm"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.sku})"


class Level(models.Model):
    """What is on hand of one thing at one place. `moves` are those that stand: one that was taken back does not."""

    item = models.ForeignKey(StockItem, models.PROTECT, related_name="levels", db_index=False)
    location = models.ForeignKey(Location, models.PROTECT, related_name="levels")
    on_hand = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    reserved = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    moves = models.IntegerField(default=0)
    moved_at = models.DateTimeField(null=True)

    objects = StockQuerySet["Level"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("item", "location"), name="inventory_level_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="inventory_level_on_hand"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="inventory_level_reserved"),
            models.CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="inventory_level_promised"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("-moved_at", "-id"), name="inventory_level_moved"),
        ]

    def __str__(self) -> str:
        return f"{self.item} in {self.location}"

    @property
    def available(self) -> Decimal:
        """What nobody has reserved (S1)."""
        return self.on_hand - self.reserved


class Move(models.Model):
    """One change of stock. `at` is when it was true, `recorded_at` when it was written; a count works out its quantity.

    A reversal takes exactly one other move back. `key` is the form's or the sender's: sent twice it is one move.
    """

    class Kind(models.TextChoices):
        OPENING = "opening", "Opening stock"
        RECEIPT = "receipt", "Received"
        COUNT = "count", "Counted"
        SCRAP = "scrap", "Scrapped"
        REVERSAL = "reversal", "Taken back"

    item = models.ForeignKey(StockItem, models.PROTECT, related_name="+", db_index=False)
    location = models.ForeignKey(Location, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    quantity = models.DecimalField(max_digits=12, decimal_places=3, db_default=0)
    counted = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    at = models.DateTimeField(db_default=DatabaseNow())
    recorded_at = models.DateTimeField(db_default=DatabaseNow())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.CharField(max_length=400, blank=True, db_default="")
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    key = models.UUIDField(null=True)
    source = models.CharField(max_length=40, blank=True, db_default="")
    external_id = models.CharField(max_length=120, blank=True, db_default="")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = StockQuerySet["Move"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="opening", quantity__gte=0) | Q(kind="receipt", quantity__gt=0)
                | Q(kind="scrap", quantity__lt=0) | Q(kind__in=("count", "reversal")),
                name="inventory_move_sign",
            ),
            models.CheckConstraint(
                condition=Q(kind="count", counted__isnull=False, counted__gte=0) | ~Q(kind="count") & Q(counted=None),
                name="inventory_move_counted",
            ),
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False) | ~Q(kind="reversal") & Q(reverses=None),
                name="inventory_move_reverses",
            ),
            models.CheckConstraint(condition=~Q(kind="scrap") | ~Q(note=""), name="inventory_move_reason"),
            # Most moves have none of these: what is blank costs no index.
            models.UniqueConstraint(
                fields=("reverses",), condition=Q(reverses__isnull=False), name="inventory_move_reversed"
            ),
            models.UniqueConstraint(fields=("key",), condition=Q(key__isnull=False), name="inventory_move_key"),
            models.UniqueConstraint(
                fields=("source", "external_id"), condition=~Q(external_id=""), name="inventory_move_external"
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=("item", "location", "at"), name="inventory_move_of"),
            models.Index(fields=("batch",), name="inventory_move_load", condition=Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity}"


class MoveCost(models.Model):
    """What one piece of a receipt cost, in shop currency: not for everybody who sees stock, so a table of its own."""

    move = models.OneToOneField(Move, models.PROTECT, primary_key=True, related_name="cost")
    unit_cost = models.DecimalField(max_digits=19, decimal_places=4)

    objects = CostQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(unit_cost__gte=0), name="inventory_cost_positive"),
        ]
