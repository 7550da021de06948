"""An order as it was: stepping through its moments, two side by side; taking an edit back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from ops import asof
from ops.access import page
from ops.access.scopes import scopes_of
from ops.errors import Refused, attempt
from ops.past_page import asked, when_of
from ops.timeline import Entry
from orders import taking_back
from orders.models import Order
from orders.past import order_past as order_past_of
from orders.views import READS, WORKS, _draw, _order_or_404

CHANGES = (*WORKS, "costs_all")


@page(scopes=READS, nav="orders")
def order_past(request: HttpRequest, pk: int) -> HttpResponse:
    order, user = _order_or_404(request, pk), request.user
    assert isinstance(user, User)  # @page lets nobody else in
    moments = asof.moments("order", order.pk, scopes_of(user))
    at, since = asked(request, moments), when_of(request.GET.get("and", ""))
    past = order_past_of(order, user, moments, at=at, since=since)
    context = {
        "now": order, "past": past, "p": past.page, "o": past.order, "title": order.number, "noun_word": "order",
        **_back(request, order, past.now),
    }  # fmt: skip
    return render(request, "orders/order_past.html", context)


def _back(request: HttpRequest, order: Order, entry: Entry | None) -> dict[str, str]:
    """Whether what this moment did can be taken back, or why not."""
    user = request.user
    assert isinstance(user, User)  # @page lets nobody else in
    if entry is None or scopes_of(user).isdisjoint(CHANGES):
        return {}
    try:
        taking_back.checked(order, by=user, moment_key=entry.token)
    except Refused as refused:
        return {"stays": refused.sentence}
    return {"back": entry.token}


@page(scopes=CHANGES, methods=["POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one edit back, from its toast, its line in the story or its moment."""
    order, user = _order_or_404(request, pk), request.user
    assert isinstance(user, User)  # @page lets nobody else in
    try:
        with attempt():
            taking_back.take_back(order, by=user, moment_key=request.GET.get("moment", ""))
    except Refused as refused:
        return _draw(request, Order.objects.get(pk=pk), status=refused.status, refused=refused.sentence)
    messages.success(request, f"{order.number} is as it was before that.")
    seen = Order.objects.visible_to(user).filter(pk=pk).exists()
    return redirect("orders:order_detail", pk=pk) if seen else redirect("orders:board")
