"""The job that writes to customers, the mailer a minute later, and what lies in the outbox."""

from datetime import timedelta

from ops import clock, outbox
from ops.db.actor import acting_as, mailer, task
from ops.models import OutboxMail
from ops.notices import actions as notices

MAIL = "sadia@c.example"


def write() -> int:
    with acting_as(task("letters")):
        return notices.write_letters()


def mails() -> list[OutboxMail]:
    with acting_as(mailer()):
        return list(OutboxMail.objects.filter(kind__startswith="order.").order_by("pk"))


def kinds() -> list[str]:
    return [mail.kind for mail in mails()]


def send() -> int:
    """A minute later: mails about moves wait so long."""
    with acting_as(mailer()), clock.moved_to(clock.now() + timedelta(seconds=61)):
        return outbox.send_waiting()
