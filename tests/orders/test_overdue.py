"""The morning's mails: to whom, about what, and once - also when workers race or are killed in between."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.db import connections

from accounts import actions as people
from ops import clock, env, lifecycle
from ops.celery import app  # noqa: F401  the tasks below belong to it
from ops.db.actor import acting_as, for_user, mailer, task
from ops.models import JobRun, OutboxMail, Stage
from ops.tasks import send_mail
from orders import actions, overdue
from orders.tasks import find_overdue
from tests import database, make

YESTERDAY = {"promise_on": clock.today() - timedelta(days=1)}
LAST_WEEK = {"promise_on": clock.today() - timedelta(days=7)}


def mails() -> dict[str, OutboxMail]:
    with acting_as(mailer()):
        found = list(OutboxMail.objects.filter(kind="orders.overdue"))
    assert len({mail.recipient for mail in found}) == len(found)
    return {mail.recipient: mail for mail in found}


def tell() -> int:
    with acting_as(task("overdue")):
        return overdue.tell_everyone(clock.today())


@pytest.mark.django_db
def test_agents_are_told_of_their_own_orders_worst_first(cast):
    mild = make.order(cast.agent, **YESTERDAY)
    bad = make.order(cast.agent, name="Imran Qureshi", **LAST_WEEK)
    theirs = make.order(cast.other_agent, **YESTERDAY)
    make.order(cast.agent)

    assert tell() == 2

    text = mails()[cast.agent.email].text
    assert text.index(bad.number) < text.index(mild.number)
    assert "7 days ago" in text
    assert "Imran Qureshi" in text
    assert theirs.number not in text
    assert mails()[cast.other_agent.email].subject == f"{theirs.number} is overdue"


@pytest.mark.django_db
def test_production_is_told_of_its_own_without_customers_and_nobody_of_money(cast):
    order = make.order_in("in_production", cast.agent, cast.production, name="Imran Qureshi", **YESTERDAY)
    make.order(cast.agent, name="Imran Qureshi", **YESTERDAY)

    assert tell() == 2

    made = mails()
    assert made.keys() == {cast.production.email, cast.agent.email}
    assert order.number in made[cast.production.email].text
    assert "Imran" not in made[cast.production.email].text + made[cast.production.email].html
    for mail in made.values():
        assert "2501" not in mail.text.replace(",", "") and "PKR" not in mail.text


@pytest.mark.django_db
def test_nothing_to_do_is_no_mail_and_held_or_cancelled_orders_are_nothing(cast, as_person):
    held, cancelled = make.order(cast.agent, **YESTERDAY), make.order(cast.agent, **YESTERDAY)
    make.order_in("delivered", cast.agent, cast.production, **YESTERDAY)
    with as_person(cast.agent):
        actions.hold_order(held, by=cast.agent, reason="Waiting for the advance")
        actions.cancel_order(cancelled, by=cast.agent, reason="Double")

    assert tell() == 0
    assert mails() == {}


@pytest.mark.django_db
def test_a_second_run_of_the_day_tells_nobody_and_the_next_day_tells_again(cast):
    make.order(cast.agent, **YESTERDAY)

    assert [tell(), tell()] == [1, 0]
    with acting_as(task("overdue")):
        assert overdue.tell_everyone(clock.today() + timedelta(days=1)) == 1


@pytest.mark.django_db
def test_where_nobody_is_left_to_chase_everybody_who_sees_all_is_told(cast, as_person):
    order = make.order_in("in_production", cast.agent, cast.production, **YESTERDAY)
    with as_person(cast.admin):
        people.deactivate_person(cast.production, by=cast.admin)

    assert tell() == 3

    assert mails().keys() == {cast.admin.email, cast.manager.email, cast.owner.email}
    assert order.number in mails()[cast.owner.email].text


@pytest.mark.django_db
def test_a_stage_without_a_chaser_is_for_those_who_see_all(cast, as_person):
    make.order(cast.agent, **YESTERDAY)
    with as_person(cast.sysadmin):
        Stage.objects.filter(noun="order", key="received").update(chaser=None)
    lifecycle.forget("order")

    tell()

    assert mails().keys() == {cast.admin.email, cast.manager.email, cast.owner.email}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one_mail_each(cast):
    make.order(cast.agent, **YESTERDAY)
    make.order(cast.other_agent, **YESTERDAY)
    start, told = threading.Barrier(2), []

    def work() -> None:
        try:
            start.wait()
            told.append(tell())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sum(told) == 2
    assert len(mails()) == 2


# --- a real conversation ----------------------------------------------------------------------------------------


class Postbox:
    """An SMTP server that keeps what it accepts; `slow` makes it think so long before it answers."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.asked = threading.Event()
        self.slow = 0.0

    async def handle_DATA(self, server, session, envelope) -> str:
        self.asked.set()
        await asyncio.sleep(self.slow)
        self.taken.append(envelope.content)
        return "250 OK"


