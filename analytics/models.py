"""A target: what one person is to reach in one month, by metric (A28)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from ops.access.scopes import scopes_of
from ops.db.history import records
from ops.models import DatabaseNow

if TYPE_CHECKING:
    from accounts.models import User


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, user: User) -> TargetQuerySet:
        scopes = scopes_of(user)
        if "targets_all" in scopes:
            return self
        return self.filter(agent=user) if "targets_own" in scopes else self.none()


class Target(models.Model):
    class Metric(models.TextChoices):
        REVENUE = "revenue", "Revenue"
        ORDERS = "orders", "Orders"
        CONVERSION = "conversion", "Conversion, %"

    # Without an index of its own: the key below begins with it.
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="targets", db_index=False)
    month = models.DateField(help_text="The first day of the month.")
    metric = models.CharField(max_length=12, choices=Metric.choices)
    amount = models.DecimalField(max_digits=19, decimal_places=4)
    set_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)

    objects = TargetQuerySet.as_manager()
    history = records()

    class Meta:
        ordering = ("month", "agent_id", "metric")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("agent", "month", "metric"), name="analytics_target_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="analytics_target_month"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="analytics_target_amount"),
            models.CheckConstraint(
                condition=Q(metric__in=("revenue", "orders"), amount__gt=0) | Q(metric="conversion", amount__lte=100),
                name="analytics_target_metric",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("month",), name="analytics_target_in")]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} {self.month:%Y-%m}"


class DayFigures(models.Model):
    """What the orders placed on one day, and those promised for it, add up to (analytics/sql/figures.sql).

    Nobody reads or writes it but the functions there: what it says is worth something only with the marks beside it.
    """

    day = models.DateField(primary_key=True)
    reckoned = models.CharField(max_length=60, help_text="The zone and the hour by which its days were told apart.")
    orders = models.BigIntegerField()
    revenue = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    profit = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    costed = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    promised = models.BigIntegerField()
    on_time = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class DayMark(models.Model):
    """Something changed what this day adds up to since it was counted."""

    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class ProductDay(models.Model):
    """What one product sold on one day: as DayFigures, written with it and worth something only with its marks."""

    day = models.DateField()
    product = models.ForeignKey(
        "catalog.Product", models.DO_NOTHING, db_index=False, db_constraint=False, related_name="+"
    )
    orders = models.BigIntegerField()
    quantity = models.DecimalField(max_digits=30, decimal_places=3)
    revenue = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    profit = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    costed = models.DecimalField(max_digits=30, decimal_places=4, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("day", "product"), name="analytics_productday_once"),
        ]
        indexes: ClassVar = [models.Index(fields=("product", "day"), name="analytics_productday_last")]

    def __str__(self) -> str:
        return f"{self.product_id} on {self.day:%Y-%m-%d}"


class ProductFigures(models.Model):
    """What a product sold in the last 90 days, of the orders that the reader sees: a view (ops.product_sales)."""

    product = models.OneToOneField(
        "catalog.Product", models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="figures"
    )
    orders = models.BigIntegerField()
    quantity = models.DecimalField(max_digits=30, decimal_places=3)
    velocity = models.DecimalField(max_digits=30, decimal_places=4, help_text="Sold a day, over the 90 days.")
    revenue = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    profit = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    costed = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    margin = models.DecimalField(max_digits=30, decimal_places=4, null=True, help_text="Profit as % of the amounts.")
    last_on = models.DateField(null=True)
    # The class by share of the revenue: A makes the first 80 %, B the next 15 %, C the rest.
    grade = models.CharField(max_length=1)

    class Meta:
        managed = False
        db_table = "analytics_productfigures"

    def __str__(self) -> str:
        return f"{self.product_id}: {self.grade}"
