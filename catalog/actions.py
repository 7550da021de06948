"""Verbs of products. There is none that deletes: what is not sold any more is made inactive."""

from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts.models import User
from catalog.models import Category, Product
from ops import events
from ops.errors import Refused


def add_product(
    *, by: User, sku: str, name: str, category: str = "", price: Decimal = Decimal(0), is_active: bool = True
) -> Product:
    """A product that the shop does not know yet; a category that is new is made with it."""
    sku = tidy_sku(sku)
    if known := Product.objects.filter(sku=sku).first():
        raise Refused(f"{known.name} has this SKU. Open that product, or choose another SKU.", field="sku")

    try:
        with transaction.atomic():
            made = Product.objects.create(
                sku=sku, name=tidy_name(name), category=category_called(category), price=price, is_active=is_active
            )
    except IntegrityError as error:
        if not Product.objects.filter(sku=sku).exists():
            raise
        raise Refused("Somebody added a product with this SKU a moment ago. Open that one.", field="sku") from error

    events.record("product.added", made)
    return made


def set_active(product: Product, *, by: User, active: bool, version: int | None = None) -> Product:
    """Offered on new orders or not; with `version` only while nobody has changed the product since."""
    product = locked(product)
    if version is not None and product.version != version:
        raise Refused(f"{product.name} was changed in the meantime.")
    if product.is_active == active:
        return product

    product.is_active = active
    product.save(update_fields=["is_active"])

    events.record("product.activated" if active else "product.deactivated", product)
    product.refresh_from_db(fields=["version", "updated_at"])
    return product


def set_category(product: Product, *, by: User, category: Category | None, version: int | None = None) -> Product:
    product = locked(product)
    if version is not None and product.version != version:
        raise Refused(f"{product.name} was changed in the meantime.")
    if product.category_id == (category.pk if category else None):
        return product

    product.category = category
    product.save(update_fields=["category"])

    events.record("product.edited", product, fields="category")
    product.refresh_from_db(fields=["version", "updated_at"])
    return product


def locked(product: Product) -> Product:
    """The row as it is now, locked."""
    found = Product.objects.select_for_update(of=("self",), no_key=True).filter(pk=product.pk).first()
    if found is None:
        raise Refused(f"{product.name} is not yours to change.")
    return found


def tidy_sku(sku: str) -> str:
    text = " ".join(sku.split())
    if not text:
        raise Refused("A product needs a SKU: it is what files and storefronts know it by.", field="sku")
    return text


def tidy_name(name: str) -> str:
    text = " ".join(name.split())
    if not text:
        raise Refused("A product needs a name.", field="name")
    return text


def category_called(name: str) -> Category | None:
    """The category of this name, however its capitals are; a new one when there is none."""
    text = " ".join(name.split())
    if not text:
        return None
    known = Category.objects.filter(name__iexact=text).order_by("pk").first()
    if known is not None:
        return known
    with transaction.atomic():
        Category.objects.bulk_create([Category(name=text)], ignore_conflicts=True)
    return Category.objects.get(name=text)
