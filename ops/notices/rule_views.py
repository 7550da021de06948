"""Who is told of what: the shop switches rules off, tells otherwise, and adds its own; every change is kept (X12)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ops import events
from ops.access.page import page
from ops.errors import Refused, attempt
from ops.lifecycle import declared, life
from ops.models import Role
from ops.notices import actions
from ops.notices.models import Rule
from ops.notices.words import in_words, kind_in_words

_CHANGES = (
    "select c.history_date, u.name, r.noun, r.on_what, r.key, r.to_whom, c.field, c.old, c.new"
    " from notices_rule_changes c"
    " left join notices_rule r on r.id = c.subject_id left join accounts_user u on u.id = c.history_user_id"
    " where c.field in ('channel', 'active') order by c.history_id desc limit 30"
)


class RuleForm(forms.Form):
    """A rule of the shop's own: when, who, how."""

    when = forms.ChoiceField(label="When")
    to = forms.ChoiceField(label="Tell")
    channel = forms.ChoiceField(label="How", choices=Rule.Channel.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["when"].choices = whens()  # type: ignore[attr-defined]
        parts = [(key, label) for key, label in Rule.To.choices if key != Rule.To.ROLE]
        roles = [(f"role:{role.key}", f"everybody who is {role.label}") for role in Role.objects.order_by("position")]
        self.fields["to"].choices = [*parts, *roles]  # type: ignore[attr-defined]

    def rule(self) -> dict[str, Any]:
        said = self.cleaned_data
        noun, on, key = said["when"].split("|")
        to, _, role = said["to"].partition(":")
        channel = Rule.Channel.MAIL if to == Rule.To.CUSTOMER else said["channel"]
        return {"noun": noun, "on": on, "key": key, "to": to, "role": role or None, "channel": channel}


def whens() -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything that may have a rule: stages of each noun's life, and what its verbs record."""
    found = []
    for noun in sorted({lifecycle.noun for lifecycle in declared()}):
        stages = [(f"{noun}|stage|{stage.key}", f"gets to {stage.label}") for stage in life(noun).stages]
        kinds = [
            (f"{noun}|event|{kind}", f"somebody {kind_in_words(kind)}")
            for kind in sorted(events.every_kind()) if kind.startswith(f"{noun}.")
        ]  # fmt: skip
        found.append((noun.capitalize(), [*stages, *kinds]))
    return found


@page(scopes=["notices_admin"], nav="notice_rules")
def rule_list(request: HttpRequest) -> HttpResponse:
    return _draw(request, RuleForm())


def _draw(request: HttpRequest, form: RuleForm, status: int = 200) -> HttpResponse:
    rules = Rule.objects.visible_to(request.user).select_related("role")  # type: ignore[arg-type]
    order = {stage.key: stage.position for noun in {rule.noun for rule in rules} for stage in life(noun).stages}
    rows = sorted(
        rules, key=lambda rule: (rule.noun, rule.on == Rule.On.EVENT, order.get(rule.key, 0), rule.key, rule.pk)
    )
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES)
        changes = [
            {"at": at, "by": by or "Opsdeck", "field": field, "old": old, "new": new,
             "rule": in_words(Rule(noun=noun, on=on, key=key, to=to)) if noun else None}
            for at, by, noun, on, key, to, field, old, new in cursor.fetchall()
        ]  # fmt: skip
    context = {
        "rows": [(rule, in_words(rule)) for rule in rows], "form": form, "changes": changes,
        "channels": Rule.Channel.choices,
    }  # fmt: skip
    return render(request, "notices/rule_list.html", context, status=status)


def _rule(request: HttpRequest, pk: int) -> Rule:
    rule = Rule.objects.visible_to(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if rule is None:
        raise Http404("There is no such rule.")
    return rule


@page(scopes=["notices_admin"], methods=["POST"])
def add(request: HttpRequest) -> HttpResponse:
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _draw(request, form, status=422)
    try:
        with attempt():
            actions.add_rule(by=request.user, **form.rule())  # type: ignore[arg-type]
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _draw(request, form, status=refused.status)
    messages.success(request, "Added.")
    return redirect("notice_rules:rule_list")


@page(scopes=["notices_admin"], methods=["POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    rule = _rule(request, pk)
    channel = request.POST.get("channel", rule.channel)
    if channel not in Rule.Channel.values:
        raise Refused("Choose how they are told.")
    actions.change_rule(rule, by=request.user, active=request.POST.get("active") == "yes", channel=channel)  # type: ignore[arg-type]
    messages.success(request, "Saved.")
    return redirect("notice_rules:rule_list")


@page(scopes=["notices_admin"], methods=["POST"])
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    actions.drop_rule(_rule(request, pk), by=request.user)  # type: ignore[arg-type]
    messages.success(request, "Removed.")
    return redirect("notice_rules:rule_list")
