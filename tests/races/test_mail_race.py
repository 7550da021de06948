"""Mail that two senders want to send, that a server refuses, and whose sender is killed (A11, D29): a real conversation."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from threading import Lock

import pytest
from aiosmtpd.controller import Controller
from django.db import connection, connections, transaction
from django.utils import timezone

from ops import clock, env, outbox
from ops.db.actor import acting_as, for_user, mailer, task
from ops.models import OutboxMail
from tests import database
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)

SENDER = "import django; django.setup()\nfrom ops import outbox\nfrom ops.db.actor import acting_as, mailer\n" \
         "with acting_as(mailer()):\n    outbox.send_waiting()\n"  # fmt: skip


class Box:
    """Keeps what it is given; answers as it is told."""

    def __init__(self) -> None:
        self.lock, self.ids, self.answers, self.kill = Lock(), [], {}, None
        self.url = ""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        lines = envelope.content.decode().splitlines()
        with self.lock:
            self.ids.append(next(line.partition(": ")[2] for line in lines if line.lower().startswith("message-id:")))
        if self.kill is not None:
            os.kill(self.kill.pid, signal.SIGKILL)
        return self.answers.get("data", "250 OK")


@pytest.fixture
def box(settings):
    found = Box()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    found.url = f"smtp+plain://127.0.0.1:{port}"
    settings.MAILERS = {"default": env.mailer(found.url)}
    yield found
    controller.stop()


def queue(cast, *recipients: str) -> None:
    with acting_as(for_user(cast.manager)), transaction.atomic(), connection.cursor() as cursor:
        for recipient in recipients:
            cursor.execute("select ops.queue_mail(%s, 'test', %s, 'Hello', 'Hello', '')", [f"k:{recipient}", recipient])


def send() -> int:
    with acting_as(mailer()):
        return outbox.send_waiting()


def mails() -> dict[str, OutboxMail]:
    with acting_as(mailer()):
        return {mail.recipient: mail for mail in OutboxMail.objects.all()}


def test_two_senders_send_each_mail_once(cast, box):
    queue(cast, *(f"{number}@c.example" for number in range(20)))

    sent = together(send, send)

    assert sum(sent) == 20
    assert len(box.ids) == len(set(box.ids)) == 20
    assert {mail.state for mail in mails().values()} == {"sent"}


def test_a_server_that_asks_for_patience_gets_the_mail_later_with_the_same_id(cast, box):
    queue(cast, "a@c.example")
    box.answers["data"] = "451 try again later"

    assert send() == 0

    waiting = mails()["a@c.example"]
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert "451" in waiting.error
    assert timedelta(seconds=50) < waiting.next_try_at - timezone.now() < timedelta(seconds=61)
    assert send() == 0  # not due yet
    box.answers.clear()
    with clock.moved_to(timezone.now() + timedelta(minutes=2)):
        assert send() == 1
    assert len(box.ids) == 2
    assert len(set(box.ids)) == 1
    assert mails()["a@c.example"].error == ""


def test_a_refused_address_is_not_tried_again_and_the_next_mail_goes_out(cast, box):
    queue(cast, "gone@c.example", "here@c.example")
    box.answers["gone@c.example"] = "550 no such mailbox"

    assert send() == 1

    found = mails()
    assert (found["gone@c.example"].state, found["here@c.example"].state) == ("failed", "sent")
    assert "550" in found["gone@c.example"].error


def test_without_a_server_every_mail_waits(cast, settings):
    settings.MAILERS = {"default": env.mailer("smtp+plain://127.0.0.1:9")}
    queue(cast, "a@c.example")

    assert send() == 0
    assert mails()["a@c.example"].state == "waiting"


def test_a_sender_killed_after_the_server_took_the_mail_sends_the_same_mail_again(cast, box):
    queue(cast, "a@c.example")
    environment = os.environ | {
        "DATABASE_URL": database.web_url(connections["default"].settings_dict["NAME"]), "EMAIL_URL": box.url,
        "DJANGO_SETTINGS_MODULE": "ops.settings", "OPS_LOGIN": "web",
    }  # fmt: skip
    box.kill = subprocess.Popen([sys.executable, "-c", SENDER], env=environment, cwd=database.CHECKOUT)
    assert box.kill.wait(60) == -signal.SIGKILL
    box.kill = None
    assert mails()["a@c.example"].state == "waiting"

    assert send() == 1

    assert len(box.ids) == 2
    assert len(set(box.ids)) == 1  # the receiving server sees one mail


def test_fifty_that_do_a_thing_once_do_it_once():
    day = clock.today()

    def once() -> bool:
        with acting_as(task("overdue")), transaction.atomic():
            return outbox.run_once("overdue", day, "7")

    assert sorted(together(*([once] * 50))) == [False] * 49 + [True]


def test_a_mark_of_work_that_failed_is_not_kept():
    def fails() -> None:
        with acting_as(task("overdue")), transaction.atomic():
            assert outbox.run_once("overdue", clock.today(), "8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    with acting_as(task("overdue")), transaction.atomic():
        assert outbox.run_once("overdue", clock.today(), "8")


def test_a_key_is_queued_once_for_ever(cast):
    queue(cast, "a@c.example")
    queue(cast, "a@c.example")

    assert len(mails()) == 1
