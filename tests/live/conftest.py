"""A hub on the real cluster and tabs that speak ASGI to it; every test process watches nouns and people of its own."""

import asyncio
import itertools
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from django.conf import settings

from ops.live.endpoint import Live
from ops.live.filters import Reach
from ops.live.hub import Hub
from ops.live.tickets import Ticket, seal

# Notifications are heard in the whole database, other test processes included.
NOUN = "order_" + "".join("abcdefghij"[int(digit)] for digit in str(os.getpid()))
_people = itertools.count(os.getpid() * 100_000)

ALL = Reach(everything=True)
OWN = Reach(own=True)
FLOOR = Reach(floor=frozenset({"in_production", "ready_to_ship"}))


def a_person() -> int:
    return next(_people)


def a_ticket(uid: int, sees: Reach = ALL, issued: float | None = None, real_uid: int | None = None) -> Ticket:
    return Ticket(uid, time.time() if issued is None else issued, "epoch", {NOUN: sees}, real_uid)


@dataclass
class Tab:
    """One EventSource."""

    live: Live
    cookie: str | None
    method: str = "GET"
    path: str = "/live/"
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""
    closed: bool = False

    def __post_init__(self) -> None:
        self._gone = asyncio.Event()
        self._came = asyncio.Condition()
        self._read = 0
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        headers = [(b"cookie", f"other=1; ops_live={self.cookie}".encode())] if self.cookie is not None else []
        scope = {"type": "http", "method": self.method, "path": self.path, "headers": headers}
        await self.live(scope, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        async with self._came:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                self.raw += message["body"]
                self.closed = not message["more_body"]
            self._came.notify_all()

    def _events(self) -> list[tuple[str, dict[str, Any]]]:
        found = []
        for block in self.raw.decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
            if "event" in lines:
                found.append((lines["event"], json.loads(lines["data"])))
        return found

    async def next(self) -> tuple[str, dict[str, Any]]:
        async with asyncio.timeout(5), self._came:
            await self._came.wait_for(lambda: len(self._events()) > self._read)
        self._read += 1
        return self._events()[self._read - 1]

    async def until(self, said: bytes) -> None:
        async with asyncio.timeout(5), self._came:
            await self._came.wait_for(lambda: said in self.raw)

    async def finished(self) -> None:
        async with asyncio.timeout(5):
            await self.task

    def leave(self) -> None:
        self._gone.set()


@dataclass
class Shop:
    """The hub, its endpoint and a connection that changes things."""

    live: Live
    database: psycopg.AsyncConnection[Any]

    async def say(self, *payloads: str) -> None:
        """One transaction that notifies."""
        async with self.database.transaction():
            for payload in payloads:
                await self.database.execute("SELECT pg_notify('ops', %s)", [payload])

    async def open(self, ticket: Ticket) -> Tab:
        tab = Tab(self.live, seal(ticket))
        name, _ = await tab.next()
        assert name == "hello"
        return tab

    async def a_moment(self) -> None:
        """A ticket of the very moment of a cut is refused too."""
        await asyncio.sleep(0.001)

    async def lines(self) -> int:
        """Connections of this hub to the database."""
        question = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
        row = await (await self.database.execute(question, [NOUN])).fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture
def live_url() -> Iterator[str]:
    """The hub's own login: it may connect and nothing else, which is enough for all of these tests."""
    yield settings.LIVE_DATABASE_URL


@pytest.fixture
def shop(live_url: str) -> Callable[[], Any]:
    @asynccontextmanager
    async def opened(url: str = live_url) -> AsyncIterator[Shop]:
        hub = Hub(url, name=NOUN)
        hub.start()
        assert await hub.ready(5)
        async with await psycopg.AsyncConnection.connect(live_url, autocommit=True) as database:
            try:
                yield Shop(Live(hub), database)
            finally:
                await hub.stop()

    return opened
