"""`@page`: which scopes open a view, which partials it may answer with. An undecorated URL fails a test."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers

from ops.access.scopes import scopes_of

View = Callable[Concatenate[HttpRequest, ...], HttpResponse]


@dataclass(frozen=True)
class PageInfo:
    """What the convention tests and the navigation know about a view."""

    scopes: frozenset[str]
    partials: frozenset[str]
    nav: str
    signed_in: bool
    methods: frozenset[str]


def page(
    *, scopes: Iterable[str], partials: Iterable[str] = (), nav: str = "", methods: Iterable[str] = ("GET",)
) -> Callable[[View], View]:
    """Opens to whoever has one of `scopes`. Others get 403, or the sign-in page when nobody is signed in."""
    info = PageInfo(frozenset(scopes), frozenset(partials), nav, signed_in=True, methods=frozenset(methods))

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not _takes(info, request):
                return _not_so(info, request)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if scopes_of(request.user).isdisjoint(info.scopes):
                raise PermissionDenied
            request.nav = info.nav  # type: ignore[attr-defined]
            response = view(request, *args, **kwargs)
            if info.partials:
                patch_vary_headers(response, ["HX-Request"])
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        opened.page = info  # type: ignore[attr-defined]
        return opened

    return decorate


def public(*, methods: Iterable[str] = ("GET",)) -> Callable[[View], View]:
    """A page for whoever comes: error reports, health, a signed link."""
    info = PageInfo(frozenset(), frozenset(), "", signed_in=False, methods=frozenset(methods))

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not _takes(info, request):
                return _not_so(info, request)
            return view(request, *args, **kwargs)

        opened.page = info  # type: ignore[attr-defined]
        return opened

    return decorate


def _not_so(info: PageInfo, request: HttpRequest) -> HttpResponse:
    """A verb's address that was opened like a page: what is so, and the way to the page that it belongs to."""
    response = render(request, "405.html", {"back": _page_above(request.path), "signed_in": info.signed_in}, status=405)
    response.headers["Allow"] = ", ".join(sorted(info.methods))
    return response


def _page_above(path: str) -> str:
    """The nearest address above that is a page; the start page when there is none."""
    parts = path.strip("/").split("/")
    for upto in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:upto])}/"
        try:
            found = getattr(resolve(above).func, "page", None)
        except Resolver404:
            continue
        if found is not None and "GET" in found.methods:
            return above
    return "/"


def _takes(info: PageInfo, request: HttpRequest) -> bool:
    """HEAD is a GET without a body. Where only POST acts, nothing else may: HEAD carries no CSRF token."""
    return ("GET" if request.method == "HEAD" else request.method) in info.methods


def wants_fragment(request: HttpRequest) -> bool:
    """An htmx request that is not the browser's Back button, which must get the full page (ui.md section 1)."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request  # type: ignore[union-attr]
