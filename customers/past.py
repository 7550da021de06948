"""A customer's past: what the audit calls them, and their row and contacts as of any moment."""

from collections.abc import Mapping
from typing import Any

from customers.editing import LABELS
from customers.models import Customer, CustomerContact
from ops import asof
from ops.asof import Part, Past

_PEOPLE = {"keeper_id"}


def _show(name: str, value: Any, people: Mapping[int, str]) -> str:
    if name in _PEOPLE and value is not None:
        return people.get(value, "somebody")
    if name == "merged_into_id" and value is not None:
        return "another customer"
    return asof.spelled(value)


CUSTOMER = Past(
    noun="customer",
    parts=(
        Part("customer", Customer, "Customer", of="id"),
        Part("contacts", CustomerContact, "Contact", of="customer_id", title=lambda contact: str(contact.value)),
    ),
    labels={name: label.lower() for name, label in LABELS.items()} | {
        "keeper_id": LABELS["keeper"].lower(), "merged_into_id": "merged into", "is_main": "main one",
        "wants_offers": "gets offers", "wants_order_mail": "gets mails about orders",
    },
    quiet=frozenset({"source", "external_id", "created_at"}),
    show=_show,
    page="customers:customer_detail",
    past="customers:customer_past",
    numbers=lambda ids: dict(Customer.objects.filter(pk__in=ids).values_list("pk", "name")),
    find=lambda name: Customer.objects.filter(name__iexact=name).values_list("pk", flat=True).first(),
)  # fmt: skip
