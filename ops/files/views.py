"""Files as they are asked for and sent: one way to bytes, through visible_to, never as a page of ours (ruling 26)."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import TooManyFilesSent
from django.db import DatabaseError, transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from ops.access import page
from ops.access.page import wants_fragment
from ops.errors import Refused, attempt
from ops.files import actions, intake, store
from ops.files.archive import zipped
from ops.files.kinds import PICTURES
from ops.files.models import File
from ops.files.nouns import NOUNS
from ops.files.uploads import Refusal, ToDisk

_SHUT_IN = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
_NAMED = 12
_THUMB_SECONDS = 600


def _file_or_404(request: HttpRequest, pk: int) -> File:
    file = File.objects.visible_to(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if file is None:
        raise Http404("There is no such file, or it is not yours.")
    return file


def _subject_or_404(request: HttpRequest, noun: str, pk: int) -> Any:
    subject = NOUNS[noun].subjects(request.user).filter(pk=pk).first()
    if subject is None:
        raise Http404("There is no such page, or it is not yours.")
    return subject


@page(scopes=["staff"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes. Pictures that we have drawn are shown; everything else only ever comes as a download."""
    return send_file(request, _file_or_404(request, pk))


def send_file(request: HttpRequest, file: File) -> HttpResponse:
    """For whoever may see it, which the caller has found out."""
    shown = file.is_photo and file.content_type in PICTURES and "save" not in request.GET
    kind = file.content_type if file.is_photo or file.content_type == "application/pdf" else "application/octet-stream"
    return _bytes(request, file.sha256, kind, file.name, shown=shown, seconds=0)


@page(scopes=["staff"])
def thumb(request: HttpRequest, pk: int) -> HttpResponse:
    file = _file_or_404(request, pk)
    if not file.is_photo:
        raise Http404("Only photos have a small picture.")
    return _bytes(request, file.sha256, "image/webp", "thumb.webp", shown=True, seconds=_THUMB_SECONDS)


def _bytes(
    request: HttpRequest, sha256: str, content_type: str, name: str, *, shown: bool, seconds: int
) -> HttpResponse:
    path = store.thumb_of(sha256) if content_type == "image/webp" and seconds else store.path_of(sha256)
    tag = f'"{sha256}"'
    response: Any = get_conditional_response(request, etag=tag)
    if response is None:
        if not path.is_file():
            raise Http404("The bytes of this file are missing; a system admin sees it on the health page.")
        response = FileResponse(path.open("rb"), as_attachment=not shown, filename=name, content_type=content_type)
    response["ETag"] = tag
    # Asked again each time, so that rights that ended are felt at once; thumbs may rest a little for this session.
    response["Cache-Control"] = f"private, max-age={seconds}" if seconds else "private, no-cache"
    patch_vary_headers(response, ["Cookie"])
    response["Content-Encoding"] = "identity"  # as it is: compressing pictures again only costs
    response["Content-Security-Policy"] = _SHUT_IN
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response  # type: ignore[no-any-return]


