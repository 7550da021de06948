"""Who else has an order open: a page says that it is open, and hears who is there. Only for who sees the order (X7)."""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from ops import presence
from ops.access import page
from orders.views import READS, _order_or_404

_MOST_NAMED = 3


@page(scopes=READS, methods=["GET", "POST"])
def order_here(request: HttpRequest, pk: int) -> HttpResponse:
    """POST says what this window does with the order (look, edit, gone); both answer who else is there."""
    order, user = _order_or_404(request, pk), request.user
    does = request.POST.get("does", "") if request.method == "POST" else ""
    assert isinstance(user, User)  # @page lets nobody else in
    # Who looks as somebody else is not that person, and is not to be seen.
    if does not in {"look", "edit", "gone"} or getattr(request, "viewing", None) is not None:
        seen = presence.seen("order", order.pk)
    else:
        say = presence.leave if does == "gone" else presence.stay
        seen = say("order", order.pk, user.pk, request.POST.get("tab", ""), edits=does == "edit")
    if seen.changed:
        with connection.cursor() as cursor:
            cursor.execute("select ops.tell_order_here(%s)", [order.pk])
    return render(request, "ui/here.html", _others(seen, user.pk))


def _others(seen: presence.Seen, me: int) -> dict[str, Any]:
    """By name, whoever edits first; nothing is asked of the database while nobody is there."""
    others = {one.uid: one.edits for one in seen.people if one.uid != me}
    names = dict(User.objects.filter(pk__in=others).values_list("pk", "name")) if others else {}
    people = sorted(((not edits, names[uid]) for uid, edits in others.items() if uid in names))
    edit, look = [name for looks, name in people if not looks], [name for looks, name in people if looks]
    return {"edit": edit, "look": look[:_MOST_NAMED], "more": len(look[_MOST_NAMED:])}
