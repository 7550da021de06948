"""Two who take the same thing back, and two who ask for the same papers: it is done once, and the other is told."""

import pytest
from django.db import transaction

from ops import asof
from ops.access.scopes import scopes_of
from ops.db.actor import acting_as, for_user
from ops.errors import Conflict, Refused
from ops.models import Event, Transition
from ops.progress import actions as work
from ops.progress.models import Job
from orders import actions as orders
from orders import editing, papers, taking_back
from orders.models import Order
from tests import make
from tests.races.together import in_step, together

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 12


def received(cast) -> list[Order]:
    with transaction.atomic():
        return [make.order(cast.agent, name=f"Sadia {n}", phone=f"+92300770{n:04}") for n in range(MANY)]


def test_an_edit_that_two_take_back_goes_back_once(cast):
    rows = received(cast)
    keys = {}
    for order in rows:
        with acting_as(for_user(cast.agent, request=f"edit {order.pk}")), transaction.atomic():
            editing.edit_order(order, by=cast.agent, values={"channel": "Phone"}, was={})
        with acting_as(for_user(cast.agent)):
            keys[order.pk] = asof.moments("order", order.pk, scopes_of(cast.agent))[-1].token

    def back_by(person):
        def back(order):
            with acting_as(for_user(person, request=f"back {order.pk} {person.pk}")), transaction.atomic():
                return taking_back.take_back(order, by=person, moment_key=keys[order.pk])

        return back

    mine, theirs = in_step(rows, back_by(cast.agent), back_by(cast.manager))

    for one, other in zip(mine, theirs, strict=True):
        assert isinstance(one, Refused) != isinstance(other, Refused), (one, other)
    with acting_as(for_user(cast.manager)):
        assert set(Order.objects.filter(pk__in=keys).values_list("channel", flat=True)) == {""}
        assert Event.objects.filter(kind="order.taken_back", subject_id__in=keys).count() == MANY


def test_a_move_that_two_take_back_goes_back_one_step(cast):
    with transaction.atomic():
        rows = [
            make.order_in("ready_to_ship", cast.agent, cast.production, name=f"Sadia {n}", phone=f"+92300880{n:04}")
            for n in range(MANY)
        ]
    with acting_as(for_user(cast.manager)):
        rows = list(Order.objects.filter(pk__in=[order.pk for order in rows]).order_by("pk"))

    def back_by(person):
        def back(order):
            with acting_as(for_user(person)), transaction.atomic():
                return orders.undo_move(order, by=person, version=order.version)

        return back

    mine, theirs = in_step(rows, back_by(cast.admin), back_by(cast.manager))

    for one, other in zip(mine, theirs, strict=True):
        assert isinstance(one, Conflict) != isinstance(other, Conflict), (one, other)
    pks = [order.pk for order in rows]
    with acting_as(for_user(cast.manager)):
        assert set(Order.objects.filter(pk__in=pks).values_list("stage", flat=True)) == {"in_production"}
        assert Transition.objects.filter(subject_id__in=pks, undo=True).count() == MANY


@pytest.fixture
def _no_queue(settings, tmp_path, monkeypatch):
    settings.FILES_DIR = tmp_path
    monkeypatch.setattr(work, "_to_queue", lambda pk: None)


def _printed(cast, pks):
    def begin():
        with acting_as(for_user(cast.agent)), transaction.atomic():
            return papers.print_many(pks, by=cast.agent, paper="pack_slip", choice="a4").pk

    return begin


def test_papers_that_one_asks_for_twice_at_once_are_one_job(cast, _no_queue):
    pks = [order.pk for order in received(cast)]

    first, second = together(_printed(cast, pks), _printed(cast, pks))

    assert first == second
    with acting_as(for_user(cast.agent)):
        assert Job.objects.count() == 1


def test_a_job_that_two_workers_take_is_printed_and_recorded_once(cast, _no_queue):
    pks = [order.pk for order in received(cast)][:2]
    job = _printed(cast, pks)()

    def carries(worker):
        def carry():
            with acting_as(for_user(cast.agent)):
                return work.carry_out(job, worker)

        return carry

    results = together(carries("one"), carries("two"))

    assert [result.state for result in results if result is not None] == ["done"]
    with acting_as(for_user(cast.agent)):
        assert Event.objects.filter(kind="order.printed", subject_id__in=pks).count() == 2
        assert Job.objects.get().attempts == 1
