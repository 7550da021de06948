"""One order: its page, its verbs, its edits, receiving a new one, and the page behind a customer's link."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from catalog.models import Product
from ops import events, presence, shown_once
from ops.access import page, public
from ops.access.scopes import has_any, scopes_of
from ops.db.actor import acting_as, for_link
from ops.editing import conflict_panel, typed
from ops.errors import Conflict, Refused, attempt
from ops.forms import carry_out, say_in_form
from ops.lifecycle import life
from ops.money import tidy
from ops.panels import panels_of, ways_of
from ops.threads.queries import notes_for_link
from orders import actions, editing, forms
from orders.copying import copy_of
from orders.letters.actions import is_silent_by_link
from orders.models import Order, OrderCosting
from orders.parcels import followed
from orders.queries import order_page
from orders.verbs import VERBS

READS = ("orders_all", "orders_read", "orders_own", "orders_floor")
WORKS = ("orders_all", "orders_own", "orders_floor")
SELLS = ("orders_all", "orders_own")
_PICKABLE = 500
ASKS = {key: verb.ask for key, verb in VERBS.items() if verb.ask}
_MOVES = {"start", "ready", "ship", "deliver"}
_EDITS = {"hold", "release", "hand_over", "edit", "costs"}


def _order_or_404(request: HttpRequest, pk: int) -> Order:
    order = Order.objects.visible_to(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if order is None:
        raise Http404("There is no such order, or it is not yours.")
    return order


@page(scopes=READS, partials={"body"}, nav="orders")
def order_detail(request: HttpRequest, pk: int) -> HttpResponse:
    if request.headers.get("Ops-Live") and not Order.objects.visible_to(request.user).filter(pk=pk).exists():  # type: ignore[arg-type]
        floor = "orders_floor" in scopes_of(request.user)
        return render(request, "orders/order_detail.html#gone", {"floor": floor})
    order = _order_or_404(request, pk)
    asked = request.GET.get("do", "")
    form = ASKS[asked].form() if asked in ASKS else None
    if asked == "edit":
        form = _details_form(request, order)
    if asked == "costs" and request.user.has_scope("costs_all"):  # type: ignore[union-attr]
        form = _costs_form(order)
    return _draw(request, order, asked=asked, form=form, linked=shown_once.take(request, f"order:{pk}"))


def _draw(
    request: HttpRequest, order: Order, *, asked: str = "", form: Form | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    shown = order_page(order, request.user)  # type: ignore[arg-type]
    around: dict[str, Any] = {"panels": panels_of("order", request, order), "ways": ways_of("order", request, order)}
    ask_url = reverse(VERBS[asked].url_name, args=[order.pk]) if asked in ASKS else ""
    around |= {"ask": ASKS.get(asked), "ask_url": ask_url, "beat": presence.BEAT_SECONDS}
    context = {"p": shown, "o": order, "asked": asked, "form": form, **around, **more}
    live = request.headers.get("Ops-Live")
    return render(request, "orders/order_detail.html" + ("#body" if live else ""), context, status=status)


# --- verbs ------------------------------------------------------------------------------------------------------


def _act(request: HttpRequest, pk: int, name: str, verb: Callable[..., Any], done: str) -> HttpResponse:
    """Form, verb, back to the order, or to the board when it is not theirs to see any more."""
    order = _order_or_404(request, pk)

    def finish(made: Any) -> HttpResponse:
        messages.success(request, done.format(order=order.number), extra_tags=_way_back(order, name))
        seen = Order.objects.visible_to(request.user).filter(pk=pk).exists()  # type: ignore[arg-type]
        return redirect("orders:order_detail", pk=pk) if seen else redirect("orders:board")

    form = ASKS[name].form(request.POST) if name in ASKS else None
    return carry_out(request, order, verb, draw=_draw, done=finish, asked=name, form=form)


def _way_back(order: Order, name: str) -> str:
    """The address that takes back what was just done; the toast offers it for ten seconds (X4)."""
    if name in _MOVES:
        return reverse("orders:undo", args=[order.pk])
    if name in _EDITS and (moment := events.moment_of(order)):
        return f"{reverse('orders:take_back', args=[order.pk])}?{urlencode({'moment': moment})}"
    return ""


@page(scopes=SELLS, methods=["POST"])
def start(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "start", actions.start_production, "{order} is in production.")


@page(scopes=("orders_all", "orders_floor"), methods=["POST"])
def ready(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "ready", actions.mark_ready, "{order} is ready to ship.")


@page(scopes=SELLS, methods=["POST"])
def ship(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "ship", actions.ship_order, "{order} is on its way.")


@page(scopes=SELLS, methods=["POST"])
def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "deliver", actions.deliver_order, "{order} is delivered.")


@page(scopes=WORKS, methods=["POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "undo", actions.undo_move, "{order} is back where it was.")


@page(scopes=SELLS, methods=["POST"])
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "hold", actions.hold_order, "{order} is on hold.")


@page(scopes=SELLS, methods=["POST"])
def release(request: HttpRequest, pk: int) -> HttpResponse:
    def released(order: Order, *, by: Any, version: int | None = None) -> Order:
        return actions.release_order(order, by=by)

    return _act(request, pk, "release", released, "{order} goes on.")


@page(scopes=SELLS, methods=["POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "cancel", actions.cancel_order, "{order} is cancelled.")


@page(scopes=["orders_all"], methods=["POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    def handed(order: Order, *, by: Any, agent: Any, version: int | None = None) -> Order:
        return actions.assign_agent(order, by=by, agent=agent)

    return _act(request, pk, "hand_over", handed, "{order} has a new agent.")


@page(scopes=SELLS, methods=["POST"])
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """A link to the page that the customer reads; shown once after the redirect: nobody keeps the token."""

    def linked(order: Order, *, by: Any, version: int | None = None) -> None:
        address = reverse("order_status", args=[actions.make_link(order, by=by)])
        shown_once.keep(request, f"order:{pk}", request.build_absolute_uri(f"{settings.ORIGIN}{address}"))

    return _act(request, pk, "link", linked, "The page of {order} that its customer reads has a new link.")


# --- edits ------------------------------------------------------------------------------------------------------


def _details_form(request: HttpRequest, order: Order, data: Any = None) -> forms.DetailsForm:
    fields = editing.editable_by(request.user)  # type: ignore[arg-type]
    shown = {name: getattr(order, name) for name in fields}
    return forms.DetailsForm(data, fields_of=fields, initial=shown)


def _costs_form(order: Order, data: Any = None) -> forms.CostsForm:
    costing = OrderCosting.objects.get(pk=order.pk)
    shown = {name: tidy(getattr(costing, name), settings.SHOP_CURRENCY) for name in editing.COSTS}
    return forms.CostsForm(data, initial=shown)


@page(scopes=WORKS, methods=["POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    order = _order_or_404(request, pk)
    form = _details_form(request, order, request.POST)
    return _save(request, order, "edit", form, editing.edit_order)


@page(scopes=["costs_all"], methods=["POST"])
def costs(request: HttpRequest, pk: int) -> HttpResponse:
    order = _order_or_404(request, pk)
    return _save(request, order, "costs", _costs_form(order, request.POST), editing.set_costs)


@page(scopes=["costs_all"], partials={"profit"})
def costs_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The profit that the typed costs would leave, while they are typed; saving shows the database's own (A45)."""
    order = _order_or_404(request, pk)
    form = forms.CostsForm(request.GET)
    costing = OrderCosting.objects.get(pk=order.pk)
    profit = costing.order_amount - sum(form.cleaned_data.values()) if form.is_valid() else None
    return render(request, "orders/order_detail.html#profit", {"o": order, "profit": profit})