@page(scopes=["staff"], methods=["POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    def removed(file: File) -> str:
        actions.remove_file(file, by=request.user, reason=request.POST.get("reason", ""))  # type: ignore[arg-type]
        return f"Removed {file.name}."

    return _act(request, pk, removed, undo=reverse("files:restore", args=[pk]))


@page(scopes=["staff"], methods=["POST"])
def visibility(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sees the file from now on."""

    def shown(file: File) -> str:
        actions.show_file_to(file, by=request.user, visibility=request.POST.get("visibility", ""))  # type: ignore[arg-type]
        return f"{file.name} is for {File.Visibility(request.POST['visibility']).label.lower()} now."

    return _act(request, pk, shown)


@page(scopes=["staff"], methods=["POST"])
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    def restored(file: File) -> str:
        actions.restore_file(file, by=request.user)  # type: ignore[arg-type]
        return f"{file.name} is back."

    return _act(request, pk, restored)


def _act(request: HttpRequest, pk: int, verb: Callable[[File], str], undo: str = "") -> HttpResponse:
    """htmx gets a toast with undo and the page asks anew; a plain form goes back to where it was sent from."""
    file = _file_or_404(request, pk)
    with transaction.atomic():
        done = verb(file)
    if wants_fragment(request):
        toast = {"text": done, **({"undo": undo} if undo else {})}
        changed = {"noun": file.noun, "id": file.subject_id}
        response = HttpResponse(status=204)
        response["HX-Trigger"] = json.dumps({"toast": toast, "subject:changed": changed})
        return response
    messages.success(request, done)
    return redirect(_page_of(file.noun, file.subject_id))


def _page_of(noun: str, pk: int) -> str:
    return f"{reverse(NOUNS[noun].page, args=[pk])}#files"


# --- of one subject -----------------------------------------------------------------------------------------------


def adding(noun: str) -> Callable[..., HttpResponse]:
    """The view that takes files for rows of this noun."""

    # CSRF is checked below, once the handler stands that takes the files: reading the token reads the whole request.
    @csrf_exempt
    @transaction.non_atomic_requests
    @page(scopes=sorted(NOUNS[noun].adds), methods=["POST"])
    def add(request: HttpRequest, pk: int) -> HttpResponse:
        _subject_or_404(request, noun, pk)
        handler = ToDisk(request)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.FILES_REQUEST_BYTES:
            most = settings.FILES_REQUEST_BYTES // 1_000_000
            sentence = f"Nothing was kept: together these files are larger than {most} MB. Send fewer at a time."
            return _told(request, noun, pk, [], [Refusal("", sentence)], status=413)
        request.upload_handlers = [handler]
        try:
            response: HttpResponse = _added(request, noun, pk, handler)
        except TooManyFilesSent:
            sentence = f"Nothing was kept: at most {settings.FILES_PER_REQUEST} files at a time. Send fewer at once."
            return _told(request, noun, pk, [], [Refusal("", sentence)], status=413)
        return response

    return add


@csrf_protect
def _added(request: HttpRequest, noun: str, pk: int, handler: ToDisk) -> HttpResponse:
    """Each file by itself: the good ones are kept, and the others are named with what to do about them."""
    visibility = request.POST.get("visibility", "") or File.Visibility.EVERYONE
    uploads = request.FILES.getlist("files")
    kept, refused = [], list(handler.refused)
    for upload in uploads:
        name = intake.clean_name(upload.name or "")
        try:
            content = intake.prepare(upload)
            with attempt():
                kept.append(
                    actions.keep(content, by=request.user, noun=noun, subject_id=pk, visibility=visibility)  # type: ignore[arg-type]
                )
        except Refused as no:
            by_rule = isinstance(no.__cause__, DatabaseError)  # whose sentence names no file
            refused.append(Refusal(name, f"{name} was not kept. {no.sentence}" if by_rule else no.sentence))
    if not uploads and not refused:
        refused.append(Refusal("", "Choose a file first."))
    return _told(request, noun, pk, kept, refused, status=200 if kept else 422)


def _told(
    request: HttpRequest, noun: str, pk: int, kept: list[File], refused: list[Refusal], *, status: int
) -> HttpResponse:
    if request.headers.get("Accept", "") == "application/json":
        said = {
            "kept": [{"id": file.pk, "name": file.name} for file in kept],
            "refused": [{"name": one.name, "sentence": one.sentence} for one in refused],
        }
        return JsonResponse(said, status=status)
    if kept:
        messages.success(request, f"Kept {kept[0].name}." if len(kept) == 1 else f"Kept {len(kept)} files.")
    for one in refused[:_NAMED]:
        messages.error(request, one.sentence)
    if len(refused) > _NAMED:
        messages.error(request, f"And {len(refused) - _NAMED} more were not kept, from {refused[_NAMED].name} on.")
    return redirect(_page_of(noun, pk))


def packing(noun: str) -> Callable[..., HttpResponse]:
    """The view that sends all files of one row as a zip."""

    @page(scopes=sorted(frozenset().union(*NOUNS[noun].sees.values())))
    def pack(request: HttpRequest, pk: int) -> HttpResponse:
        subject = _subject_or_404(request, noun, pk)
        files = list(File.objects.visible_to(request.user).of(noun, pk).filter(removed_at=None))  # type: ignore[arg-type]
        response: Any = StreamingHttpResponse(zipped(files), content_type="application/zip")
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{subject}-files.zip')}"
        response["Content-Encoding"] = "identity"
        response["Cache-Control"] = "private, no-store"
        return response  # type: ignore[no-any-return]

    return pack
