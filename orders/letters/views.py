"""Who will be told when an order moves, and how its mails fare. Parts of the order's page, and pages without script."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from customers.models import Customer
from ops.access.page import page, public, wants_fragment
from ops.access.scopes import scopes_of
from ops.db.actor import acting_as, for_link
from ops.errors import Refused
from ops.given import id_of, plain
from orders.letters import actions
from orders.letters.queries import mails_of, told_of, told_of_move
from orders.models import Order
from orders.stages import IN_PRODUCTION

_READS = ("orders_all", "orders_read", "orders_own", "orders_floor")
_SELLS = ("orders_all", "orders_own")


def _order(request: HttpRequest, pk: int) -> Order:
    order = Order.objects.visible_to(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if order is None:
        raise Http404("There is no such order, or it is not yours.")
    return order


@page(scopes=_READS, partials={"line"})
def told(request: HttpRequest, pk: int) -> HttpResponse:
    """Who hears of it if this verb is done now, by the functions that will tell; `assignee` and `agent` as chosen."""
    order, verb = _order(request, pk), plain(request.GET.get("do", "ready"))
    stage = plain(request.GET.get("stage", ""))
    chosen = {name: id_of(request.GET.get(name, "")) for name in ("assignee", "agent")}
    assume = {name: value for name, value in chosen.items() if value is not None}
    people = told_of_move(order, stage, **assume) if stage else told_of(order, verb, **assume)
    context = {
        "o": order,
        "people": people,
        "do": stage or verb,
        "asks": verb in {"start", "hand_over"} or stage == IN_PRODUCTION,
    }
    return render(request, "letters/told.html" + ("#line" if wants_fragment(request) else ""), context)


@page(scopes=_READS, partials={"panel"})
def mails(request: HttpRequest, pk: int) -> HttpResponse:
    """Each mail to the customer of this order: waiting, sent or failed, and why."""
    order = _order(request, pk)
    customer = Customer.objects.visible_to(request.user).filter(pk=order.customer_id).first()  # type: ignore[arg-type]
    works = "orders_all" in scopes_of(request.user) or order.agent_id == request.user.pk
    context = {
        "o": order, "mails": mails_of(order), "customer": customer, "works": works,
        "silent": customer is not None and not customer.wants_order_mail,
    }  # fmt: skip
    return render(request, "letters/mails.html" + ("#panel" if wants_fragment(request) else ""), context)


def mails_place(request: HttpRequest, order: Order) -> dict[str, Any]:
    """The panel on the order's page reads nothing by itself: it asks for the mails once the page stands."""
    return {}


@page(scopes=_SELLS, methods=["POST"])
def again(request: HttpRequest, pk: int) -> HttpResponse:
    order, mail = _order(request, pk), id_of(request.POST.get("mail", ""))
    if mail is None:
        raise Refused("Choose the mail that goes again.")
    actions.send_again(order, mail, by=request.user)  # type: ignore[arg-type]
    messages.success(request, "It goes out again in a moment.")
    return redirect("orders:order_detail", pk=order.pk)


@page(scopes=_SELLS, methods=["POST"])
def silence(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer of this order wants no mails any more, or wants them again."""
    order = _order(request, pk)
    customer = Customer.objects.visible_to(request.user).filter(pk=order.customer_id).first()  # type: ignore[arg-type]
    if customer is None:
        raise Http404("The customer is not yours to know.")
    if request.POST.get("silent") == "yes":
        actions.silence(customer, by=request.user)  # type: ignore[arg-type]
        messages.success(request, "No more mails about orders go to them.")
    else:
        actions.write_again(customer, by=request.user)  # type: ignore[arg-type]
        messages.success(request, "Mails about orders go to them again.")
    return redirect("orders:order_detail", pk=order.pk)


@public(methods=["POST"])
def silence_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the link of an order says whether the shop may write to them about orders."""
    with acting_as(for_link(token, request.request_id)):  # type: ignore[attr-defined]
        actions.silence_by_link(silent=request.POST.get("silent") == "yes")
    return redirect("order_status", token)
