"""One ASGI application: `/live/` is raw ASGI, every page runs through Django's WSGI handler in a fixed thread pool.

Threads are fixed so that each keeps its own database connection (CONN_MAX_AGE works; Django's own ASGI handler opens
a thread and a connection per request). OPS_SERVE=live serves the live channel alone and loads no app; OPS_SERVE=web
serves pages alone; OPS_THREADS is the size of the pool.
"""

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Iterable
from types import FrameType
from typing import cast

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ops import env
from ops.live.endpoint import Live, Message, Receive, Scope, Send, answer
from ops.live.hub import Hub

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")

type Handler = Callable[[int, FrameType | None], object]
type App = Callable[[Scope, Receive, Send], Awaitable[None]]


class CutShortError(OSError):
    """The browser left before its request was whole; Django turns it into UnreadablePostError."""


def pages(wsgi: Callable[..., Iterable[bytes]], threads: int) -> App:
    """A WSGI application in a fixed number of threads."""
    bridge = cast("App", WSGIMiddleware(wsgi, workers=threads))  # typed by events of its own

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        cookies = [value for name, value in scope["headers"] if name == b"cookie"]
        if len(cookies) > 1:
            # HTTP/2 splits them; the bridge would join them by a comma.
            others = [header for header in scope["headers"] if header[0] != b"cookie"]
            scope = {**scope, "headers": [*others, (b"cookie", b"; ".join(cookies))]}

        async def whole() -> Message:
            # The bridge takes a disconnect for the end of the body: half a form would pass for a whole one.
            message = await receive()
            if message["type"] == "http.disconnect":
                raise CutShortError("the browser left before its request was whole")
            return message

        await bridge(scope, whole, send)

    return serve


class Application:
    """Routes by path and starts and stops the hub with the process."""

    def __init__(self, web: App | None, live: Live | None) -> None:
        self.web = web
        self.live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        elif self.live is not None and self.live.serves(scope["path"]):
            await self.live(scope, receive, send)
        elif self.web is not None:
            await self.web(scope, receive, send)
        else:
            await answer(send, 404, "This process serves the live channel alone.")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                if self.live is not None:
                    self.live.hub.start()
                    _say_goodbye_on_signals(self.live.hub)
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.live is not None:
                    await self.live.hub.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _say_goodbye_on_signals(hub: Hub) -> None:
    """End the streams when the server is told to stop: it waits for open answers, and a stream never ends by itself."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)
        if not callable(before):
            continue

        # The event loop hears of a signal by its wakeup descriptor whichever handler Python runs, so both happen.
        def also(number: int, frame: FrameType | None, before: Handler = before) -> None:
            loop.call_soon_threadsafe(hub.farewell)
            before(number, frame)

        signal.signal(number, also)
        signal.siginterrupt(number, False)


def build(serve: str) -> Application:
    """The application for OPS_SERVE: `all`, `web` or `live`."""
    if serve not in {"all", "web", "live"}:
        raise ImproperlyConfigured(f"OPS_SERVE must be all, web or live, it says {serve!r}.")
    live = None if serve == "web" else Live(Hub(settings.LIVE_DATABASE_URL))
    if serve == "live":
        return Application(None, live)

    from ops.wsgi import application as wsgi  # loads every app, which OPS_SERVE=live must not

    return Application(pages(wsgi, env.number("OPS_THREADS", 4)), live)


application = build(env.text("OPS_SERVE", "all"))
