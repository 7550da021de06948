"""Moving a card: the one write that a board makes by itself. Everything else is the board's declaration."""

import json
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import User
from ops.access.page import page, wants_fragment
from ops.boards.views import Pages
from ops.errors import Refused
from ops.given import version_of
from ops.lifecycle import StageRow, life
from orders import actions
from orders.boards import ORDERS
from orders.bulk_verbs import MOVERS
from orders.forms import ShipForm, StartForm
from orders.letters.queries import told_of_move
from orders.models import Order

_NAMED = 4
ADDRESSES = Pages(ORDERS).addresses(list_at="list/")


def _form(order: Order, to: str, data: Any = None) -> Form | None:
    """What a move asks for before it can be made; most ask for nothing."""
    here = life("order")
    way = (here.stage(order.stage).category, here.stage(to).category)
    if way == ("open", "working") and order.assignee_id is None:
        return StartForm(data)
    if way == ("ready", "moving") and not order.tracking_number:
        return ShipForm(data)
    return None


def _stage(key: str) -> StageRow:
    for stage in life("order").stages:
        if stage.key == key:
            return stage
    raise Refused("There is no such stage.")


@page(scopes=MOVERS, methods=["GET", "POST"], partials={"form"})
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """POST moves the card. What the move needs is asked for in a dialog, drawn by GET."""
    user: User = request.user  # type: ignore[assignment]
    order = Order.objects.visible_to(user).filter(pk=pk).first()
    if order is None:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    to, version = _stage(given.get("stage", "")), version_of(given)
    if version is None:
        raise Refused("Open the board again: this card is too old to move.")
    asked = given.get("asked") == "1"
    form = _form(order, to.key, request.POST if request.method == "POST" and asked else None)
    context = {"order": order, "to": to, "form": form, "version": version}
    if request.method == "GET":
        return render(request, "orders/move.html#form" if wants_fragment(request) else "orders/move.html", context)
    if form is not None and not asked and order.held_at is None and order.version == version:
        return _ask_first(request, order, to, version)
    if form is not None and asked and not form.is_valid():
        return render(request, "orders/move.html#form", context, status=422)
    needs = form.cleaned_data if form is not None and asked else {}
    told = _told(order, to, needs)
    moved = actions.move_order(order, by=user, to=to.key, version=version, **needs)
    return _moved(request, moved, to, told)


def _told(order: Order, to: StageRow, needs: dict[str, Any]) -> str:
    """For the toast: a card that is dropped asks nothing before, so who heard of it is said after."""
    assignee = needs.get("assignee")
    people = told_of_move(order, to.key, **({"assignee": assignee.pk} if assignee else {}))
    names = [person.name for person in people[:_NAMED]]
    if len(people) > _NAMED:
        names.append(f"{len(people) - _NAMED} more")
    return f" Told: {', '.join(names)}." if names else ""


def _ask_first(request: HttpRequest, order: Order, to: StageRow, version: int) -> HttpResponse:
    """The card goes back to its place and a dialog opens with what is missing."""
    url = f"{reverse('orders:move', args=[order.pk])}?stage={to.key}&version={version}"
    if not wants_fragment(request):
        return redirect(url)
    response = HttpResponse(status=200)  # nothing is wrong: one thing is missing, and the card is asked for again
    response["HX-Trigger"] = json.dumps({"ask": {"url": url}})
    return response


def _moved(request: HttpRequest, order: Order, to: StageRow, told: str) -> HttpResponse:
    words = f"{order.number} is {to.label[0].lower()}{to.label[1:]}.{told}"
    if not wants_fragment(request):
        return redirect("orders:board")
    undo = {"undo": reverse("orders:undo", args=[order.pk]), "values": {"version": order.version}}
    response = HttpResponse(status=204)
    response["HX-Trigger"] = json.dumps({"toast": {"text": words, **undo}, "answered": {"id": order.pk}})
    return response
