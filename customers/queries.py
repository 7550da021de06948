"""Reads of one customer for their page, and who may be somebody the shop knows already."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.urls import reverse

from accounts.models import User
from customers.models import Customer, CustomerContact, CustomerMerge
from customers.story import Moment, Strand, story, strands_for
from ops.access.scopes import scopes_of
from ops.notices.subjects import Subject


@dataclass
class CustomerPage:
    """What one person sees of one customer."""

    customer: Customer
    contacts: list[CustomerContact]
    keeper: str
    merges: list[CustomerMerge]
    strands: list[Strand]
    kind: str
    moments: list[Moment] = field(default_factory=list)
    older: bool = False
    page: int = 1
    merges_people: bool = False


def customer_page(customer: Customer, user: User, *, kind: str = "", page: int = 1) -> CustomerPage:
    held = scopes_of(user)
    names = dict(User.objects.values_list("pk", "name"))
    strands = strands_for(held)
    shown = CustomerPage(
        customer,
        list(customer.contacts.order_by("-kind", "-is_main", "pk")),
        names.get(customer.keeper_id or 0, ""),
        merges_of(customer) if "customers_all" in held else [],
        strands,
        kind if kind in {strand.key for strand in strands} else "",
        page=page,
        merges_people="customers_all" in held,
    )
    read_story(shown, names)
    return shown


def merges_of(customer: Customer) -> list[CustomerMerge]:
    """Those that stand, newest first: of whom was merged into this one."""
    rows = CustomerMerge.objects.select_related("gone", "by").filter(kept=customer, undone_at=None)
    return list(rows.order_by("-pk")[:20])


def read_story(shown: CustomerPage, names: dict[int, str]) -> None:
    asked = [strand for strand in shown.strands if not shown.kind or strand.key == shown.kind]
    ids = [shown.customer.pk, *Customer.objects.filter(merged_into=shown.customer).values_list("pk", flat=True)]
    shown.moments, shown.older = story(shown.customer.pk, ids, asked, names, shown.page)


# --- known already? ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Alike:
    """Two customers who may be one, and what says so."""

    one: int
    one_name: str
    other: int
    other_name: str
    why: str
    hint: str


def alike(user: User, most: int = 100) -> list[Alike]:
    """Pairs who may be one. A suggestion only: people decide. For who sees every customer."""
    with connection.cursor() as cursor:
        cursor.execute("select * from ops.customers_alike(%s)", [most])
        return [Alike(*row) for row in cursor.fetchall()]


def known_by(*, phone: str | None, email: str | None, except_for: int = 0) -> dict[str, Any] | None:
    """Who has this phone or e-mail: the customer when the reader knows them, else only that a colleague does."""
    with connection.cursor() as cursor:
        cursor.execute("select ops.find_customer(%s, %s)", [phone, email])
        found = cursor.fetchone()[0]
    if found is None or found == except_for:
        return None
    return {"customer": Customer.objects.filter(pk=found).first()}


def read_for_notices(user: User, ids: Collection[int]) -> Mapping[int, Subject]:
    """How a customer reads in a notice, for whoever may know them now."""
    rows = Customer.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "name", "city")
    return {pk: Subject(name, reverse("customers:customer_detail", args=[pk]), city) for pk, name, city in rows}
