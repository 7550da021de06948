"""Stages and arrows of the shop's own, and the way back where there is more than one."""

import pytest

from ops import timeline
from ops.db.actor import acting_as, for_user
from ops.errors import Refused
from ops.lifecycle import forget
from ops.models import Arrow, Event, Stage, Transition
from orders import actions
from orders.models import Order
from orders.verbs import offers_for
from tests import make

pytestmark = pytest.mark.django_db
_ALL = ["orders_all", "orders_own", "orders_floor"]


@pytest.fixture
def polishing(cast) -> None:
    """Received → polishing → in production, with a way back from production to either."""
    with acting_as(for_user(cast.sysadmin)):
        Stage.objects.create(noun="order", key="polishing", label="Polishing", glyph="production", category="working",
                             position=15)  # fmt: skip
        for came, to, undo in (
            ("received", "polishing", False), ("polishing", "in_production", False),
            ("in_production", "polishing", True),
        ):  # fmt: skip
            Arrow.objects.create(noun="order", from_stage=came, to_stage=to, scopes=_ALL, undo=undo)
    forget("order")


def test_a_move_along_an_own_arrow_says_where_it_led(cast, as_person, polishing):
    order = make.order(cast.agent)

    with as_person(cast.agent):
        actions.move_order(order, by=cast.agent, to="polishing")

        told = Event.objects.filter(noun="order", subject_id=order.pk).latest("pk")
        assert told.kind == "order.moved"
        [newest, _] = timeline.story("order", order.pk, [], labels={}, show=lambda name, value: value or "")
        assert newest.text == "moved it to Polishing"


@pytest.mark.parametrize("way", [["polishing", "in_production"], ["in_production"]])
def test_taking_back_goes_where_the_order_came_from(cast, as_person, polishing, way):
    order = make.order(cast.agent)
    with as_person(cast.agent):
        Order.objects.filter(pk=order.pk).update(assignee=cast.production)
        for stage in way:
            order = actions.move_order(order, by=cast.agent, to=stage)
        before = Transition.objects.filter(subject_id=order.pk).latest("pk").from_stage
        offered = offers_for(Order.objects.get(pk=order.pk), cast.agent).undo
        assert offered is not None
        assert offered.to_stage == before

        assert actions.undo_move(order, by=cast.agent).stage == before


def test_taken_back_and_moved_on_another_way_it_goes_back_that_way(cast, as_person, polishing):
    order = make.order(cast.agent)
    with as_person(cast.agent):
        order = actions.start_production(order, by=cast.agent, assignee=cast.production)
        order = actions.undo_move(order, by=cast.agent)
        order = actions.move_order(order, by=cast.agent, to="polishing")
        order = actions.move_order(order, by=cast.agent, to="in_production")

        assert actions.undo_move(order, by=cast.agent).stage == "polishing"


def test_what_came_straight_into_a_stage_with_two_ways_back_takes_neither(cast, as_person, polishing, load, sheet):
    from tests.orders.sheets import row

    with acting_as(for_user(cast.sysadmin)):
        Arrow.objects.create(noun="order", from_stage="delivered", to_stage="polishing", scopes=_ALL, undo=True)
    forget("order")
    load(sheet(row()))

    with as_person(cast.manager):
        order = Order.objects.get()
        with pytest.raises(Refused, match="has made no move that can be taken back"):
            actions.undo_move(order, by=cast.manager)
        assert Order.objects.get().stage == "delivered"
