"""Load a file: choose it, see what loading would do, load it. The verbs are those of orders.importing."""

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.models import User
from ops.access.page import page
from ops.errors import Refused
from ops.models import ImportBatch
from ops.rates.models import ExchangeRate
from orders.import_forms import LoadForm
from orders.importing import check_orders, import_orders
from orders.imports import presets

_RECENT = 20
_SHOWN = 200
_VERDICTS = (("new", "New", "info"), ("changed", "Changed", "warn"), ("same", "As before", ""),
             ("refused", "Cannot be taken", "bad"))  # fmt: skip


@page(scopes=["imports"], nav="orders", methods=["GET", "POST"])
def load_new(request: HttpRequest) -> HttpResponse:
    form = LoadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _rate_is_known(form):
        try:
            with tempfile.TemporaryDirectory(prefix="load-") as folder, transaction.atomic():
                said = form.cleaned_data
                batch = check_orders(
                    _laid_down(said["file"], Path(folder)), said["preset"], by=_reader(request), dates=said["dates"],
                    decimals=said["decimals"], currency=said["currency"], rate=said["rate"],
                )  # fmt: skip
        except Refused as refused:
            form.add_error("file", refused.sentence)
        else:
            return redirect("imports:load_detail", batch.pk)
    context = {"form": form, "loads": _loads(request)[:_RECENT], "presets": presets().values()}
    return render(request, "imports/load_new.html", context, status=422 if form.errors else 200)


def _rate_is_known(form: LoadForm) -> bool:
    """What a foreign amount is worth is asked, where the shop keeps no rates of it."""
    said = form.cleaned_data
    currency = (said["currency"] or presets()[said["preset"]].fixed.get("currency", settings.SHOP_CURRENCY)).upper()
    kept = ExchangeRate.objects.filter(currency=currency).exists
    if said["rate"] is None and currency != settings.SHOP_CURRENCY and not kept():
        form.add_error(
            "rate", f"The amounts are in {currency}. Say how many {settings.SHOP_CURRENCY} one {currency} is."
        )
    return form.is_valid()


@page(scopes=["imports"], nav="orders")
def load_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, get_object_or_404(_loads(request), pk=pk))


@page(scopes=["imports"], nav="orders", methods=["POST"])
def load_apply(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(_loads(request), pk=pk, by=request.user)
    if not batch.settings:  # the check was cut off before it was done
        return _detail(request, batch, refused=Refused("This file was not checked to its end. Check it again."))
    try:
        with transaction.atomic():
            batch = import_orders(batch, by=_reader(request), leave_out="leave_out" in request.POST)
    except Refused as refused:
        return _detail(request, batch, refused=refused)
    counts = batch.counts
    messages.success(
        request, f"Loaded: {counts['new']:,} new, {counts['changed']:,} changed, {counts['same']:,} as before."
    )
    return redirect("imports:load_detail", batch.pk)


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # @page lets nobody else in
    return request.user


def _loads(request: HttpRequest) -> Any:
    """Those the database shows: own loads, and everybody's to who sees every order."""
    return ImportBatch.objects.filter(noun="order").select_related("by").defer("problems", "notes")


def _detail(request: HttpRequest, batch: ImportBatch, refused: Refused | None = None) -> HttpResponse:
    totals = batch.counts.get("totals", {})
    verdicts = [
        {
            "label": label, "kind": kind, "orders": batch.counts.get(key, 0), "lines": totals[key]["lines"],
            "pieces": _exact(totals[key]["pieces"], 0), "amount": _exact(totals[key]["amount"], 2),
            "profit": _exact(totals[key]["profit"], 2), "currency": totals[key].get("currency", ""),
        }
        for key, label, kind in _VERDICTS if key in totals
    ]  # fmt: skip
    blocked = batch.counts.get("refused", 0) + batch.counts.get("lost_lines", 0)
    context = {
        "batch": batch,
        "verdicts": verdicts,
        "currency": batch.settings.get("currency", ""),
        "problems": batch.problems[:_SHOWN],
        "more": max(0, len(batch.problems) - _SHOWN),
        "blocked": blocked,
        "takes": batch.counts.get("new", 0) + batch.counts.get("changed", 0),
        "may_load": batch.state == ImportBatch.State.CHECKED and batch.by_id == request.user.pk,
        "refused": refused,
    }
    return render(request, "imports/load_detail.html", context, status=refused.status if refused else 200)


def _exact(number: str, least: int) -> str:
    """Every decimal there is, to compare with one's own totals, and at least so many."""
    if not number:
        return ""
    whole, _, part = f"{Decimal(number):,f}".partition(".")
    part = part.rstrip("0").ljust(least, "0")
    return f"{whole}.{part}" if part else whole


def _laid_down(files: "list[UploadedFile[Any]]", folder: Path) -> Path:
    """The uploaded bytes under their own names; the folder itself when there are several."""
    for number, file in enumerate(files):
        path = folder / (Path(file.name or "").name or f"file {number}")
        with path.open("wb") as stream:
            for chunk in file.chunks():
                stream.write(chunk)
    return folder if len(files) > 1 else path
