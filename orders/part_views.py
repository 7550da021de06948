"""Parts of an order: the form that sends some of it, a parcel that comes back, the panel of parcels; and carriers."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import F, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ops.access import page
from ops.errors import Refused, attempt
from ops.forms import say_in_form
from ops.given import id_of, version_of
from orders import parcels, parts
from orders.models import Carrier, Order, OrderLine, tracking_link
from orders.part_forms import CarrierForm, PartForm
from orders.stages import READY_TO_SHIP
from orders.views import SELLS, _order_or_404


@page(scopes=SELLS, methods=["GET", "POST"], nav="orders")
def ship_part(request: HttpRequest, pk: int) -> HttpResponse:
    order = _order_or_404(request, pk)
    form = PartForm(request.POST or None, left=parcels.left_of(order))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                with attempt():
                    done = parts.ship_part(
                        order, by=request.user, quantities=form.quantities(), tracking=said["tracking"],  # type: ignore[arg-type]
                        carrier=said["carrier"], version=version_of(request.POST),
                    )  # fmt: skip
            except Refused as refused:
                say_in_form(form, refused)
                status = refused.status
            else:
                words = (
                    "A part of {} is on its way; the rest stays ready."
                    if done.stage == READY_TO_SHIP
                    else "{} is on its way."
                )
                messages.success(request, words.format(order.number))
                return redirect("orders:order_detail", pk=pk)
    context = {"o": order, "form": form, "carriers": _carriers(), "ready": order.stage == READY_TO_SHIP}
    return render(request, "orders/ship_part.html", context, status=status)


def _carriers() -> list[str]:
    return list(Carrier.objects.filter(is_active=True).order_by("name").values_list("name", flat=True))


@page(scopes=SELLS, methods=["POST"])
def parcel_back(request: HttpRequest, pk: int, parcel: int) -> HttpResponse:
    order = _order_or_404(request, pk)
    parts.take_parcel_back(order, by=request.user, parcel=parcel)  # type: ignore[arg-type]
    messages.success(request, "The parcel is here again.")
    return redirect("orders:order_detail", pk=pk)


# --- the panel of the order page ----------------------------------------------------------------------------------


def panel(request: HttpRequest, order: Order) -> Mapping[str, Any] | None:
    """Parcels with what is in them, and what is left: one query. Nothing before the order is ready."""
    if order.stage != READY_TO_SHIP and not order.tracking_number:
        return None
    rows = OrderLine.objects.filter(order=order).order_by("shipped__shipment__position", "position")
    known = Carrier.objects.filter(name__iexact=OuterRef("order__carrier")).values("tracking_url")[:1]
    fields = rows.values(
        "pk", "position", "description", "quantity", sent=F("shipped__quantity"), parcel=F("shipped__shipment_id"),
        no=F("shipped__shipment__position"), tracking=F("shipped__shipment__tracking_number"),
        carrier=F("shipped__shipment__carrier_name"), at=F("shipped__shipment__shipped_at"),
        back=F("shipped__shipment__taken_back_at"), url=F("shipped__shipment__carrier__tracking_url"),
        known_url=Subquery(known),
    )  # fmt: skip
    found: list[Any] = list(fields)
    return _shown(request, order, found)


def _shown(request: HttpRequest, order: Order, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    shipped: dict[int, dict[str, Any]] = {}
    left: dict[int, dict[str, Any]] = {}
    for row in rows:
        line = left.setdefault(row["pk"], {name: row[name] for name in ("position", "description", "quantity")})
        if row["parcel"] is None:
            continue
        parcel = shipped.setdefault(row["parcel"], row | {"pk": row["parcel"], "contents": []})
        parcel["contents"].append((row["sent"], row["description"]))
        parcel["link"] = tracking_link(row["url"] or "", row["tracking"])
        if row["back"] is None:
            line["quantity"] -= row["sent"]
    rest = sorted((one for one in left.values() if one["quantity"] > 0), key=lambda one: one["position"])
    works = request.user.has_scope("orders_all") or order.agent_id == request.user.pk  # type: ignore[union-attr]
    ready = order.stage == READY_TO_SHIP and order.cancelled_at is None and order.held_at is None
    link = tracking_link(rows[0]["known_url"] or "", order.tracking_number) if rows else ""
    if not shipped and not (ready and works) and not link:
        return None
    return {
        "parcels": list(shipped.values()), "left": rest if ready and shipped else [], "link": link,
        "may_send": ready and works and rest, "may_take_back": ready and works,
    }  # fmt: skip


@page(scopes=SELLS, nav="new")
def order_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """To the form of a new order, filled with this one's customer and lines."""
    order = _order_or_404(request, pk)
    return redirect(f"{reverse('orders:order_new')}?copy={order.pk}")


# --- carriers -----------------------------------------------------------------------------------------------------


@page(scopes=["orders_all"], methods=["GET", "POST"], nav="carriers")
def carrier_list(request: HttpRequest) -> HttpResponse:
    """The carriers, and the form for a new one or for ?edit=."""
    edited = _edited(request)
    form = CarrierForm(request.POST or None, instance=edited)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with attempt():
                    _keep(form, edited)
            except Refused as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(request, f"{form.instance.name} is saved.")
                return redirect("orders:carrier_list")
    rows = Carrier.objects.order_by("-is_active", "name")
    return render(
        request, "orders/carrier_list.html", {"carriers": rows, "form": form, "edited": edited}, status=status
    )


def _edited(request: HttpRequest) -> Carrier | None:
    pk = request.GET.get("edit", "")
    if not pk:
        return None
    found = Carrier.objects.filter(pk=id_of(pk) or 0).first()
    if found is None:
        raise Http404("There is no such carrier.")
    return found


def _keep(form: CarrierForm, edited: Carrier | None) -> None:
    carrier = form.save(commit=False)
    carrier.save(update_fields=["name", "tracking_url", "is_active"]) if edited else carrier.save()
