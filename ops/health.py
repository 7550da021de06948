"""What the health page says about the machinery: rights in force, the queue, the history's last root (X14)."""

from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from django.db import connection

from ops import documents, trust
from ops.models import ChainRoot


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    good: bool


def facts() -> list[Fact]:
    return [*_proved(), _queue(), _chain(), _paper()]


def _proved() -> list[Fact]:
    """What the page of promises says too, in a word."""
    rows, login = trust.row_security(), trust.login()
    return [Fact("Row security", rows.says, bool(rows.good)), Fact("Login of the pages", login.says, bool(login.good))]


def work_counts() -> list[dict[str, Any]]:
    """The long work that people asked for, in counts: whose it is and what it is about is theirs."""
    with connection.cursor() as cursor:
        cursor.execute("select state, kind, jobs, oldest, stuck from ops.work_counts()")
        names = ("state", "kind", "jobs", "oldest", "stuck")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


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
