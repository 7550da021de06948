"""Pages run in a fixed pool of threads: connections stay, nothing of one request is left for the next."""

import asyncio
import json
import os
import signal
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
from ops.live.endpoint import Live
from ops.live.hub import Hub
from ops.live.tickets import ARRIVED, seal
from ops.wsgi import dated
from tests.live.conftest import ALL, Tab, a_person, a_ticket

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


async def converse(application: Application, kind: str, *said: str) -> list[str]:
    """What the application answers, by type, to messages of these types."""
    messages, answers = iter(said), []

    async def receive() -> Any:
        return {"type": next(messages)}

    async def send(message: Any) -> None:
        answers.append(message["type"])

    await application({"type": kind}, receive, send)
    return answers


def test_the_hub_lives_as_long_as_the_process(live_url: str) -> None:
    async def story() -> None:
        hub = Hub(live_url)
        said = await converse(Application(None, Live(hub)), "lifespan", "lifespan.startup", "lifespan.shutdown")
        assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
        assert not await hub.ready(0.01)
        web = await converse(Application(None, None), "lifespan", "lifespan.startup", "lifespan.shutdown")
        assert web == said

    asyncio.run(story())


@pytest.fixture
def heard() -> Iterable[list[int]]:
    """The signals that the server itself hears of; SIGINT is nobody's, as in a detached process."""
    signals: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: signals.append(number))
    interrupt = signal.signal(signal.SIGINT, signal.SIG_DFL)
    yield signals
    signal.signal(signal.SIGTERM, before)
    signal.signal(signal.SIGINT, interrupt)


def test_a_stop_signal_ends_the_streams_and_still_reaches_the_server(live_url: str, heard: list[int]) -> None:
    async def story() -> None:
        hub = Hub(live_url)
        application = Application(None, Live(hub))
        stopped = asyncio.Event()
        messages = iter([{"type": "lifespan.startup"}])

        async def receive() -> Any:
            for message in messages:
                return message
            await stopped.wait()
            return {"type": "lifespan.shutdown"}

        async def send(message: Any) -> None:
            pass

        process = asyncio.create_task(application({"type": "lifespan"}, receive, send))
        await asyncio.sleep(0)
        assert await hub.ready(5)
        tab = Tab(application, seal(a_ticket(a_person(), ALL)))  # type: ignore[arg-type]
        assert (await tab.next())[0] == "hello"

        os.kill(os.getpid(), signal.SIGTERM)

        assert await tab.next() == ("renew", {"why": "stop"})
        await tab.finished()
        assert heard == [signal.SIGTERM]
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
        late = Tab(application, seal(a_ticket(a_person(), ALL)))  # type: ignore[arg-type]
        await late.finished()
        assert late.status == 503
        stopped.set()
        await process

    asyncio.run(story())


def test_outside_the_main_thread_signals_are_left_alone(live_url: str) -> None:
    async def story() -> None:
        await converse(Application(None, Live(Hub(live_url))), "lifespan", "lifespan.startup", "lifespan.shutdown")

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=lambda: asyncio.run(story()))
    thread.start()
    thread.join()

    assert signal.getsignal(signal.SIGTERM) is before


def test_there_are_no_websockets() -> None:
    assert asyncio.run(converse(Application(None, None), "websocket", "websocket.connect")) == ["websocket.close"]
