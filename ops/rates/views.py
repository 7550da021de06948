"""The rates of the shop: which hold, add, correct, remove."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from ops.access import page
from ops.errors import Refused, attempt
from ops.forms import say_in_form
from ops.given import id_of, plain
from ops.numbers import number
from ops.rates import actions
from ops.rates.forms import RateForm, RatesForm
from ops.rates.models import READERS, ExchangeRate

_ON_A_PAGE = 100


@page(scopes=READERS, nav="rates", methods=["GET", "POST"])
def rate_list(request: HttpRequest) -> HttpResponse:
    if request.method != "POST" or not _may(request):
        return _draw(request)
    form = RatesForm(request.POST)
    if form.is_valid():
        try:
            with attempt():
                new, corrected = actions.keep_rates(form.cleaned_data["rows"], by=request.user)  # type: ignore[arg-type]
        except Refused as refused:
            say_in_form(form, refused)
        else:
            messages.success(request, _said(new, corrected))
            return redirect("rates:rate_list")
    return _draw(request, form=form, status=422)


@page(scopes=["rates_edit"], nav="rates", methods=["POST"])
def rate_correct(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(ExchangeRate.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
    form = RateForm(request.POST)
    if form.is_valid():
        try:
            with attempt():
                one = actions.correct_rate(one, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except Refused as refused:
            say_in_form(form, refused)
            return _draw(request, opened=one, form_of=form, status=refused.status)
        messages.success(request, f"The rate of {one} is {number(one.rate)}. Orders stay as they were counted.")
        return redirect("rates:rate_list")
    return _draw(request, opened=one, form_of=form, status=422)


@page(scopes=["rates_edit"], methods=["POST"])
def rate_remove(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(ExchangeRate.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
    actions.remove_rate(one, by=request.user)  # type: ignore[arg-type]
    messages.success(request, f"The rate of {one} is removed. Orders stay as they were counted.")
    return redirect("rates:rate_list")


def _draw(
    request: HttpRequest, *, form: RatesForm | None = None, opened: ExchangeRate | None = None,
    form_of: RateForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    rates = ExchangeRate.objects.visible_to(request.user)  # type: ignore[arg-type]
    currencies = list(
        rates.values("currency").annotate(since=Min("day"), until=Max("day"), days=Count("pk")).order_by("currency")
    )
    chosen = plain(request.GET.get("currency", ""))
    shown = rates.select_related("by").filter(currency=chosen) if chosen else rates.select_related("by")
    if opened is None and (pk := id_of(request.GET.get("correct", ""))) is not None:
        opened = rates.filter(pk=pk).first()
    if opened is not None and form_of is None:
        form_of = RateForm(initial={"rate": f"{opened.rate.normalize():f}", "seen": str(opened.rate)})
    may = _may(request)
    context: dict[str, Any] = {
        "page": Paginator(shown, _ON_A_PAGE).get_page(request.GET.get("page")), "currencies": currencies,
        "chosen": chosen, "home": settings.SHOP_CURRENCY, "form": (form or RatesForm()) if may else None,
        "opened": opened if may else None, "form_of": form_of,
    }  # fmt: skip
    return render(request, "rates/rate_list.html", context, status=status)


def _may(request: HttpRequest) -> bool:
    return bool(request.user.has_scope("rates_edit"))  # type: ignore[union-attr]


def _said(new: int, corrected: int) -> str:
    if not new and not corrected:
        return "Those rates are there already."
    words = [f"{count:,} {word}" for count, word in ((new, "new"), (corrected, "corrected")) if count]
    return f"Rates: {' and '.join(words)}. Orders that are here stay as they were counted."
