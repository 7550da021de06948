"""What a file is and what its columns are: suggested with reasons, decided by a person, asked where nothing says it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from ops.access.page import page
from ops.errors import Refused, attempt
from ops.given import plain, whole
from ops.imports import deciding
from ops.imports.column_page import (
    WIDE,
    asked_of,
    found_in,
    goes_nowhere,
    options_of,
    said_in,
    samples_of,
    wants_content,
)  # fmt: skip
from ops.imports.contents import BY_CONTENT
from ops.imports.models import ImportBatch
from ops.imports.nouns import Noun, noun_of, nouns_of
from ops.imports.ways import back, frame, is_open, job_of, own_load, seen_load, start_check, status_of

_CURRENCY = "currency"


@page(scopes=["imports"], nav="imports", methods=["GET", "POST"])
def load_columns(request: HttpRequest, pk: int) -> HttpResponse:
    batch = seen_load(request, pk) if request.method == "GET" else own_load(request, pk)
    job = job_of(batch, batch.by) if is_open(request, batch) else None
    if not is_open(request, batch) or not batch.tables or (job is not None and not job.is_over):
        return back(batch)
    if request.method == "GET":
        said = Refused(job.error) if job is not None and job.error else None
        return draw_columns(request, batch, said, fresh=True)
    noun = noun_of(batch)
    if noun is None:
        return back(batch)
    try:
        with attempt():
            mapping, fixed = said_in(batch, noun, request.POST)
            if batch.preset:
                deciding.hold_for_all(batch, fixed)
            else:
                source = plain(request.POST.get("source", ""))
                deciding.name_columns(
                    batch, mapping, fixed=fixed, source=source, by_content=wants_content(request.POST)
                )
    except Refused as refused:
        return draw_columns(request, batch, refused, typed=request.POST)
    return check_again(request, batch)


def check_again(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """What was decided stays, also where it cannot be read so: the sentence stands beside it."""
    try:
        start_check(batch)
    except Refused as refused:
        return draw_columns(request, seen_load(request, batch.pk), refused)
    return back(batch)


def draw_columns(
    request: HttpRequest, batch: ImportBatch, refused: Refused | None = None, *, typed: QueryDict | None = None,
    fresh: bool = False,
) -> HttpResponse:  # fmt: skip
    noun = noun_of(batch)
    if noun is None:
        raise Refused("What this file was to be loaded as is no longer known here.")
    asked = asked_of(batch, noun, typed)
    there = [one for one in asked if one.at is not None or one.needed or one.fixed or one.made]
    context = frame(
        request, batch, "columns", refused=refused, asked=there, absent=[one for one in asked if one not in there],
        options=options_of(batch), wide=len(batch.header) > WIDE, nowhere=goes_nowhere(batch, asked),
        found=found_in(batch), table=batch.preview, tables=[*enumerate(batch.tables)],
        preset=noun.preset(batch.preset),
        nouns=nouns_of(batch.by),
        read_as=f"{batch.noun}:{batch.preset}", why=batch.settings.get("why", ""), rates=rates_of(batch, noun),
        source=typed.get("source", batch.source)[:60] if typed is not None else batch.source,
        by_content=wants_content(typed) if typed is not None else bool(batch.answers.get(BY_CONTENT)),
        before=_loaded_before(batch), home=settings.SHOP_CURRENCY,
    )  # fmt: skip
    return render(request, "imports/load_columns.html", context, status=200 if fresh else status_of(refused))


def _loaded_before(batch: ImportBatch) -> ImportBatch | None:
    same = ImportBatch.objects.filter(file_sha256=batch.file_sha256, state=ImportBatch.State.APPLIED)
    return same.exclude(pk=batch.pk).select_related("by").first()


def rates_of(batch: ImportBatch, noun: Noun) -> list[tuple[str, str]]:
    """Each foreign currency of the load with the rate that was said for it."""
    preset = noun.preset(batch.preset)
    fixed = {**(preset.fixed if preset else {}), **batch.fixed}
    known = {*batch.counts.get("currencies", ()), *batch.rates}
    if _CURRENCY in noun.labels():
        known.add(str(fixed.get(_CURRENCY, "")).upper())
    return [(code, batch.rates.get(code, "")) for code in sorted(known - {"", settings.SHOP_CURRENCY})]


@page(scopes=["imports"], nav="imports")
def load_samples(request: HttpRequest, pk: int) -> HttpResponse:
    """Cells of the column that has just been chosen, for who chooses; of another's load none."""
    batch = seen_load(request, pk)
    by_label = {label: at for at, label in options_of(batch)}
    chosen = next((str(value) for name, value in request.GET.items() if name.startswith("c-")), "")
    at = by_label[chosen] if chosen in by_label else whole(chosen.removeprefix("#"), digits=5)
    samples = samples_of(batch, at) if batch.by_id == request.user.pk else ()
    return render(request, "imports/_samples.html", {"samples": samples})


@page(scopes=["imports"], nav="imports", methods=["POST"])
def load_read_as(request: HttpRequest, pk: int) -> HttpResponse:
    """Another noun, table or program."""
    batch = own_load(request, pk)
    job = job_of(batch, batch.by)
    if job is not None and not job.is_over:  # a second press
        return back(batch)
    noun, _, preset = plain(request.POST.get("read_as", f"{batch.noun}:{batch.preset}")).partition(":")
    table = whole(request.POST.get("table", ""), digits=4)
    same = (noun, table if table is not None else batch.table) == (batch.noun, batch.table)
    try:
        with attempt():
            deciding.start_reading(batch, noun=noun, table=table, preset=preset if same or preset else None)
    except Refused as refused:
        return draw_refused(request, batch, refused)
    return back(batch)


@page(scopes=["imports"], nav="imports", methods=["POST"])
def load_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """All open questions at once: what is answered is not asked again, and the file is checked when none is open."""
    batch = own_load(request, pk)
    try:
        with attempt():
            for number in reversed(range(len(batch.questions))):  # an answered one leaves the list
                if key := request.POST.get(f"q-{number}", ""):
                    batch = deciding.answer(batch, number, plain(key))
    except Refused as refused:
        return draw_refused(request, batch, refused)
    if batch.questions:
        return draw_refused(request, batch, Refused("Choose an answer for each question: nothing is guessed."))
    return check_again(request, batch)


@page(scopes=["imports"], nav="imports", methods=["POST"])
def load_rates(request: HttpRequest, pk: int) -> HttpResponse:
    """What foreign currencies are worth, for this load."""
    batch = own_load(request, pk)
    noun = noun_of(batch)
    try:
        with attempt():
            for code, _ in rates_of(batch, noun) if noun else ():
                if said := plain(request.POST.get(f"rate-{code}", "")).strip():
                    batch = deciding.say_rate(batch, code, said)
    except Refused as refused:
        return draw_refused(request, batch, refused)
    return check_again(request, batch)


def draw_refused(
    request: HttpRequest, batch: ImportBatch, refused: Refused, *, checked: Callable[..., HttpResponse] = draw_columns
) -> HttpResponse:
    """A refusal on the page where the load stands; `checked` draws one that stands checked."""
    batch = seen_load(request, batch.pk)
    if batch.is_over or not batch.tables:
        messages.error(request, refused.sentence)
        return back(batch)
    draw = checked if batch.state == ImportBatch.State.CHECKED else draw_columns
    return draw(request, batch, refused)
