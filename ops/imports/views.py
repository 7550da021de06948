"""Bring files; see where a load stands; leave it, stop it, come back to it. What is decided is on pages of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from ops.access.page import page, wants_fragment
from ops.errors import Refused, attempt
from ops.files.store import said_when_full
from ops.given import whole, without_page
from ops.imports import applying, bringing, kept, undoing, work
from ops.imports.check_views import draw_check
from ops.imports.column_views import draw_columns
from ops.imports.models import ImportBatch
from ops.imports.nouns import every, nouns_of
from ops.imports.showing import verdicts_of
from ops.imports.ways import back, frame, is_open, job_of, loader_of, own_load, seen_load, status_of
from ops.progress import actions as progress
from ops.progress.models import Job

_A_PAGE = 25
_STOPS_OF = 50_000  # rows of which somebody who asks is told within some seconds what stands against undoing them
_FIELDS = 1 << 20  # what a form of files weighs besides them


# CSRF is checked below: reading its token reads the whole request, and a full disk must be said in place.
@csrf_exempt
@page(scopes=["imports"], nav="imports", methods=["GET", "POST"])
def load_new(request: HttpRequest) -> HttpResponse:
    loader_of(request)
    if request.method != "POST":
        return _draw_new(request)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > kept.MOST_BYTES + _FIELDS:
        most = kept.MOST_BYTES >> 20
        return _draw_new(request, Refused(f"Together these files are larger than {most:,} MB. Split the file."))
    try:
        with said_when_full():
            return _brought(request)
    except (TooManyFilesSent, RequestDataTooBig):
        return _draw_new(request, Refused("These are more files than one load takes. Choose fewer."))
    except Refused as refused:
        return _draw_new(request, refused)


@csrf_protect
def _brought(request: HttpRequest) -> HttpResponse:
    with attempt():
        batch, before = bringing.bring(request.FILES.getlist("file"), by=loader_of(request))
    if before:
        messages.success(request, "You brought this file a moment ago: this is it.")
    return back(batch)


def _draw_new(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    user = loader_of(request)
    if refused is not None:  # the request may be half read: nothing more of it is asked for
        request._post, request._files = QueryDict(), {}  # type: ignore[attr-defined]
    loads = ImportBatch.objects.visible_to(user).select_related("by").defer(
        "problems", "notes", "tables", "findings", "questions", "settings", "header"
    )  # fmt: skip
    noun, state = request.GET.get("noun", ""), request.GET.get("state", "")
    labels = {one.key: one.many for one in every()}
    if noun in labels:
        loads = loads.filter(noun=noun)
    if state in ImportBatch.State.values:
        loads = loads.filter(state=state)
    shown = Paginator(loads, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "nouns": nouns_of(user), "loads": shown, "labels": labels, "states": ImportBatch.State.choices,
        "noun": noun, "state": state, "query": without_page(request.GET), "refused": refused,
        "most": kept.MOST_BYTES >> 30, "filtered": bool(noun or state),
    }  # fmt: skip
    return render(request, "imports/load_new.html", context, status=status_of(refused))


@page(scopes=["imports"], partials={"body"}, nav="imports")
def load_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the load stands: under way, to be decided, or over."""
    batch = seen_load(request, pk)
    job = job_of(batch, batch.by) if batch.by_id == request.user.pk else None
    working = job is not None and not job.is_over
    if not is_open(request, batch) and not working:
        return draw_over(request, batch, None if _asks_stops(request, batch) else _ended_badly(batch, job))
    if job is not None and (working or not batch.tables):
        part = "#body" if wants_fragment(request) else ""
        return render(request, "imports/load_work.html" + part, frame(request, batch, _step(batch, job), job=job))
    where = "imports:load_check" if batch.state == ImportBatch.State.CHECKED else "imports:load_columns"
    if not batch.tables:
        return render(request, "imports/load_work.html", frame(request, batch, "file", job=None))
    if wants_fragment(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse(where, args=[batch.pk])
        return response
    return redirect(where, batch.pk)


def _step(batch: ImportBatch, job: Job) -> str:
    where = {work.LOOK: "file", work.READ: "columns", work.CHECK: "check", work.APPLY: "loaded", work.UNDO: "loaded"}
    return where[job.kind]


def _ended_badly(batch: ImportBatch, job: Job | None) -> Refused | None:
    """What a worker said that was to take the load back, as long as it stands: of then, not of now."""
    if job is None or job.kind != work.UNDO or batch.state != ImportBatch.State.APPLIED:
        return None
    said = f"The last try: {job.error}" if job.error else "Taking it back was stopped: everything is as it was."
    return Refused(said)


def _asks_stops(request: HttpRequest, batch: ImportBatch) -> bool:
    """Somebody wants to know what stands against taking it back just now, and is told."""
    return "stops" in request.GET and batch.rows <= _STOPS_OF


def draw_over(request: HttpRequest, batch: ImportBatch, refused: Refused | None = None) -> HttpResponse:
    """What a load did, or somebody else's as it stands."""
    stops: Any = None
    own_applied = batch.by_id == request.user.pk and batch.state == ImportBatch.State.APPLIED
    asked = work.is_soon_undone(batch) or _asks_stops(request, batch)
    if own_applied and asked:
        try:
            with attempt():
                stops = undoing.stops(batch, most=20)
        except Refused as no:
            refused = refused or no
    more = {
        "stops": stops, "refused": refused, "verdicts": verdicts_of(batch), "may_undo": own_applied,
        "unasked": not asked, "may_ask": not asked and batch.rows <= _STOPS_OF, "asked": "stops" in request.GET,
    }  # fmt: skip
    context = frame(request, batch, "loaded" if batch.is_over else "columns", **more)
    noun = context["noun"]
    context["rows_url"] = noun.page(batch) if noun and batch.state == ImportBatch.State.APPLIED else ""
    status = status_of(refused) if request.method == "POST" else 200  # what ended badly before is only shown
    response = render(request, "imports/load_detail.html", context, status=status)
    if wants_fragment(request):  # a page that watched the work ends here
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("imports:load_detail", args=[batch.pk])
    return response


def draw(request: HttpRequest, batch: ImportBatch, refused: Refused | None = None) -> HttpResponse:
    """The page of the step where it stands, with a refusal in its place."""
    batch = seen_load(request, batch.pk)
    if batch.is_over:
        return draw_over(request, batch, refused)
    if batch.state == ImportBatch.State.CHECKED:
        return draw_check(request, batch, refused)
    return draw_columns(request, batch, refused)


@page(scopes=["imports"], nav="imports", methods=["POST"])
def load_again(request: HttpRequest, pk: int) -> HttpResponse:
    """What was stopped, or ended badly, from its beginning."""
    batch = own_load(request, pk)
    job = job_of(batch, batch.by)
    if batch.is_over:
        return back(batch)
    try:
        with attempt():
            if job is None or not job.may_retry:
                work.begin(work.LOOK, batch, batch.by) if not batch.tables else None
            else:
                progress.retry(job, by=batch.by)
    except Refused as refused:
        return draw(request, batch, refused)
    return back(batch)


@page(scopes=["imports"], nav="imports", methods=["POST"])
def load_stop(request: HttpRequest, pk: int) -> HttpResponse:
    batch = own_load(request, pk)
    job = job_of(batch, batch.by)
    if job is not None:
        progress.cancel(job, by=batch.by)
    return back(batch)


@transaction.non_atomic_requests  # stopping is done before the load is waited for: a worker takes both, too
@page(scopes=["imports"], nav="imports", methods=["POST"])
def load_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody wants it: its rows and bytes go. What was loaded meanwhile is said, and stays."""
    batch = own_load(request, pk)
    job = job_of(batch, batch.by) if not batch.is_over else None
    if job is not None:
        with transaction.atomic():
            progress.cancel(job, by=batch.by)
    with transaction.atomic():
        batch = applying.put_aside(batch, by=batch.by)
    if batch.state == ImportBatch.State.APPLIED:
        return back(batch, f"{batch.file_name} is loaded already, so it is not put aside.", request)
    if batch.state == ImportBatch.State.UNDONE:
        return back(batch, f"{batch.file_name} was loaded and taken back: there is nothing to put aside.", request)
    messages.success(request, f"{batch.file_name} is put aside. Nothing of it was loaded.")
    return redirect("imports:load_new")


@page(scopes=["imports"], nav="imports", methods=["POST"])
def load_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Load it: of what cannot be taken as much is left out as the button said, and no more."""
    batch = own_load(request, pk)
    if batch.is_over:  # a second press
        return back(batch)
    said = request.POST.get("leave_out", "")
    leave_out = whole(said, digits=9) or 0
    try:
        if work.is_short(batch) and applying.is_free(batch):
            with attempt():
                batch = applying.apply(batch, by=batch.by, leave_out=leave_out)
            return back(batch)
        last = work.job_of(batch, batch.by)
        if last is None or last.is_over:
            with attempt():
                work.begin(work.APPLY, batch, batch.by, leave_out=leave_out)
    except Refused as refused:
        return draw(request, batch, refused)
    return back(batch)


@page(scopes=["imports"], nav="imports", methods=["POST"])
def load_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a load out: at once where it is small and nobody loads the same, by a worker otherwise."""
    batch = own_load(request, pk)
    job = job_of(batch, batch.by)
    if batch.state != ImportBatch.State.APPLIED or (job is not None and not job.is_over):  # a second press
        return back(batch)
    try:
        with attempt():
            if not (work.is_soon_undone(batch) and applying.is_free(batch)):
                work.begin(work.UNDO, batch, batch.by)
                return back(batch)
            undone = undoing.undo(batch, by=batch.by)
    except Refused as refused:
        return draw_over(request, seen_load(request, pk), refused)
    return back(batch, f"Taken back: {undone.sentence}.", request)
