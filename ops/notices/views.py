"""A person's notices: the bell, the centre, and what they want to hear of."""

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from ops import clock
from ops.access.page import page, wants_fragment
from ops.events import noun_of
from ops.notices import actions, subjects
from ops.notices.models import Mute, Notice, Preference, Rule, Watch
from ops.notices.queries import by_day, shown
from ops.notices.words import in_words, kind_in_words

_RECENT = 100


def _mine(request: HttpRequest, pk: int) -> Notice:
    notice = Notice.objects.visible_to(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if notice is None:
        raise Http404("There is no such notice, or it is not yours.")
    return notice


@page(scopes=["staff"], partials={"body"}, nav="notices")
def notice_list(request: HttpRequest) -> HttpResponse:
    """What happened that concerns me, newest day first, one group a row."""
    user: Any = request.user
    only = request.GET.get("only") == "unread"
    notices = Notice.objects.visible_to(user).in_app()
    notices = notices.unread() if only else notices
    lines = shown(user, notices.select_related(None)[:_RECENT])
    context = {"days": by_day(lines), "only": only, "today": clock.today(), "most": _RECENT, "many": len(lines)}
    part = request.headers.get("Ops-Live") or wants_fragment(request)
    return render(request, "notices/notice_list.html" + ("#body" if part else ""), context)


@page(scopes=["staff"])
def bell(request: HttpRequest) -> HttpResponse:
    """The bell alone, for the page that has been told that something is new."""
    return render(request, "notices/bell.html")


@page(scopes=["staff"], methods=["POST"])
def read_all(request: HttpRequest) -> HttpResponse:
    actions.read(request.user)  # type: ignore[arg-type]
    return redirect("notices:notice_list")


@page(scopes=["staff"], methods=["POST"])
def read_one(request: HttpRequest, pk: int) -> HttpResponse:
    """With all others of the same row: whoever ticks one has seen the row."""
    actions.read(request.user, _same(request, _mine(request, pk)))  # type: ignore[arg-type]
    return redirect("notices:notice_list")


@page(scopes=["staff"], methods=["POST"])
def open_one(request: HttpRequest, pk: int) -> HttpResponse:
    """To the row, with its notices read."""
    notice = _mine(request, pk)
    actions.read(request.user, _same(request, notice))  # type: ignore[arg-type]
    [line] = shown(request.user, [notice])  # type: ignore[arg-type]
    inside = url_has_allowed_host_and_scheme(line.url, allowed_hosts=None)
    return redirect(line.url) if line.url and inside else redirect("notices:notice_list")


def _same(request: HttpRequest, notice: Notice) -> list[int]:
    if notice.subject_id is None:
        return [notice.pk]
    mine = Notice.objects.visible_to(request.user).unread()  # type: ignore[arg-type]
    return list(mine.filter(noun=notice.noun, subject_id=notice.subject_id).values_list("pk", flat=True))


@page(scopes=["staff"], methods=["POST"])
def mute(request: HttpRequest) -> HttpResponse:
    """Hear no more of one rule or kind, or again."""
    topic = request.POST.get("topic", "")
    if request.POST.get("again"):
        actions.unmute(request.user, topic)  # type: ignore[arg-type]
        messages.success(request, "You will hear of it again.")
    else:
        actions.mute(request.user, topic)  # type: ignore[arg-type]
        messages.success(request, "Muted. You can undo this under ‘What I hear of’.")
    return redirect((request.POST.get("back") == "choices" and "notices:choices") or "notices:notice_list")


@page(scopes=["staff"], methods=["POST"])
def watch(request: HttpRequest, noun: str, pk: int) -> HttpResponse:
    """Hear of everything about one row, or no longer; only of a row that the person may see."""
    user: Any = request.user
    subject = subjects.read(user, noun, [pk]).get(pk)
    if subject is None:
        raise Http404("There is nothing like that, or it is not yours.")
    if request.POST.get("watch") == "yes":
        actions.watch(noun, pk, by=user)
        messages.success(request, f"You hear of everything about {subject.title} now.")
    else:
        actions.unwatch(noun, pk, by=user)
        messages.success(request, f"You do not watch {subject.title} any more.")
    return redirect(subject.url)


def watch_place(request: HttpRequest, subject: Model) -> dict[str, Any]:
    """For a row's page: whether the reader watches it. One query."""
    noun = noun_of(subject)
    watching = Watch.objects.filter(person=request.user, noun=noun, subject_id=subject.pk)  # type: ignore[misc]
    return {"noun": noun, "pk": subject.pk, "watching": watching.exists()}


@page(scopes=["staff"], methods=["GET", "POST"], nav="notices")
def choices(request: HttpRequest) -> HttpResponse:
    """Mails or only the app, and what is muted."""
    user: Any = request.user
    if request.method == "POST":
        actions.prefer_mail(user, mail=request.POST.get("mail") == "yes")
        messages.success(request, "Saved.")
        return redirect("notices:choices")
    preference = Preference.objects.filter(person=user).first()
    muted = set(Mute.objects.filter(person=user).values_list("topic", flat=True))
    rules = Rule.objects.visible_to(user).filter(active=True).exclude(to=Rule.To.CUSTOMER).select_related("role")
    mine = [rule for rule in rules if rule.to != Rule.To.ROLE or rule.role_id == user.role_id]
    context = {
        "mail": preference is None or preference.mail,
        "rules": [(f"rule:{rule.pk}", in_words(rule), f"rule:{rule.pk}" in muted) for rule in mine],
        "kinds": sorted((topic, kind_in_words(topic[5:])) for topic in muted if topic.startswith("kind:")),
    }
    return render(request, "notices/choices.html", context)
