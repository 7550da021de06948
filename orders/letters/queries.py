"""What is known of the mails of an order, and whether its customer is written to."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from orders.models import Order

_REASONS = {
    "refused": "The address refused it: nobody has this mailbox, or it is full.",
    "address": "This is no address that a mail could go to.",
    "away": "The mail server did not answer.",
}
_WHAT = {
    "order.received": "It was received",
    "order.shipped": "It is on its way",
    "order.not_shipped": "Correction: it has not left yet",
    "order.delivered": "It was delivered",
    "order.news": "How it stands",
}


@dataclass(frozen=True)
class Mail:
    """One mail of an order as its page shows it; `recipient` is empty for who may not know the customer."""

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


def mails_of(order: Order) -> list[Mail]:
    """Newest first; nothing for who may not see the order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, kind, recipient, state, at, sent_at, attempts, reason from ops.order_mails(%s)", [order.pk]
        )
        rows = cursor.fetchall()
    return [
        Mail(pk, _WHAT.get(kind, "Word to the customer"), to or "", state, at, sent, attempts, _REASONS.get(reason, ""))
        for pk, kind, to, state, at, sent, attempts, reason in rows
    ]
