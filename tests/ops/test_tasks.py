"""Jobs: each under its own role, each run written down, mail that waits for a server that is away."""

import asyncio
import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from celery.schedules import crontab
from django.db import DataError, connection

from ops import clock, env, outbox
from ops.access.roles import policybook
from ops.celery import app
from ops.db.actor import acting_as, for_user, mailer, task
from ops.jobs import job
from ops.models import ChainRoot, JobRun, OutboxMail
from ops.tasks import keep_chain_roots, send_mail, verify_history
from tests import make


def ended(cast, name: str) -> list[tuple[int | None, str, bool]]:
    with acting_as(for_user(cast.sysadmin)):
        runs = JobRun.objects.filter(name=name).order_by("pk")
        return [(run.rows, run.error, run.ended_at is not None) for run in runs]


def test_every_scheduled_task_exists_and_has_a_role_of_its_own(db):
    roles = {role.key for role in policybook().system}
    for entry in app.conf.beat_schedule.values():
        app.loader.import_default_modules()
        named = app.tasks[entry["task"]].runs_as
        assert named == "mailer" or f"task_{named}" in roles
    morning = app.conf.beat_schedule["write morning lists"]["schedule"]
    assert isinstance(morning, crontab)
    assert morning.minute == {0, 15, 30, 45}


def test_a_task_that_nobody_queued_and_that_names_no_role_does_not_run():
    @app.task
    def of_nobody() -> None:
        raise AssertionError

    with pytest.raises(PermissionError):
        of_nobody()


@pytest.mark.django_db
def test_a_task_queued_by_a_person_runs_as_that_person(cast):
    @app.task
    def who() -> tuple[int, str]:
        with connection.cursor() as cursor:
            cursor.execute("select ops.uid(), current_setting('role')")
            return cursor.fetchone()

    with acting_as(for_user(cast.agent)):
        assert who.apply().get() == (cast.agent.pk, cast.agent.db_role)


@pytest.mark.django_db
def test_the_days_roots_are_kept_once(cast):
    make.order(cast.agent)

    keep_chain_roots()
    keep_chain_roots()

    (first, second) = ended(cast, "keep the day's chain roots")
    assert first[0] > 0
    assert (second[0], second[1]) == (0, "")
    with acting_as(task("chain")):
        assert ChainRoot.objects.filter(day=clock.today()).count() == first[0]


@pytest.mark.django_db
def test_a_job_that_fails_shows_what_kind_of_error_it_was_and_in_which_run(cast, client_of):
    with acting_as(task("overdue", "task:7f3a")), pytest.raises(ValueError, match="no such day"), job("try"):
        raise ValueError("no such day")

    assert ended(cast, "try") == [(None, "ValueError in task:7f3a", True)]
    assert "ValueError in task:7f3a" in client_of(cast.sysadmin).get("/health/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_value_that_an_error_quotes_is_in_the_log_and_not_on_the_health_page(cast, client_of, caplog):
    with acting_as(task("overdue")), pytest.raises(DataError), job("try"), connection.cursor() as cursor:
        cursor.execute("select 'Ayesha Siddiqui'::int")

    assert ended(cast, "try") == [(None, "DataError in task:overdue", True)]
    page = client_of(cast.sysadmin).get("/health/").content.decode()
    assert "DataError in task:overdue" in page
    assert "Ayesha" not in page
    assert "The job try failed: DataError in task:overdue" in caplog.text
    assert "Ayesha Siddiqui" in caplog.text


@pytest.mark.django_db
def test_the_nightly_proof_writes_down_how_many_rows_hold(cast, client_of):
    make.order(cast.agent)

    verify_history()

    with acting_as(for_user(cast.sysadmin)):
        run = JobRun.objects.get(name="verify history")
    assert (run.error, run.rows > 0, run.ended_at is not None) == ("", True, True)


# --- mail -------------------------------------------------------------------------------------------------------


class Picky:
    """Refuses one address for good, takes everything else."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if address.startswith("nobody@"):
            return "550 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        await asyncio.sleep(0)
        self.taken += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def queue(cast, to: str) -> None:
    with acting_as(for_user(cast.agent)):
        outbox.queue(key=f"test:{to}", kind="test", to=to, subject="A test", template="digests/empty_mail",
                     context={"person": cast.agent, "late": [], "more": 0, "many": 0, "shop": "Shop"})  # fmt: skip


def waiting() -> dict[str, OutboxMail]:
    with acting_as(mailer()):
        return {mail.recipient: mail for mail in OutboxMail.objects.all()}


@pytest.mark.django_db
def test_mail_waits_for_a_server_that_is_away_and_goes_out_once_when_it_is_back(cast, settings, port):
    settings.MAILERS = {"default": env.mailer(f"smtp+plain://127.0.0.1:{port}")}
    queue(cast, "somebody@shop.example")

    send_mail()

    mail = waiting()["somebody@shop.example"]
    assert (mail.state, mail.attempts) == ("waiting", 1)
    assert clock.now() < mail.next_try_at <= clock.now() + timedelta(minutes=1)

    with acting_as(mailer()):
        OutboxMail.objects.update(next_try_at=clock.now())
    server = Controller(picky := Picky(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        send_mail()
        send_mail()
    finally:
        server.stop()
    assert picky.taken == ["somebody@shop.example"]
    assert waiting()["somebody@shop.example"].state == "sent"


@pytest.mark.django_db
def test_an_address_that_the_server_does_not_know_holds_nobody_else_up(cast, settings, port):
    settings.MAILERS = {"default": env.mailer(f"smtp+plain://127.0.0.1:{port}")}
    queue(cast, "nobody@shop.example")
    queue(cast, "somebody@shop.example")
    server = Controller(picky := Picky(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        send_mail()
    finally:
        server.stop()

    assert picky.taken == ["somebody@shop.example"]
    assert waiting()["nobody@shop.example"].state == "failed"
    assert "No such person here" in waiting()["nobody@shop.example"].error
