"""Looking as somebody else, and why somebody sees a row (A73, A19)."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.models import User
from accounts.views import person_of, reader
from ops.access import explain, page, viewing
from ops.errors import Refused


@page(scopes=viewing.ADMINS, nav="people", methods=["POST"])
def view_start(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request, pk)
    try:
        with transaction.atomic():
            viewing.start(request, reader(request), person)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("people:person_detail", person.pk)
    return redirect("home")


@page(scopes=["staff"], methods=["POST"])
def view_stop(request: HttpRequest) -> HttpResponse:
    seen = request.session.get(viewing.KEY)
    viewing.stop(request, reader(request), "they stopped")
    return redirect("people:person_detail", seen["uid"]) if seen else redirect("home")


@page(scopes=viewing.ADMINS, nav="people")
def who_sees(request: HttpRequest, noun: str, pk: int) -> HttpResponse:
    """Everybody who signs in, with whether they see this row and by which rule."""
    explained, row = _subject(request, noun, pk)
    people = list(User.objects.active().visible_to(reader(request)).order_by("role__position", "name")[:200])
    answers = explain.seen_by(explained, people, row)
    context = {"noun": noun, "row": row, "answers": answers, "explained": explained}
    return render(request, "accounts/who_sees.html", context)


@page(scopes=viewing.ADMINS, nav="people")
def why(request: HttpRequest, noun: str, pk: int, person: int) -> HttpResponse:
    explained, row = _subject(request, noun, pk)
    whom = person_of(request, person)
    context = {
        "noun": noun,
        "row": row,
        "person": whom,
        "answers": explain.why(explained, whom, row),
        "facts": explained.facts(whom, row),
        "explained": explained,
    }
    return render(request, "accounts/why.html", context)


@page(scopes=viewing.ADMINS, nav="people")
def why_person(request: HttpRequest, pk: int) -> HttpResponse:
    """From somebody's page: the number of what they should see, or should not."""
    whom, typed = person_of(request, pk), request.GET.get("q", "").strip()
    for explained in explain.nouns():
        if typed and (row := explained.find(reader(request), typed)):
            return redirect("roles:why", explained.noun, row.pk, whom.pk)
    messages.error(request, f"You see nothing with the number {typed!r}." if typed else "Type a number, like SO-1042.")
    return redirect("people:person_detail", whom.pk)


def _subject(request: HttpRequest, noun: str, pk: int) -> tuple[explain.Explained, Model]:
    explained = explain.noun(noun)
    if explained is None:
        raise Http404
    return explained, get_object_or_404(explained.rows(reader(request)), pk=pk)  # rows: visible_to the reader
