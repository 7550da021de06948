"""A shipment that is taken back: what the customer was told is corrected once, and the timeline says what stayed."""

import pytest

from ops import timeline
from ops.db.actor import acting_as, mailer
from ops.models import OutboxMail
from orders import actions, editing
from tests import make


def mails() -> list[tuple[str, str]]:
    with acting_as(mailer()):
        return list(OutboxMail.objects.order_by("pk").values_list("kind", "text"))


def kinds() -> list[str]:
    return [kind.removeprefix("order.") for kind, _ in mails()]


@pytest.fixture
def steps(cast, as_person):
    """Ship with a number, or take back with None, one after the other, as the agent; each a request of its own."""

    def walked(order, *numbers):
        for number in numbers:
            with as_person(cast.agent):
                if number is None:
                    order = actions.undo_move(order, by=cast.agent)
                else:
                    order = actions.ship_order(order, by=cast.agent, tracking=number)
        return order

    return walked


@pytest.fixture
def ready(cast):
    return make.order_in("ready_to_ship", cast.agent, cast.production, email="sadia@c.example")


def test_who_was_told_is_told_that_it_has_not_left(cast, as_person, ready, steps):
    order = steps(ready, "TCS-1", None)

    assert kinds() == ["shipped", "not_shipped"]
    _, text = mails()[-1]
    assert ready.number in text
    assert "TCS-1" in text
    assert "still with us" in text
    with as_person(cast.agent):
        order.refresh_from_db()
        newest = timeline.story("order", order.pk, [], labels={}, show=lambda name, value: value or "")[0]
    assert (order.stage, order.tracking_number) == ("ready_to_ship", "TCS-1")
    assert newest.text.startswith(
        "took the last move back: Ready to ship again; kept tracking TCS-1 as it was typed;"
        " wrote to the customer that it is not on its way yet"
    )
    assert newest.icon == "undo-2"


def test_each_number_is_told_once_and_corrected_once(ready, steps):
    steps(ready, "TCS-1", None, "TCS-1", None)
    assert kinds() == ["shipped", "not_shipped"]

    steps(ready, "TCS-2", None)
    assert kinds() == ["shipped", "not_shipped"] * 2
    assert "TCS-2" in mails()[-1][1]


def test_the_correction_names_the_number_that_was_told(cast, as_person, ready, steps):
    order = steps(ready, "TCS-1")
    with as_person(cast.agent):
        order = editing.edit_order(order, by=cast.agent, values={"tracking_number": "TCS-7"}, was={})

    steps(order, None)

    assert "TCS-1" in mails()[-1][1]


def test_who_was_not_told_hears_nothing(cast, steps):
    order = make.order_in("ready_to_ship", cast.agent, cast.production)

    steps(order, "TCS-1", None)

    assert mails() == []


def test_taking_back_a_delivery_tells_nobody_that_it_has_not_left(cast, as_person, ready, steps):
    order = steps(ready, "TCS-1")
    with as_person(cast.agent):
        actions.deliver_order(order, by=cast.agent)

    steps(order, None)

    assert kinds() == ["shipped"]


def test_the_board_takes_back_with_the_same_words(cast, as_person, ready, steps):
    order = steps(ready, "TCS-1")

    with as_person(cast.agent):
        actions.move_order(order, by=cast.agent, to="ready_to_ship")

    assert kinds() == ["shipped", "not_shipped"]