def _save(request: HttpRequest, order: Order, name: str, form: Form, verb: Callable[..., Any]) -> HttpResponse:
    """Save what was typed; where somebody else was faster, show both values field by field (A3)."""
    if not form.is_valid():
        return _draw(request, order, asked=name, form=form, status=422)
    values, was = typed(form.cleaned_data, request.POST)
    try:
        with attempt():
            verb(order, by=request.user, values=values, was=was)
    except Conflict as conflict:
        action, cancel = reverse(f"orders:{name}", args=[order.pk]), reverse("orders:order_detail", args=[order.pk])
        panel = conflict_panel(form, conflict, request.POST, action=action, cancel=cancel)
        return _draw(request, order, asked="conflict", status=409, conflict=panel)
    except Refused as refused:
        say_in_form(form, refused)
        return _draw(request, order, asked=name, form=form, status=refused.status)
    messages.success(request, "Saved.", extra_tags=_way_back(order, name))
    return redirect("orders:order_detail", pk=order.pk)


# --- receiving --------------------------------------------------------------------------------------------------


@page(scopes=SELLS, methods=["GET", "POST"], nav="new")
def order_new(request: HttpRequest) -> HttpResponse:
    """The new order form: customer, lines, promise. What is wrong is said in place, and what was typed stays."""
    user: Any = request.user
    _sets_amounts(user)
    copy = copy_of(request.GET.get("copy", ""), user)
    form = forms.NewOrderForm(request.POST or None, user=user, initial=copy.form if copy else None)
    given = copy.lines if copy and request.method == "GET" else None
    lines = forms.LineFormSet(request.POST or None, prefix="lines", form_kwargs=form.of_lines, initial=given)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() & lines.is_valid():
            try:
                with attempt():
                    order = _receive(
                        user, form, lines, tell=partial(messages.info, request), of=copy.of if copy else None
                    )
            except Refused as refused:
                say_in_form(form, refused)
            else:
                messages.success(request, f"{order.number} is received.")
                return redirect("orders:order_detail", pk=order.pk)
    products = Product.objects.visible_to(user).filter(is_active=True).values_list("name", flat=True)[:_PICKABLE]
    context = {"form": form, "lines": lines, "products": products, "copy": copy}
    return render(request, "orders/order_new.html", context, status=status)


