"""GET /live/ as a raw ASGI application: no thread, no Django request, no database connection a viewer."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from django.http.cookie import parse_cookie

from ops.live.hub import Hub
from ops.live.notes import event
from ops.live.stream import RETRY, Stream
from ops.live.tickets import COOKIE, PATH, Ticket, TicketError, unseal

type Scope = MutableMapping[str, Any]
type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]

HEALTH = f"{PATH}health"
_EVENTS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
# How long a new screen may wait for the hub's first connection before it hears "not now".
PATIENCE_SECONDS = 2.0


class Live:
    """Serves `/live/` and `/live/health`."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def serves(self, path: str) -> bool:
        return path in {PATH, HEALTH}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.hub.start()
        if scope["path"] == HEALTH:
            await self._health(send)
        elif scope["method"] != "GET":
            await answer(send, 405, "The live channel is only read.", [(b"allow", b"GET")])
        elif not await self.hub.ready(PATIENCE_SECONDS):
            await answer(send, 503, "Live updates are not available just now.", [(b"retry-after", b"2")])
        else:
            try:
                stream = self.hub.open(_ticket(scope["headers"]))
            except TicketError:
                if _streams(scope["headers"]):
                    # A status that is no 200 is an error on the console of a browser; this asks the page for the same.
                    await answer(send, 200, event("renew", {"why": "ticket"}).decode(), kind=_EVENTS[0][1])
                    return
                await answer(send, 401, "Ask POST /live/ticket/ for a new ticket, then connect again.")
                return
            await self._serve(stream, receive, send)

    async def _serve(self, stream: Stream, receive: Receive, send: Send) -> None:
        gone = asyncio.ensure_future(_until_gone(receive))
        gone.add_done_callback(lambda _: stream.end("gone"))

        async def pour(chunk: bytes) -> None:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})

        try:
            await send({"type": "http.response.start", "status": 200, "headers": _EVENTS})
            await pour(RETRY + event("hello", {"clients": len(self.hub), "quiet_ms": self.hub.quiet_ms}))
            await stream.pour(pour)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self.hub.close(stream)
            gone.cancel()

    async def _health(self, send: Send) -> None:
        state = {"listening": self.hub.listening, "streams": len(self.hub)}
        kind = b"application/json"
        await answer(send, 200 if self.hub.listening else 503, json.dumps(state), kind=kind)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _streams(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a browser's EventSource asks, which always says so."""
    return any(name == b"accept" and b"text/event-stream" in value for name, value in headers)


def _ticket(headers: Iterable[tuple[bytes, bytes]]) -> Ticket:
    # HTTP/2 may split the cookies over several headers.
    line = "; ".join(value.decode("latin1") for name, value in headers if name == b"cookie")
    return unseal(parse_cookie(line).get(COOKIE, ""), time.time())


async def answer(
    send: Send,
    status: int,
    text: str,
    headers: Iterable[tuple[bytes, bytes]] = (),
    kind: bytes = b"text/plain; charset=utf-8",
) -> None:
    """A short answer that is not a stream."""
    body = text.encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", kind),
                (b"content-length", str(len(body)).encode()),
                (b"cache-control", b"no-store"),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
