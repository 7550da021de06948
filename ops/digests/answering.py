"""Answering a row: later, not now, not mine, and the overseer's word on that. Mails and pages offer the same verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ops import clock
from ops.access.page import wants_fragment
from ops.digests import actions, forms
from ops.digests.duties import Duty
from ops.digests.models import Extension, HandBack, Snooze
from ops.errors import Refused, attempt
from ops.forms import say_in_form

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Answer:
    """One way to answer a row: what is asked, what is done, and what is said then."""

    label: str
    icon: str
    form: type[Form]
    verb: Callable[..., object]
    said: str


def _done(duty: Duty, subject: Any, *, by: User) -> object:
    return duty.done(subject, by)


ANSWERS = {
    "done": Answer("Done", "check", forms.DoneForm, _done, "{name} has moved on."),
    "extend": Answer("Extend", "calendar-days", forms.ExtendForm, actions.extend, "{name} has a new day."),
    "snooze": Answer("Not now", "clock", forms.SnoozeForm, actions.snooze, "{name} comes back on that day."),
    "not_mine": Answer("Not mine", "undo-2", forms.NotMineForm, actions.hand_back, "{name} is handed back."),
}
_INSIST = Answer("It is theirs", "user-check", forms.InsistForm, actions.insist, "{name} is theirs after all.")


def ways_for(duty: Duty, person: User, *, step: str) -> dict[str, Answer]:
    """Who sees all hands nothing back; what needs an answer to move on is moved on its own page."""
    left_out = {key for key, out in (("done", not step), ("not_mine", person.has_scope(duty.oversees))) if out}
    return {key: answer for key, answer in ANSWERS.items() if key not in left_out}


@dataclass(frozen=True)
class Standing:
    """What was said of a row so far, and what this person may say."""

    waits: bool
    why: str
    extension: Extension | None
    snoozed: Snooze | None
    handed: list[HandBack]
    ways: dict[str, Answer]


def standing(duty: Duty, subject: Any, user: User) -> Standing:
    said, today = {"noun": duty.noun, "subject_id": subject.pk}, clock.today()
    people = list(get_user_model().objects.visible_to(user).active())
    waits = duty.waiting(user, people).filter(pk=subject.pk).exists()
    rows = duty.rows(user, [subject.pk])
    extension = Extension.objects.filter(**said, until__gte=today).select_related("by").first()
    snoozed = Snooze.objects.filter(**said, person=user, until__gt=today).first()
    handed = list(HandBack.objects.filter(**said).select_related("person").order_by("pk"))
    ways = ways_for(duty, user, step="") if waits else {}
    if handed and user.has_scope(duty.oversees):
        ways = ways | {"insist": _INSIST}
    return Standing(waits, rows[0].why if rows else "", extension, snoozed, handed, ways)


def answer(request: HttpRequest, duty: Duty, subject: Any, *, back: str) -> HttpResponse:
    """The noun's own view: GET shows what may be said, in the row's page or alone; POST says it."""
    user: User = request.user  # type: ignore[assignment]
    asked = (request.POST if request.method == "POST" else request.GET).get("do", "")
    at = standing(duty, subject, user)
    if request.method != "POST":
        return _draw(request, subject, at, asked, back=back)
    chosen = at.ways.get(asked)
    if chosen is None:
        raise Refused("It does not wait for you any more: somebody acted on it, or it is not yours now.")
    form = chosen.form(request.POST)
    if form.is_valid():
        try:
            with attempt():
                chosen.verb(duty, subject, by=user, **form.cleaned_data)
        except Refused as refused:
            say_in_form(form, refused)
        else:
            messages.success(request, chosen.said.format(name=str(subject)))
            return redirect(back)
    return _draw(request, subject, at, asked, back=back, form=form, status=422)


def _draw(
    request: HttpRequest, subject: Any, at: Standing, asked: str, *, back: str, form: Form | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    chosen = at.ways.get(asked)
    context = {
        "o": subject, "at": at, "asked": asked if chosen else "", "answer": chosen, "back": back,
        "form": form or (chosen.form() if chosen else None), "here": request.path,
    }  # fmt: skip
    part = "#panel" if wants_fragment(request) else ""
    return render(request, f"digests/answers.html{part}", context, status=status)