@page(scopes=SELLS)
def order_rate(request: HttpRequest) -> HttpResponse:
    """What an order in the typed currency would count at, while it is typed; for orders and for quotes."""
    _sets_amounts(request.user)
    form = forms.MoneyForm(initial={"currency": request.GET.get("currency", "")[:3]})
    return render(request, "orders/rate_field.html", {"form": form})


def _sets_amounts(user: Any) -> None:
    """An order has an amount: who may set none receives none."""
    if not has_any(user, "sales_all", "sales_own"):
        raise PermissionDenied


def _receive(
    user: Any, form: forms.NewOrderForm, lines: Any, *, tell: Callable[[str], object], of: Order | None
) -> Order:
    said = form.cleaned_data
    return actions.receive_order(
        by=user,
        customer=form.customer(),
        # A line that was added and left blank has nothing in it.
        lines=[line.line() for line in lines if line.cleaned_data and not line.cleaned_data.get("DELETE")],
        agent=said.get("agent"),
        promise_on=said["promise_on"],
        channel=said["channel"],
        rush=said["rush"],
        note=said["note"],
        currency=said["currency"],
        rate=said["rate"],
        tell=tell,
        copied_from=of,
    )


@public()
def order_status(request: HttpRequest, token: str) -> HttpResponse:
    """Where an order is, for the customer who holds the link. The database itself checks the token (ruling 2)."""
    with acting_as(for_link(token, request.request_id)):  # type: ignore[attr-defined]
        order = Order.objects.only("number", "stage", "summary", "promise_on", "carrier", "tracking_number").first()
        if order is None:
            return render(request, "orders/order_status.html", {"order": None}, status=404)
        context = {
            "order": order, "stages": life("order").stages, "stage": life("order").stage(order.stage),
            "parcels": followed(order),
        }  # fmt: skip
        context |= {"token": token, "silent": is_silent_by_link(), "notes": notes_for_link()}
        return render(request, "orders/order_status.html", context)
