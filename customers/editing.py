"""Editing a customer: one field or several, with true clashes shown to the person (A3)."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from customers.actions import check_keeps, locked
from customers.models import Customer
from customers.phones import to_e164
from ops import events
from ops.editing import merge
from ops.errors import Refused, attempt

LABELS = {
    "name": "Name",
    "phone": "Phone",
    "email": "E-mail",
    "city": "City",
    "address": "Address",
    "keeper": "Looked after by",
    "notes": "Notes",
    "wants_order_mail": "Mails about orders",
    "wants_offers": "Offers",
}
FIELDS = frozenset(LABELS)


def edit_customer(customer: Customer, *, by: User, values: Mapping[str, Any], was: Mapping[str, str]) -> Customer:
    """Write `values`; `was` is what the form showed. Raises Conflict with every field that somebody else changed."""
    customer = locked(customer)

    if unknown := values.keys() - FIELDS:
        raise Refused(f"{', '.join(sorted(unknown))} cannot be edited here.")
    wanted = dict(values)
    if "phone" in wanted:
        wanted["phone"] = to_e164(wanted["phone"] or "")
    if "email" in wanted:
        wanted["email"] = (wanted["email"] or "").strip().lower() or None
    changes = merge({field: getattr(customer, field) for field in wanted}, was, wanted, LABELS)
    if not changes:
        return customer
    if "name" in changes and not str(changes["name"]).strip():
        raise Refused("A customer needs a name.", field="name")
    if changes.get("keeper") is not None:
        check_keeps(changes["keeper"], by)
    if "keeper" in changes and changes["keeper"] is None and not by.has_scope("customers_all"):
        raise Refused("Only who sees every customer may leave one without a keeper.", field="keeper")

    for field, value in changes.items():
        setattr(customer, field, value)
    try:
        with attempt():
            customer.save(update_fields=list(changes))
    except Refused as refused:
        raise Refused(refused.sentence, field=next((f for f in ("phone", "email") if f in changes), None)) from refused

    events.record("customer.edited", customer, fields=", ".join(LABELS[field].lower() for field in sorted(changes)))
    customer.refresh_from_db(fields=["version", "updated_at"])
    return customer
