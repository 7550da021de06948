"""Hold, release, cancel, hand over, share: twice is once, a reason is needed, a refusal changes nothing."""

from datetime import timedelta

import pytest

from accounts import actions as people
from ops import clock
from ops.errors import Conflict, Refused
from ops.models import Event
from orders import actions, editing
from orders.models import Order
from tests import make


def kinds_of(order: Order) -> list[str]:
    return list(Event.objects.filter(noun="order", subject_id=order.pk).order_by("pk").values_list("kind", flat=True))


def as_it_is(order: Order) -> dict[str, object]:
    return Order.objects.values().get(pk=order.pk)


def test_a_hold_has_a_reason_a_day_to_look_again_and_an_end(cast, as_person):
    order, tomorrow = make.order(cast.agent), clock.today() + timedelta(days=1)

    with as_person(cast.agent):
        held = actions.hold_order(order, by=cast.agent, reason="  fabric missing ", until=tomorrow)
        again = actions.hold_order(order, by=cast.agent, reason="another reason")

        assert (held.hold_reason, held.hold_until, again.hold_reason) == ("fabric missing", tomorrow, "fabric missing")

        released = actions.release_order(order, by=cast.agent)
        actions.release_order(order, by=cast.agent)

        assert (released.held_at, released.hold_reason, released.hold_until) == (None, "", None)
        assert kinds_of(order) == ["order.received", "order.held", "order.released"]


@pytest.mark.parametrize(
    ("verb", "said", "field"),
    [
        (actions.hold_order, {"reason": "  "}, "reason"),
        (actions.hold_order, {"reason": "later", "until": clock.today()}, "until"),
        (actions.cancel_order, {"reason": ""}, "reason"),
    ],
)
def test_a_flag_without_what_it_needs_changes_nothing(cast, as_person, verb, said, field):
    order = make.order(cast.agent)

    with as_person(cast.agent):
        before = as_it_is(order)
        with pytest.raises(Refused) as caught:
            verb(order, by=cast.agent, **said)

        assert caught.value.field == field
        assert as_it_is(order) == before
        assert kinds_of(order) == ["order.received"]


@pytest.mark.parametrize("verb", [actions.hold_order, actions.cancel_order])
def test_a_flag_on_an_order_that_somebody_just_changed_is_a_conflict(cast, as_person, verb):
    order = make.order(cast.agent)

    with as_person(cast.agent):
        before = as_it_is(order)
        with pytest.raises(Conflict, match=r"Somebody changed SO-.* just now; it is received"):
            verb(order, by=cast.agent, reason="a reason", version=order.version + 1)

        assert as_it_is(order) == before


def test_cancelling_twice_keeps_the_first_reason(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.agent):
        actions.cancel_order(order, by=cast.agent, reason="customer left")
        again = actions.cancel_order(order, by=cast.agent, reason="something else")

        assert again.cancel_reason == "customer left"
        assert kinds_of(order) == ["order.received", "order.cancelled"]


@pytest.mark.parametrize("stage", ["shipped", "delivered"])
def test_what_has_left_the_house_is_not_cancelled(cast, as_person, stage):
    order = make.order_in(stage, cast.agent, cast.production)

    with as_person(cast.agent):
        with pytest.raises(Refused, match="has left the house; take it back instead"):
            actions.cancel_order(order, by=cast.agent, reason="too late")

        assert as_it_is(order)["cancelled_at"] is None


# --- production -------------------------------------------------------------------------------------------------


def test_production_starts_once_and_with_somebody_who_works_there(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.agent):
        with pytest.raises(Refused, match="needs somebody in production before it starts"):
            actions.start_production(order, by=cast.agent)
        with pytest.raises(Refused, match="Sana Noor does not work in production"):
            actions.start_production(order, by=cast.agent, assignee=cast.other_agent)
        assert as_it_is(order)["stage"] == "received"

        actions.start_production(order, by=cast.agent, assignee=cast.production)
        again = actions.start_production(order, by=cast.agent, assignee=cast.production)

        assert (again.stage, again.assignee_id) == ("in_production", cast.production.pk)
        assert kinds_of(order) == ["order.received", "order.started"]


