"""What loading a file would do, what is wrong with it and what mends that: looked at, decided, put right in place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify

from ops import clock
from ops.access.page import page
from ops.errors import Refused, attempt
from ops.exports.files import deliver
from ops.exports.sheets import TYPES
from ops.files.store import said_when_full
from ops.given import id_of, plain, whole, without_page
from ops.imports import applying, bad_rows, deciding
from ops.imports.column_views import check_again, draw_refused, rates_of
from ops.imports.models import ImportBatch, ImportItem, ImportMatch
from ops.imports.nouns import Noun, noun_of
from ops.imports.problems import KEPT
from ops.imports.showing import VERDICTS, decided_in, items_with_changes, kinds_of, verdicts_of
from ops.imports.ways import back, frame, is_open, job_of, own_load, seen_load, status_of

_A_PAGE, _MATCHES = 50, 20
_NEW = "new"


def _checked(request: HttpRequest, pk: int) -> tuple[ImportBatch, Noun] | HttpResponse:
    """A load of one's own that stands checked; where it stands instead otherwise."""
    batch = seen_load(request, pk)
    noun = noun_of(batch)
    job = job_of(batch, batch.by) if is_open(request, batch) else None
    working = job is not None and not job.is_over
    if noun is None or working or not is_open(request, batch) or batch.state != ImportBatch.State.CHECKED:
        return back(batch)
    return batch, noun


