"""The roll-up of days says, at every moment and to everybody, exactly what the orders themselves add up to."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, connections, transaction

from analytics import metrics
from analytics.metrics import METRICS, measured
from analytics.tasks import freshen_figures
from ops import clock
from ops.db.actor import acting_as, for_user, task
from ops.models import Stage
from orders import actions
from orders.models import Order, OrderCosting, OrderSale
from tests import make
from tests.analytics.test_metrics import brought, busy, shop  # noqa: F401  (fixtures)
from tests.cast import PEOPLE
from tests.database import as_owner

WAYS = ([], ["day"], ["month"])


def freshen():
    with acting_as(task("figures")):
        freshen_figures()


def days():
    return clock.today() - timedelta(days=40), clock.today() + timedelta(days=20)


def figures(user, by):
    with acting_as(for_user(user)):
        found = measured(user, METRICS.values(), *days(), by=by)
    return {key: row for key, row in found.items() if any(row.values())}


def from_orders(user, by, monkeypatch):
    with monkeypatch.context() as without:
        without.setattr(metrics, "_SELLS_EVERYONE", frozenset())
        return figures(user, by)


def same(user, monkeypatch):
    for by in WAYS:
        assert figures(user, by) == from_orders(user, by, monkeypatch), by


def rolled(user):
    """What the roll-up shows this person, by day; days that are to be counted are not in it."""
    with acting_as(for_user(user)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select * from ops.day_figures(%s, %s)", days())
        return {row[0]: row[1:] for row in cursor.fetchall()}


def cost(order, by, amount):
    with acting_as(for_user(by, request="cost")):
        OrderCosting.objects.filter(pk=order.pk).update(production_cost=amount)


@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_reads_the_same_with_the_roll_up_and_without(busy, person, monkeypatch):  # noqa: F811
    user = getattr(busy, person)
    if not metrics.open_to(user):
        return
    before = figures(user, ["day"])
    freshen()

    assert figures(user, ["day"]) == before
    same(user, monkeypatch)


VERBS = {
    "an order comes": lambda s: make.order(s.agent, name="One more"),
    "one is cancelled": lambda s: act(s, actions.cancel_order, reason="no more"),
    "one is taken up": lambda s: act(s, actions.start_production, assignee=s.production),
    "its amount changes": lambda s: sale(s, amount=Decimal("77.7777")),
    "its currency changes": lambda s: sale(s, currency="USD", rate=Decimal("281.5")),
    "costs are noted": lambda s: cost(first(s), s.manager, Decimal("12.34")),
    "costs are taken back": lambda s: cost(first(s), s.manager, Decimal(0)),
    "it is promised for another day": lambda s: promise(s, -4),
    "a promise is kept, as a file says": lambda s: brought(
        s.agent, s.manager, promised=clock.today() - timedelta(days=3), days_ago=5
    ),
}


def first(shop):  # noqa: F811
    with acting_as(for_user(shop.manager)):
        return Order.objects.filter(cancelled_at=None, agent=shop.agent, stage="received").earliest("pk")


def act(shop, verb, by=None, **more):  # noqa: F811
    order, by = first(shop), by or shop.manager
    with acting_as(for_user(by, request="act")):
        verb(order, by=by, **more)


def sale(shop, **values):  # noqa: F811
    order = first(shop)
    with acting_as(for_user(shop.manager, request="sale")):
        OrderSale.objects.filter(pk=order.pk).update(**values)


def promise(shop, ahead):  # noqa: F811
    order = first(shop)
    with acting_as(for_user(shop.manager, request="promise")):
        Order.objects.filter(pk=order.pk).update(promise_on=clock.today() + timedelta(days=ahead))


@pytest.mark.parametrize("verb", VERBS)
def test_after_any_verb_the_figures_are_those_of_the_orders(busy, verb, monkeypatch):  # noqa: F811
    """Half stale: the days that the verb touched are counted, the others read. Then fresh again."""
    freshen()
    VERBS[verb](busy)
    same(busy.manager, monkeypatch)
    freshen()

    assert clock.today() in rolled(busy.manager)
    same(busy.manager, monkeypatch)
    VERBS["costs are noted"](busy)
    VERBS["an order comes"](busy)
    same(busy.manager, monkeypatch)


def test_what_changes_no_figure_leaves_no_mark(busy):  # noqa: F811
    freshen()
    fresh = rolled(busy.manager)
    act(busy, actions.start_production, assignee=busy.production)
    with acting_as(for_user(busy.manager, request="note")):
        Order.objects.filter(agent=busy.agent).update(production_note="with care")

    assert clock.today() in fresh
    assert rolled(busy.manager) == fresh


def test_the_roll_up_shows_amounts_and_costs_to_who_sees_all_of_them(busy):  # noqa: F811
    """The floor and agents are not let in at all; who reads orders without their money gets the counts alone."""
    freshen()
    day = rolled(busy.manager)[clock.today()]

    assert rolled(busy.accountant)[clock.today()] == day
    for person in ("agent", "production"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rolled(getattr(busy, person))
    with connection.cursor() as cursor, pytest.raises(ProgrammingError), acting_as(for_user(busy.manager)):
        cursor.execute("select * from analytics_dayfigures")


def test_a_stage_that_means_something_else_makes_every_day_stale(busy):  # noqa: F811
    freshen()
    with acting_as(for_user(busy.admin)):
        Stage.objects.create(
            noun="order", key="returned", label="Returned", category="done", position=90, glyph="delivered"
        )

    assert rolled(busy.manager) == {}


@pytest.mark.django_db(transaction=True)
def test_what_is_not_committed_when_days_are_counted_is_stale_afterwards(cast, monkeypatch):
    """Two connections: nobody waits for the other, and the mark of what was under way outlives the counting."""
    with transaction.atomic():
        order = make.order(cast.agent)
    freshen()
    with acting_as(for_user(cast.manager, request="sale")), transaction.atomic():
        OrderSale.objects.filter(pk=order.pk).update(amount=Decimal("4321.5"))
        other = threading.Thread(target=_apart, args=(freshen,))
        other.start()
        other.join(20)
        assert not other.is_alive()
    assert clock.today() not in rolled(cast.manager)
    same(cast.manager, monkeypatch)
    freshen()
    assert rolled(cast.manager)[clock.today()][1] == Decimal("4321.5")
    same(cast.manager, monkeypatch)


@pytest.mark.django_db(transaction=True)
def test_a_stage_that_changes_while_days_are_counted_makes_those_stale_too(cast):
    with transaction.atomic():
        make.order(cast.agent)
    with acting_as(task("figures")), transaction.atomic():
        freshen_figures()
        with as_owner(connection.settings_dict["NAME"]) as owner:
            owner.execute("update ops_stage set position = position where noun = 'order'")

    assert rolled(cast.manager) == {}
    freshen()
    assert clock.today() in rolled(cast.manager)


def _apart(work):
    try:
        work()
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_costs_and_amounts_that_come_and_go_past_the_app_are_counted_too(cast, monkeypatch):
    with transaction.atomic():
        order = make.order(cast.agent)
    database, key = connection.settings_dict["NAME"], [order.pk]
    for statement in (
        "delete from orders_ordercosting where order_id = %s",
        "insert into orders_ordercosting (order_id, order_amount, production_cost)"
        " select order_id, order_amount, 5 from orders_ordersale where order_id = %s",
        "delete from orders_ordercosting where order_id = %s",
        "delete from orders_ordersale where order_id = %s",
        "insert into orders_ordersale (order_id, amount, currency) values (%s, 12.5, 'PKR')",
    ):
        freshen()
        assert clock.today() in rolled(cast.manager)
        with as_owner(database) as owner:
            owner.execute(statement, key)
        same(cast.manager, monkeypatch)
    assert figures(cast.manager, ["day"])[clock.today(),]["revenue"] == Decimal("12.5")
