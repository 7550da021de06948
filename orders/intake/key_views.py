"""The storefronts that may send orders: list, one with its deliveries, and the verbs of its key."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ops.access import page
from ops.errors import Refused, attempt
from ops.forms import say_in_form
from orders.intake import keys, reading
from orders.intake.forms import KeyForm
from orders.intake.models import Delivery, IntakeKey
from orders.models import Order

KEEPS = ("intake_keys",)
_SHOWN = 50


@page(scopes=KEEPS, methods=["GET", "POST"], nav="storefronts")
def key_list(request: HttpRequest) -> HttpResponse:
    form = KeyForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with attempt():
                    key, secret = keys.make_key(by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            except Refused as refused:
                say_in_form(form, refused, otherwise="name")
            else:
                return _detail(request, key, secret=secret)
    visible = IntakeKey.objects.visible_to(request.user)  # type: ignore[arg-type]
    rows = visible.select_related("agent").annotate(
        last=Max("deliveries__at"),
        taken=Count("deliveries", filter=Q(deliveries__outcome="taken")),
        refused=Count("deliveries", filter=Q(deliveries__outcome="refused")),
    )
    return render(request, "intake/key_list.html", {"form": form, "keys": rows, "demo": settings.DEMO}, status=status)


@page(scopes=KEEPS, nav="storefronts")
def key_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _key_or_404(request, pk))


@page(scopes=KEEPS, methods=["POST"])
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    key = _key_or_404(request, pk)
    try:
        with transaction.atomic():
            secret = keys.renew_secret(key, by=request.user)  # type: ignore[arg-type]
    except Refused as refused:
        return _detail(request, key, refused=refused.sentence, status=refused.status)
    return _detail(request, key, secret=secret)


@page(scopes=KEEPS, methods=["POST"])
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    key = keys.retire_key(_key_or_404(request, pk), by=request.user)  # type: ignore[arg-type]
    messages.success(request, f"{key.name} is retired: its deliveries are refused from now on.")
    return redirect("intake:key_detail", pk=key.pk)


def _key_or_404(request: HttpRequest, pk: int) -> IntakeKey:
    visible = IntakeKey.objects.visible_to(request.user)  # type: ignore[arg-type]
    key = visible.select_related("agent").filter(pk=pk).first()
    if key is None:
        raise Http404("There is no such storefront.")
    return key


def _detail(request: HttpRequest, key: IntakeKey, *, status: int = 200, **more: Any) -> HttpResponse:
    deliveries = list(Delivery.objects.filter(key=key)[:_SHOWN])
    ids = [delivery.order_id for delivery in deliveries if delivery.order_id]
    visible = Order.objects.visible_to(request.user).filter(pk__in=ids)  # type: ignore[arg-type]
    numbers = dict(visible.values_list("pk", "number"))
    rows = [(delivery, numbers.get(delivery.order_id or 0, "")) for delivery in deliveries]
    context = {
        "key": key,
        "rows": rows,
        "most": _SHOWN,
        "address": f"{settings.ORIGIN or request.build_absolute_uri('/')[:-1]}{reverse('intake:deliver_order')}",
        "most_lines": reading.MOST_LINES,
        **more,
    }
    response = render(request, "intake/key_detail.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response
