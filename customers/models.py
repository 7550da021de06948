"""Customer: found again by any phone (E.164) or e-mail of theirs. Two who are one are merged, and a merge is undone.

`phone` and `email` are the main ones. CustomerContact holds all there are, the main ones as kept by a trigger, so that
one unique key says whose each is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q
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
            # Asked of each row, as the policy does: one customer's page must not gather all whom the agent ever served.
            orders: Any = Customer._meta.get_field("orders").related_model
            return self.filter(Q(keeper=user) | Exists(orders.objects.filter(customer=OuterRef("pk"), agent=user)))
        return self.none()

    def editable_by(self, user: User) -> CustomerQuerySet:
        return self.visible_to(user) if has_any(user, "customers_all", "customers_own") else self.none()

    def locked(self, *pks: int) -> list[Customer]:
        """These rows, locked in the order of their ids, to be merged or taken apart.

        One merge after the other: it also touches those who were merged into the two before, in whatever order.
        """
        with connection.cursor() as cursor:
            cursor.execute("select ops.one_merge_at_a_time()")
        return list(self.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk"))


class Customer(models.Model):
    public_id = models.UUIDField(db_default=UuidV7(), unique=True, editable=False)
    name = models.CharField(max_length=160)
    # Null when unknown: an empty text would clash in the unique constraints.
    phone = models.CharField(max_length=16, null=True, blank=True, help_text="E.164, like +923001234567.")  # noqa: DJ001
    email = models.EmailField(null=True, blank=True)  # noqa: DJ001
    city = models.CharField(max_length=80, blank=True)
    address = models.TextField(blank=True)
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    notes = models.TextField(blank=True, db_default="")
    wants_order_mail = models.BooleanField(default=True, db_default=True)
    wants_offers = models.BooleanField(default=True, db_default=True)
    # Whom this row was found to be. It stays for its history; nothing points at it any more.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
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


class ContactQuerySet(models.QuerySet["CustomerContact"]):
    def visible_to(self, user: User) -> ContactQuerySet:
        return self.filter(customer__in=Customer.objects.visible_to(user).order_by().values("pk"))


class CustomerContact(models.Model):
    """One phone or e-mail by which a customer is found. Nobody else may have it, whether it is a main one or not."""

    class Kind(models.TextChoices):
        PHONE = "phone", "Phone"
        EMAIL = "email", "E-mail"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    value = models.CharField(max_length=254)
    label = models.CharField(max_length=40, blank=True, db_default="", help_text="Whose or where: wife, office.")
    # Written by the trigger that follows customers_customer.phone and .email; never by hand.
    is_main = models.BooleanField(default=False, db_default=False, editable=False)

    objects = ContactQuerySet.as_manager()
    history = records()

    class Meta:
        ordering = ("kind", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(F("kind"), Lower("value"), name="customers_contact_once"),
            models.UniqueConstraint(
                fields=("customer", "kind"), name="customers_contact_one_main", condition=Q(is_main=True)
            ),
            models.CheckConstraint(
                condition=Q(kind="email") | Q(kind="phone", value__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="customers_contact_kind",
            ),
            models.CheckConstraint(condition=~Q(value=""), name="customers_contact_value"),
        ]

    def __str__(self) -> str:
        return self.value


class MergeQuerySet(models.QuerySet["CustomerMerge"]):
    def visible_to(self, user: User) -> MergeQuerySet:
        return self if "customers_all" in scopes_of(user) else self.none()


class CustomerMerge(models.Model):
    """Two rows that were one person: which stayed, what it took over, which rows came along. Enough to undo it exactly.

    Who merges writes what is wanted; the database does it (customers/sql/merging.sql) and keeps what it did.
    """

    kept = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    gone = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    chosen = models.JSONField(help_text="Fields that the kept one takes over, with their values.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    at = models.DateTimeField(db_default=DatabaseNow(), editable=False)
    kept_before = models.JSONField(null=True, editable=False)
    gone_before = models.JSONField(null=True, editable=False)
    moved = models.JSONField(null=True, editable=False, help_text="Table and column to the ids of the rows that moved.")
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    undone_at = models.DateTimeField(null=True, editable=False)

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("gone",), name="customers_merge_once", condition=Q(undone_at=None)),
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="customers_merge_two"),
        ]

    def __str__(self) -> str:
        return f"{self.gone} into {self.kept}"


class OrderFigures(models.Model):
    """What the orders that the reader sees say of a customer: customers/sql/order_figures.sql."""

    customer = models.OneToOneField(
        Customer, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="figures"
    )
    orders = models.IntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    last_order_id = models.BigIntegerField()
    gap_days = models.DecimalField(max_digits=8, decimal_places=1, null=True)
    due_on = models.DateField(null=True, help_text="Last order plus 1.2 typical gaps.")

    class Meta:
        managed = False
        db_table = "customers_orderfigures"


class OrderSpend(models.Model):
    """What the orders that the reader sees add up to: customers/sql/order_spend.sql."""

    customer = models.OneToOneField(
        Customer, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="spent"
    )
    spend = models.DecimalField(max_digits=19, decimal_places=4)

    class Meta:
        managed = False
        db_table = "customers_orderspend"
