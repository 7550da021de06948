"""What the health page says about the machinery: rights in force, the queue, the history's last root (X14)."""

from dataclasses import dataclass

import redis
from django.conf import settings
from django.db import connection

from ops import documents
from ops.models import ChainRoot


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    good: bool


def facts() -> list[Fact]:
    return [_row_security(), _login(), _queue(), _chain(), _paper()]


def _row_security() -> Fact:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) filter (where relrowsecurity), count(*) from pg_class"
            " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
        )
        on, every = cursor.fetchone()
    return Fact("Row security", f"on for {on} of {every} tables", on == every)


def _login() -> Fact:
    with connection.cursor() as cursor:
        cursor.execute(
            "select not (rolsuper or rolbypassrls or rolinherit) and not exists"
            " (select 1 from pg_class where relowner = r.oid) from pg_roles r where rolname = session_user"
        )
        (plain,) = cursor.fetchone()
    return Fact("Login of the pages", "owns nothing, may not go round the rules" if plain else "may too much", plain)


def _queue() -> Fact:
    try:
        waiting = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5).llen(settings.ROLE_PREFIX)
    except redis.RedisError:
        return Fact("Queue", "does not answer; jobs catch up when it is back", good=False)
    return Fact("Queue", f"{waiting} waiting", good=int(waiting) < 1000)


def _paper() -> Fact:
    missing = documents.missing()
    return Fact("PDFs", missing or "pack slips, labels and confirmations can be made", good=not missing)


def _chain() -> Fact:
    latest = ChainRoot.objects.order_by("-day").first()
    if latest is None:
        return Fact("History", "the first root is kept tonight", good=True)
    return Fact("History", f"last root kept on {latest.day:%d %b %Y}", good=True)
