"""The page behind a link of a morning list, and what came of the lists by role and person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ops import clock, links
from ops.access import page, public
from ops.db.actor import acting_as, door, for_link, for_user
from ops.digests import lists
from ops.digests.answering import ANSWERS, ways_for
from ops.digests.duties import Duty, Row, duty_of, every_duty
from ops.digests.models import Listed
from ops.errors import Refused, attempt
from ops.forms import say_in_form
from ops.given import id_of, plain, without_page

if TYPE_CHECKING:
    from accounts.models import User

_DAYS = 28
_GONE = "It does not wait for you any more: somebody acted on it, or it is not yours now. There is nothing to do."


@dataclass(frozen=True)
class Opened:
    """What a link opened, under the rights that its person has at this moment."""

    person: User
    duty: Duty
    row: Row | None
    subject: Any


@public(methods=["GET", "POST"])
def digest_row(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows, for a scanner of mails too; POST acts, once, as the person whom the list was written to (ruling 2)."""
    asked = request.POST.get("do", request.GET.get("do", ""))
    if request.method == "POST" and asked in ANSWERS:
        return _act(request, token, asked)
    with acting_as(for_link(token, _id(request))):
        listed, state = Listed.objects.first(), links.state(lists.KIND)
    opened = _open(request, listed)
    if opened is None or listed is None:
        return _over(request, state)
    with acting_as(_as(request, opened.person)):
        return _draw(request, opened, asked)


def _act(request: HttpRequest, token: str, asked: str) -> HttpResponse:
    answer = ANSWERS[asked]
    form = answer.form(request.POST)
    opened = None
    try:
        with attempt():
            with acting_as(for_link(token, _id(request))):
                links.use_link(lists.KIND)
                listed = Listed.objects.first()
            opened = _open(request, listed)
            if opened is None:
                raise Refused("This link is not yours to use any more.")
            with acting_as(_as(request, opened.person)):
                if opened.subject is None:
                    raise Refused(_GONE)
                if form.is_valid():
                    answer.verb(opened.duty, opened.subject, by=opened.person, **form.cleaned_data)
                else:
                    transaction.set_rollback(True)
    except Refused as refused:
        if opened is None:
            return _over(request, refused.sentence)
        say_in_form(form, refused)
    with acting_as(_as(request, opened.person)):
        if form.errors:
            return _draw(request, opened, asked, form, status=422)
        said = answer.said.format(name=opened.row.name if opened.row else "It")
        return _plain(request, "digests/row.html", {"said": said, "person": opened.person, "row": opened.row})


def _open(request: HttpRequest, listed: Listed | None) -> Opened | None:
    """The person as they are now: who was deactivated opens nothing, who lost a right has lost it here too."""
    duty = duty_of(listed.duty) if listed else None
    if listed is None or duty is None:
        return None
    with acting_as(door(request=_id(request))):
        people = list(get_user_model().objects.active())
    person = next((one for one in people if one.pk == listed.person_id), None)
    if person is None:
        return None
    with acting_as(_as(request, person)):
        subject = None
        if not duty.scopes.isdisjoint(person.scopes):
            subject = duty.waiting(person, people).filter(pk=listed.subject_id).first()
        rows = duty.rows(person, [listed.subject_id]) if subject is not None else []
    return Opened(person, duty, rows[0] if rows else None, subject if rows else None)


def _draw(
    request: HttpRequest, opened: Opened, asked: str, form: Form | None = None, status: int = 200
) -> HttpResponse:
    ways = ways_for(opened.duty, opened.person, step=opened.row.step if opened.row else "yes")
    chosen = asked if asked in ways else next(iter(ways))
    context = {
        "row": opened.row, "person": opened.person, "ways": ways, "asked": chosen, "answer": ways[chosen],
        "form": form or ways[chosen].form(), "gone": _GONE if opened.row is None else "",
    }  # fmt: skip
    return _plain(request, "digests/row.html", context, status)


def _over(request: HttpRequest, why: str) -> HttpResponse:
    sentence = {
        "used": "This link was already used.", "ended": "This link has ended; look at today's list.",
        "open": "This link is not yours to use any more.", "unknown": "This link is not valid.",
    }.get(why, why)  # fmt: skip
    return _plain(request, "digests/row.html", {"over": sentence}, 404)


def _plain(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _as(request: HttpRequest, person: User) -> Any:
    return for_user(person, _id(request), source="mail")


def _id(request: HttpRequest) -> str:
    request_id: str = request.request_id  # type: ignore[attr-defined]
    return request_id


# --- what came of it ----------------------------------------------------------------------------------------------


def _recent(request: HttpRequest) -> Any:
    idle = tuple(kind for duty in every_duty().values() for kind in duty.idle)
    since = clock.today() - timedelta(days=_DAYS)
    return Listed.objects.visible_to(request.user).with_acted(idle).filter(day__gt=since)  # type: ignore[arg-type]


@page(scopes=["digests_all"], nav="lists")
def rate_list(request: HttpRequest) -> HttpResponse:
    """Listed and acted on within a day, by role and person; every number leads to its rows."""
    from ops.models import Role

    labels = dict(Role.objects.values_list("key", "label"))
    roles: dict[str, list[dict[str, Any]]] = {}
    for row in lists.rates(_recent(request)):
        roles.setdefault(row["role"], []).append(_with_rate(row))
    groups = [
        {
            "role": role, "label": labels.get(role, role), "people": people,
            "listed": sum(one["listed"] for one in people), "acted_on": sum(one["acted_on"] for one in people),
        }
        for role, people in sorted(roles.items(), key=lambda item: labels.get(item[0], item[0]))
    ]  # fmt: skip
    return render(request, "digests/rate_list.html", {"groups": [_with_rate(one) for one in groups], "days": _DAYS})


def _with_rate(row: dict[str, Any]) -> dict[str, Any]:
    listed, acted = row["listed"], row["acted_on"]
    return row | {"left": listed - acted, "rate": round(100 * acted / listed) if listed else 0}


@page(scopes=["digests_all"], nav="lists")
def listed_list(request: HttpRequest) -> HttpResponse:
    """The rows behind a number of the page of rates."""
    asked = request.GET
    rows = _recent(request).select_related("person").order_by("-day", "person__name", "position")
    if role := plain(asked.get("role", "")):
        rows = rows.filter(role=role)
    if (person := id_of(asked.get("person", ""))) is not None:
        rows = rows.filter(person_id=person)
    if asked.get("acted", "") in {"yes", "no"}:
        rows = rows.filter(acted=asked["acted"] == "yes")
    shown = Paginator(rows, 50).get_page(asked.get("page"))
    names: dict[tuple[str, int], tuple[str, str]] = {}
    for duty in every_duty().values():
        ids = [one.subject_id for one in shown if one.duty == duty.key]
        found = duty.names(request.user, ids)  # type: ignore[arg-type]
        names |= {(duty.noun, pk): name for pk, name in found.items()}
    for one in shown:
        one.name, one.url = names.get((one.noun, one.subject_id), (f"{one.noun} {one.subject_id}", ""))
    return render(request, "digests/listed_list.html", {"rows": shown, "query": without_page(asked), "days": _DAYS})
