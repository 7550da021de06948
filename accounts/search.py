"""Colleagues found by name or e-mail, in the palette."""

from django.http import HttpRequest
from django.urls import reverse

from accounts.boards import named
from accounts.models import User
from ops.palette import Item, declare_source

_MOST = 8
_LEAST = 2  # letters: one would find nearly everybody


def people_for_palette(request: HttpRequest, query: str) -> list[Item]:
    if len(query) < _LEAST:
        return []
    user: User = request.user  # type: ignore[assignment]
    rows = named(User.objects.visible_to(user), query, user).filter(is_active=True)
    found = rows.order_by("name", "pk").values_list("pk", "name", "role__label")[:_MOST]
    return [Item(reverse("people:person_detail", args=[pk]), name, hint=role, icon="users") for pk, name, role in found]


declare_source("People", {"staff"}, people_for_palette)