def test_a_move_that_is_made_already_is_left_alone(cast, as_person):
    order = make.order_in("ready_to_ship", cast.agent, cast.production)

    with as_person(cast.production):
        before = as_it_is(order)
        actions.mark_ready(order, by=cast.production)
        assert actions.move_order(order, by=cast.production, to="ready_to_ship") is order

        assert as_it_is(order) == before


def test_a_move_back_on_the_board_is_told_as_one(cast, as_person):
    order = make.order_in("ready_to_ship", cast.agent, cast.production)

    with as_person(cast.production):
        moved = actions.move_order(order, by=cast.production, to="in_production")

        assert moved.stage == "in_production"
        assert kinds_of(order)[-1] == "order.undone"


def test_an_order_that_made_no_move_has_none_to_take_back(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.agent), pytest.raises(Refused, match="has made no move that can be taken back"):
        actions.undo_move(order, by=cast.agent)


# --- owners -----------------------------------------------------------------------------------------------------


def test_an_order_that_is_handed_over_goes_with_its_story(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.manager):
        actions.assign_agent(order, by=cast.manager, agent=cast.other_agent)
        actions.assign_agent(order, by=cast.manager, agent=cast.other_agent)

    with as_person(cast.other_agent):
        assert Order.objects.get().agent_id == cast.other_agent.pk
        assert kinds_of(order) == ["order.received", "order.handed_over"]
    with as_person(cast.agent):
        assert not Order.objects.exists()
        assert kinds_of(order) == []


def test_an_agent_cannot_hand_an_order_on(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.agent):
        with pytest.raises(Refused, match="Only who sees every order may hand it"):
            actions.assign_agent(order, by=cast.agent, agent=cast.other_agent)

        assert as_it_is(order)["agent_id"] == cast.agent.pk


def test_an_order_is_not_handed_to_who_does_not_sell_or_has_left(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.admin):
        people.deactivate_person(cast.other_agent, by=cast.admin)
        cast.other_agent.refresh_from_db()
        for nobody in (cast.production, cast.other_agent):
            with pytest.raises(Refused, match="does not sell; choose somebody who does"):
                actions.assign_agent(order, by=cast.admin, agent=nobody)

        assert as_it_is(order)["agent_id"] == cast.agent.pk


def test_a_shared_order_is_seen_until_it_is_shared_no_more(cast, as_person):
    shared, kept = make.order(cast.agent), make.order(cast.agent)

    with as_person(cast.agent):
        actions.share_order(shared, by=cast.agent, colleague=cast.other_agent)
    with as_person(cast.other_agent):
        assert [order.pk for order in Order.objects.all()] == [shared.pk]

    with as_person(cast.agent):
        actions.unshare_order(shared, by=cast.agent, colleague=cast.other_agent)
        assert kinds_of(shared) == ["order.received", "order.shared", "order.unshared"]
        assert kinds_of(kept) == ["order.received"]
    with as_person(cast.other_agent):
        assert not Order.objects.exists()


# --- cancelled --------------------------------------------------------------------------------------------------


def test_a_cancelled_order_is_neither_held_nor_handed_over_nor_edited(cast, as_person):
    order = make.order(cast.agent)
    with as_person(cast.manager):
        actions.cancel_order(order, by=cast.manager, reason="the customer left")
        before = as_it_is(order)

        for verb in (
            lambda: actions.hold_order(order, by=cast.manager, reason="fabric missing"),
            lambda: actions.assign_agent(order, by=cast.manager, agent=cast.other_agent),
            lambda: editing.edit_order(order, by=cast.manager, values={"channel": "Shop"}, was={}),
        ):
            with pytest.raises(Refused, match="is cancelled; it stays as it was"):
                verb()

        assert as_it_is(order) == before
        assert kinds_of(order) == ["order.received", "order.cancelled"]
