"""The shop's rules and holidays: what holds, since when and by whom; change, plan, take back."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ops import clock
from ops.access import page
from ops.errors import Refused, attempt
from ops.forms import say_in_form
from ops.given import id_of
from ops.shop import actions
from ops.shop.forms import HolidaysForm, SettingForm, typed
from ops.shop.models import Holiday, Setting
from ops.shop.reading import setting
from ops.shop.rules import Rule, every_rule

EDITORS = tuple(sorted({scope for rule in every_rule().values() for scope in rule.scopes}))


@dataclass(frozen=True)
class Line:
    """One rule as the page shows it, with its decisions, newest first."""

    rule: Rule
    now: str
    is_default: bool
    may_set: bool
    decisions: list[Any]
    past: list[Any]
    planned: list[Any]
    last: Any


@page(scopes=EDITORS, nav="shop")
def setting_list(request: HttpRequest) -> HttpResponse:
    return _draw(request, opened=request.GET.get("open", ""))


def _draw(
    request: HttpRequest, *, opened: str = "", form: SettingForm | None = None, status: int = 200
) -> HttpResponse:
    words = request.GET.get("q", "").strip().lower()[:80]
    lines = _lines(request.user)
    found = [line for line in lines if words in f"{line.rule.label} {line.rule.sentence} {line.rule.group}".lower()]
    line = next((one for one in lines if one.rule.key == opened), None)
    if line is not None and form is None and line.may_set:
        seen = line.decisions[0].pk if line.decisions else 0
        value = setting(line.rule.key)
        form = SettingForm(
            line.rule, initial={"value": typed(line.rule, value), "starts_on": clock.today(), "seen": seen}
        )
    groups = [(group, list(some)) for group, some in groupby(found, key=lambda line: line.rule.group)]
    context = {"groups": groups, "q": request.GET.get("q", ""), "line": line, "form": form, "today": clock.today()}
    return render(request, "shop/setting_list.html", context, status=status)


def _lines(user: Any) -> list[Line]:
    """One query for every rule's decisions; what holds is read by the same book that verbs read."""
    kept: dict[str, list[Any]] = {}
    for decision in Setting.objects.visible_to(user).select_related("by", "withdrawn_by").order_by("-pk"):
        kept.setdefault(decision.key, []).append(decision)
    today, lines = clock.today(), []
    for rule in sorted(every_rule().values(), key=lambda rule: rule.group):
        decisions = kept.get(rule.key, [])
        for decision in decisions:
            decision.spelled = rule.spell(decision.value)
            decision.spelled_old = rule.spell(rule.fallback if decision.old is None else decision.old)
            decision.is_planned = decision.starts_on > today and decision.withdrawn_at is None
        live = [one for one in decisions if one.withdrawn_at is None]
        holds = max((one for one in live if not one.is_planned), key=lambda one: (one.starts_on, one.pk), default=None)
        for decision in decisions:
            decision.holds = decision is holds
        lines.append(
            Line(
                rule, rule.spell(setting(rule.key)), holds is None, actions.may_set(rule, user), decisions,
                [one for one in decisions if not one.is_planned], [one for one in live if one.is_planned], holds,
            )
        )  # fmt: skip
    return lines


@page(scopes=EDITORS, methods=["POST"])
def setting_change(request: HttpRequest) -> HttpResponse:
    rule = _rule(request)
    form = SettingForm(rule, request.POST)
    if not form.is_valid():
        return _draw(request, opened=rule.key, form=form, status=422)
    given = {"starts_on": form.cleaned_data["starts_on"], "reason": form.cleaned_data["reason"]}
    try:
        with attempt():
            made = actions.change_setting(
                rule.key, form.decided(), by=request.user, seen=form.cleaned_data["seen"], **given  # type: ignore[arg-type]
            )  # fmt: skip
    except Refused as refused:
        say_in_form(form, refused)
        return _draw(request, opened=rule.key, form=form, status=refused.status)
    if made is None:
        messages.info(request, f"“{rule.label}” is that already.")
    elif made.starts_on > clock.today():
        messages.success(request, f"“{rule.label}” will be {rule.spell(made.value)} from {made.starts_on:%-d %b %Y}.")
    else:
        messages.success(request, f"“{rule.label}” is {rule.spell(made.value)} from now on.")
    return redirect(f"/rules/?open={rule.key}#rule")


@page(scopes=EDITORS, methods=["POST"])
def setting_back(request: HttpRequest) -> HttpResponse:
    """To the value of an earlier decision; without one, to the default."""
    rule, pk = _rule(request), id_of(request.POST.get("to", ""))
    to = Setting.objects.visible_to(request.user).filter(key=rule.key, pk=pk).first() if pk is not None else None  # type: ignore[arg-type]
    if request.POST.get("to") and to is None:
        raise Http404("There is no such decision.")
    actions.set_back(to, rule.key, by=request.user)  # type: ignore[arg-type]
    messages.success(request, f"“{rule.label}” is {rule.spell(setting(rule.key))} again.")
    return redirect(f"/rules/?open={rule.key}#rule")


@page(scopes=EDITORS, methods=["POST"])
def setting_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    decision = Setting.objects.visible_to(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if decision is None:
        raise Http404("There is no such decision.")
    actions.withdraw_setting(decision, by=request.user)  # type: ignore[arg-type]
    messages.success(request, "The planned change is taken back.")
    return redirect(f"/rules/?open={decision.key}#rule")


@page(scopes=EDITORS, nav="shop", methods=["GET", "POST"])
def holiday_list(request: HttpRequest) -> HttpResponse:
    form = HolidaysForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with attempt():
                new = actions.add_holidays(form.cleaned_data["rows"], by=request.user)  # type: ignore[arg-type]
        except Refused as refused:
            say_in_form(form, refused)
        else:
            messages.success(request, f"{new} new holidays." if new != 1 else "One new holiday.")
            return redirect("shop:holiday_list")
    today = clock.today()
    days = list(Holiday.objects.visible_to(request.user))  # type: ignore[arg-type]
    context = {
        "form": form, "coming": [one for one in days if one.day >= today],
        "past": [one for one in reversed(days) if one.day < today],
    }  # fmt: skip
    return render(request, "shop/holiday_list.html", context, status=422 if form.errors else 200)


@page(scopes=EDITORS, methods=["POST"])
def holiday_remove(request: HttpRequest, pk: int) -> HttpResponse:
    holiday = Holiday.objects.visible_to(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if holiday is None:
        raise Http404("There is no such holiday.")
    actions.remove_holiday(holiday, by=request.user)  # type: ignore[arg-type]
    messages.success(request, f"{holiday.name} is a working day again, if its weekday is one.")
    return redirect("shop:holiday_list")


def _rule(request: HttpRequest) -> Rule:
    rule = every_rule().get(request.POST.get("key", ""))
    if rule is None:
        raise Http404("There is no such rule.")
    return rule
