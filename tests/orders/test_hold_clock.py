"""Time on hold is nobody's delay: the clock of a stage stands still, and goes on where it stood (A63, A65)."""

import os
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from ops import asof, clock
from ops.access.scopes import scopes_of
from ops.db.actor import acting_as, for_user
from orders import actions, overdue, taking_back
from orders.models import Order
from orders.stages import lifecycle
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
STAGE = "in_production"


@pytest.fixture
def aged(cast):
    """`aged(stood=100, held=60)`: an order in production for 100 hours, on hold for the last 60."""

    def made(*, stood: int, held: int | None = None) -> Order:
        with transaction.atomic():
            order = make.order_in(STAGE, cast.agent, cast.production)
        if held is not None:
            verb(cast.agent, actions.hold_order, order, reason="fabric")
        address = urlsplit(os.environ["OPS_SUPER_DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
        with psycopg.connect(urlunsplit(address), autocommit=True) as superuser:
            superuser.execute("set session_replication_role = replica")
            superuser.execute(
                "update orders_order set stage_since = now() - make_interval(hours => %(stood)s),"
                " clock_since = case when held_at is not null then now() - make_interval(hours => %(stood)s) end,"
                " held_at = now() - make_interval(hours => %(held)s::int) where id = %(pk)s",
                {"stood": stood, "held": held, "pk": order.pk},
            )
        return order

    return made


def limit() -> int:
    [hours] = [stage.limit_hours for stage in lifecycle.stages if stage.key == STAGE]
    return hours or 0


def stuck(cast) -> set[int]:
    with acting_as(for_user(cast.manager)):
        found = set(Order.objects.stuck().values_list("pk", flat=True))
        assert set(Order.objects.overdue().values_list("pk", flat=True)) == found  # nothing here is promised
    return found


def verb(by, do, order, **said):
    with acting_as(for_user(by, request=do.__name__)), transaction.atomic():
        return do(Order.objects.get(pk=order.pk), by=by, **said)


def clock_of(cast, order) -> timedelta:
    """How long it counts as standing there."""
    with acting_as(for_user(cast.manager)):
        row = Order.objects.get(pk=order.pk)
    since: datetime = row.clock_since or row.stage_since
    return clock.now() - since


def about(hours: int):
    return pytest.approx(hours * 3600, abs=120)


def test_what_was_held_is_stuck_only_by_the_time_it_was_not(cast, aged):
    long, plain = aged(stood=limit() + 40, held=60), aged(stood=limit() + 40)
    assert stuck(cast) == {plain.pk}

    verb(cast.agent, actions.release_order, long)

    assert stuck(cast) == {plain.pk}
    assert clock_of(cast, long).total_seconds() == about(limit() - 20)


def test_long_before_and_long_after_the_hold_it_is_stuck_all_the_same(cast, aged):
    order = aged(stood=limit() + 100, held=60)

    verb(cast.agent, actions.release_order, order)

    assert stuck(cast) == {order.pk}
    with acting_as(for_user(cast.manager)):
        [row] = overdue.rows_of(cast.manager, [order.pk])
    assert row.late_by.total_seconds() == about(40)
    assert "1 day too long" in row.why


def test_a_hold_and_its_release_taken_back_count_as_if_they_had_not_been(cast, aged):
    order = aged(stood=limit() + 10, held=60)
    verb(cast.agent, actions.release_order, order)
    with acting_as(for_user(cast.agent)):
        key = asof.moments("order", order.pk, scopes_of(cast.agent))[-1].token
    verb(cast.agent, taking_back.take_back, order, moment_key=key)
    assert stuck(cast) == set()

    verb(cast.agent, actions.release_order, order)

    assert clock_of(cast, order).total_seconds() == about(limit() - 50)


def test_a_move_starts_the_clock_anew(cast, aged):
    order = aged(stood=100, held=60)
    verb(cast.agent, actions.release_order, order)

    verb(cast.production, actions.mark_ready, order)

    with acting_as(for_user(cast.manager)):
        assert Order.objects.get(pk=order.pk).clock_since is None


def test_the_card_and_the_list_say_the_same(cast, aged, client_of):
    long, plain = aged(stood=limit() + 40, held=60), aged(stood=limit() + 40)
    verb(cast.agent, actions.release_order, long)

    cards = client_of(cast.manager).get("/orders/").content.decode()
    rows = client_of(cast.manager).get("/orders/list/?stuck=1").content.decode()

    assert cards.count("Longer here than the shop allows") == 1
    assert plain.number in rows
    assert long.number not in rows


def test_nobody_sets_the_clock_by_hand(cast):
    with transaction.atomic():
        order = make.order_in(STAGE, cast.agent, cast.production)

    with (
        acting_as(for_user(cast.owner)),
        pytest.raises(DatabaseError, match="times of an order stay"),
        transaction.atomic(),
    ):
        Order.objects.filter(pk=order.pk).update(clock_since=clock.now())
