"""Reads of one product for its page, and which products look like one that is being typed."""

from dataclasses import dataclass, field

from django.db.models import Q

from accounts.models import User
from catalog.models import Product
from catalog.past import PRODUCT, show
from ops.access.scopes import scopes_of
from ops.timeline import ChangeSource, Entry, story

_MOST_ALIKE = 3


@dataclass
class ProductPage:
    """What one person sees of one product."""

    product: Product
    edits: bool
    timeline: list[Entry] = field(default_factory=list)


def product_page(product: Product, user: User) -> ProductPage:
    names = dict(User.objects.values_list("pk", "name"))
    told = story(
        "product", product.pk, [ChangeSource("catalog_product_changes", product.pk)], labels=PRODUCT.labels, show=show
    )
    for entry in told:
        entry.by = names.get(entry.by_id or 0, "Opsdeck")
        entry.real_by = names.get(entry.real_by_id or 0, "")
    return ProductPage(product, "catalog_edit" in scopes_of(user), told)


def alike(sku: str, name: str) -> list[Product]:
    """Products whose SKU differs only in capitals or in blanks at its ends, or that are called the same."""
    asked = Q()
    if text := " ".join(sku.split()):
        asked |= Q(sku__iexact=text)
    if text := " ".join(name.split()):
        asked |= Q(name__iexact=text)
    return list(Product.objects.filter(asked).order_by("pk")[:_MOST_ALIKE]) if asked else []
