"""Threads as they are asked for and written to: each noun's own addresses, and one message by its number."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import TooManyFilesSent
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from ops.access import page
from ops.access.page import wants_fragment
from ops.errors import Conflict, Refused, attempt
from ops.files import intake
from ops.files.uploads import ToDisk
from ops.threads import actions
from ops.threads.mentions import people_of
from ops.threads.models import Message
from ops.threads.nouns import NOUNS
from ops.threads.queries import found_in, thread
from ops.threads.words import marked

_LONGEST_QUERY = 200


def _subject(request: HttpRequest, noun: str, pk: int) -> Any:
    return NOUNS[noun].subjects(request.user).filter(pk=pk).first()


def _subject_or_404(request: HttpRequest, noun: str, pk: int) -> Any:
    subject = _subject(request, noun, pk)
    if subject is None:
        raise Http404("There is no such page, or it is not yours.")
    return subject


def _message_or_404(request: HttpRequest, pk: int) -> Message:
    message = Message.objects.visible_to(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if message is None:
        raise Http404("There is no such message, or it is not yours.")
    return message


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _row_page(noun: str, pk: int) -> str:
    return f"{reverse(NOUNS[noun].page, args=[pk])}#thread"


def _place_of(message: Message) -> str:
    """On the thread's own page, with all that was written since."""
    return f"{reverse(f'threads:{message.noun}', args=[message.subject_id])}?since={message.pk}#message-{message.pk}"


# --- of one subject -----------------------------------------------------------------------------------------------


def reading(noun: str) -> Callable[..., HttpResponse]:
    """The thread of one row by itself; the panel on its page takes parts of it."""

    @page(scopes=sorted(NOUNS[noun].reads), partials={"panel", "lines", "found", "earlier", "gone"})
    def read(request: HttpRequest, pk: int) -> HttpResponse:
        live = request.headers.get("Ops-Live")
        subject = _subject(request, noun, pk) if live else _subject_or_404(request, noun, pk)
        if subject is None:
            return render(request, "threads/thread.html#gone")
        user: Any = request.user
        query, before, since = (
            request.GET.get("q", "").replace("\x00", "").strip(),
            _number(request, "before"),
            _number(request, "since"),
        )
        found = [(row, marked(row.text, query)) for row in found_in(noun, pk, query[:_LONGEST_QUERY])] if query else []
        part = ""
        if live:
            part = "#lines"
        elif wants_fragment(request):
            part = "#earlier" if before else "#found" if "q" in request.GET else "#panel"
        t = None if part == "#found" else thread(noun, subject, user, before=before, since=since)
        context = {"t": t, "o": subject, "query": query, "found": found, "back": _row_page(noun, pk)}
        return render(request, f"threads/thread.html{part}", context)

    return read


def naming(noun: str) -> Callable[..., HttpResponse]:
    """Who may be named in this thread: who may see its row, but not oneself."""

    @page(scopes=sorted(NOUNS[noun].writes))
    def people(request: HttpRequest, pk: int) -> HttpResponse:
        _subject_or_404(request, noun, pk)
        rows = get_user_model()._default_manager.filter(pk__in=people_of(noun, pk)).exclude(pk=request.user.pk)
        found = rows.order_by("name").values_list("name", "role__label")
        return JsonResponse({"people": [{"name": name, "role": role} for name, role in found]})

    return people


def writing(noun: str) -> Callable[..., HttpResponse]:
    """The view that takes messages for rows of this noun, with their files."""

    # CSRF is checked below, once the handler stands that takes the files: reading the token reads the whole request.
    @csrf_exempt
    @transaction.non_atomic_requests
    @page(scopes=sorted(NOUNS[noun].writes), methods=["POST"])
    def write(request: HttpRequest, pk: int) -> HttpResponse:
        subject = _subject_or_404(request, noun, pk)
        handler = ToDisk(request)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.FILES_REQUEST_BYTES:
            most = settings.FILES_REQUEST_BYTES // 1_000_000
            return JsonResponse(
                {"error": f"Together these files are larger than {most} MB. Send fewer at a time."}, status=413
            )
        request.upload_handlers = [handler]
        try:
            response: HttpResponse = _written(request, noun, subject, handler)
        except TooManyFilesSent:
            return JsonResponse({"error": f"At most {settings.FILES_PER_REQUEST} files at a time."}, status=413)
        return response

    return write


