"""Binds who acts to each request: the door first, then the person for the view. Turns refusals into sentences."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from ops.access.page import wants_fragment
from ops.access.viewing import LookingOnly, refuse_to_change, viewing_of
from ops.db.actor import acting_as, current_actor, door, for_user
from ops.errors import Conflict, Refused, refusal_of

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class DoorMiddleware:
    """Outermost: sessions and credentials are read as the door, before anyone is known (ruling 2)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        with acting_as(door(request=request.request_id)):  # type: ignore[attr-defined]
            return self.get_response(request)


class PersonMiddleware:
    """The view acts as who is signed in; the pages of one's own way in act as the door, with the person's uid."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        request_id: str = request.request_id  # type: ignore[attr-defined]
        viewing = viewing_of(request, user)
        if viewing is not None:
            actor = viewing.actor(request_id)
            request.user, request.viewing = viewing.person, viewing  # type: ignore[attr-defined]
        else:
            actor = door(user.pk, request_id) if _is_door(request) else for_user(user, request_id)
        with ExitStack() as stack:
            stack.enter_context(acting_as(actor))
            if viewing is not None:
                try:
                    refuse_to_change(request, viewing)
                except LookingOnly as refused:
                    return refusal_page(request, refused)
            response = self.get_response(request)
            if isinstance(response, StreamingHttpResponse):
                response.streaming_content = _as_same_actor(iter(response.streaming_content))  # type: ignore[arg-type]
            return response


def _is_door(request: HttpRequest) -> bool:
    """Pages about one's own way in: django-allauth's, which read credentials, sessions and second factors."""
    return request.path.startswith("/accounts/")


def _as_same_actor(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The body of a streaming response is made after the middleware has left: bind the actor around each chunk."""
    actor = current_actor.get()

    def stream() -> Iterator[bytes]:
        while True:
            with acting_as(actor):
                try:
                    chunk = next(chunks)
                except StopIteration:
                    return
            yield chunk

    return stream()


class RefusalMiddleware:
    """A refusal that no view has caught reaches the person as a sentence, with nothing saved (ruling 28)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        refused = error if isinstance(error, Refused) else None
        if isinstance(error, DatabaseError):
            refused = refusal_of(error)
        return refusal_page(request, refused) if refused else None


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """htmx gets a toast and keeps what is on screen; a full page says it in place."""
    if wants_fragment(request):
        response = HttpResponse(status=refused.status)
        response["HX-Reswap"] = "none"
        response["HX-Trigger"] = json.dumps({"toast": {"text": refused.sentence, "kind": "err"}})
        return response
    context: dict[str, Any] = {"refused": refused, "conflict": isinstance(refused, Conflict)}
    return render(request, "refused.html", context, status=refused.status)
