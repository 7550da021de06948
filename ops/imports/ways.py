"""What every page of a load begins with: whose it is, where it stands, which step it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ops.errors import Refused, attempt
from ops.imports import checking, work
from ops.imports.models import ImportBatch
from ops.imports.nouns import noun_of, nouns_of
from ops.imports.waiting import FAILED
from ops.progress.models import Job

if TYPE_CHECKING:
    from accounts.models import User

SEEN_JOB = "seen_job"  # what was done since makes the outcome of this job and of those before it old


class Step(NamedTuple):
    key: str
    label: str
    url: str = ""
    css: str = ""


_STEPS = (("file", "The file"), ("columns", "Its columns"), ("check", "Check"), ("loaded", "Loaded"))


def loader_of(request: HttpRequest) -> User:
    """Who may load anything at all."""
    user = cast("User", request.user)
    if not nouns_of(user):
        raise PermissionDenied
    return user


def seen_load(request: HttpRequest, pk: int) -> ImportBatch:
    """A load that this person may know of: their own, and everybody's to who sees everything."""
    loader = loader_of(request)
    batch = ImportBatch.objects.visible_to(loader).select_related("by").filter(pk=pk).first()
    if batch is None:
        raise Http404("There is no such load, or it is not yours.")
    return batch


def own_load(request: HttpRequest, pk: int) -> ImportBatch:
    """A load that this person works on. Whose load it is decides; another's is looked at, not touched."""
    batch = seen_load(request, pk)
    if batch.by_id != request.user.pk:
        raise Http404("Only who brought a file works on it.")
    return batch


def is_open(request: HttpRequest, batch: ImportBatch) -> bool:
    """Whether this person can still decide something about it."""
    return batch.by_id == request.user.pk and not batch.is_over


def job_of(batch: ImportBatch, user: User) -> Job | None:
    """Work that is under way, or that ended badly and was not followed by anything."""
    job = work.job_of(batch, user)
    if job is None or job.state == Job.State.DONE or job.pk <= int(batch.settings.get(SEEN_JOB, 0)):
        return None
    return job


def frame(request: HttpRequest, batch: ImportBatch, step: str, **more: Any) -> dict[str, Any]:
    noun = noun_of(batch)
    own = batch.by_id == request.user.pk
    return {
        "batch": batch, "noun": noun, "many": noun.many if noun else batch.noun, "own": own,
        "steps": _steps(batch, step, own=own), **more,
    }  # fmt: skip


def _steps(batch: ImportBatch, now: str, *, own: bool) -> list[Step]:
    """Done steps lead back as long as the load is open."""
    keys = [key for key, _ in _STEPS]
    ways = {
        "columns": reverse("imports:load_columns", args=[batch.pk]) if batch.tables else "",
        "check": reverse("imports:load_check", args=[batch.pk]) if batch.state == ImportBatch.State.CHECKED else "",
    }
    return [
        Step(key, label, ways.get(key, "") if own and not batch.is_over and key != now else "",
             "now" if key == now else "done" if keys.index(key) < keys.index(now) else "")
        for key, label in _STEPS
    ]  # fmt: skip


def start_check(batch: ImportBatch) -> None:
    """At once where the file is small, by a worker otherwise. Raises Refused for what cannot be read as decided."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("by").get(pk=batch.pk)
    last = work.job_of(batch, batch.by)
    if last is not None and not last.is_over:
        return  # a second press: it is under way
    if last is not None:
        batch.settings = {**batch.settings, SEEN_JOB: last.pk}
    batch.settings.pop(FAILED, None)
    if not batch.is_over:
        batch.state = ImportBatch.State.UPLOADED
        batch.save(update_fields=["state", "settings"])
    if not work.is_small(batch):
        work.begin(work.CHECK, batch, batch.by)
        return
    with attempt():
        checking.check(batch)


def back(batch: ImportBatch, said: str = "", request: HttpRequest | None = None) -> HttpResponse:
    """To where the load stands now."""
    if said and request is not None:
        messages.success(request, said)
    return redirect("imports:load_detail", batch.pk)


def status_of(refused: Refused | None) -> int:
    return refused.status if refused else 200