@csrf_protect
def _written(request: HttpRequest, noun: str, subject: Any, handler: ToDisk) -> HttpResponse:
    """All of it or nothing: a message whose file was refused is not sent, and what was typed stays with its writer."""
    said = request.POST
    text, visibility = said.get("text", ""), said.get("visibility", "") or Message.Visibility.INTERNAL
    uploads = request.FILES.getlist("files")
    try:
        if handler.refused:
            raise Refused(handler.refused[0].sentence)
        attached = [intake.prepare(upload) for upload in uploads]
        with attempt():
            written = actions.write(
                text, by=request.user, noun=noun, subject=subject, visibility=visibility, key=_key(said.get("key", "")),  # type: ignore[arg-type]
                attached=attached,
            )  # fmt: skip
    except Refused as refused:
        return _refused(request, noun, subject, refused, text=text, visibility=visibility)
    if request.headers.get("Accept", "") == "application/json":
        return JsonResponse({"id": written.message.pk, "notes": written.notes, "key": str(uuid4())})
    for note in written.notes:
        messages.warning(request, note)
    return redirect(f"threads:{noun}", subject.pk)


def _refused(
    request: HttpRequest, noun: str, subject: Any, refused: Refused, *, text: str, visibility: str
) -> HttpResponse:
    if request.headers.get("Accept", "") == "application/json":
        return JsonResponse({"error": refused.sentence}, status=refused.status)
    t = thread(noun, subject, request.user)  # type: ignore[arg-type]
    t.text, t.visibility, t.error = text, visibility, refused.sentence
    context = {"t": t, "o": subject, "query": "", "found": [], "back": _row_page(noun, subject.pk)}
    return render(request, "threads/thread.html", context, status=refused.status)


def _key(text: str) -> UUID:
    """A form without a key of its own is a new one each time."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


# --- one message --------------------------------------------------------------------------------------------------


@page(scopes=["staff"], partials={"line"})
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands among the others."""
    message = _message_or_404(request, pk)
    return _line(request, message) if wants_fragment(request) else redirect(_place_of(message))


def _line(request: HttpRequest, message: Message, *, notes: list[str] | None = None) -> HttpResponse:
    subject = _subject_or_404(request, message.noun, message.subject_id)
    t = thread(message.noun, subject, request.user, only=message.pk)  # type: ignore[arg-type]
    return render(request, "threads/thread.html#line", {"m": t.lines[0], "notes": notes or []})


@page(scopes=["staff"], methods=["GET", "POST"], partials={"form"})
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """In its place; without script, on a page of its own. Of two windows the second sees both texts."""
    message = _message_or_404(request, pk)
    if request.method == "GET":
        return _form(request, message, "edit", text=message.text)
    text, version = request.POST.get("text", ""), request.POST.get("version", "")
    known = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    try:
        with attempt():
            written = actions.edit(message, by=request.user, text=text, version=known)  # type: ignore[arg-type]
    except Refused as refused:
        message.refresh_from_db()
        theirs = message.text if isinstance(refused, Conflict) else ""
        return _form(request, message, "edit", text=text, refused=refused, theirs=theirs)
    if wants_fragment(request):
        return _line(request, written.message, notes=written.notes)
    for note in written.notes:
        messages.warning(request, note)
    return redirect(_place_of(message))


@page(scopes=["staff"], methods=["GET", "POST"], partials={"form"})
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    message = _message_or_404(request, pk)
    if request.method == "GET":
        return _form(request, message, "remove")
    try:
        with attempt():
            gone = actions.remove(message, by=request.user)  # type: ignore[arg-type]
    except Refused as refused:
        return _form(request, message, "remove", refused=refused)
    if wants_fragment(request):
        return _line(request, gone)
    return redirect(_place_of(message))


def _form(
    request: HttpRequest,
    message: Message,
    what: str,
    *,
    text: str = "",
    refused: Refused | None = None,
    theirs: str = "",
) -> HttpResponse:
    subject = _subject_or_404(request, message.noun, message.subject_id)
    t = thread(message.noun, subject, request.user, only=message.pk)  # type: ignore[arg-type]
    context = {
        "t": t, "m": t.lines[0], "what": what, "text": text, "error": refused.sentence if refused else "",
        "theirs": theirs, "o": subject, "back": _place_of(message),
    }  # fmt: skip
    part = "#form" if wants_fragment(request) else ""
    return render(request, f"threads/message.html{part}", context, status=refused.status if refused else 200)
