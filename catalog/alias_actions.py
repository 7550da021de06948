"""Verbs of the catalogue: lock, check, change, record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from catalog.models import ALIASES_KEPT, Product, SkuAlias
from ops import events
from ops.access.scopes import has_any
from ops.errors import Conflict, Refused

if TYPE_CHECKING:
    from accounts.models import User


def keep_alias(alias: str, product: Product, *, by: User) -> SkuAlias:
    """From now on files that say `alias` mean the product. Saying the same again changes nothing."""
    _may_keep(by)
    alias = alias.strip()
    lock_aliases()

    if not alias or len(alias) > 60:
        raise Refused("An alias has 1 to 60 letters.", field="alias")
    if taken := Product.objects.filter(sku=alias).first():
        raise Refused(f"“{alias}” is the SKU of {taken.name} itself.", field="alias")
    if known := SkuAlias.objects.select_related("product").filter(alias=alias).first():
        if known.product_id == product.pk:
            return known
        raise Conflict(f"“{alias}” was said to be {known.product.sku}; take that back first.")

    made = SkuAlias.objects.create(alias=alias, product=product)

    events.record("skualias.kept", made, alias=alias, sku=product.sku)
    return made


def remove_alias(alias: SkuAlias, *, by: User) -> None:
    """The next file that says it is asked about again; what was loaded stays as it is."""
    _may_keep(by)
    found = SkuAlias.objects.filter(pk=alias.pk).first()
    if found is None:
        return

    sku = found.product.sku
    found.delete()

    events.record_about("skualias", "skualias.removed", alias=found.alias, sku=sku)


def lock_aliases() -> None:
    """Two who answer for one SKU: the second waits, and sees what the first said."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('catalog.aliases'))")


def _may_keep(by: User) -> None:
    if not has_any(by, *ALIASES_KEPT):
        raise Refused("Your role may not say what SKUs mean.")
