"""'View as': somebody who looks after people sees what another one sees, and can change nothing (ruling 20, A73).

The session says as whom and since when; each request asks again whether it may. The database is bound to the other
person's uid and role in a read-only transaction, with the real person in ops.real_uid.
"""

import time
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.contrib.auth import get_user_model
from django.http import HttpRequest

from ops import events
from ops.access.roles import policybook
from ops.db.actor import Actor, acting_as, door, for_user
from ops.errors import Refused

KEY = "view_as"
MINUTES = 30
ADMINS = ("people_admin", "roles_admin")
STOP = "/roles/view/stop/"
# Addresses that stay the real person's: the ways out.
_REAL = (STOP, "/accounts/logout/")
# What a page posts by itself, and which changes nothing.
_HARMLESS = ("/live/ticket/", "/csp-report/")


class Person(Protocol):
    pk: int
    name: str
    role_id: str
    scopes: list[str]
    is_active: bool
    db_role: str


class LookingOnly(Refused):
    """Something was asked that would change what is only looked at."""

    status = 403


@dataclass(frozen=True)
class Viewing:
    """`person` is who is looked at as, `real` who looks; `until` is a moment of the wall clock."""

    person: Any
    real: Any
    until: float

    @property
    def minutes_left(self) -> int:
        return max(1, round((self.until - time.time()) / 60))

    def actor(self, request: str) -> Actor:
        return replace(for_user(self.person, request), real_uid=self.real.pk, read_only=True)


def why_not(real: Person, person: Person) -> str:
    """The sentence why this one may not look as that one; empty when they may. Never upward: nothing new is seen."""
    if real.pk == person.pk:
        return "You see what you see already."
    if not any(scope in real.scopes for scope in ADMINS):
        return "Only those who look after people or roles may look as somebody else."
    if not person.is_active:
        return f"{person.name} was deactivated and sees nothing."
    if person.role_id == "owner" and real.role_id != "owner":
        return "Nobody but an owner looks as an owner."
    book = policybook()
    if more := frozenset(person.scopes) - book.covered(real.scopes):
        said = "; ".join(book.scopes.get(key, key).rstrip(".") for key in sorted(more))
        return f"You may look only as those who see no more than you. {person.name} may do more: {said}."
    return ""


def start(request: HttpRequest, real: Any, person: Any) -> None:
    """From the next request on. Raises Refused."""
    if sentence := why_not(real, person):
        raise Refused(sentence)
    request.session[KEY] = {"uid": person.pk, "since": time.time()}
    _record(request, real.pk, "view_as.started", person)


def stop(request: HttpRequest, real: Any, why: str) -> None:
    """Nothing happens when nothing was looked at."""
    seen = request.session.pop(KEY, None)
    person = seen and get_user_model()._default_manager.filter(pk=seen["uid"]).first()
    if person:
        _record(request, real.pk, "view_as.stopped", person, why=why)


def viewing_of(request: HttpRequest, real: Any) -> Viewing | None:
    """As whom this request looks. Rights that have gone, or half an hour, end it. Called while the door is bound."""
    seen = request.session.get(KEY)
    if seen is None:
        return None
    until = seen["since"] + MINUTES * 60
    person = get_user_model()._default_manager.filter(pk=seen["uid"]).first()
    if request.path == "/accounts/logout/" and request.method == "POST":
        stop(request, real, "they signed out")
    elif person is None or why_not(real, person):
        stop(request, real, "the right to it ended")
    elif time.time() >= until:
        stop(request, real, f"{MINUTES} minutes were over")
    elif request.path not in _REAL:
        return Viewing(person, real, until)
    return None


def refuse_to_change(request: HttpRequest, viewing: Viewing) -> None:
    """The application's lock: no method but reading, and nothing of the other's own way in. Raises LookingOnly."""
    if request.path.startswith("/accounts/"):
        raise LookingOnly(
            f"How {viewing.person.name} signs in is theirs alone. Stop looking as them to see your own account."
        )
    if request.method not in {"GET", "HEAD", "OPTIONS"} and request.path not in _HARMLESS:
        raise LookingOnly(
            f"You are looking as {viewing.person.name}: nothing can be changed. Stop, then do it yourself."
        )


def _record(request: HttpRequest, real: int, kind: str, person: Any, **data: str) -> None:
    with acting_as(door(real, getattr(request, "request_id", ""))):
        events.record(kind, person, **data)
