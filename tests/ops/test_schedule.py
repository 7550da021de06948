"""The page of jobs: what runs, when next, what failed or is stuck, and trying again by who keeps the system (A47)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.utils import Error as DatabaseError
from kombu.exceptions import OperationalError as QueueAway

from ops import clock, schedule
from ops.celery import app
from ops.db.actor import acting_as, for_user, mailer, task
from ops.models import Event, JobRun, OutboxMail


@pytest.fixture
def sent(monkeypatch):
    """What was handed to the queue: the broker's own door, held open without a broker."""
    given: list[str] = []
    monkeypatch.setattr(app, "send_task", lambda name, **_: given.append(name))
    return given


def ran(name="find overdue orders", *, ago=timedelta(hours=2), took=timedelta(seconds=3), error="", rows=7):
    began = clock.now() - ago
    with acting_as(task("overdue")):
        run = JobRun.objects.create(name=name, started_at=began)
        JobRun.objects.filter(pk=run.pk).update(ended_at=began + took if took else None, error=error, rows=rows)
        return run


def planned(cast, name):
    with acting_as(for_user(cast.sysadmin)):
        return next(job for job in schedule.planned() if job.name == name)


def given_up(kind="order.shipped", error="SMTPRecipientsRefused: {'ayesha@mail.example': (550, b'no')}"):
    with acting_as(for_user(cast_person())), connection.cursor() as cursor:
        cursor.execute(
            "select ops.queue_mail('k1', %s, 'ayesha@mail.example', 'Your chair', 'Dear Ayesha', '')", [kind]
        )
    with acting_as(mailer()):
        mail = OutboxMail.objects.get(key="k1")
        OutboxMail.objects.filter(pk=mail.pk).update(state="failed", attempts=12, error=error)
        return mail.pk


def cast_person():
    from accounts.models import User
    from ops.db.actor import door

    with acting_as(door()):
        return User.objects.get(email="admin@cast.example")


def state_of(pk):
    with acting_as(mailer()):
        return OutboxMail.objects.values_list("state", "attempts").get(pk=pk)


def test_every_job_of_the_schedule_is_there_with_its_next_run(cast):
    with acting_as(for_user(cast.sysadmin)):
        jobs = {job.name: job for job in schedule.planned()}

    assert set(app.conf.beat_schedule) <= set(jobs)
    assert jobs["send waiting mail"].plan == "every 10 s"
    assert jobs["verify history"].plan == "at 03:00"
    assert jobs["mail saved views"].plan == "every 15 min"
    assert jobs["end quotes on their day"].plan == "hourly at :10, 5-23"
    now = clock.now()
    assert now < jobs["verify history"].next_at <= now + timedelta(days=1)
    assert jobs["verify history"].next_at.astimezone(clock.zone()).hour == 3


@pytest.mark.parametrize(
    ("run", "state"),
    [
        ({}, "done"),
        ({"error": "ZeroDivisionError in run 4"}, "failed"),
        ({"took": None, "ago": timedelta(minutes=5)}, "running"),
        ({"took": None, "ago": timedelta(hours=3)}, "stuck"),
    ],
)
def test_a_job_says_how_its_last_run_went(cast, run, state):
    ran("verify history", **run)

    job = planned(cast, "verify history")

    assert job.state == state
    assert job.took == (timedelta(seconds=3) if "took" not in run else None)


def test_what_failed_and_what_is_stuck_stands_first_and_the_page_says_it(cast, client_of):
    ran("verify history", took=None, ago=timedelta(hours=3))
    ran("write morning lists", error="KeyError in run 9")

    html = client_of(cast.sysadmin).get("/health/").content.decode()

    stuck, failed, done = (html.index(words) for words in ("began and never ended", "KeyError in run 9", "wake held"))
    assert stuck < failed < done
    assert "3.0 s" in html


def test_a_job_is_started_once_however_often_it_is_pressed_and_that_is_on_record(
    cast, client_of, sent, django_capture_on_commit_callbacks
):
    client = client_of(cast.sysadmin)

    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post("/health/job/", {"name": "write morning lists"}).status_code == 302

    assert sent == ["ops.digests.tasks.write_lists"]
    with acting_as(for_user(cast.sysadmin)):
        told = list(Event.objects.filter(noun="schedule").values_list("kind", "by_id", "data__name"))
    assert told == [("schedule.run_again", cast.sysadmin.pk, "write morning lists")]


