"""Editing a product: one field or several, with true clashes shown to the person (A3)."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from catalog.actions import category_called, locked, tidy_name, tidy_sku
from catalog.models import Product
from ops import events
from ops.editing import merge
from ops.errors import Refused, attempt

LABELS = {"sku": "SKU", "name": "Name", "category": "Category", "price": "Price", "is_active": "Active"}
FIELDS = frozenset(LABELS)


def shown_of(product: Product) -> dict[str, Any]:
    """Every field as a form shows it: the category by its name."""
    return {
        "sku": product.sku, "name": product.name, "category": product.category.name if product.category else "",
        "price": product.price, "is_active": product.is_active,
    }  # fmt: skip


def edit_product(product: Product, *, by: User, values: Mapping[str, Any], was: Mapping[str, str]) -> Product:
    """Write `values`; `was` is what the form showed. Raises Conflict with every field that somebody else changed."""
    product = locked(product)

    if unknown := values.keys() - FIELDS:
        raise Refused(f"{', '.join(sorted(unknown))} cannot be edited here.")
    wanted = {field: " ".join(value.split()) if isinstance(value, str) else value for field, value in values.items()}
    now = shown_of(product)
    changes = merge({field: now[field] for field in wanted}, was, wanted, LABELS)
    if not changes:
        return product
    if "sku" in changes:
        changes["sku"] = tidy_sku(changes["sku"])
    if "name" in changes:
        changes["name"] = tidy_name(changes["name"])
    if changes.get("price") is None and "price" in changes:
        raise Refused("Write the list price; 0 where there is none.", field="price")

    for field, value in changes.items():
        setattr(product, field, category_called(value) if field == "category" else value)
    try:
        with attempt():
            product.save(update_fields=list(changes))
    except Refused as refused:
        raise Refused(refused.sentence, field=next((f for f in ("sku", "price") if f in changes), None)) from refused

    events.record("product.edited", product, fields=", ".join(_TOLD[field] for field in LABELS if field in changes))
    product.refresh_from_db(fields=["version", "updated_at"])
    return product


_TOLD = {
    "sku": "the SKU",
    "name": "the name",
    "category": "the category",
    "price": "the price",
    "is_active": "whether it is active",
}
