"""A product's past: what the audit calls it, and its row as of any moment."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from catalog.editing import LABELS
from catalog.models import Category, Product
from ops import asof
from ops.asof import Part, Past
from ops.templatetags.ops import spell


def show(name: str, value: Any, people: Mapping[int, str] | None = None) -> str:
    """A value of a field in words; the category by the name it has now."""
    if value is None or value == "":
        return asof.NOTHING
    if name == "category_id":
        return Category.objects.filter(pk=value).values_list("name", flat=True).first() or asof.NOTHING
    if name == "price":
        return spell(Decimal(value))
    return {"true": "yes", "false": "no"}.get(value, value) if isinstance(value, str) else asof.spelled(value)


PRODUCT = Past(
    noun="product",
    parts=(Part("product", Product, "Product", of="id"),),
    labels={name: label.lower() for name, label in LABELS.items()} | {"sku": "SKU", "category_id": "category"},
    quiet=frozenset({"created_at"}),
    show=show,
    page="catalog:product_detail",
    past="catalog:product_past",
    numbers=lambda ids: dict(Product.objects.filter(pk__in=ids).values_list("pk", "name")),
    find=lambda name: Product.objects.filter(sku=name).values_list("pk", flat=True).first(),
)
