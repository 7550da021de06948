"""The five stages: who may move, what each move needs, and what happens twice or too late."""

import pytest
from django.db import connection

from ops.errors import Conflict, Refused
from ops.models import Event, OutboxMail, Transition
from orders import actions
from orders.models import Order, OrderCosting, OrderSale
from tests import make


def test_a_received_order_has_its_number_lines_amount_and_costing(cast, as_person):
    order = make.order(cast.agent, lines=[make.CHAIR, make.TABLE])

    with as_person(cast.manager):
        order = Order.objects.get(pk=order.pk)
        assert order.number.startswith("SO-")
        assert (order.stage, order.pieces, order.summary) == ("received", 3, "2 × Walnut chair + 1 more")
        assert [str(line) for line in order.lines.all()] == ["2 × Walnut chair", "1 × Walnut table"]
        assert OrderSale.objects.get(order=order).order_amount == 11001
        assert OrderCosting.objects.get(order=order).profit == 11001


def test_an_order_walks_through_its_five_stages_and_each_step_is_recorded(cast, as_person):
    order = make.order_in("delivered", cast.agent, cast.production)

    with as_person(cast.agent):
        steps = Transition.objects.filter(noun="order", subject_id=order.pk).order_by("pk")
        assert [(s.from_stage, s.to_stage, s.by_id) for s in steps] == [
            ("", "received", cast.agent.pk),
            ("received", "in_production", cast.agent.pk),
            ("in_production", "ready_to_ship", cast.production.pk),
            ("ready_to_ship", "shipped", cast.agent.pk),
            ("shipped", "delivered", cast.agent.pk),
        ]
        kinds = Event.objects.filter(noun="order", subject_id=order.pk).order_by("pk").values_list("kind", flat=True)
        assert list(kinds) == ["order.received", "order.started", "order.ready", "order.shipped", "order.delivered"]


def test_a_move_made_twice_happens_once(cast, as_person):
    order = make.order_in("ready_to_ship", cast.agent, cast.production)

    with as_person(cast.agent):
        actions.ship_order(order, by=cast.agent, tracking="TCS-9")
        actions.ship_order(order, by=cast.agent, tracking="TCS-9")

        assert Transition.objects.filter(subject_id=order.pk, to_stage="shipped").count() == 1
        assert Event.objects.filter(subject_id=order.pk, kind="order.shipped").count() == 1


def test_shipping_needs_a_tracking_number(cast, as_person):
    order = make.order_in("ready_to_ship", cast.agent, cast.production)

    with as_person(cast.agent), pytest.raises(Refused, match="needs a tracking number before it ships"):
        actions.ship_order(order, by=cast.agent)


def test_production_cannot_ship(cast, as_person):
    order = make.order_in("ready_to_ship", cast.agent, cast.production)

    with as_person(cast.production), pytest.raises(Refused, match="Your role may not move"):
        actions.ship_order(order, by=cast.production, tracking="TCS-1")


def test_a_stage_cannot_be_jumped_over(cast, as_person):
    order = make.order(cast.manager)

    with as_person(cast.manager), pytest.raises(Refused, match="is received; it cannot go to shipped"):
        actions.move_order(order, by=cast.manager, to="shipped")


def test_a_stale_move_is_a_conflict_and_changes_nothing(cast, as_person):
    order = make.order_in("in_production", cast.agent, cast.production)

    with as_person(cast.production), pytest.raises(Conflict, match="Somebody changed"):
        actions.mark_ready(order, by=cast.production, version=order.version - 1)
    with as_person(cast.production):
        assert Order.objects.get(pk=order.pk).stage == "in_production"


def test_a_held_order_waits_and_a_cancelled_one_stands_still(cast, as_person):
    order = make.order_in("in_production", cast.agent, cast.production)

    with as_person(cast.agent):
        actions.hold_order(order, by=cast.agent, reason="fabric missing")
        with pytest.raises(Refused, match="is on hold"):
            actions.mark_ready(order, by=cast.manager)
        actions.release_order(order, by=cast.agent)
        actions.cancel_order(order, by=cast.agent, reason="customer left")
        with pytest.raises(Refused, match="is cancelled"):
            actions.undo_move(order, by=cast.agent)


def test_the_last_move_can_be_taken_back_and_both_stay_in_the_log(cast, as_person):
    order = make.order_in("ready_to_ship", cast.agent, cast.production)

    with as_person(cast.production):
        actions.undo_move(order, by=cast.production)

        steps = Transition.objects.filter(subject_id=order.pk).order_by("pk")
        assert [(s.to_stage, s.undo) for s in steps][-2:] == [("ready_to_ship", False), ("in_production", True)]


def test_the_customer_is_told_once_that_it_shipped(cast, as_person):
    order = make.order_in("ready_to_ship", cast.agent, cast.production, email="a@example.com")

    with as_person(cast.agent):
        actions.ship_order(order, by=cast.agent, tracking="TCS-9", carrier="TCS")
    from ops.db.actor import acting_as, mailer

    with acting_as(mailer()):
        mail = OutboxMail.objects.get()
    assert (mail.recipient, mail.kind) == ("a@example.com", "order.shipped")
    assert "Tracking number: TCS-9" in mail.text


def test_an_agent_cannot_touch_a_colleagues_order(cast, as_person):
    order = make.order(cast.other_agent)

    with as_person(cast.agent), pytest.raises(Refused, match="is not yours to change any more"):
        actions.start_production(order, by=cast.agent, assignee=cast.production)


def test_history_keeps_every_field_change_with_its_author(cast, as_person):
    order = make.order_in("in_production", cast.agent, cast.production)

    with as_person(cast.manager), connection.cursor() as cursor:
        cursor.execute(
            "select field, old, new, history_user_id from orders_order_changes where subject_id = %s"
            " and field = 'stage'",
            [order.pk],
        )
        assert cursor.fetchall() == [("stage", "received", "in_production", cast.agent.pk)]
