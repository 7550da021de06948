"""The live ticket: who is watching, what they may be told and when that was true, signed, for fifteen minutes.

It rides in an HttpOnly, SameSite=Strict cookie that the browser sends to /live/ alone; it is never in a URL. The hub
trusts it without asking the database, so `issued` is the moment before the rights were read: a ticket older than the
person's last change of rights is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core import signing

from ops.live.filters import NOWHERE, Reach

COOKIE = "ops_live"
PATH = "/live/"
LIFETIME_SECONDS = 15 * 60
RENEW_SECONDS = 5 * 60
ARRIVED = "ops.arrived"  # the request's moment in the WSGI environ
_SALT = "ops.live.ticket"


class TicketError(Exception):
    """The cookie is missing, altered, expired or older than the person's rights."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """`uid` is the effective person; `real_uid` the one behind 'View as'; `epoch` names session, rights and person."""

    uid: int
    issued: float
    epoch: str
    sees: Mapping[str, Reach] = field(default_factory=dict)
    real_uid: int | None = None
    until: float | None = None  # when 'View as' ends by itself

    @property
    def people(self) -> set[int]:
        """Everybody whose change of rights ends this ticket."""
        return {self.uid} if self.real_uid is None else {self.uid, self.real_uid}

    @property
    def expires(self) -> float:
        return min(self.issued + LIFETIME_SECONDS, self.until or float("inf"))

    def reach(self, noun: str) -> Reach:
        return self.sees.get(noun, NOWHERE)


def seal(ticket: Ticket) -> str:
    """The cookie's text."""
    sees = {noun: _packed(reach) for noun, reach in sorted(ticket.sees.items()) if reach}
    content = {"u": ticket.uid, "a": int(ticket.issued * 1_000_000), "e": ticket.epoch, "s": sees}
    if ticket.real_uid is not None:
        content["r"] = ticket.real_uid
    if ticket.until is not None:
        content["t"] = int(ticket.until)
    return signing.Signer(salt=_SALT).sign_object(content)


def unseal(text: str, now: float) -> Ticket:
    """The ticket in a cookie, or TicketError."""
    try:
        content = signing.Signer(salt=_SALT).unsign_object(text)
    except (signing.BadSignature, ValueError) as error:
        raise TicketError("altered") from error
    ticket = Ticket(
        uid=content["u"],
        issued=content["a"] / 1_000_000,
        epoch=content["e"],
        sees={noun: _unpacked(packed) for noun, packed in content["s"].items()},
        real_uid=content.get("r"),
        until=content.get("t"),
    )
    # A minute ahead is a clock that drifts; more is not ours.
    if not now - LIFETIME_SECONDS < ticket.issued < now + 60 or ticket.expires <= now:
        raise TicketError("expired")
    return ticket


def _packed(reach: Reach) -> object:
    return "*" if reach.everything else [int(reach.own), *sorted(reach.floor)]


def _unpacked(packed: object) -> Reach:
    if not isinstance(packed, list):
        return Reach(everything=packed == "*")
    return Reach(own=bool(packed[0]), floor=frozenset(packed[1:]))
