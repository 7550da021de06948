"""A shipment that is taken back: what the customer was told is corrected once, and the timeline says what stayed."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from ops import clock, outbox, timeline
from ops.db.actor import acting_as, mailer
from ops.models import OutboxMail
from orders import actions, editing
from orders.letters.queries import mails_of, withdraw
from tests import make


def mails() -> list[tuple[str, str]]:
    with acting_as(mailer()):
        return list(OutboxMail.objects.order_by("pk").values_list("kind", "text"))


def kinds() -> list[str]:
    return [kind.removeprefix("order.") for kind, _ in mails()]


def states() -> list[str]:
    with acting_as(mailer()):
        rows = OutboxMail.objects.order_by("pk").values_list("kind", "state")
        return [f"{kind.removeprefix('order.')} {state}" for kind, state in rows]


def a_minute_later() -> int:
    """What waits goes."""
    with acting_as(mailer()), clock.moved_to(clock.now() + timedelta(seconds=61)):
        return outbox.send_waiting()


def story_of(order) -> list[str]:
    return [
        entry.text for entry in timeline.story("order", order.pk, [], labels={}, show=lambda name, value: value or "")
    ]


@pytest.fixture
def steps(cast, as_person):
    """Ship with a number, take back with None, let a minute pass with "", as the agent; each a request of its own."""

    def walked(order, *numbers):
        for number in numbers:
            if number == "":
                a_minute_later()
                continue
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
    order = steps(ready, "TCS-1", "", None)

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


def test_a_number_is_told_once_and_again_only_after_a_correction_went(ready, steps):
    order = steps(ready, "TCS-1", "", None, "TCS-1", "", None, "")
    assert states() == ["shipped sent", "not_shipped withdrawn", "not_shipped sent"]

    steps(order, "TCS-1", "", None, "")
    assert kinds()[3:] == ["shipped", "not_shipped"]

    steps(order, "TCS-2", "", None)
    assert kinds()[5:] == ["shipped", "not_shipped"]
    assert "TCS-2" in mails()[-1][1]


def test_the_correction_names_the_number_that_was_told(cast, as_person, ready, steps):
    order = steps(ready, "TCS-1", "")
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
    order = steps(ready, "TCS-1", "")

    with as_person(cast.agent):
        actions.move_order(order, by=cast.agent, to="ready_to_ship")

    assert kinds() == ["shipped", "not_shipped"]


# --- before it went -----------------------------------------------------------------------------------------------


def test_a_mail_waits_and_does_not_go_when_the_move_is_taken_back(cast, as_person, ready, steps):
    order = steps(ready, "TCS-1")
    with acting_as(mailer()):
        assert outbox.send_waiting() == 0  # not yet

    order = steps(order, None)

    assert states() == ["shipped withdrawn"]
    assert a_minute_later() == 0
    with as_person(cast.agent):
        [mail] = mails_of(order)
        newest = story_of(order)[0]
    assert (mail.state, mail.reason) == ("withdrawn", "It did not go: what it says was taken back in time.")
    assert "kept the mail to the customer from going" in newest
    assert "wrote to the customer" not in newest


def test_shipped_again_at_once_is_announced_once(ready, steps):
    steps(ready, "TCS-1", None, "TCS-1", "")

    assert states() == ["shipped withdrawn", "shipped sent"]


def test_shipped_again_before_the_correction_went_is_neither_corrected_nor_announced_again(ready, steps):
    steps(ready, "TCS-1", "", None, "TCS-1", "")

    assert states() == ["shipped sent", "not_shipped withdrawn"]


def test_a_number_mended_before_the_mail_went_is_the_number_that_it_says(cast, as_person, ready, steps):
    order = steps(ready, "TCS-1")
    with as_person(cast.agent):
        editing.edit_order(order, by=cast.agent, values={"tracking_number": "TCS-7"}, was={})
    assert states() == ["shipped withdrawn", "shipped waiting"]
    assert "Tracking number: TCS-7" in mails()[-1][1]


def test_a_number_mended_to_one_that_was_corrected_is_told_once_more(cast, as_person, ready, steps):
    order = steps(ready, "TCS-1", "", None, "", "TCS-2")
    with as_person(cast.agent):
        editing.edit_order(order, by=cast.agent, values={"tracking_number": "TCS-1"}, was={})
    a_minute_later()

    assert states() == ["shipped sent", "not_shipped sent", "shipped withdrawn", "shipped sent"]
    assert "Tracking number: TCS-1" in mails()[-1][1]


def test_a_number_mended_to_one_that_still_holds_is_not_told_again(cast, as_person, ready, steps):
    order = steps(ready, "TCS-1", "", None, "TCS-2")
    with as_person(cast.agent):
        editing.edit_order(order, by=cast.agent, values={"tracking_number": "TCS-1"}, was={})
    a_minute_later()

    assert states() == ["shipped sent", "not_shipped withdrawn", "shipped withdrawn"]


def test_nobody_withdraws_the_mail_of_an_order_that_is_not_theirs(cast, as_person, ready, steps):
    steps(ready, "TCS-1")

    for person in (cast.other_agent, cast.accountant):
        with as_person(person):
            assert withdraw_by_sql(ready) in {"", "42501"}

    assert states() == ["shipped waiting"]


def withdraw_by_sql(order) -> str:
    try:
        with transaction.atomic():
            return withdraw(order, "order.shipped")
    except DatabaseError as error:
        return error.__cause__.diag.sqlstate
