"""The whole way: pg_notify in PostgreSQL, the hub's one connection, the filter, the answer of an ASGI request."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

from ops.live.hub import STREAMS_A_PERSON
from ops.live.stream import QUEUE
from ops.live.tickets import seal
from tests.live.conftest import ALL, FLOOR, NOUN, OWN, Tab, a_person, a_ticket


def test_a_change_arrives_where_it_may_and_nowhere_else(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            sana, bilal = a_person(), a_person()
            manager = await place.open(a_ticket(a_person(), ALL))
            agent = await place.open(a_ticket(sana, OWN))
            other_agent = await place.open(a_ticket(bilal, OWN))
            maker = await place.open(a_ticket(a_person(), FLOOR))

            await place.say(f"{NOUN} 901 received - {sana}")
            assert await manager.next() == (NOUN, {"ids": [901]})
            assert await agent.next() == (NOUN, {"ids": [901]})
            await place.say(f"{NOUN} 902 in_production received {bilal}")
            assert await manager.next() == (NOUN, {"ids": [902]})
            assert await other_agent.next() == (NOUN, {"ids": [902]})
            assert await maker.next() == (NOUN, {"ids": [902]})
            await place.say(f"{NOUN} * * * *")
            for tab in (manager, agent, other_agent, maker):
                assert await tab.next() == (NOUN, {"ids": [], "bulk": True})

            assert b"902" not in agent.raw
            assert b"901" not in other_agent.raw
            assert b"901" not in maker.raw

    asyncio.run(story())


def test_only_committed_changes_are_told(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            tab = await place.open(a_ticket(a_person(), ALL))

            async with place.database.transaction(force_rollback=True):
                await place.database.execute("SELECT pg_notify('ops', %s)", [f"{NOUN} 1 received - -"])
            await place.say(f"{NOUN} 2 received - -")

            assert await tab.next() == (NOUN, {"ids": [2]})

    asyncio.run(story())


def test_a_new_screen_hears_how_long_it_was_quiet(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            hub = place.live.hub
            hub._heard -= 7.8
            early = Tab(place.live, seal(a_ticket(a_person(), ALL)))
            assert await early.next() == ("hello", {"clients": 1, "quiet_ms": 7_500})

            await place.say(f"{NOUN} 7 received - -")
            await early.next()

            late = Tab(place.live, seal(a_ticket(a_person(), ALL)))
            assert await late.next() == ("hello", {"clients": 2, "quiet_ms": 0})

    asyncio.run(story())


def test_changes_of_one_transaction_are_one_event(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            tab = await place.open(a_ticket(a_person(), ALL))

            await place.say(*[f"{NOUN} {number} received - -" for number in range(1, 31)])

            ids: list[int] = []
            events = 0
            while len(ids) < 30:
                ids += (await tab.next())[1]["ids"]
                events += 1
            assert ids == list(range(1, 31))
            assert events < 10

    asyncio.run(story())


def test_a_stream_says_ids_and_never_more(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            uid = a_person()
            tab = await place.open(a_ticket(uid, ALL))

            await place.say(
                f"{NOUN} 5 ready_to_ship in_production {uid}", "Sana Malik paid 12,500 PKR", f"{NOUN} 6 - shipped *"
            )
            seen: set[int] = set()
            while 6 not in seen:
                seen |= set((await tab.next())[1]["ids"])

            blocks = [block for block in tab.raw.decode().split("\n\n") if block]
            for block in blocks[1:]:
                assert re.fullmatch(rf'event: {NOUN}\ndata: {{"ids":\[[0-9,]*\](,"bulk":true)?}}', block)
            assert b"Sana" not in tab.raw
            assert b"ready" not in tab.raw
            assert str(uid).encode() not in tab.raw

    asyncio.run(story())


def test_a_lost_connection_is_remade_and_every_screen_asks_again(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            hub = place.live.hub
            old = a_ticket(a_person(), ALL)
            tab = await place.open(old)
            pid = hub.backend_pid

            await place.database.execute("SELECT pg_terminate_backend(%s)", [pid])

            assert await tab.next() == ("resync", {})
            assert await tab.next() == ("renew", {"why": "gap"})
            await tab.finished()
            assert hub.backend_pid not in {None, pid}
            refused = Tab(place.live, seal(old))
            await refused.finished()
            assert refused.status == 401
            await place.a_moment()
            again = await place.open(a_ticket(a_person(), ALL))
            await place.say(f"{NOUN} 7 received - -")
            assert await again.next() == (NOUN, {"ids": [7]})

    asyncio.run(story())


def test_no_new_screen_while_the_database_is_away(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            hub = place.live.hub
            hub.farewell()

            tab = Tab(place.live, seal(a_ticket(a_person(), ALL)))
            await tab.finished()
            assert (tab.status, tab.headers["retry-after"]) == (503, "2")

    asyncio.run(story())


def test_a_screen_too_slow_for_its_queue_is_told_once_to_ask_again(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            tab = await place.open(a_ticket(a_person(), ALL))

            for number in range(QUEUE + 500):
                place.live.hub.hear(f"{NOUN} {number} received - -")

            assert await tab.next() == ("resync", {})
            await place.say(f"{NOUN} 9999 received - -")
            assert await tab.next() == (NOUN, {"ids": [9999]})
            assert tab.raw.count(b"resync") == 1

    asyncio.run(story())


def test_a_full_queue_that_just_fits_is_one_event(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            tab = await place.open(a_ticket(a_person(), ALL))

            for number in range(QUEUE):
                place.live.hub.hear(f"{NOUN} {number} received - -")

            assert await tab.next() == (NOUN, {"ids": list(range(QUEUE))})

    asyncio.run(story())


def test_a_stream_holds_no_database_connection(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            tabs = [await place.open(a_ticket(a_person(), ALL)) for _ in range(60)]

            assert await place.lines() == 1
            await place.say(f"{NOUN} 1 received - -")
            for tab in tabs:
                assert await tab.next() == (NOUN, {"ids": [1]})
            assert await place.lines() == 1

    asyncio.run(story())


def test_a_closed_tab_is_forgotten_at_once(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            tab = await place.open(a_ticket(a_person(), ALL))
            assert len(place.live.hub) == 1

            tab.leave()
            await tab.finished()

            assert len(place.live.hub) == 0
            assert place.live.hub._people == {}

    asyncio.run(story())


def test_beyond_thirty_two_screens_a_persons_oldest_one_closes(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            uid = a_person()
            tabs = [await place.open(a_ticket(uid, ALL)) for _ in range(STREAMS_A_PERSON)]
            stranger = await place.open(a_ticket(a_person(), ALL))

            await place.open(a_ticket(uid, ALL))

            assert await tabs[0].next() == ("renew", {"why": "tabs"})
            await tabs[0].finished()
            assert not any(tab.closed for tab in (*tabs[1:], stranger))
            assert len(place.live.hub) == STREAMS_A_PERSON + 1

    asyncio.run(story())


def test_an_idle_stream_keeps_breathing(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            tab = await place.open(a_ticket(a_person(), ALL))

            await tab.until(b": beat\n\n")

    asyncio.run(story())


def test_the_channel_is_only_read(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            for method in ("POST", "HEAD", "PUT", "OPTIONS"):
                tab = Tab(place.live, seal(a_ticket(a_person(), ALL)), method=method)
                await tab.finished()
                assert (tab.status, tab.headers["allow"]) == (405, "GET")

    asyncio.run(story())


def test_health_says_whether_the_hub_listens(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            await place.open(a_ticket(a_person(), ALL))

            tab = Tab(place.live, None, path="/live/health")
            await tab.finished()

            assert tab.status == 200
            assert json.loads(tab.raw) == {"listening": True, "streams": 1}

    asyncio.run(story())
