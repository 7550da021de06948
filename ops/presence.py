"""Who has a row's page open now, and who is editing it: kept in Valkey for a few seconds, never in the database (X7).

A page says every few seconds that it is still open; what says nothing for LASTS_SECONDS is gone, however it went.
Nobody is held up by it: without Valkey the page is as it always was, and only nobody is seen.
"""

import logging
import re
import time
from dataclasses import dataclass
from functools import cache

import redis
from django.conf import settings

log = logging.getLogger(__name__)
BEAT_SECONDS = 4  # how often a page says so
LASTS_SECONDS = 10
LEAVING_SECONDS = 2  # between two pages of the same window nobody is to see them go and come
_PAUSE_SECONDS = 2.0
_TAB = re.compile(r"[a-z0-9]{4,32}", re.ASCII)
_away_until = 0.0


@dataclass(frozen=True)
class Here:
    """One person, however many windows of theirs show the row."""

    uid: int
    edits: bool


@dataclass(frozen=True)
class Seen:
    """Everybody who is there, and whether what was just said made a difference to the others."""

    people: tuple[Here, ...] = ()
    changed: bool = False


NOBODY = Seen()


def stay(noun: str, pk: int, uid: int, tab: str, *, edits: bool) -> Seen:
    """This window of this person shows the row, for the next few seconds."""
    return _ask(noun, pk, f"{uid}.{tab}", edits, LASTS_SECONDS) if _TAB.fullmatch(tab) else seen(noun, pk)


def leave(noun: str, pk: int, uid: int, tab: str, *, edits: bool) -> Seen:
    """This window goes elsewhere, or to the next page of the same row."""
    return _ask(noun, pk, f"{uid}.{tab}", edits, LEAVING_SECONDS) if _TAB.fullmatch(tab) else seen(noun, pk)


def seen(noun: str, pk: int) -> Seen:
    return _ask(noun, pk)


def _ask(noun: str, pk: int, who: str = "", edits: bool = False, lasts: float = 0.0) -> Seen:
    """One round trip: forget who is gone, say who is here, ask who is left."""
    global _away_until
    if time.monotonic() < _away_until:
        return NOBODY
    name, now = f"{settings.ROLE_PREFIX}:here:{settings.DATABASES['default']['NAME']}:{noun}:{pk}", time.time()
    try:
        with _valkey(settings.REDIS_URL).pipeline() as all_at_once:
            all_at_once.zremrangebyscore(name, 0, now)
            all_at_once.zrange(name, 0, -1)
            if who:
                all_at_once.zrem(name, f"{who}.{'look' if edits else 'edit'}")
                all_at_once.zadd(name, {f"{who}.{'edit' if edits else 'look'}": now + lasts})
                all_at_once.expire(name, LASTS_SECONDS + 1)
            all_at_once.zrange(name, 0, -1)
            said = all_at_once.execute()
    except redis.RedisError as error:
        _away_until = time.monotonic() + _PAUSE_SECONDS
        log.info("Nobody is seen for a moment: Valkey does not answer (%s).", type(error).__name__)
        return NOBODY
    before, after = _people(said[1]), _people(said[-1])
    return Seen(after, changed=before != after)


@cache
def _valkey(url: str) -> "redis.Redis":
    """A pool for each process; a page never waits longer than this for who is there."""
    return redis.Redis.from_url(url, socket_timeout=0.3, socket_connect_timeout=0.3, decode_responses=True)


def _people(members: list[str]) -> tuple[Here, ...]:
    edits: dict[int, bool] = {}
    for member in members:
        uid, _, doing = member.split(".")
        edits[int(uid)] = edits.get(int(uid), False) or doing == "edit"
    return tuple(Here(uid, does) for uid, does in sorted(edits.items()))
