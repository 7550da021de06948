"""Writing a ticket for whoever is signed in. Rights are read once per request, and the ticket is dated before that."""

import time
from typing import Protocol, cast

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from ops.access.scopes import scopes_of
from ops.db.actor import current_actor
from ops.live.filters import reach
from ops.live.nouns import NOUNS
from ops.live.tickets import ARRIVED, COOKIE, LIFETIME_SECONDS, PATH, RENEW_SECONDS, Ticket, seal

# The ticket itself never reaches a page (its path is /live/), so this tells a page whether one is due. It is no secret
# and proves nothing: whoever alters it only makes their own ticket come sooner or later.
AGE_COOKIE = "ops_live_at"


class _Person(Protocol):
    pk: int
    epoch: int


def dated(request: HttpRequest) -> float:
    """When this request came, before it read anybody's rights."""
    return float(request.META.setdefault(ARRIVED, time.time()))


def epoch_of(request: HttpRequest) -> str | None:
    """A short name for person, 'View as', session and rights: a ticket of another epoch is not theirs."""
    actor = current_actor.get()
    user = cast("_Person", request.user)
    if actor is None or actor.kind != "person" or not request.user.is_authenticated or user.pk != actor.uid:
        return None
    parts = (user.pk, actor.real_uid, user.epoch, request.session.session_key, *sorted(scopes_of(user)))
    return salted_hmac("ops.live.epoch", "|".join(map(str, parts)), algorithm="sha256").hexdigest()[:16]


def is_nobodys(request: HttpRequest) -> bool:
    """Whether a ticket in this browser belongs to no one who is here; pages of the door leave it alone."""
    actor = current_actor.get()
    return not request.user.is_authenticated or (actor is not None and actor.kind == "person")


def is_due(request: HttpRequest, epoch: str) -> bool:
    """Whether the browser's ticket is missing, somebody else's or older than five minutes."""
    issued, _, named = request.COOKIES.get(AGE_COOKIE, "").partition(".")
    return named != epoch or not issued.isdigit() or not 0 <= dated(request) - int(issued) < RENEW_SECONDS


def give(request: HttpRequest, response: HttpResponseBase, epoch: str) -> None:
    """Set a new ticket on the response."""
    user, actor = request.user, current_actor.get()
    scopes = scopes_of(user)
    ticket = Ticket(
        uid=cast("_Person", user).pk,
        issued=dated(request),
        epoch=epoch,
        sees={
            noun.key: reach(scopes, noun.plural, noun.floor() if f"{noun.plural}_floor" in scopes else (), noun.own)
            for noun in NOUNS.values()
        },
        real_uid=actor.real_uid if actor is not None else None,
        until=getattr(getattr(request, "viewing", None), "until", None),
    )
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(
        COOKIE, seal(ticket), LIFETIME_SECONDS, path=PATH, secure=secure, httponly=True, samesite="Strict"
    )
    stamp = f"{int(ticket.issued)}.{epoch}"
    response.set_cookie(AGE_COOKIE, stamp, LIFETIME_SECONDS, secure=secure, httponly=True, samesite="Lax")


def take_back(response: HttpResponseBase) -> None:
    """Remove the ticket of somebody who signed out."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
    response.delete_cookie(AGE_COOKIE, samesite="Lax")
