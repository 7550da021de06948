"""Who a task acts as: its own named role, or whoever queued it - and never nobody."""

import pytest
from celery import shared_task
from celery.signals import before_task_publish
from django.db import connection

from ops.celery import app
from ops.db.actor import acting_as, current_actor, door, for_user
from orders.models import Order
from tests import make


def who_acts() -> tuple[str, str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_user::text, current_setting('ops.uid', true), current_setting('ops.reason', true),"
            " current_setting('ops.source', true)"
        )
        return cursor.fetchone()


@shared_task(name="tests.who")
def who() -> tuple[str, str, str, str]:
    return who_acts()


@shared_task(name="tests.mailer", runs_as="mailer")
def as_mailer() -> tuple[str, str, str, str]:
    return who_acts()


@shared_task(name="tests.overdue", runs_as="overdue")
def as_overdue() -> tuple[str, str, str, str]:
    return who_acts()


@shared_task(name="tests.orders")
def orders_seen() -> list[int]:
    return list(Order.objects.order_by("pk").values_list("pk", flat=True))


def delivered(task, headers):
    """The task as a worker runs it: away from whoever queued it, with what travelled in the message's headers."""
    with acting_as(None):
        task.push_request(id="7", headers=headers, called_directly=False, is_eager=False, **headers)
        try:
            return task()
        finally:
            task.pop_request()
            assert current_actor.get() is None


def headers_of(task, actor) -> dict[str, object]:
    """What travels in the message's headers when `actor` queues the task."""
    headers: dict[str, object] = {}
    with acting_as(actor):
        before_task_publish.send(sender=task.name, headers=headers, body=None)
    return headers


@pytest.mark.django_db
def test_a_task_without_a_role_acts_as_who_queued_it(cast):
    mine, _theirs = make.order(cast.agent), make.order(cast.other_agent)
    headers = headers_of(orders_seen, for_user(cast.agent))

    assert delivered(orders_seen, headers) == [mine.pk]
    role, uid, _, source = delivered(who, headers)
    assert (uid, source) == (str(cast.agent.pk), "task")
    assert role == cast.agent.db_role


@pytest.mark.django_db
def test_a_scheduled_task_acts_as_its_own_role_whoever_is_there(cast, settings):
    with acting_as(for_user(cast.admin)):
        assert as_mailer()[0] == f"{settings.ROLE_PREFIX}_r_mailer"
        role, uid, _, source = as_overdue()

    assert (role, uid, source) == (f"{settings.ROLE_PREFIX}_r_task_overdue", "", "cron")


@pytest.mark.django_db
def test_a_task_that_nobody_queued_does_not_run(db):
    with pytest.raises(PermissionError, match=r"Task tests.who was queued by nobody"):
        delivered(who, {})


@pytest.mark.django_db
def test_a_task_run_in_place_acts_as_who_is_there(cast):
    with acting_as(for_user(cast.production)):
        assert who.apply().get()[1] == str(cast.production.pk)
    with acting_as(door()):
        assert who.apply().get()[1] == ""


def test_the_queue_is_the_shops_own_and_a_killed_task_comes_back(settings, db):
    assert app.conf.task_default_queue == settings.ROLE_PREFIX
    assert (app.conf.task_acks_late, app.conf.task_reject_on_worker_lost) == (True, True)
    assert app.conf.broker_transport_options["visibility_timeout"] > app.conf.task_time_limit
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    app.loader.import_default_modules()
    assert scheduled <= set(app.tasks)
