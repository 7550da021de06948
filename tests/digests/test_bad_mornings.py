"""Mornings on which the post does not work: a server that is away for an hour, an address that does not exist."""

import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

from ops import clock, env
from ops.celery import app  # noqa: F401  the tasks below belong to it
from ops.digests.tasks import write_lists
from ops.models import OutboxMail
from ops.tasks import send_mail
from tests import make
from tests.digests.conftest import YESTERDAY, links_in, mails

MINUTE = timedelta(minutes=1)


class Post:
    """Takes every mail but those to addresses it does not know."""

    def __init__(self, *unknown: str) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.unknown = unknown

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if address in self.unknown:
            return "550 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        self.taken += [(address, envelope.content) for address in envelope.rcpt_tos]
        return "250 OK"


@pytest.fixture
def port(settings) -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = int(free.getsockname()[1])
    settings.MAILERS = {"default": env.mailer(f"smtp+plain://127.0.0.1:{number}")}
    return number


def send_at(moment) -> None:
    with clock.moved_to(moment):
        send_mail()


@pytest.mark.django_db(transaction=True)
def test_when_the_server_is_away_for_an_hour_each_list_arrives_once_after_it(cast, origin, port):
    make.order(cast.agent, **YESTERDAY)
    make.order(cast.other_agent, **YESTERDAY)
    write_lists(at_once=True)
    began = clock.now()

    for minute in range(60):
        send_at(began + minute * MINUTE)
        if minute % 20 == 0:
            write_lists(at_once=True)  # beat asks again, and another worker too
    waiting = mails()
    assert {mail.state for mail in waiting.values()} == {OutboxMail.State.WAITING}
    assert {mail.attempts for mail in waiting.values()} == {6}  # after 0, 1, 3, 7, 15 and 31 minutes

    server = Controller(post := Post(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        for minute in range(60, 90):
            send_at(began + minute * MINUTE)
    finally:
        server.stop()

    assert sorted(address for address, _ in post.taken) == sorted([cast.agent.email, cast.other_agent.email])
    assert {mail.state for mail in mails().values()} == {OutboxMail.State.SENT}
    assert len(links_in(mails()[cast.agent.email])) == 1


@pytest.mark.django_db(transaction=True)
def test_an_address_that_bounces_is_shown_as_failed_and_the_others_have_their_lists(cast, origin, port, client_of):
    make.order(cast.agent, **YESTERDAY)
    make.order(cast.other_agent, **YESTERDAY)
    write_lists(at_once=True)
    server = Controller(post := Post(cast.agent.email), hostname="127.0.0.1", port=port)
    server.start()
    try:
        send_mail()
        write_lists(at_once=True)
        send_mail()
    finally:
        server.stop()

    assert [address for address, _ in post.taken] == [cast.other_agent.email]
    bounced = mails()[cast.agent.email]
    assert (bounced.state, bounced.attempts) == (OutboxMail.State.FAILED, 1)
    assert "No such person here" in bounced.error
    health = client_of(cast.sysadmin).get("/health/").content.decode()
    assert '<span class="tag bad">Failed</span></td><td>A morning list</td><td class="n">1</td>' in health
    assert bounced.text[:40] not in health
