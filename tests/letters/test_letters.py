"""Mails to customers: received, shipped, delivered, once each, whoever moved it; their log; those who want none."""

import asyncio
import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.utils import timezone

from customers.editing import edit_customer
from customers.models import Customer
from ops import clock, env
from ops.errors import Refused
from ops.models import Event
from ops.notices import actions as notices
from ops.notices.models import Rule
from orders import actions as orders
from orders.letters import actions
from orders.letters.queries import mails_of
from orders.models import Order
from tests.letters.post import MAIL, kinds, mails, send, write
from tests.notices.walk import act, as_owner, move, walk
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_customer_hears_of_received_shipped_and_delivered_once_each(cast, settings):
    settings.ORIGIN = "https://shop.example"
    order = walk("delivered", cast.agent, cast.production, email=MAIL)

    assert write() == 2  # that it shipped was said by the verb itself
    assert write() == 0

    assert sorted(kinds()) == ["order.delivered", "order.received", "order.shipped"]
    for mail in mails():
        assert mail.recipient == MAIL
        assert order.number in mail.subject
        assert order.number in mail.text
        assert order.number in mail.html
        assert "https://shop.example/o/" in mail.text
        assert "PKR" not in mail.text
    with act(cast.agent):
        written = Event.objects.filter(kind="order.written").values_list("data__what", "by_id")
        assert sorted(written) == [("delivered", None), ("received", None)]


def test_a_move_in_psql_is_written_too_and_taken_back_before_the_letter_is_not(cast):
    order = walk("ready_to_ship", cast.agent, cast.production, email=MAIL)
    write()
    as_owner("update orders_order set stage = 'shipped', tracking_number = 'T-7' where id = %s", order.pk)
    assert write() == 1
    assert kinds() == ["order.received", "order.shipped"]

    as_owner("update orders_order set stage = 'delivered' where id = %s", order.pk)
    as_owner("update orders_order set stage = 'shipped' where id = %s", order.pk)
    assert write() == 0
    assert kinds() == ["order.received", "order.shipped"]


def test_what_was_said_of_a_move_is_corrected_whoever_takes_it_back_and_however(cast):
    order = walk("ready_to_ship", cast.agent, cast.production, email=MAIL)
    write()
    as_owner("update orders_order set stage = 'shipped', tracking_number = 'T-7' where id = %s", order.pk)
    assert write() == 1
    send()

    as_owner("update orders_order set stage = 'ready_to_ship' where id = %s", order.pk)
    assert [write(), write()] == [1, 0]

    assert kinds() == ["order.received", "order.shipped", "order.not_shipped"]
    assert "T-7" in mails()[-1].text
    with act(cast.agent):
        assert Event.objects.filter(kind="order.corrected", subject_id=order.pk).count() == 1


def test_a_verb_that_corrects_by_itself_is_not_followed_by_a_second_correction(cast):
    order = walk("shipped", cast.agent, cast.production, email=MAIL)
    send()
    with act(cast.agent):
        orders.undo_move(Order.objects.get(pk=order.pk), by=cast.agent)

    write()

    assert kinds().count("order.not_shipped") == 1


def test_who_was_never_told_that_it_left_is_told_nothing_when_it_comes_back(cast):
    order = walk("ready_to_ship", cast.agent, cast.production, email=MAIL)
    write()
    as_owner("update orders_order set stage = 'shipped', tracking_number = 'T-7' where id = %s", order.pk)
    as_owner("update orders_order set stage = 'ready_to_ship' where id = %s", order.pk)

    assert write() == 0
    assert kinds() == ["order.received"]


def test_there_is_one_answer_to_whether_a_customer_wants_mails(cast, client_of):
    order = walk("received", cast.agent, cast.production, email=MAIL)
    client = client_of(cast.agent)

    client.post(f"/letters/{order.pk}/silence/", {"silent": "yes"})
    assert "Wants none" in client.get(f"/customers/{order.customer_id}/").content.decode()
    customer = Customer(pk=order.customer_id)
    with act(cast.agent):
        edit_customer(customer, by=cast.agent, values={"wants_order_mail": True}, was={})

    assert "No more mails" in client.get(f"/letters/{order.pk}/mails/").content.decode()
    assert "They want no mails" not in client.get(f"/letters/{order.pk}/mails/").content.decode()


