"""Customers found by name, phone or e-mail: in the palette, in the list, and while a new one is typed."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from phonenumbers import country_code_for_region

from accounts.models import User
from customers.models import Customer
from ops.palette import Item, declare_record, declare_source

_MOST = 8


def phone_start(words: str) -> str:
    """How the E.164 form of what may be the beginning of a number begins; empty when it is none."""
    kept = words.strip().replace(" ", "").replace("-", "").replace("(", "").replace(")", "")
    digits = kept.removeprefix("+")
    if not digits.isascii() or not digits.isdigit() or len(digits) < 3:
        return ""
    if kept.startswith("+"):
        return kept
    if kept.startswith("00"):
        return f"+{kept[2:]}"
    code = str(country_code_for_region(settings.SHOP_COUNTRY))
    if digits.startswith(code) and len(digits) > 10:  # the plus was left out
        return f"+{digits}"
    return f"+{code}{digits.removeprefix('0')}"


def ids_found(user: User, words: str, most: int) -> list[int]:
    """Ids by index, as the owner, newest first; the rows still pass the reader's policies (D10). Asked once a page."""
    known: dict[str, list[int]] = user.__dict__.setdefault("found_customers", {})
    if words not in known:
        with connection.cursor() as cursor:
            cursor.execute("select ops.search_customers(%s, %s, %s)", [words, phone_start(words), most])
            known[words] = sorted(cursor.fetchone()[0], reverse=True)
    return known[words]


def customers_for_palette(request: HttpRequest, query: str) -> list[Item]:
    user: User = request.user  # type: ignore[assignment]
    rows = Customer.objects.visible_to(user).filter(pk__in=ids_found(user, query, 50)[:_MOST], merged_into=None)
    return [_item(*row) for row in rows.order_by("name", "pk").values_list("pk", "name", "phone", "city")]


def customers_by_id(request: HttpRequest, pks: list[int]) -> dict[int, Item]:
    rows = Customer.objects.visible_to(request.user).filter(pk__in=pks)  # type: ignore[arg-type]
    return {row[0]: _item(*row) for row in rows.values_list("pk", "name", "phone", "city")}


def _item(pk: int, name: str, phone: str | None, city: str) -> Item:
    hint = " · ".join(filter(None, (phone, city)))
    return Item(reverse("customers:customer_detail", args=[pk]), name, hint=hint, icon="user-round")


declare_source("Customers", {"customers_all", "customers_own"}, customers_for_palette)
declare_record("customers:customer_detail", {"customers_all", "customers_own"}, customers_by_id)
