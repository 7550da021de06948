"""Keeps a fresh live ticket in the browser of everybody who is signed in, without a query of its own."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ops.live.issue import AGE_COOKIE, dated, epoch_of, give, is_due, is_nobodys, take_back


class TicketMiddleware:
    """Stands innermost, where the person's actor is bound.

    Any HTML answer, a fragment too, renews a ticket older than five minutes or one for other rights. Comparing a small
    companion cookie costs 10 microseconds; signing on every answer would cost more, and 400 bytes of headers each time.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        dated(request)
        response = self.get_response(request)
        epoch = epoch_of(request)
        if epoch is None:
            if AGE_COOKIE in request.COOKIES and is_nobodys(request):
                take_back(response)
        elif response.headers.get("Content-Type", "").startswith("text/html") and is_due(request, epoch):
            give(request, response, epoch)
        return response