@pytest.fixture
def postbox(settings):
    box = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    box.url = f"smtp+plain://127.0.0.1:{port}"
    settings.MAILERS = {"default": env.mailer(box.url)}
    yield box
    server.stop()


def another_process(code: str, postbox: Postbox) -> subprocess.Popen[bytes]:
    name = connections["default"].settings_dict["NAME"]
    environment = os.environ | {
        "DATABASE_URL": database.web_url(name), "DJANGO_SETTINGS_MODULE": "tests.settings", "EMAIL_URL": postbox.url,
        "OPS_LOGIN": "web",
    }  # fmt: skip
    start = "import django; django.setup()\nfrom django.conf import settings\nfrom ops import env\n"
    start += "settings.MAILERS = {'default': env.mailer(settings.EMAIL_URL)}\n"
    return subprocess.Popen([sys.executable, "-c", start + code], env=environment, cwd=database.CHECKOUT)


@pytest.mark.django_db(transaction=True)
def test_the_job_writes_its_run_and_the_mail_arrives_exactly_once(cast, postbox):
    order = make.order(cast.agent, **YESTERDAY)

    for _ in range(2):
        find_overdue()
        send_mail()

    (taken,) = postbox.taken
    message = message_from_bytes(taken, policy=policy.default)
    assert message["To"] == cast.agent.email
    assert message["Message-ID"].startswith("<outbox-")
    assert order.number in message.get_body(("plain",)).get_content()
    assert message.get_body(("html",)) is not None
    with acting_as(for_user(cast.sysadmin)):
        runs = JobRun.objects.filter(name="find overdue orders").order_by("pk")
        assert [(run.rows, run.error, run.ended_at is not None) for run in runs] == [(1, "", True), (0, "", True)]


_DIES_BEFORE_COMMIT = """
import os, signal
from django.db import transaction
from ops import clock
from ops.db.actor import acting_as, task
from orders import overdue
with acting_as(task("overdue")), transaction.atomic():
    assert overdue.tell_everyone(clock.today()) == 1
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_before_its_commit_has_told_nobody_and_the_next_one_does(cast, postbox):
    make.order(cast.agent, **YESTERDAY)

    killed = another_process(_DIES_BEFORE_COMMIT, postbox)
    assert killed.wait(30) == -signal.SIGKILL
    assert mails() == {}
    find_overdue()
    send_mail()
    send_mail()

    assert len(postbox.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_in_the_conversation_leaves_the_mail_to_the_next(cast, postbox):
    make.order(cast.agent, **YESTERDAY)
    find_overdue()
    postbox.slow = 30.0

    killed = another_process("import ops.celery; from ops.tasks import send_mail; send_mail()", postbox)
    assert postbox.asked.wait(30)
    killed.kill()
    killed.wait(10)
    postbox.slow = 0.0
    deadline = time.monotonic() + 10
    while not postbox.taken and time.monotonic() < deadline:  # until the server has let go of the dead one's row
        send_mail()
        time.sleep(0.05)
    send_mail()

    assert len(postbox.taken) == 1
    assert mails()[cast.agent.email].state == "sent"
