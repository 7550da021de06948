"""PostgreSQL goes away, comes back, or falls silent without closing the line."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from ops.live import endpoint, hub
from ops.live.tickets import seal
from tests.live.conftest import ALL, NOUN, Tab, a_person, a_ticket


class Road:
    """The way to the database: it can be closed, or swallow everything that is sent along it."""

    def __init__(self, url: str) -> None:
        self.target = urlsplit(url)
        self.swallows = False
        self.writers: list[asyncio.StreamWriter] = []
        self.server: asyncio.Server | None = None
        self.port = 0

    @property
    def url(self) -> str:
        login = self.target.netloc.rpartition("@")[0]
        return urlunsplit(self.target._replace(netloc=f"{login}@127.0.0.1:{self.port}"))

    async def open(self) -> None:
        self.server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        assert self.server is not None
        self.server.close()
        for writer in self.writers:
            writer.close()
        self.writers.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self.target.hostname, self.target.port)
        self.writers += [writer, back]
        await asyncio.gather(self._copy(reader, back), self._copy(there, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                if not self.swallows:
                    writer.write(data)
        except ConnectionError:
            pass
        finally:
            writer.close()


async def deaf(listener: hub.Hub) -> None:
    async with asyncio.timeout(5):
        while listener.listening:  # noqa: ASYNC110  the hub tells screens, not tests
            await asyncio.sleep(0.01)


@asynccontextmanager
async def a_road(url: str) -> AsyncIterator[Road]:
    road = Road(url)
    await road.open()
    try:
        yield road
    finally:
        await road.close()


def test_the_database_goes_and_comes_back(
    shop: Callable[..., Any], live_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "PATIENCE_SECONDS", 0.05)

    async def story() -> None:
        async with a_road(live_url) as road, shop(road.url) as place:
            tab = await place.open(a_ticket(a_person(), ALL))

            await road.close()
            await deaf(place.live.hub)
            late, health = Tab(place.live, seal(a_ticket(a_person(), ALL))), Tab(place.live, None, path="/live/health")
            await late.finished()
            await health.finished()
            assert (late.status, late.headers["retry-after"]) == (503, "2")
            assert health.status == 503
            assert not tab.closed

            await road.open()
            assert await tab.next() == ("resync", {})
            assert await tab.next() == ("renew", {"why": "gap"})
            await place.a_moment()
            again = await place.open(a_ticket(a_person(), ALL))
            await place.say(f"{NOUN} 3 received - -")
            assert await again.next() == (NOUN, {"ids": [3]})

    asyncio.run(story())


def test_a_line_that_fell_silent_is_noticed(
    shop: Callable[..., Any], live_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A firewall that forgot the connection closes nothing; only asking finds out."""
    monkeypatch.setattr(hub, "SILENCE_SECONDS", 0.1)
    monkeypatch.setattr(hub, "ANSWER_SECONDS", 0.2)

    async def story() -> None:
        async with a_road(live_url) as road, shop(road.url) as place:
            tab = await place.open(a_ticket(a_person(), ALL))

            road.swallows = True
            await deaf(place.live.hub)
            road.swallows = False

            assert await tab.next() == ("resync", {})

    asyncio.run(story())


def test_nothing_is_lost_while_the_line_is_tested(shop: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "SILENCE_SECONDS", 0.001)

    async def story() -> None:
        async with shop() as place:
            tab = await place.open(a_ticket(a_person(), ALL))

            for number in range(300):
                await place.say(f"{NOUN} {number} received - -")

            seen: list[int] = []
            while len(seen) < 300:
                seen += (await tab.next())[1]["ids"]
            assert seen == list(range(300))

    asyncio.run(story())
