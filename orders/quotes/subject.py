"""How a quote reads in a notice: its number and what it offers, for whoever may see it now."""

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse

from ops.notices.subjects import Subject
from orders.quotes.models import Quote


def read(user: Any, ids: Collection[int]) -> Mapping[int, Subject]:
    rows = Quote.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "number", "summary")
    return {pk: Subject(number, reverse("quotes:quote_detail", args=[pk]), hint) for pk, number, hint in rows}
