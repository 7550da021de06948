"""Later, not now, not mine: said of an overdue order on its own page, by whom it waits for (B26)."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from ops import clock
from ops.access import page
from ops.digests.answering import answer
from ops.lifecycle import life
from orders.models import Order
from orders.overdue import HOUR, OVERDUE

SCOPES = tuple(sorted(OVERDUE.scopes))


def place(request: HttpRequest, order: Order) -> Mapping[str, Any] | None:
    """Asks the database nothing: a late order has a place for it, and the page asks what may be said once it stands."""
    if order.is_over or order.held_at is not None:
        return None
    limit = life("order").stage(order.stage).limit_hours
    stuck = limit is not None and order.stage_since < clock.now() - limit * HOUR
    return {"url": reverse("orders:order_answer", args=[order.pk])} if order.is_late or stuck else None


@page(scopes=SCOPES, partials={"panel"}, methods=["GET", "POST"], nav="orders")
def order_answer(request: HttpRequest, pk: int) -> HttpResponse:
    order = Order.objects.visible_to(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if order is None:
        raise Http404("There is no such order, or it is not yours.")
    return answer(request, OVERDUE, order, back=reverse("orders:order_detail", args=[pk]))
