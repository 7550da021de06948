"""Category and Product: small, so that an order line can be picked. SkuAlias: what else a product's SKU goes by."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from ops.access.scopes import has_any
from ops.db.history import records
from ops.models import DatabaseNow, UuidV7

if TYPE_CHECKING:
    from accounts.models import User


class Category(models.Model):
    name = models.CharField(max_length=80, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class ProductQuerySet(models.QuerySet["Product"]):
    def visible_to(self, user: User) -> ProductQuerySet:
        """The same rows as the policies of catalog/security.py."""
        return self if has_any(user, "catalog_read", "catalog_edit") else self.none()


class Product(models.Model):
    """What can be picked on an order line; `price` is the list price in shop currency.

    It is never deleted, as orders name it: what is not sold any more is not active.
    """

    public_id = models.UUIDField(db_default=UuidV7(), unique=True, editable=False)
    sku = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="products")
    price = models.DecimalField(max_digits=19, decimal_places=4, default=0)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    updated_at = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = ProductQuerySet.as_manager()
    history = records()

    class Meta:
        ordering = ("name", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(price__gte=0), name="catalog_product_price"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(sku=""), name="catalog_product_named"),
        ]
        indexes: ClassVar = [
            GinIndex(fields=("name",), name="catalog_product_trgm", opclasses=("gin_trgm_ops",)),
        ]

    def __str__(self) -> str:
        return self.name


ALIASES_KEPT = ("catalog_edit", "orders_import")
ALIASES_SEEN = ("catalog_read", "catalog_edit", "orders_import", "stock_all")


class SkuAliasQuerySet(models.QuerySet["SkuAlias"]):
    def visible_to(self, user: User) -> SkuAliasQuerySet:
        """The same rows as the policies of catalog/security.py."""
        return self if has_any(user, *ALIASES_SEEN) else self.none()


class SkuAlias(models.Model):
    """Another spelling of a product's SKU, as a person once answered: files that use it mean that product (C16).

    A row is never changed, only taken back; `by` and `at` are stamped by the database.
    """

    alias = models.CharField(max_length=60, unique=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="aliases")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=DatabaseNow())

    objects = SkuAliasQuerySet.as_manager()
    history = records()

    class Meta:
        ordering = ("alias",)
        verbose_name = "SKU alias"
        verbose_name_plural = "SKU aliases"
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(alias=""), name="catalog_alias_named")]

    def __str__(self) -> str:
        return self.alias