def test_delivered_twice_is_said_once(cast):
    order = walk("delivered", cast.agent, cast.production, email=MAIL)
    write()
    send()
    with act(cast.manager):
        move(order, cast.manager, "shipped")
    with act(cast.manager):
        move(order, cast.manager, "delivered")

    write()

    assert kinds().count("order.delivered") == 1


def test_without_an_address_and_for_who_wants_none_nothing_is_written(cast):
    walk("delivered", cast.agent, cast.production)
    order = walk("in_production", cast.agent, cast.production, email=MAIL, phone="0300 1234567")
    with act(cast.agent):
        actions.silence(order.customer, by=cast.agent)

    assert write() == 0  # owed when it was received, and silent since
    with act(cast.production):
        move(order, cast.production, "ready_to_ship")
    with act(cast.agent):
        move(order, cast.agent, "shipped")
    write()

    assert mails() == []
    with act(cast.agent):
        actions.write_again(order.customer, by=cast.agent)
        move(order, cast.agent, "delivered")
    write()
    assert kinds() == ["order.delivered"]


def test_what_a_file_says_is_not_written_to_customers(cast):
    order = walk("ready_to_ship", cast.agent, cast.production, email=MAIL)
    write()

    as_owner(
        "select set_config('ops.source', 'import', false);"
        f" update orders_order set stage = 'shipped', tracking_number = 'T-1' where id = {order.pk}"
    )

    assert write() == 0
    assert kinds() == ["order.received"]


def test_a_switched_off_rule_writes_nothing_and_the_verb_knows(cast):
    with act(cast.sysadmin):
        for rule in Rule.objects.filter(to="customer"):
            notices.change_rule(rule, by=cast.sysadmin, active=False, channel="mail")

    walk("delivered", cast.agent, cast.production, email=MAIL)

    assert write() == 0
    assert mails() == []


# --- the log ------------------------------------------------------------------------------------------------------


