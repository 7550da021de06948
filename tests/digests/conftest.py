"""Mails as they were queued, and the links in them."""

import re
from datetime import timedelta

import pytest

from ops import clock
from ops.db.actor import acting_as, mailer, task
from ops.digests import lists
from ops.models import OutboxMail

YESTERDAY = {"promise_on": clock.today() - timedelta(days=1)}
LAST_WEEK = {"promise_on": clock.today() - timedelta(days=7)}


def tell(day=None) -> int:
    with acting_as(task("overdue")):
        return lists.write_lists(day or clock.today())


def mails(kind: str = "digest") -> dict[str, OutboxMail]:
    with acting_as(mailer()):
        found = list(OutboxMail.objects.filter(kind=kind).order_by("pk"))
    return {mail.recipient: mail for mail in found}


def links_in(mail: OutboxMail) -> list[str]:
    """The path of each row's link, in the order of the rows."""
    return list(dict.fromkeys(re.findall(r"https://shop\.example(/m/[\w-]+/)", mail.text)))


@pytest.fixture
def origin(settings) -> str:
    settings.ORIGIN = "https://shop.example"
    return settings.ORIGIN
