"""What the health page says about the machinery, when it is well and when it is not."""

import socket
from datetime import date

import pytest
import redis
from django.db import connection, transaction

from ops.db.actor import acting_as, for_user, task
from ops.health import Fact, _queue, facts
from ops.models import ChainRoot
from tests.generated.conftest import as_owner_in_django, world  # noqa: F401


@pytest.fixture
def fact_of(cast):
    def one(label: str) -> Fact:
        with acting_as(for_user(cast.sysadmin)):
            return next(fact for fact in facts() if fact.label == label)

    return one


def test_a_queue_that_is_away_is_said_and_the_page_is_still_there(cast, client_of, fact_of, settings):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        settings.REDIS_URL = f"redis://127.0.0.1:{probe.getsockname()[1]}/0"

    assert fact_of("Queue") == Fact("Queue", "does not answer; jobs catch up when it is back", good=False)
    assert "jobs catch up when it is back" in client_of(cast.sysadmin).get("/health/").content.decode()


@pytest.mark.parametrize(("waiting", "good"), [(0, True), (999, True), (1000, False)])
def test_a_queue_of_a_thousand_wants_a_look(cast, settings, waiting, good):
    queue, settings.ROLE_PREFIX = redis.Redis.from_url(settings.REDIS_URL), f"health-{waiting}"
    if waiting:
        queue.rpush(settings.ROLE_PREFIX, *range(waiting))
    try:
        assert _queue() == Fact("Queue", f"{waiting} waiting", good)
    finally:
        queue.delete(settings.ROLE_PREFIX)


def test_the_last_root_of_history_is_named_by_its_day(fact_of):
    assert fact_of("History") == Fact("History", "the first root is kept tonight", good=True)
    with acting_as(task("chain")):
        for day in (date(2026, 3, 1), date(2026, 3, 2)):
            ChainRoot.objects.create(day=day, table="orders_historicalorder", rows=1, last_id=1, root=b"x" * 32)

    assert fact_of("History") == Fact("History", "last root kept on 02 Mar 2026", good=True)


def test_a_table_without_row_security_and_a_login_that_owns_tables_are_called_out(as_owner_in_django):  # noqa: F811
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
            )
            (tables,) = cursor.fetchone()
            cursor.execute("alter table orders_order disable row level security")
        found = {fact.label: fact for fact in facts()}
        transaction.set_rollback(True)

    assert found["Row security"].value.startswith(f"On for {tables - 1} of {tables} tables, by ")
    assert not found["Row security"].good
    assert found["Login of the pages"] == Fact("Login of the pages", "It may do too much.", good=False)
