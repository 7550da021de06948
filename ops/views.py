"""Pages of the shell that belong to no app: the way home, the palette, health, reports from browsers."""

import json
import logging
import sys

import sentry_sdk
from django.conf import settings
from django.contrib import messages
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.views.decorators.csrf import csrf_exempt

from ops import outbox, schedule
from ops.access import page, public
from ops.access.scopes import scopes_of
from ops.health import facts, work_counts
from ops.palette import matches

log = logging.getLogger("ops.browser")
_REPORT_BYTES = 16_000
_AWAY = "The database is not there right now; nothing was saved. Try again in a few seconds."


@page(scopes=["staff"])
def home(request: HttpRequest) -> HttpResponse:
    """Each role starts where its work is."""
    try:
        return redirect(reverse(request.user.role.home))  # type: ignore[union-attr]
    except NoReverseMatch:
        return redirect("ops:ui")


@public()
def healthz(request: HttpRequest) -> HttpResponse:
    """For the load balancer: the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HttpResponse("ok", content_type="text/plain")


@csrf_exempt
@public(methods=["POST"])
def csp_report(request: HttpRequest) -> HttpResponse:
    """A browser says that a page broke our policy: logged without the address it happened at."""
    try:
        report = json.loads(request.body[:_REPORT_BYTES]).get("csp-report", {})
    except (ValueError, AttributeError):
        return HttpResponse(status=400)
    log.warning("Content policy broken: %s blocked %s", report.get("effective-directive"), report.get("blocked-uri"))
    return HttpResponse(status=204)


@page(scopes=["staff"])
def palette(request: HttpRequest) -> HttpResponse:
    """Pages, records and verbs that match what was typed, each under the reader's own rights (X1)."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    here, recent = request.headers.get("HX-Current-URL", ""), request.GET.get("recent", "")[:1000].split()
    groups = matches(request, query, here=here, recent=recent)
    return render(request, "ui/palette.html", {"groups": groups, "q": query})


@page(scopes=["health"], nav="health")
def health(request: HttpRequest) -> HttpResponse:
    """What runs without a person: each job with its last run and its next, mails in counts, never what they say."""
    context = {
        "jobs": schedule.planned(), "mails": outbox.counts(), "failed": outbox.failed(), "work": work_counts(),
        "facts": facts(), "tries": "jobs_admin" in scopes_of(request.user),
    }  # fmt: skip
    return render(request, "ops/health.html", context)


@page(scopes=["jobs_admin"], methods=["POST"], nav="health")
def job_again(request: HttpRequest) -> HttpResponse:
    name = request.POST.get("name", "")
    begun = schedule.run_again(name)
    messages.success(request, f"“{name}” was handed to a worker{'' if begun else ' a moment ago'}.")
    return redirect("ops:health")


@page(scopes=["jobs_admin"], methods=["POST"], nav="health")
def mail_again(request: HttpRequest, pk: int) -> HttpResponse:
    kind = schedule.send_again(pk)
    messages.success(request, "It goes out again in a moment." if kind else "It is on its way already.")
    return redirect("ops:health")


@page(scopes=["people_admin"], nav="health")
def mail_log(request: HttpRequest) -> HttpResponse:
    """Without EMAIL_URL mail goes to files; with OPS_DEMO this page lists them."""
    if settings.EMAIL_URL or not settings.DEMO:
        raise Http404
    folder = settings.MAIL_DIR
    files = sorted(folder.glob("*.log"), key=lambda f: f.stat().st_mtime, reverse=True)[:50] if folder.is_dir() else []
    mails = [{"name": f.name, "text": f.read_text(errors="replace")[:20_000]} for f in files]
    return render(request, "ops/mail_log.html", {"mails": mails})


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours, with the number under which it is kept; or the database that is just being restarted."""
    away = isinstance(sys.exception(), OperationalError | InterfaceError)
    name, status = ("503.html", 503) if away else ("500.html", 500)
    reference = sentry_sdk.last_event_id() or getattr(request, "request_id", "")
    # Without the request: nothing of the page may ask the database now.
    response = HttpResponse(get_template(name).render({"reference": reference}), status=status)
    sentence = _AWAY if away else f"That did not work, and it is our fault. Reference {reference}."
    response["HX-Trigger"] = json.dumps({"toast": {"text": sentence, "kind": "err"}})
    if away:
        response["Retry-After"] = "5"
    return response


@page(scopes=["imports"])
def moved_loads(request: HttpRequest, address: str = "") -> HttpResponse:
    """Loading files had its address under orders once."""
    return redirect("imports:load_new")


@public()
def nothing_here(request: HttpRequest, address: str) -> HttpResponse:
    raise Http404


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)
