"""A ticket is believed only whole, young and younger than its person's rights."""

import asyncio
import base64
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing

from ops.live.filters import Reach
from ops.live.tickets import LIFETIME_SECONDS, Ticket, TicketError, seal, unseal
from tests.live.conftest import ALL, FLOOR, NOUN, OWN, Shop, Tab, a_person, a_ticket

NOW = 1_795_000_000.25


def test_a_ticket_survives_the_cookie() -> None:
    sees = {
        "order": Reach(own=True, floor=frozenset({"in_production"})),
        "sample": Reach(everything=True),
        "ticket": Reach(),
    }

    ticket = unseal(seal(Ticket(17, NOW, "e1", sees, real_uid=3)), NOW)

    assert (ticket.uid, ticket.real_uid, ticket.issued, ticket.epoch) == (17, 3, NOW, "e1")
    assert ticket.reach("order") == sees["order"]
    assert ticket.reach("sample") == sees["sample"]
    assert not ticket.reach("ticket")
    assert not ticket.reach("unknown")
    assert ticket.people == {17, 3}


def _forged() -> list[str]:
    text = seal(Ticket(17, NOW, "e", {"order": Reach(own=True)}))
    content, signature = text.rsplit(":", 1)
    admin = base64.urlsafe_b64encode(b'{"u":1,"a":1795000000250,"e":"e","s":{"order":"*"}}').rstrip(b"=").decode()
    return [
        "",
        "x",
        content,
        f"{admin}:{signature}",
        f"{content}:{signature[:-2]}",
        f"{content[:-1]}A:{signature}",
        f"{text}=",
        signing.dumps({"u": 17}, salt="ops.live.ticket"),
        signing.Signer(salt="another use of the same key").sign_object({"u": 17, "a": 0, "e": "", "s": {}}),
        signing.Signer(key="another key", salt="ops.live.ticket").sign_object({"u": 17, "a": 0, "e": "", "s": {}}),
    ]


@pytest.mark.parametrize("text", _forged(), ids=lambda _: "")  # they carry the time: not as names
def test_an_altered_ticket_is_refused(text: str) -> None:
    with pytest.raises(TicketError):
        unseal(text, NOW)


@pytest.mark.parametrize("age", [LIFETIME_SECONDS, LIFETIME_SECONDS + 1, 10**9, -61])
def test_a_ticket_outside_its_fifteen_minutes_is_refused(age: float) -> None:
    with pytest.raises(TicketError):
        unseal(seal(Ticket(17, NOW, "e")), NOW + age)


def test_a_ticket_holds_for_fifteen_minutes() -> None:
    assert unseal(seal(Ticket(17, NOW, "e")), NOW + LIFETIME_SECONDS - 0.01).uid == 17


async def _refused(shop: Shop, cookie: str | None) -> Tab:
    tab = Tab(shop.live, cookie)
    await tab.finished()
    assert tab.status == 401
    assert tab.headers["cache-control"] == "no-store"
    assert tab.raw == b"Ask POST /live/ticket/ for a new ticket, then connect again."
    return tab


def test_the_channel_refuses_what_is_no_ticket(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            good = seal(a_ticket(a_person()))

            await _refused(place, None)
            await _refused(place, "nonsense")
            await _refused(place, f'{good}; sessionid="broken; ops_live=')
            await _refused(place, f'x; ops[live]="{good}')
            await _refused(place, good[:-1] + ("A" if good[-1] != "A" else "B"))
            await _refused(place, seal(a_ticket(a_person(), issued=time.time() - LIFETIME_SECONDS)))

            assert len(place.live.hub) == 0

    asyncio.run(story())


def test_somebody_elses_broken_cookie_is_no_obstacle(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            tab = Tab(place.live, f'x; bro[ken="; =; ops_live={seal(a_ticket(a_person()))}')
            assert (await tab.next())[0] == "hello"

    asyncio.run(story())


def test_a_ticket_older_than_the_hub_is_refused(shop: Callable[[], Any]) -> None:
    """The hub cannot know what rights changed before it listened."""

    async def story() -> None:
        before = time.time()
        async with shop() as place:
            await _refused(place, seal(a_ticket(a_person(), issued=before)))

    asyncio.run(story())


@pytest.mark.parametrize("who", ["the person", "the one behind View as"])
def test_changed_rights_cut_the_streams_and_the_old_ticket(shop: Callable[[], Any], who: str) -> None:
    async def story() -> None:
        async with shop() as place:
            person, real = a_person(), a_person()
            old = a_ticket(person, FLOOR, real_uid=real)
            tabs = [await place.open(old), await place.open(old)]
            bystander = await place.open(a_ticket(a_person(), ALL))

            await place.say(f"scope {person if who == 'the person' else real} - - -")

            for tab in tabs:
                assert await tab.next() == ("renew", {"why": "rights"})
                await tab.finished()
                assert tab.closed
            await _refused(place, seal(old))
            await place.a_moment()
            fresh = await place.open(a_ticket(person, OWN))
            await place.say(f"{NOUN} 1 in_production received -", f"{NOUN} 2 shipped - {person}")
            assert await fresh.next() == (NOUN, {"ids": [2]})
            assert (await bystander.next())[0] == NOUN

    asyncio.run(story())


def test_everyones_rights_can_change_at_once(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            old = a_ticket(a_person())
            tab = await place.open(old)

            place.live.hub.hear("scope * - - -")

            assert await tab.next() == ("renew", {"why": "rights"})
            await _refused(place, seal(old))
            await place.a_moment()
            await place.open(a_ticket(a_person()))

    asyncio.run(story())


def test_a_stream_ends_with_its_ticket(shop: Callable[[], Any]) -> None:
    async def story() -> None:
        async with shop() as place:
            tab = await place.open(a_ticket(a_person()))
            place.live.hub._clock = lambda: time.time() + LIFETIME_SECONDS + 1

            assert await tab.next() == ("renew", {"why": "expired"})
            await tab.finished()

    asyncio.run(story())
