"""What is known of the mails of an order, and whether its customer is written to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from ops.notices.queries import Told, would_be_told
from orders.models import Order
from orders.stages import DELIVERED, IN_PRODUCTION, READY_TO_SHIP, SHIPPED

_REASONS = {
    "refused": "The address refused it: nobody has this mailbox, or it is full.",
    "address": "This is no address that a mail could go to.",
    "away": "The mail server did not answer.",
    "withdrawn": "It did not go: what it says was taken back in time.",
}
WHAT = {
    "order.received": "It was received",
    "order.shipped": "It is on its way",
    "order.part_shipped": "A part of it is on its way",
    "order.not_shipped": "Correction: it has not left yet",
    "order.delivered": "It was delivered",
    "order.news": "How it stands",
}
OTHER = "Word to the customer"


@dataclass(frozen=True)
class Mail:
    """One mail of an order as its page shows it; `recipient` is empty for who may not know the customer.

    `at` is when it was queued, of one that waits when it goes.
    """

    pk: int
    what: str
    recipient: str
    state: str
    at: datetime
    sent_at: datetime | None
    attempts: int
    reason: str


def goes(order: Order, kind: str) -> bool:
    """Whether the rules, the address and the customer's own wish let a mail go when this happens."""
    with connection.cursor() as cursor:
        cursor.execute("select ops.order_letter_goes(%s, %s)", [order.pk, kind])
        return bool(cursor.fetchone()[0])


WITHDRAWN, WENT = "withdrawn", "went"


def withdraw(order: Order, kind: str, key: str = "") -> str:
    """Mails of this kind that still wait do not go: WITHDRAWN; WENT when it is too late; empty when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("select ops.order_withdraw(%s, %s, %s)", [order.pk, kind, key])
        return str(cursor.fetchone()[0])


def told_shipped(order: Order) -> str:
    """The tracking number with which a mail last went that says it is on its way."""
    with connection.cursor() as cursor:
        cursor.execute("select ops.order_told_shipped(%s)", [order.pk])
        return str(cursor.fetchone()[0] or "")


def corrections(order: Order) -> int:
    """How many mails went that say it has not left after all."""
    with connection.cursor() as cursor:
        cursor.execute("select ops.order_corrections(%s)", [order.pk])
        return int(cursor.fetchone()[0])


def mails_of(order: Order) -> list[Mail]:
    """Newest first; nothing for who may not see the order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, kind, recipient, state, at, sent_at, attempts, reason from ops.order_mails(%s)", [order.pk]
        )
        rows = cursor.fetchall()
    return [
        Mail(pk, WHAT.get(kind, OTHER), to or "", state, at, sent, attempts, _REASONS.get(reason, ""))
        for pk, kind, to, state, at, sent, attempts, reason in rows
    ]


# --- who hears of it ----------------------------------------------------------------------------------------------

# What each verb of an order makes happen: the stage it leads to, and the event it records.
_HAPPENS: dict[str, tuple[str, str]] = {
    "start": (IN_PRODUCTION, "order.started"),
    "ready": (READY_TO_SHIP, "order.ready"),
    "ship": (SHIPPED, "order.shipped"),
    "deliver": (DELIVERED, "order.delivered"),
    "hold": ("", "order.held"),
    "release": ("", "order.released"),
    "cancel": ("", "order.cancelled"),
    "hand_over": ("", "order.handed_over"),
}


def told_of(order: Order, verb: str, **assume: Any) -> list[Told]:
    """Who hears of it if this verb is done now, by the functions that will tell."""
    stage, kind = _HAPPENS.get(verb, ("", f"order.{verb}"[:60]))
    if verb == "cancel":
        assume["cancelled"] = True
    return _told(order, stage, kind, assume)


def told_of_move(order: Order, to: str, **assume: Any) -> list[Told]:
    """The same for a card that is moved to a stage, the shop's own ones too."""
    kind = next((kind for stage, kind in _HAPPENS.values() if stage == to), "order.moved")
    return _told(order, to, kind, assume)


def _told(order: Order, stage: str, kind: str, assume: dict[str, Any]) -> list[Told]:
    kinds = [f"event:{kind}", *([f"stage:{stage}"] if stage else [])]
    return would_be_told(order, kinds, **assume, **({"stage": stage} if stage else {}))
