"""A bulk verb on more rows than a second allows: by a worker, with progress, each row once, and one undo (X3, X4)."""

import re

import pytest
from django.db import transaction

from ops.boards import work
from ops.db.actor import acting_as, for_user
from ops.models import Event
from ops.progress import actions
from ops.progress.models import Job
from orders import actions as orders
from orders.models import Order
from tests import make

MANY = 23


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch):
    monkeypatch.setattr(work, "AT_ONCE", 20)
    monkeypatch.setattr(actions, "_to_queue", lambda pk: None)


@pytest.fixture
def many(cast):
    return [make.order(cast.agent, name=f"Buyer {number}") for number in range(MANY)]


def ask(client, cast, many, **values):
    given = {"verb": "assign", "choice": str(cast.other_agent.pk), "query": "?every=1"}
    return client.post("/orders/bulk/", given | {"ids": ",".join(str(row.pk) for row in many)} | values)


def carry_out(cast, worker="w1"):
    with acting_as(for_user(cast.manager, request="job")):
        job = Job.objects.order_by("-pk").first()
        actions.carry_out(job.pk, worker)
        return Job.objects.get(pk=job.pk)


def agents(cast):
    with acting_as(for_user(cast.manager)):
        return list(Order.objects.order_by("pk").values_list("agent__name", flat=True))


def handed(cast):
    with acting_as(for_user(cast.manager)):
        return Event.objects.filter(kind="order.handed_over").count()


def test_many_rows_are_a_job_with_a_page_of_results_and_one_undo(cast, client_of, many):
    client = client_of(cast.manager)

    answer = ask(client, cast, many)
    job = carry_out(cast)

    assert re.fullmatch(r"/work/\d+/", answer["Location"])
    assert (job.state, job.done, job.total) == ("done", MANY, MANY)
    assert agents(cast) == ["Sana Noor"] * MANY
    assert "See what became of each" in client.get(answer["Location"]).content.decode()
    html = client.get(job.page).content.decode()
    assert f"{MANY} orders handed to Sana Noor" in html
    (tokens,) = re.findall(r'name="tokens" value="([^"]+)"', html)

    # Somebody works on one of them meanwhile: that one stays, and says why.
    with acting_as(for_user(cast.manager, request="meanwhile")):
        orders.hold_order(many[0], by=cast.manager, reason="Asks for red")
    undo = client.post("/orders/bulk/undo/", {"verb": "assign", "tokens": tokens, "query": "?every=1"})
    back = carry_out(cast)

    assert undo.status_code == 302
    assert agents(cast) == ["Sana Noor"] + ["Omar Aziz"] * (MANY - 1)
    html = client.get(back.page).content.decode()
    assert f"{MANY - 1} orders put back as before" in html
    assert "1 left as it was" in html
    assert "Somebody changed" in html


def test_few_rows_are_done_while_one_waits(cast, client_of, many):
    answer = ask(client_of(cast.manager), cast, many[:20])

    assert answer.status_code == 200
    assert "20 orders handed to Sana Noor" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_is_followed_by_one_that_goes_on(cast, client_of, many, monkeypatch):
    """Killed in the second handful: the first ten are told of, the others are done once by the next worker."""
    ask(client_of(cast.manager), cast, many)
    keep, calls = actions._keep, []

    class Killed(BaseException):
        pass

    def dies(job, done, said):
        calls.append(done)
        if len(calls) == 2:
            raise Killed
        keep(job, done, said)

    monkeypatch.setattr(actions, "_keep", dies)
    with pytest.raises(Killed):
        carry_out(cast)
    assert agents(cast).count("Sana Noor") == 10
    monkeypatch.setattr(actions, "_keep", keep)

    job = carry_out(cast)

    assert (job.state, job.done) == ("done", MANY)
    assert agents(cast) == ["Sana Noor"] * MANY
    assert handed(cast) == MANY
    assert len(work.outcome_of(job).done) == MANY
    assert work.outcome_of(job).refused == []


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_one_stops_where_it_is_and_says_what_was_done(cast, client_of, many, monkeypatch):
    ask(client_of(cast.manager), cast, many)
    keep, calls = actions._keep, []

    def cancels(job, done, said):
        calls.append(done)
        keep(job, done, said)
        if len(calls) == 1:
            with transaction.atomic():
                actions.cancel(Job.objects.get(pk=job.pk), by=cast.manager)

    monkeypatch.setattr(actions, "_keep", cancels)
    job = carry_out(cast)

    assert job.state == "cancelled"
    assert agents(cast).count("Sana Noor") == 10
    html = client_of(cast.manager).get(job.page).content.decode()
    assert "10 orders handed to Sana Noor" in html
    assert 'name="tokens"' in html  # what was done can be taken back


def test_the_results_are_their_askers_alone(cast, client_of, many):
    ask(client_of(cast.manager), cast, many)
    job = carry_out(cast)

    assert client_of(cast.admin).get(job.page).status_code == 404
    assert client_of(cast.agent).get(f"/orders/bulk/{job.pk + 100}/").status_code == 404


def test_a_choice_that_is_not_offered_begins_nothing(cast, client_of, many):
    answer = ask(client_of(cast.manager), cast, many, choice=str(cast.production.pk))

    assert answer.status_code == 422
    with acting_as(for_user(cast.manager)):
        assert not Job.objects.exists()


def test_what_is_not_ones_own_is_refused_row_by_row(cast, client_of, many):
    """An agent may not hand over, but may move: a colleague's rows are left out of what was picked."""
    theirs = make.order(cast.other_agent)
    given = {"verb": "move", "choice": "in_production", "ids": ",".join(str(row.pk) for row in [*many, theirs])}

    client_of(cast.agent).post("/orders/bulk/", given)
    with acting_as(for_user(cast.agent, request="job")):
        job = Job.objects.get()
        actions.carry_out(job.pk, "w1")
        outcome = work.outcome_of(Job.objects.get())

    assert job.total == MANY
    assert outcome.done == []
    assert len(outcome.refused) == MANY
    assert "needs somebody in production" in outcome.refused[0].why
