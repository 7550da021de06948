"""Mail, sent once: queued in the transaction that caused it, sent by the mailer with a stable Message-ID (D29)."""

import logging
import re
import smtplib
from collections.abc import Mapping
from datetime import date, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.template.loader import render_to_string

from ops import clock
from ops.models import OutboxMail

log = logging.getLogger(__name__)
_GIVE_UP_AFTER = 12
_PERMANENT = 500


_called: dict[str, str] = {}


def call(kinds: Mapping[str, str]) -> None:
    """An app says in its ready() what its kinds of mail are called on the health page."""
    _called.update(kinds)


def called(kind: str) -> str:
    """A kind of mail in words; its key with spaces while nobody has said them."""
    return _called.get(kind) or " ".join(re.split(r"[._]", kind)).capitalize()


def queue(
    *, key: str, kind: str, to: str, subject: str, template: str, context: Mapping[str, Any], wait: int = 0
) -> bool:
    """True when this mail is new; the same `key` is queued once for ever. It goes after `wait` seconds at the earliest.

    The text is rendered now, under the rights of whoever queues it on the reader's behalf (ruling 25).
    """
    text = render_to_string(f"{template}.txt", dict(context))
    html = render_to_string(f"{template}.html", dict(context))
    with connection.cursor() as cursor:
        cursor.execute(
            "select ops.queue_mail(%s, %s, %s, %s, %s, %s, %s)", [key, kind, to, subject[:200], text, html, wait]
        )
        return bool(cursor.fetchone()[0])


def run_once(kind: str, day: date, key: str) -> bool:
    """True for exactly one caller per (kind, day, key); the mark commits with what the caller does next."""
    with connection.cursor() as cursor:
        cursor.execute("select ops.once(%s, %s, %s)", [kind, day, key])
        return bool(cursor.fetchone()[0])


def counts() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("select state, kind, mails, oldest from ops.outbox_counts()")
        return [dict(zip(("state", "kind", "mails", "oldest"), row, strict=True)) for row in cursor.fetchall()]


def failed() -> list[dict[str, Any]]:
    """Mails that were given up, without their readers and words: kind, tries, since when, and the fault's name."""
    with connection.cursor() as cursor:
        cursor.execute("select id, kind, attempts, queued_at, fault from ops.failed_mails()")
        names = ("id", "kind", "attempts", "queued_at", "fault")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def send_waiting(most: int = 50) -> int:
    """Send what is due, a transaction each; two senders never take the same mail. Returns how many were sent."""
    sent = 0
    for _ in range(most):
        with transaction.atomic():
            mail = (
                OutboxMail.objects.select_for_update(skip_locked=True)
                .filter(state=OutboxMail.State.WAITING, next_try_at__lte=clock.now())
                .order_by("next_try_at", "pk")
                .first()
            )
            if mail is None:
                break
            sent += _send(mail)
    return sent


def _send(mail: OutboxMail) -> bool:
    mail.attempts += 1
    try:
        _message(mail).send(using="default")
    except (OSError, smtplib.SMTPException, ValueError) as error:
        _postpone(mail, error)
    else:
        mail.state, mail.sent_at, mail.error = OutboxMail.State.SENT, clock.now(), ""
    mail.save(update_fields=["state", "attempts", "next_try_at", "sent_at", "error"])
    return mail.state == OutboxMail.State.SENT


def _message(mail: OutboxMail) -> EmailMultiAlternatives:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    # The same id on every attempt: a server that took the mail but lost the answer drops the second copy.
    headers = {
        "Message-ID": f"<outbox-{mail.pk}-{mail.queued_at:%Y%m%d%H%M%S}@{domain}>",
        "Auto-Submitted": "auto-generated",
    }
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [mail.recipient],
        headers=headers,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _postpone(mail: OutboxMail, error: Exception) -> None:
    """Try again in 1, 2, 4 … minutes, at most an hour apart; an address that the server refuses is not tried again."""
    mail.error = f"{type(error).__name__}: {error}"[:500]
    refused = isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= _PERMANENT for code, _ in error.recipients.values()
    )
    unsendable = isinstance(error, ValueError)  # Django's own refusal of an address that no server could take
    if refused or unsendable or mail.attempts >= _GIVE_UP_AFTER:
        mail.state = OutboxMail.State.FAILED
    mail.next_try_at = clock.now() + timedelta(minutes=min(60, 2 ** (mail.attempts - 1)))
    log.warning("Mail %s was not sent (attempt %s): %s", mail.pk, mail.attempts, mail.error)
