"""Mails about moves wait, and do not go when the move is taken back meanwhile: each step a transaction of its own."""

from decimal import Decimal

import pytest

from ops import events
from ops.models import Event
from orders import actions as orders
from orders import editing, parts, taking_back
from orders.models import Order, Shipment
from tests.letters.post import MAIL, kinds, mails, send, write
from tests.notices.walk import act, as_owner, move, walk

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_mail_that_waits_is_withdrawn_however_the_move_is_taken_back(cast):
    order = walk("ready_to_ship", cast.agent, cast.production, email=MAIL)
    write()
    as_owner("update orders_order set stage = 'shipped', tracking_number = 'T-7' where id = %s", order.pk)
    write()

    as_owner("update orders_order set stage = 'ready_to_ship' where id = %s", order.pk)
    assert write() == 0

    assert [(mail.kind, mail.state) for mail in mails()][1:] == [("order.shipped", "withdrawn")]
    with act(cast.agent):
        assert Event.objects.filter(kind="order.withdrawn", subject_id=order.pk).count() == 1


def test_a_delivery_taken_back_at_once_is_not_written_and_a_cancelled_order_not_confirmed(cast):
    order = walk("shipped", cast.agent, cast.production, email=MAIL)
    with act(cast.agent):
        move(order, cast.agent, "delivered")
    cancelled = walk("received", cast.agent, cast.production, email="other@c.example", phone="0300 1234567")
    write()
    with act(cast.agent):
        orders.undo_move(Order.objects.get(pk=order.pk), by=cast.agent)
        orders.cancel_order(cancelled, by=cast.agent, reason="Typed twice")

    assert send() == 2
    states = sorted((mail.kind, mail.state) for mail in mails())
    assert states == [
        ("order.delivered", "withdrawn"), ("order.received", "sent"), ("order.received", "withdrawn"),
        ("order.shipped", "sent"),
    ]  # fmt: skip


def test_the_last_parcel_is_announced_once_whoever_writes(cast):
    order = walk("ready_to_ship", cast.agent, cast.production, email=MAIL)
    with act(cast.agent):
        [line] = order.lines.values_list("pk", flat=True)
        parts.ship_part(order, by=cast.agent, quantities={line: Decimal(1)}, tracking="TCS-1")
    for _ in range(2):
        with act(cast.agent):
            orders.ship_order(Order.objects.get(pk=order.pk), by=cast.agent, tracking="LEO-2")
        write()
        send()
        with act(cast.agent):
            orders.undo_move(Order.objects.get(pk=order.pk), by=cast.agent)

    assert kinds().count("order.part_shipped") == kinds().count("order.shipped") == 1


def test_a_number_mended_and_mended_back_is_what_the_parcel_and_the_mail_say(cast):
    order = walk("shipped", cast.agent, cast.production, email=MAIL)
    with act(cast.agent):
        order = editing.edit_order(order, by=cast.agent, values={"tracking_number": "TCS-7"}, was={})
        moment = events.moment_of(order)
    assert "Tracking number: TCS-7" in mails()[-1].text

    with act(cast.agent):
        taking_back.take_back(order, by=cast.agent, moment_key=moment)
        assert Shipment.objects.get(order=order).tracking_number == "TCS-1"

    assert "Tracking number: TCS-1" in mails()[-1].text
    send()
    assert [mail.state for mail in mails()].count("sent") == 1
