"""The outbox: rendered when queued, counted without being read, given up in the end."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from ops import clock, outbox
from ops.db.actor import acting_as, mailer
from ops.models import OutboxMail


def queue(key: str = "k", to: str = "a@c.example") -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select ops.queue_mail(%s, 'test', %s, 'Hello', 'Plain', '<p>Rich</p>')", [key, to])
        return cursor.fetchone()[0]


def test_a_mail_is_sent_once_with_both_bodies_and_a_lasting_id(cast, as_person):
    with as_person(cast.manager):
        assert (queue(), queue()) == (True, False)

    with acting_as(mailer()):
        assert (outbox.send_waiting(), outbox.send_waiting()) == (1, 0)
        row = OutboxMail.objects.get()

    [sent] = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["a@c.example"], "Hello", "Plain")
    assert sent.alternatives[0].content == "<p>Rich</p>"
    assert sent.extra_headers["Message-ID"] == f"<outbox-{row.pk}-{row.queued_at:%Y%m%d%H%M%S}@localhost>"
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert (row.state, row.attempts) == ("sent", 1)


def test_after_twelve_tries_it_is_given_up(cast, as_person, settings):
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 9},
        }
    }
    with as_person(cast.manager):
        queue()

    later, waits = timezone.now(), []
    with acting_as(mailer()):
        for _ in range(12):
            with clock.moved_to(later):
                outbox.send_waiting()
            row = OutboxMail.objects.get()
            waits.append((row.next_try_at - later) // timedelta(minutes=1))
            later = row.next_try_at

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]
    assert (row.state, row.attempts) == ("failed", 12)
    assert "ConnectionRefusedError" in row.error


@pytest.mark.parametrize("person", ["admin", "manager", "sysadmin"])
def test_health_counts_mails_and_reads_none(cast, as_person, person):
    with as_person(cast.manager):
        queue()

    with as_person(getattr(cast, person)):
        [counted] = outbox.counts()

    assert (counted["state"], counted["kind"], counted["mails"]) == ("waiting", "test", 1)
