"""Long work: once, as who asked, with progress, stopped, retried, followed after a death, and swept."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from ops import clock, events
from ops.db.actor import acting_as, for_user, task
from ops.errors import Refused
from ops.models import Event
from ops.progress import actions, files, kinds
from ops.progress.kinds import Kind, Result
from ops.progress.models import Job
from orders.models import Order
from tests import make
from tests.ops.test_tasks_celery import who_acts

seen: list[object] = []


def _count(asked, by, report):
    for number in range(1, asked["to"] + 1):
        report(number)
    return Result(f"counted to {asked['to']} by {by.name}".encode(), "count.txt", "text/plain")


def _look(asked, by, report):
    seen[:] = [who_acts(), connection.in_atomic_block, sorted(Order.objects.values_list("number", flat=True))]
    return Result(b"x", "look.txt", "text/plain")


def _refuse(asked, by, report):
    raise Refused("There is no paper in this shop.")


def _break(asked, by, report):
    raise ZeroDivisionError


def _cancel_midway(asked, by, report):
    report(1)
    with transaction.atomic():
        actions.cancel(Job.objects.get(pk=asked["pk"]), by=by)
    report(asked["to"])
    raise AssertionError("the report stops the work")


def _recorded(job):
    events.record("order.edited", Order.objects.get(pk=job.asked["order"]), fields="a job")


@pytest.fixture(autouse=True)
def _kinds(settings, tmp_path, monkeypatch):
    settings.FILES_DIR = tmp_path
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    monkeypatch.setattr(actions, "_to_queue", lambda pk: None)
    monkeypatch.setattr(actions, "_TOLD_SECONDS", 0)
    works = {"count": _count, "look": _look, "refuse": _refuse, "break": _break, "stop": _cancel_midway}
    for name, work in works.items():
        kinds.declare(Kind(f"test.{name}", work))
    kinds.declare(Kind("test.recorded", _count, _recorded))


def _begin(by, kind="test.count", **asked):
    asked = {"to": 3} | asked
    return actions.begin(kind, by=by, title="Count to three", asked=asked, total=asked["to"])


@pytest.mark.django_db
def test_work_is_done_as_who_asked_and_its_file_kept(cast, as_person):
    mine = make.order(cast.agent)
    make.order(cast.other_agent)
    with as_person(cast.agent):
        job = _begin(cast.agent)
        looked = _begin(cast.agent, "test.look")
        actions.carry_out(job.pk, "w1")
        actions.carry_out(looked.pk, "w1")
        job.refresh_from_db()

    assert (job.state, job.done, job.file_name, job.file_type) == ("done", 3, "count.txt", "text/plain")
    assert files.path_of(job).read_bytes() == b"counted to 3 by Omar Aziz"
    assert (seen[0][:2], seen[2]) == ((cast.agent.db_role, str(cast.agent.pk)), [mine.number])


@pytest.mark.django_db
def test_the_same_question_while_it_is_under_way_is_one_job(cast, as_person):
    with as_person(cast.agent):
        first, again, other = _begin(cast.agent), _begin(cast.agent), _begin(cast.agent, to=4)
        actions.carry_out(first.pk, "w1")
        later = _begin(cast.agent)
    with as_person(cast.manager):
        theirs = _begin(cast.manager)

    assert first.pk == again.pk
    assert len({first.pk, other.pk, later.pk, theirs.pk}) == 4


@pytest.mark.django_db
def test_a_job_and_its_file_are_its_persons_alone(cast, client_of, as_person):
    with as_person(cast.agent):
        job = _begin(cast.agent)
        actions.carry_out(job.pk, "w1")
    mine, managers = client_of(cast.agent), client_of(cast.manager)

    kept = mine.get(f"/work/{job.pk}/file/?save=1")

    assert b"".join(kept.streaming_content) == b"counted to 3 by Omar Aziz"
    assert kept["Content-Disposition"] == 'attachment; filename="count.txt"'
    assert kept["Cache-Control"] == "private, no-store"
    assert b"Count to three" in mine.get("/work/").content
    assert b"Count to three" not in managers.get("/work/").content
    for path in ("", "file/"):
        assert managers.get(f"/work/{job.pk}/{path}").status_code == 404
    for verb in ("cancel", "retry"):
        assert managers.post(f"/work/{job.pk}/{verb}/").status_code == 404


@pytest.mark.django_db
def test_raw_sql_of_another_sees_and_changes_nothing(cast, as_person):
    with as_person(cast.agent):
        job = _begin(cast.agent)
    with as_person(cast.manager), connection.cursor() as cursor:
        cursor.execute("select count(*) from progress_job")
        assert cursor.fetchone() == (0,)
        cursor.execute("update progress_job set state = 'cancelled' where id = %s", [job.pk])
        assert cursor.rowcount == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "says"), [
    ("test.refuse", "There is no paper in this shop."), ("test.break", "it is our fault"),
])  # fmt: skip
def test_what_fails_says_so_and_can_be_tried_again(kind, says, cast, as_person):
    with as_person(cast.agent):
        job = _begin(cast.agent, kind)
        if kind == "test.break":
            with pytest.raises(ZeroDivisionError):
                actions.carry_out(job.pk, "w1")
        else:
            actions.carry_out(job.pk, "w1")
        job.refresh_from_db()
        assert (job.state, says in job.error, job.file_hash) == ("failed", True, "")

        actions.retry(job, by=cast.agent)
        job.refresh_from_db()
        assert (job.state, job.error, job.attempts) == ("waiting", "", 0)


@pytest.mark.django_db
def test_cancelled_work_stops_at_its_next_step(cast, as_person):
    with as_person(cast.agent):
        job = _begin(cast.agent, "test.stop")
        Job.objects.filter(pk=job.pk).update(touched_at=clock.now())
        kinds.declare(Kind("test.stop", lambda asked, by, report: _cancel_midway(asked | {"pk": job.pk}, by, report)))
        actions.carry_out(job.pk, "w1")
        job.refresh_from_db()
        assert (job.state, job.done) == ("cancelled", 1)

        waiting = actions.cancel(_begin(cast.agent, to=9), by=cast.agent)
        assert waiting.state == "cancelled"
        assert actions.carry_out(waiting.pk, "w1") is None


@pytest.mark.django_db
def test_a_second_worker_follows_a_dead_one_and_leaves_a_living_one_alone(cast, as_person):
    with as_person(cast.agent):
        job = _begin(cast.agent)
        assert actions._claim(job.pk, "w1") is not None

        assert actions.carry_out(job.pk, "another") is None  # the first is alive
        assert actions.carry_out(job.pk, "w1").state == "done"  # the same message, delivered again after a death

        silent = _begin(cast.agent, to=5)
        actions._claim(silent.pk, "w1")
        Job.objects.filter(pk=silent.pk).update(touched_at=clock.now() - timedelta(minutes=2))
        assert actions.carry_out(silent.pk, "another").state == "done"


@pytest.mark.django_db
def test_work_that_kills_its_worker_is_given_up_with_a_sentence(cast, as_person):
    with as_person(cast.agent):
        job = _begin(cast.agent)
        for _ in range(actions.MOST_ATTEMPTS):
            assert actions._claim(job.pk, "w1") is not None
        assert actions.carry_out(job.pk, "w1") is None
        job.refresh_from_db()

    assert (job.state, job.error) == ("failed", "The worker was stopped 3 times in the middle of this.")


@pytest.mark.django_db
def test_what_happened_is_recorded_exactly_once(cast, as_person):
    order = make.order(cast.agent)
    with as_person(cast.agent):
        job = _begin(cast.agent, "test.recorded", order=order.pk)
        actions.carry_out(job.pk, "w1")
        actions.carry_out(job.pk, "w1")
        assert Event.objects.filter(subject_id=order.pk, kind="order.edited").count() == 1


@pytest.mark.django_db
def test_old_work_and_stray_files_are_swept_and_recent_ones_stay(cast, as_person):
    with as_person(cast.agent):
        old, recent = _begin(cast.agent), _begin(cast.agent, to=2)
        for job in (old, recent):
            actions.carry_out(job.pk, "w1")
            job.refresh_from_db()
        Job.objects.filter(pk=old.pk).update(touched_at=clock.now() - timedelta(days=8))
    stray = files.folder() / "999999-abc"
    stray.write_bytes(b"x")

    with acting_as(task("sweeper")):
        assert actions.sweep() == 1

    assert not stray.exists()
    assert not files.path_of(old).exists()
    assert files.path_of(recent).exists()


@pytest.mark.django_db
def test_what_waited_for_the_queue_is_handed_on_and_what_is_lost_is_said(cast, as_person, monkeypatch):
    queued = []
    with as_person(cast.agent):
        waiting, lost = _begin(cast.agent), _begin(cast.agent, to=2)
        actions._claim(lost.pk, "w1")
        Job.objects.update(touched_at=clock.now() - timedelta(minutes=11))
    monkeypatch.setattr(actions, "_to_queue", lambda pk: queued.append((pk, who_acts()[1])))

    with acting_as(task("sweeper")):
        assert actions.wake() == 1
        assert actions.wake() == 0

    with as_person(cast.agent):
        lost.refresh_from_db()
    assert queued == [(waiting.pk, str(cast.agent.pk))]
    assert (lost.state, lost.error) == ("failed", "The worker that did this is gone. Try again.")


@pytest.mark.django_db
def test_work_whose_one_transaction_nobody_sees_is_not_taken_for_lost_while_it_whispers(cast, as_person):
    with as_person(cast.agent):
        job = _begin(cast.agent)
        actions._claim(job.pk, "w1")
        Job.objects.filter(pk=job.pk).update(touched_at=clock.now() - timedelta(minutes=20))
    kinds.whisper(job.pk, 1)
    with acting_as(task("sweeper")):
        actions.wake()

    with as_person(cast.agent):
        job.refresh_from_db()
    assert job.state == "working"


@pytest.mark.django_db
def test_the_page_shows_how_far_it_is_and_works_by_reloading(cast, client_of, as_person):
    browser = client_of(cast.agent)
    with as_person(cast.agent):
        job = _begin(cast.agent)
    url = f"/work/{job.pk}/"

    waiting = browser.get(url).content.decode()
    with as_person(cast.agent):
        Job.objects.filter(pk=job.pk).update(state="working", worker="w1", done=2)
    part = browser.get(url, headers={"Ops-Live": "1"}).content.decode()
    with as_person(cast.agent):
        actions.carry_out(job.pk, "w1")
    done = browser.get(url).content.decode()

    assert "Waiting for a worker" in waiting
    assert "every 2s" in waiting
    assert "2 of 3" in part
    assert "<html" not in part
    assert "every 2s" not in done
    assert f'href="/work/{job.pk}/file/"' in done


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_the_same_at_once_get_one_job(cast):
    from tests.races.together import together

    def ask():
        with acting_as(for_user(cast.agent, request="race")), transaction.atomic():
            return _begin(cast.agent).pk

    first, second = together(ask, ask)

    assert first == second


def test_the_queue_knows_the_task_by_the_name_that_is_sent():
    from ops.celery import app

    app.loader.import_default_modules()
    assert actions._TASK in app.tasks
