"""Products found by SKU or name in the palette."""

from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest
from django.urls import reverse

from catalog.boards import READS, found
from catalog.models import Product
from ops.palette import Item, declare_record, declare_source
from ops.templatetags.ops import spell

_MOST = 8


def products_for_palette(request: HttpRequest, query: str) -> list[Item]:
    """Those whose SKU begins so first, then those that are active."""
    begins = Case(When(sku__istartswith=query, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = found(Product.objects.visible_to(request.user), query, request.user)  # type: ignore[arg-type]
    return [_item(one) for one in rows.order_by(begins, "-is_active", "name", "pk")[:_MOST]]


def products_by_id(request: HttpRequest, pks: list[int]) -> dict[int, Item]:
    rows = Product.objects.visible_to(request.user).filter(pk__in=pks)  # type: ignore[arg-type]
    return {one.pk: _item(one) for one in rows}


def _item(product: Product) -> Item:
    hint = " · ".join((product.sku, spell(product.price) if product.is_active else "inactive"))
    return Item(reverse("catalog:product_detail", args=[product.pk]), product.name, hint=hint, icon="package")


declare_source("Products", set(READS), products_for_palette)
declare_record("catalog:product_detail", set(READS), products_by_id)
