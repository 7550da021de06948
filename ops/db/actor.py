"""Who is acting. The backend (ops.db.base) binds the current actor to every transaction, never to a connection.

Ruling 2 names the kinds: the door (signing in), a person, a signed link, a task, the mailer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from django.conf import settings

Kind = Literal["door", "person", "link", "task", "mailer"]


@dataclass(frozen=True, slots=True)
class Actor:
    """`role` is the PostgreSQL role that the transaction assumes; `uid` is who the row policies see."""

    uid: int | None
    role: str
    kind: Kind
    request: str = ""
    reason: str = ""
    source: str = "web"
    link: str = ""
    real_uid: int | None = None
    read_only: bool = False


class SignsIn(Protocol):
    pk: int
    db_role: str


current_actor: ContextVar[Actor | None] = ContextVar("ops_actor", default=None)


@contextmanager
def acting_as(actor: Actor | None) -> Iterator[Actor | None]:
    actor = _no_more_than(current_actor.get(), actor)
    token = current_actor.set(actor)
    try:
        yield actor
    finally:
        current_actor.reset(token)


def _no_more_than(now: Actor | None, then: Actor | None) -> Actor | None:
    """Whoever only looks goes on only looking, whatever else they act as: the door and jobs included."""
    if now is None or then is None or not now.read_only or then.read_only:
        return then
    return replace(then, read_only=True, real_uid=now.real_uid)


@contextmanager
def because(reason: str) -> Iterator[Actor | None]:
    """The same actor, with the reason that history will show for every change inside."""
    actor = current_actor.get()
    with acting_as(replace(actor, reason=reason) if actor else None) as same:
        yield same


def scope_role(scope: str) -> str:
    return f"{settings.ROLE_PREFIX}_s_{scope}"


def builtin_role(key: str) -> str:
    return f"{settings.ROLE_PREFIX}_r_{key}"


def door(uid: int | None = None, request: str = "") -> Actor:
    return Actor(uid, builtin_role("door"), "door", request)


def for_user(user: SignsIn, request: str = "", source: str = "web") -> Actor:
    return Actor(user.pk, user.db_role, "person", request, source=source)


def for_link(token: str, request: str = "") -> Actor:
    return Actor(None, builtin_role("link"), "link", request, link=token)


def task(name: str, request: str = "") -> Actor:
    """A named system role (roles.yaml, `tasks`): it may do what its job needs and nothing else."""
    return Actor(None, builtin_role(f"task_{name}"), "task", request or f"task:{name}", source="cron")


def greeter() -> Actor:
    return Actor(None, builtin_role("greeter"), "task", "task:greeter")


def mailer() -> Actor:
    return Actor(None, builtin_role("mailer"), "mailer", "task:mailer", source="cron")
