"""Pages run in a fixed pool of threads: connections stay, nothing of one request is left for the next."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.urls import path

from ops.asgi import Application, build, pages
from ops.live.tickets import ARRIVED
from ops.wsgi import dated

THREADS = 3
_who: ContextVar[str] = ContextVar("who", default="nobody")


def whereabouts(request: HttpRequest) -> JsonResponse:
    """Which thread and which database connection serve this request, and what the last one left behind."""
    found = _who.get()
    _who.set(request.GET["who"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return JsonResponse({"thread": threading.current_thread().name, "pid": pid, "found": found})


def echo(request: HttpRequest) -> HttpResponse:
    try:
        return HttpResponse(request.body)
    except UnreadablePostError:
        return HttpResponse("unreadable", status=400)


urlpatterns = [path("whereabouts/", whereabouts), path("echo/", echo)]


async def ask(
    application: Any, path: str, query: str = "", method: str = "GET", headers: Any = (), body: Iterable[Any] = ()
) -> tuple[int, bytes]:
    messages = iter([*body, {"type": "http.request", "body": b"", "more_body": False}])
    answers: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {
        "type": "http", "http_version": "1.1", "method": method, "path": path, "query_string": query.encode(),
        "headers": [(b"host", b"localhost"), *headers], "server": ("localhost", 80), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    await application(scope, receive, send)
    return answers[0]["status"], b"".join(answer.get("body", b"") for answer in answers[1:])


@pytest.fixture
def web(settings: Any, django_db_blocker: Any) -> Iterable[Application]:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    with django_db_blocker.unblock():
        yield Application(pages(WSGIHandler(), THREADS), None)


def test_connections_stay_with_their_threads_and_requests_leave_nothing_behind(web: Application) -> None:
    async def story() -> list[dict[str, Any]]:
        asked = [ask(web, "/whereabouts/", f"who=p{number}") for number in range(30)]
        return [json.loads(body) for _, body in await asyncio.gather(*asked)]

    seen = asyncio.run(story())

    pids: dict[str, set[int]] = {}
    for one in seen:
        pids.setdefault(one["thread"], set()).add(one["pid"])
    assert 1 <= len(pids) <= THREADS
    assert all(len(of_thread) == 1 for of_thread in pids.values())
    assert {one["found"] for one in seen} == {"nobody"}


def test_half_a_form_is_refused(web: Application) -> None:
    """A browser that leaves in the middle must not have its first half taken for the whole."""
    parts = [
        {"type": "http.request", "body": b"tracking=TCS-12", "more_body": True},
        {"type": "http.disconnect"},
    ]
    length = [(b"content-length", b"18"), (b"content-type", b"application/x-www-form-urlencoded")]

    whole = asyncio.run(
        ask(
            web,
            "/echo/",
            method="POST",
            headers=length,
            body=[parts[0], {**parts[0], "body": b"345", "more_body": False}],
        )
    )
    half = asyncio.run(ask(web, "/echo/", method="POST", headers=length, body=parts))

    assert whole == (200, b"tracking=TCS-12345")
    assert half == (400, b"unreadable")


def test_cookies_split_by_http2_are_one_again() -> None:
    def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [])
        return [environ["HTTP_COOKIE"].encode()]

    headers = [(b"cookie", b"sessionid=a"), (b"accept", b"*/*"), (b"cookie", b"theme=dark")]

    assert asyncio.run(ask(Application(pages(wsgi, 1), None), "/", headers=headers)) == (
        200,
        b"sessionid=a; theme=dark",
    )


def test_the_request_is_dated_before_django_sees_it() -> None:
    seen: list[float] = []
    before = time.time()

    dated(lambda environ, _: [seen.append(environ[ARRIVED])])({}, lambda *_: None)  # type: ignore[list-item, func-returns-value]

    assert before <= seen[0] <= time.time()


def test_the_live_process_serves_no_pages_and_the_web_process_no_streams() -> None:
    async def story() -> None:
        live, web = build("live"), build("web")
        assert await ask(live, "/orders/") == (404, b"This process serves the live channel alone.")
        assert live.live is not None
        await live.live.hub.stop()
        assert web.live is None

    asyncio.run(story())


def test_a_mistyped_division_of_work_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfigured, match="OPS_SERVE must be all, web or live"):
        build("pages")
