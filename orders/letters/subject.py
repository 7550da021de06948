"""How an order reads in a notice: its number and what it is, for whoever may see it now."""

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse

from ops.notices.subjects import Subject
from orders.models import Order


def read(user: Any, ids: Collection[int]) -> Mapping[int, Subject]:
    rows = Order.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "number", "summary")
    return {pk: Subject(number, reverse("orders:order_detail", args=[pk]), hint) for pk, number, hint in rows}
