"""Taking the start of production back also takes back who the start gave it to; whoever had it before has it again."""

from ops.db.actor import acting_as, for_user
from orders import actions, editing
from orders.models import Order
from tests import make


def taken_back(cast, order) -> Order:
    with acting_as(for_user(cast.agent, request="undo")):
        actions.undo_move(order, by=cast.agent)
        return Order.objects.get(pk=order.pk)


def test_who_was_chosen_with_the_start_goes_with_it(cast):
    order = make.order_in("in_production", cast.agent, cast.production)

    back = taken_back(cast, order)

    assert (back.stage, back.assignee_id) == ("received", None)


def test_who_had_it_before_has_it_again(cast, as_person):
    order = make.order(cast.agent)
    with as_person(cast.manager):
        order = editing.edit_order(order, by=cast.manager, values={"assignee": cast.production}, was={})
    with acting_as(for_user(cast.agent, request="start")):
        order = actions.start_production(order, by=cast.agent)

    assert taken_back(cast, order).assignee_id == cast.production.pk
