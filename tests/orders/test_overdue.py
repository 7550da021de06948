"""Whose an overdue order is; the list on the page is the list of the mail; extensions, holds and what nobody can do."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import actions as people
from accounts.models import User
from ops import clock, lifecycle
from ops.db.actor import acting_as, for_user
from ops.digests import actions as digests
from ops.errors import Refused
from ops.models import Event, Stage
from orders import actions
from orders.models import Order
from orders.overdue import OVERDUE, move_on, rows_of, step_of, waits_for
from tests import make
from tests.digests.conftest import LAST_WEEK, YESTERDAY

TOMORROW, NEXT_WEEK = (clock.today() + timedelta(days=days) for days in (1, 7))


def waiting(person) -> list[str]:
    with acting_as(for_user(person)):
        person = User.objects.get(pk=person.pk)
    with acting_as(for_user(person)):
        rows = waits_for(person, list(User.objects.active())).values_list("number", flat=True)
        return list(rows)


@pytest.mark.django_db
def test_agents_have_their_own_worst_first_and_overseers_nothing(cast):
    mild = make.order(cast.agent, **YESTERDAY)
    bad = make.order(cast.agent, **LAST_WEEK)
    theirs = make.order(cast.other_agent, **YESTERDAY)
    make.order(cast.agent)

    assert waiting(cast.agent) == [bad.number, mild.number]
    assert waiting(cast.other_agent) == [theirs.number]
    for person in (cast.manager, cast.owner, cast.production, cast.finance, cast.accountant, cast.sysadmin):
        assert waiting(person) == []


@pytest.mark.django_db
def test_rush_comes_before_what_is_equally_late(cast):
    plain, rush = make.order(cast.agent, **YESTERDAY), make.order(cast.agent, rush=True, **YESTERDAY)

    assert waiting(cast.agent) == [rush.number, plain.number]


@pytest.mark.django_db
def test_what_is_in_production_waits_for_its_maker_and_comes_back_when_it_is_ready(cast):
    making = make.order_in("in_production", cast.agent, cast.production, **YESTERDAY)
    ready = make.order_in("ready_to_ship", cast.agent, cast.production, **YESTERDAY)

    assert waiting(cast.production) == [making.number]
    assert waiting(cast.agent) == [ready.number]


@pytest.mark.django_db
def test_held_cancelled_and_finished_orders_wait_for_nobody(cast, as_person):
    held, cancelled = make.order(cast.agent, **YESTERDAY), make.order(cast.agent, **YESTERDAY)
    make.order_in("delivered", cast.agent, cast.production, **YESTERDAY)
    with as_person(cast.agent):
        actions.hold_order(held, by=cast.agent, reason="Waiting for the advance")
        actions.cancel_order(cancelled, by=cast.agent, reason="Double")

    assert [waiting(person) for person in cast.everyone()] == [[]] * 9


@pytest.mark.django_db
def test_a_stage_without_a_chaser_is_for_those_who_see_all(cast, as_person):
    order = make.order(cast.agent, **YESTERDAY)
    with as_person(cast.sysadmin):
        Stage.objects.filter(noun="order", key="received").update(chaser=None)
    lifecycle.forget("order")

    assert [waiting(person) for person in (cast.admin, cast.manager, cast.owner)] == [[order.number]] * 3
    assert waiting(cast.agent) == []


@pytest.mark.django_db
def test_orders_of_who_has_gone_are_for_those_who_see_all(cast, as_person):
    order = make.order(cast.agent, **YESTERDAY)
    with as_person(cast.admin):
        people.deactivate_person(cast.agent, by=cast.admin)

    assert waiting(cast.manager) == [order.number]


@pytest.mark.django_db
def test_the_filter_of_the_list_shows_exactly_what_waits(cast, client_of):
    mine, others = make.order(cast.agent, **YESTERDAY), make.order(cast.agent)

    page = client_of(cast.agent).get("/orders/list/?waits=1").content.decode()

    assert mine.number in page
    assert others.number not in page


# --- later, not now, not mine -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_extension_takes_the_order_out_of_what_is_overdue_until_its_day_has_passed(cast, as_person):
    order, other = make.order(cast.agent, **YESTERDAY), make.order(cast.agent, **YESTERDAY)
    with as_person(cast.agent):
        digests.extend(OVERDUE, order, by=cast.agent, until=TOMORROW, reason="Fabric comes on Monday")
        digests.extend(OVERDUE, order, by=cast.agent, until=NEXT_WEEK, reason="Or on Friday")

        event = Event.objects.filter(kind="order.extended").latest("pk")
        assert (event.data["reason"], Event.objects.filter(kind="order.extended").count()) == ("Or on Friday", 2)
    assert waiting(cast.agent) == [other.number]
    with as_person(cast.manager):
        assert list(Order.objects.overdue()) == [other]
        with connection.cursor() as cursor:
            cursor.execute("select until, reason, by_id from digests_extension")
            assert cursor.fetchall() == [(NEXT_WEEK, "Or on Friday", cast.agent.pk)]
    with acting_as(for_user(cast.agent)), clock.moved_to(clock.now() + timedelta(days=7)):
        assert order not in Order.objects.overdue()
    with acting_as(for_user(cast.agent)), clock.moved_to(clock.now() + timedelta(days=8)):
        assert order in Order.objects.overdue()


@pytest.mark.django_db
@pytest.mark.parametrize(("until", "reason", "says"), [
    (clock.today(), "x", "after today"), (clock.today() + timedelta(days=99), "x", "at most 60 days"),
    (TOMORROW, " ", "Say why"),
])  # fmt: skip
def test_an_extension_needs_a_day_ahead_and_a_reason(until, reason, says, cast, as_person):
    order = make.order(cast.agent, **YESTERDAY)

    with as_person(cast.agent), pytest.raises(Refused, match=says):
        digests.extend(OVERDUE, order, by=cast.agent, until=until, reason=reason)

    assert waiting(cast.agent) == [order.number]


@pytest.mark.django_db
def test_raw_sql_extends_only_what_one_holds_and_in_ones_own_name(cast, as_person):
    order = make.order(cast.agent, **YESTERDAY)
    sql = "insert into digests_extension (noun, subject_id, until, reason, by_id) values ('order', %s, %s, 'x', %s)"

    def attempt(person, until=TOMORROW, noun="order"):
        with as_person(person), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.replace("'order'", f"'{noun}'"), [order.pk, until, cast.owner.pk])
            cursor.execute("select by_id from digests_extension")
            return cursor.fetchone()[0]

    for person in (cast.other_agent, cast.production, cast.accountant, cast.finance, cast.sysadmin):
        with pytest.raises(DatabaseError):
            attempt(person)
    for until, noun in ((clock.today(), "order"), (clock.today() + timedelta(days=200), "order"), (TOMORROW, "sample")):
        with pytest.raises(DatabaseError):
            attempt(cast.agent, until, noun)
    assert attempt(cast.agent) == cast.agent.pk
    with as_person(cast.other_agent), connection.cursor() as cursor:
        cursor.execute("update digests_extension set reason = 'mine now'")
        assert cursor.rowcount == 0


@pytest.mark.django_db
def test_a_snooze_is_ones_own_and_ends_when_the_order_moves(cast, as_person):
    order = make.order_in("in_production", cast.agent, cast.production, **YESTERDAY)
    with as_person(cast.production):
        digests.snooze(OVERDUE, order, by=cast.production, until=TOMORROW)
        with pytest.raises(Refused):
            digests.snooze(OVERDUE, order, by=cast.production, until=clock.today())
    assert waiting(cast.production) == []
    with as_person(cast.agent), connection.cursor() as cursor:
        assert Order.objects.overdue().count() == 1
        cursor.execute("select count(*) from digests_snooze")
        assert cursor.fetchone() == (0,)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(
                "insert into digests_snooze (person_id, noun, subject_id, until) values (%s, 'order', %s, %s)",
                [cast.production.pk, order.pk, TOMORROW],
            )
    with as_person(cast.production):
        actions.mark_ready(order, by=cast.production)
    with as_person(cast.manager):
        actions.undo_move(order, by=cast.manager)
    assert waiting(cast.production) == [order.number]


@pytest.mark.django_db
def test_not_mine_goes_to_who_sees_all_with_its_reason_until_they_hand_it_on(cast, as_person):
    order = make.order(cast.agent, **YESTERDAY)
    with as_person(cast.agent):
        digests.hand_back(OVERDUE, order, by=cast.agent, reason="Sana sold it")
        digests.hand_back(OVERDUE, order, by=cast.agent, reason="Sana sold it")
        assert Event.objects.filter(kind="order.handed_back").count() == 1

    assert waiting(cast.agent) == []
    for person in (cast.admin, cast.manager, cast.owner):
        assert waiting(person) == [order.number]
    with as_person(cast.manager):
        assert rows_of(cast.manager, [order.pk])[0].note == "Omar Aziz: not mine, Sana sold it"
        with pytest.raises(Refused, match="hand it to somebody"):
            digests.hand_back(OVERDUE, order, by=cast.manager, reason="x")
        actions.assign_agent(order, by=cast.manager, agent=cast.other_agent)
    assert (waiting(cast.manager), waiting(cast.other_agent)) == ([], [order.number])
    with as_person(cast.manager), connection.cursor() as cursor:
        cursor.execute("select count(*) from digests_handback")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_who_sees_all_may_leave_it_with_whom_it_was(cast, as_person):
    order = make.order(cast.agent, **YESTERDAY)
    with as_person(cast.agent):
        digests.hand_back(OVERDUE, order, by=cast.agent, reason="x")
        with pytest.raises(Refused, match="decides whose it is"):
            digests.insist(OVERDUE, order, by=cast.agent)
    with as_person(cast.manager):
        digests.insist(OVERDUE, order, by=cast.manager)

    assert (waiting(cast.manager), waiting(cast.agent)) == ([], [order.number])


# --- done ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_done_is_the_one_move_that_asks_for_nothing(cast, as_person):
    received = make.order(cast.agent)
    making = make.order_in("in_production", cast.agent, cast.production)
    ready = make.order_in("ready_to_ship", cast.agent, cast.production)
    shipped = make.order_in("shipped", cast.agent, cast.production)

    with as_person(cast.agent):
        assert [step_of(one, cast.agent) for one in (received, ready, shipped)] == ["", "", "Delivered"]
        assert move_on(shipped, cast.agent).stage == "delivered"
        with pytest.raises(Refused, match="needs something from you"):
            move_on(received, cast.agent)
    with as_person(cast.production):
        assert move_on(making, cast.production).stage == "ready_to_ship"