@page(scopes=["imports"], nav="imports", methods=["GET", "POST"])
def load_check(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method == "POST":
        return _check_again(request, own_load(request, pk))
    found = _checked(request, pk)
    if isinstance(found, HttpResponse):
        return found
    job = job_of(found[0], found[0].by)
    failed = Refused(job.error) if job is not None and job.error else None
    return draw_check(request, found[0], failed, fresh=True)


def _check_again(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """With what was decided. What cannot be read so is said beside its columns."""
    return back(batch) if batch.is_over or not batch.tables else check_again(request, batch)


def draw_check(
    request: HttpRequest, batch: ImportBatch, refused: Refused | None = None, *, fresh: bool = False
) -> HttpResponse:
    noun = noun_of(batch)
    if noun is None:
        raise Refused("What this file was to be loaded as is no longer known here.")
    counts = batch.counts
    changed = ImportItem.objects.filter(batch=batch, verdict=ImportItem.Verdict.CHANGED).order_by("first_line")[:5]
    blocked, takes = applying.blocked(batch), int(counts.get("new", 0)) + int(counts.get("changed", 0))
    waiting = ImportMatch.objects.filter(batch=batch)
    context = frame(
        request, batch, "check", refused=refused, verdicts=verdicts_of(batch, request.GET.dict()), blocked=blocked,
        takes=takes, kinds=kinds_of(batch, noun), decided=decided_in(batch, noun), rates=rates_of(batch, noun),
        changes=items_with_changes(batch, noun, list(changed)), matches=list(waiting.filter(answer=None)[:3]),
        open_matches=waiting.filter(answer=None).count(), all_matches=waiting.count(), kept=KEPT,
        samples=batch.settings.get("samples", {}), reads_blank=any(key != "new" for key in counts if counts.get(key)),
    )  # fmt: skip
    return render(request, "imports/load_check.html", context, status=200 if fresh else status_of(refused))


@page(scopes=["imports"], nav="imports", methods=["POST"])
def load_mend(request: HttpRequest, pk: int) -> HttpResponse:
    """All problems of one kind in one column at once; an empty fix takes back what was chosen."""
    batch, said = own_load(request, pk), request.POST
    fix = plain(said.get("fix", ""))
    try:
        with attempt():
            batch = deciding.mend(batch, plain(said.get("kind", "")), plain(said.get("column", "")), fix)
    except Refused as refused:
        return _draw_refused(request, batch, refused)
    return back(batch) if batch.state == ImportBatch.State.CHECKED else _check_again(request, batch)


@page(scopes=["imports"], nav="imports", methods=["POST"])
def load_ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an answer, or what was corrected by hand."""
    batch, said = own_load(request, pk), request.POST
    try:
        with attempt():
            if "cells" in said:
                batch = deciding.take_corrections_back(batch)
            elif "mend" in said:
                batch = deciding.mend(batch, plain(said["mend"]), plain(said.get("column", "")), "")
            else:
                batch = deciding.ask_again(batch, plain(said.get("about", "")), plain(said.get("column", "")))
    except Refused as refused:
        return _draw_refused(request, batch, refused)
    return _check_again(request, batch)


@page(scopes=["imports"], nav="imports")
def load_items(request: HttpRequest, pk: int) -> HttpResponse:
    """Every thing of the file with what would become of it; changed ones with old and new."""
    found = _checked(request, pk)
    if isinstance(found, HttpResponse):
        return found
    batch, noun = found
    verdict, word = request.GET.get("verdict", ""), plain(request.GET.get("q", "")).strip()[:100]
    items = ImportItem.objects.filter(batch=batch).order_by("first_line", "key")
    if verdict in ImportItem.Verdict.values:
        items = items.filter(verdict=verdict)
    if word:
        items = items.filter(key__icontains=word)
    shown = _page_of(request, items)
    tabs = [(key, label, int(batch.counts.get(key, 0))) for key, label, _ in VERDICTS]
    context = frame(
        request, batch, "check", items=items_with_changes(batch, noun, list(shown)), shown=shown, tabs=tabs,
        verdict=verdict, q=word, query=without_page(request.GET),
    )  # fmt: skip
    return render(request, "imports/load_items.html", context)


@page(scopes=["imports"], nav="imports", methods=["GET", "POST"])
def load_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Rows with problems, fifty a page: their cells are put right where they stand, and the file is checked again."""
    if request.method == "POST":
        own_load(request, pk)
    found = _checked(request, pk)
    if isinstance(found, HttpResponse):
        return found
    batch, noun = found
    kind, column = request.GET.get("kind", ""), request.GET.get("column", "")
    shown = _page_of(request, bad_rows.lines_with_problems(batch, kind, column))
    grid = bad_rows.grid_of(batch, noun, list(shown))
    if request.method == "POST":
        return _corrected(request, batch, grid)
    known = {(k["kind"], k["column"]): k["label"] for k in batch.counts.get("kinds", ())}
    context = frame(
        request, batch, "check", grid=grid, shown=shown, kind=kind, column=column, query=without_page(request.GET),
        kind_label=known.get((kind, column), ""), kept=KEPT, more=len(batch.problems) >= KEPT,
    )  # fmt: skip
    return render(request, "imports/load_rows.html", context)


def _corrected(request: HttpRequest, batch: ImportBatch, grid: list[bad_rows.Line]) -> HttpResponse:
    cells = bad_rows.corrections_in(grid, {key: plain(str(value)) for key, value in request.POST.items()})
    if not cells:
        messages.info(request, "Nothing was typed otherwise, so nothing changed.")
        return redirect(request.get_full_path())
    try:
        with attempt():
            batch = deciding.correct_at(batch, cells)
    except Refused as refused:
        return _draw_refused(request, batch, refused)
    count = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
    messages.success(request, f"{count} corrected; the file is checked again.")
    return _check_again(request, batch)


@page(scopes=["imports"], nav="imports", methods=["GET", "POST"])
def load_matches(request: HttpRequest, pk: int) -> HttpResponse:
    """What may be known here already: a person says of each which it is, or that it is new."""
    if request.method == "POST":
        return _settled(request, own_load(request, pk))
    found = _checked(request, pk)
    if isinstance(found, HttpResponse):
        return found
    return _draw_matches(request, found[0])


def _draw_matches(request: HttpRequest, batch: ImportBatch, refused: Refused | None = None) -> HttpResponse:
    every = ImportMatch.objects.filter(batch=batch)
    shown = _page_of(request, every.filter(answer=None) if "all" not in request.GET else every, _MATCHES)
    context = frame(
        request, batch, "check", shown=shown, open=every.filter(answer=None).count(), count=every.count(),
        query=without_page(request.GET), refused=refused, everything="all" in request.GET,
    )  # fmt: skip
    return render(request, "imports/load_matches.html", context, status=status_of(refused))


def _settled(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    how = request.POST.get("all", "")
    every = ImportMatch.objects.filter(batch=batch)
    if how:
        still_open = every.filter(answer=None)
        suggested = {m.pk: (m.likely[0]["value"] if m.likely else "") for m in still_open} if how == "suggested" else {}
        answers = suggested or dict.fromkeys(still_open.values_list("pk", flat=True), "")
    else:
        said = {id_of(name[2:]): value for name, value in request.POST.items() if name.startswith("m-")}
        asked = every.filter(pk__in=[pk for pk in said if pk is not None])
        answers = {m.pk: value for m in asked if (value := _chosen(m, str(said[m.pk]))) is not None}
    try:
        with attempt():
            if not answers:
                raise Refused("Choose an answer first.")
            batch = deciding.settle(batch, answers)
    except Refused as refused:
        return _draw_matches(request, batch, refused) if not batch.is_over else back(batch)
    return _check_again(request, batch)


def _chosen(match: ImportMatch, said: str) -> str | None:
    """None where nothing was chosen, or it is as it was."""
    if said == _NEW:
        value = ""
    elif (at := whole(said, digits=3)) is not None and at < len(match.likely):
        value = str(match.likely[at]["value"])
    else:
        return None
    return None if value == match.answer else value


@page(scopes=["imports"], nav="imports")  # type: ignore[arg-type]  # a file is a response of its own kind
def load_problems(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """The rows that cannot be taken, as a file: corrected, it is brought again and known again."""
    found = _checked(request, pk)
    if isinstance(found, HttpResponse):
        return found
    batch, noun = found
    if form not in TYPES:
        form = "csv"
    try:
        with said_when_full():
            table = bad_rows.file_of(batch, noun)
            applying.remember(batch, batch.by)
            name = f"{slugify(batch.file_name.rpartition('.')[0]) or 'load'}-problems-{clock.today():%Y-%m-%d}"
            return deliver(table, form, by=batch.by, name=name, query=f"load {batch.pk}")
    except Refused as refused:
        messages.error(request, refused.sentence)
        return back(batch)


def _draw_refused(request: HttpRequest, batch: ImportBatch, refused: Refused) -> HttpResponse:
    return draw_refused(request, batch, refused, checked=draw_check)


def _page_of(request: HttpRequest, rows: Any, size: int = _A_PAGE) -> Page[Any]:
    return Paginator(rows, size).get_page(request.GET.get("page"))