def test_a_job_that_runs_is_not_started_beside_itself_but_a_stuck_one_is(
    cast, client_of, sent, django_capture_on_commit_callbacks
):
    client = client_of(cast.sysadmin)
    ran("verify history", took=None, ago=timedelta(minutes=5))
    refused = client.post("/health/job/", {"name": "verify history"})
    ran("wake held orders", took=None, ago=timedelta(hours=2))
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/health/job/", {"name": "wake held orders"})

    assert refused.status_code == 422
    assert "is running now" in refused.content.decode()
    assert sent == ["orders.tasks.wake_held"]


def test_what_is_no_job_is_refused(cast, client_of, sent):
    assert client_of(cast.sysadmin).post("/health/job/", {"name": "rm -rf"}).status_code == 422
    assert sent == []


def test_a_mail_that_was_given_up_is_sent_again_once_without_showing_it(cast, client_of):
    pk, client = given_up(), client_of(cast.sysadmin)

    before = client.get("/health/").content.decode()
    for _ in range(2):
        assert client.post(f"/health/mail/{pk}/").status_code == 302

    assert "SMTPRecipientsRefused" in before
    for secret in ("ayesha@mail.example", "Your chair", "Dear Ayesha", "550"):
        assert secret not in before
    assert state_of(pk) == ("waiting", 0)
    with acting_as(for_user(cast.sysadmin)):
        told = list(Event.objects.filter(noun="mail").values_list("kind", "data__what", "data__mail"))
    assert told == [("mail.sent_again", "order.shipped", pk)]


def test_a_mail_that_waits_or_was_sent_is_left_as_it_is(cast, client_of):
    pk = given_up()
    with acting_as(mailer()):
        OutboxMail.objects.filter(pk=pk).update(state="sent")

    client_of(cast.sysadmin).post(f"/health/mail/{pk}/")

    assert state_of(pk)[0] == "sent"


@pytest.mark.parametrize("person", ["manager", "agent", "finance", "production", "accountant"])
def test_who_does_not_keep_the_system_tries_nothing_again(cast, client_of, sent, person):
    pk, user = given_up(), getattr(cast, person)
    client = client_of(user)

    assert client.post("/health/job/", {"name": "verify history"}).status_code == 403
    assert client.post(f"/health/mail/{pk}/").status_code == 403
    with acting_as(for_user(user)), connection.cursor() as cursor, pytest.raises(DatabaseError, match="permission"):
        cursor.execute("select ops.mail_again(%s)", [pk])
    assert sent == []


def test_a_manager_sees_the_jobs_and_no_buttons(cast, client_of):
    given_up()
    html = client_of(cast.manager).get("/health/").content.decode()

    assert "Mails that were given up" in html
    assert "/health/job/" not in html
    assert "/health/mail/" not in html


def test_long_work_is_counted_and_what_is_silent_is_stuck(cast, client_of, as_person):
    from ops.progress.models import Job

    with as_person(cast.agent):
        job = Job.objects.create(owner=cast.agent, kind="orders.print", title="Slips for Ayesha", question="q")
        Job.objects.filter(pk=job.pk).update(state="working", touched_at=clock.now() - timedelta(hours=1))

    html = client_of(cast.sysadmin).get("/health/").content.decode()

    assert "Prints of orders" in html
    assert '<span class="tag bad">1</span>' in html
    assert "Slips for Ayesha" not in html


def test_while_the_queue_is_away_nothing_is_on_record_and_the_next_press_starts_it(cast, client_of, monkeypatch):
    client, given = client_of(cast.sysadmin), []

    def away(name: str, **_: object) -> None:
        raise QueueAway("connection refused")

    monkeypatch.setattr(app, "send_task", away)
    refused = client.post("/health/job/", {"name": "verify history"})
    monkeypatch.setattr(app, "send_task", lambda name, **_: given.append(name))
    client.post("/health/job/", {"name": "verify history"})

    assert refused.status_code == 422
    assert "nothing was started" in refused.content.decode()
    assert given == ["ops.tasks.verify_history"]