class Box:
    """Takes mails, or answers as it is told."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.refuses: dict[str, str] = {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        await asyncio.sleep(0)
        if answer := self.refuses.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def box(settings):
    found = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(found, hostname="127.0.0.1", port=port)
    server.start()
    settings.MAILERS = {"default": env.mailer(f"smtp+plain://127.0.0.1:{port}")}
    yield found
    server.stop()


def test_a_bounced_address_is_shown_mended_and_written_to_again(cast, box):
    order = walk("received", cast.agent, cast.production, email="gone@c.example", phone="0300 1234567")
    write()
    box.refuses["gone@c.example"] = "550 no such mailbox"
    assert send() == 0

    with act(cast.agent):
        [mail] = mails_of(order)
        assert (mail.state, mail.recipient, mail.what) == ("failed", "gone@c.example", "It was received")
        assert "nobody has this mailbox" in mail.reason
        order.customer.email = MAIL
        order.customer.save(update_fields=["email"])
        actions.send_again(order, mail.pk, by=cast.agent)

    assert send() == 1
    assert box.taken == [MAIL]
    with act(cast.agent):
        [mail] = mails_of(order)
        assert (mail.state, mail.recipient, mail.reason) == ("sent", MAIL, "")
        with pytest.raises(Refused, match="not waiting to be sent again"):
            actions.send_again(order, mail.pk, by=cast.agent)


def test_of_two_who_send_it_again_at_once_one_does(cast, box):
    order = walk("received", cast.agent, cast.production, email="gone@c.example")
    write()
    box.refuses["gone@c.example"] = "550 no such mailbox"
    send()
    box.refuses.clear()
    with act(cast.agent):
        [mail] = mails_of(order)

    def again(person):
        with act(person):
            actions.send_again(order, mail.pk, by=person)
            return "again"

    done = together(lambda: again(cast.agent), lambda: again(cast.manager))

    assert sorted(isinstance(one, Refused) for one in done) == [False, True]
    assert send() == 1
    assert box.taken == ["gone@c.example"]


def test_a_server_that_is_away_for_an_hour_gets_each_mail_once(cast, box, settings):
    there = settings.MAILERS
    order = walk("delivered", cast.agent, cast.production, email=MAIL)
    write()
    settings.MAILERS = {"default": env.mailer("smtp+plain://127.0.0.1:9")}
    start = timezone.now()
    for minute in range(0, 60, 6):
        with clock.moved_to(start + timedelta(minutes=minute)):
            assert send() == 0
    with act(cast.agent):
        states = {(mail.state, mail.reason) for mail in mails_of(order)}
        assert states == {("waiting", "The mail server did not answer.")}

    settings.MAILERS = there
    with clock.moved_to(start + timedelta(minutes=130)):
        assert send() == 3
        assert send() == 0
    assert box.taken == [MAIL] * 3


@pytest.mark.parametrize(
    ("who", "sees"), [("agent", MAIL), ("manager", MAIL), ("accountant", ""), ("production", ""), ("other_agent", None)]
)
def test_the_log_shows_no_address_to_who_may_not_know_the_customer(cast, who, sees):
    order = walk("in_production", cast.agent, cast.production, email=MAIL)
    write()

    with act(getattr(cast, who)):
        assert [mail.recipient for mail in mails_of(order)] == ([] if sees is None else [sees])


def test_nobody_sends_again_by_raw_sql_what_is_not_theirs(cast):
    order = walk("received", cast.agent, cast.production, email=MAIL)
    write()
    as_owner("update ops_outboxmail set state = 'failed'")
    [mail] = mails()

    for who in (cast.other_agent,):
        with act(who), connection.cursor() as cursor:
            cursor.execute("select ops.order_mail_again(%s, %s)", [order.pk, mail.pk])
            assert cursor.fetchone() == (False,)
    other = walk("received", cast.other_agent, cast.production, email="x@c.example")
    with act(cast.other_agent), connection.cursor() as cursor:
        cursor.execute("select ops.order_mail_again(%s, %s)", [other.pk, mail.pk])
        assert cursor.fetchone() == (False,)
    assert [one.state for one in mails()] == ["failed"]


def test_the_customer_says_by_their_link_that_they_want_no_mails(cast, client, settings):
    settings.ORIGIN = "https://shop.example"
    walk("received", cast.agent, cast.production, email=MAIL)
    write()
    path = next(word for word in mails()[0].text.split() if "/o/" in word).removeprefix("https://shop.example")

    page = client.get(path).content.decode()
    answer = client.post(f"{path}mails/", {"silent": "yes"})

    assert "No more mails about my orders" in page
    assert answer.status_code == 302
    assert "We write no mails to you." in client.get(path).content.decode()
    wants = "select wants_order_mail from customers_customer"
    assert as_owner(wants) == [(False,)]
    client.post(f"{path}mails/")
    assert as_owner(wants) == [(True,)]
    assert client.post("/o/wrong/mails/", {"silent": "yes"}).status_code == 422


def test_the_page_shows_mails_and_who_will_be_told(cast, client_of):
    order = walk("in_production", cast.agent, cast.production, email=MAIL)
    write()
    client = client_of(cast.manager)

    told = client.get(f"/letters/{order.pk}/told/?do=ready", headers={"HX-Request": "true"}).content.decode()
    ship = client.get(f"/letters/{order.pk}/told/?do=ship").content.decode()
    panel = client.get(f"/letters/{order.pk}/mails/", headers={"HX-Request": "true"}).content.decode()
    page = client.get(f"/orders/{order.pk}/").content.decode()

    assert "Omar Aziz (in the app and by e-mail)" in told
    assert "the customer (by e-mail)" in ship
    assert MAIL in panel
    assert "waiting" in panel
    assert f"/letters/{order.pk}/told/?do=ready" in page
    assert client_of(cast.other_agent).get(f"/letters/{order.pk}/mails/").status_code == 404
