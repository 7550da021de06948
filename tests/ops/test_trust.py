"""The promises of the house: proved by night, shown in words, and noticed when they no longer hold."""

import json

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction

from ops import trust
from ops.access.roles import policybook
from ops.celery import app
from ops.db.actor import acting_as, for_user, task
from ops.jobs import job
from ops.models import JobRun
from ops.tasks import try_every_door
from tests.generated.conftest import as_owner_in_django, world  # noqa: F401

P = settings.ROLE_PREFIX


@pytest.mark.django_db(transaction=True)
def test_every_role_is_tried_at_every_table_by_the_login_of_the_pages(cast):
    try_every_door()

    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
        )
        (tables,) = cursor.fetchone()
    with acting_as(for_user(cast.sysadmin)):
        run = JobRun.objects.get(name=trust.DOORS)
    book = policybook()
    assert (run.rows, run.error) == (tables * (len(book.roles) + len(book.system)), "")


@pytest.mark.parametrize(
    ("opened", "says"),
    [
        (f"grant select on accounts_credential to {P}_r_production", "production reads accounts_credential"),
        (f"grant select on orders_ordercosting to {P}_s_orders_own", "sales_agent reads orders_ordercosting"),
        (f"revoke select on orders_order from {P}_s_orders_own", "sales_agent does not read"),
        ("create table public.forgotten (id int); grant select on public.forgotten to public", "reads forgotten"),
    ],
)
def test_a_door_that_nobody_declared_and_one_that_is_shut_are_named(as_owner_in_django, monkeypatch, opened, says):  # noqa: F811
    monkeypatch.setattr(trust, "drift", list)  # it would notice before the doors do
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(opened)
        with pytest.raises(trust.DoorsDiffer, match=says):
            trust.try_every_door()
        transaction.set_rollback(True)


def test_a_policy_that_was_softened_is_named_before_any_door_is_tried(as_owner_in_django):  # noqa: F811
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"create policy all_of_them on orders_order for select to {P}_s_orders_own using (true)")
        with pytest.raises(trust.RightsDiffer, match="policy:orders_order:all_of_them appeared in the database"):
            trust.try_every_door()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_page_says_what_holds_what_does_not_and_what_nobody_has_proved(cast, client_of):
    with acting_as(task("chain")):
        with job(trust.HISTORY) as run:
            run.rows = 1234
        with pytest.raises(trust.DoorsDiffer), job(trust.DOORS):
            raise trust.DoorsDiffer("production reads accounts_credential, against its declaration.")

    html = client_of(cast.sysadmin).get("/trust/").content.decode()

    assert "1,234 changes follow from one another." in html
    assert "It did not hold, or could not be proved." in html
    assert "accounts_credential" not in html
    assert html.count(">Holds<") == 3
    assert html.count(">Does not hold<") == 1


@pytest.mark.django_db
def test_before_the_first_night_nothing_is_claimed(cast, client_of):
    html = client_of(cast.admin).get("/trust/").content.decode()

    assert html.count("It is proved tonight for the first time.") == 3
    assert html.count(">Not yet proved<") == 3


@pytest.fixture
def queue(settings):
    """A queue of this test's own on the suite's Valkey, without a worker."""
    valkey, name = redis.Redis.from_url(settings.REDIS_URL), "trust-test"
    before, app.conf.task_default_queue = app.conf.task_default_queue, name
    yield lambda: [json.loads(message)["headers"]["task"] for message in valkey.lrange(name, 0, -1)][::-1]
    app.conf.task_default_queue = before
    valkey.delete(name)


@pytest.mark.django_db
def test_who_keeps_the_system_running_has_it_proved_now_and_an_agent_has_no_such_page(cast, client_of, queue):
    assert client_of(cast.sysadmin).post("/trust/prove/").url == "/trust/"

    assert queue() == [
        "ops.tasks.try_every_door", "ops.tasks.verify_history", "inventory.tasks.add_up_stock",
    ]  # fmt: skip
    assert client_of(cast.agent).get("/trust/").status_code == 403
    assert client_of(cast.agent).post("/trust/prove/").status_code == 403
