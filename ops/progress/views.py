"""How far one's long work is, and what came of it. Everything works by reloading; open pages refresh by themselves."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from ops.access.page import page, wants_fragment
from ops.progress import actions, files
from ops.progress.models import Job

_RECENT = 50


def _mine(request: HttpRequest, pk: int) -> Job:
    job = Job.objects.visible_to(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if job is None:
        raise Http404("There is no such work, or it is not yours.")
    return job


@page(scopes=["staff"], nav="jobs")
def job_list(request: HttpRequest) -> HttpResponse:
    jobs = Job.objects.visible_to(request.user)[:_RECENT]  # type: ignore[arg-type]
    return render(request, "progress/job_list.html", {"jobs": jobs, "days": actions.KEEP_DAYS})


@page(scopes=["staff"], partials={"body"}, nav="jobs")
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    part = request.headers.get("Ops-Live") or wants_fragment(request)
    context = {"job": _mine(request, pk), "days": actions.KEEP_DAYS}
    return render(request, "progress/job_detail.html" + ("#body" if part else ""), context)


@page(scopes=["staff"])  # type: ignore[arg-type]  # a file is a response of its own kind
def job_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The result, shown in place, or kept with ?save=1. Only its person gets here: the row itself is theirs alone."""
    job = _mine(request, pk)
    path = files.path_of(job)
    if job.state != Job.State.DONE or not path.is_file():
        return redirect("progress:job_detail", pk)  # which says how far it is, or what went wrong
    save = request.GET.get("save") == "1"
    return FileResponse(path.open("rb"), as_attachment=save, filename=job.file_name, content_type=job.file_type)


@page(scopes=["staff"], methods=["POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    actions.cancel(_mine(request, pk), by=request.user)  # type: ignore[arg-type]
    return redirect("progress:job_detail", pk)


@page(scopes=["staff"], methods=["POST"])
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    actions.retry(_mine(request, pk), by=request.user)  # type: ignore[arg-type]
    return redirect("progress:job_detail", pk)
