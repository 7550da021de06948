"""A signed delivery becomes exactly one order; anything else is refused with what is wrong, and leaves nothing."""
# ruff: noqa: E501  what is wrong and what is said of it stand on one line each: they are read as a table

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError

from customers.models import Customer
from ops import clock
from ops.models import Event
from ops.rates.actions import RateLine, keep_rates
from orders.intake import keys, views
from orders.intake.models import Delivery, IntakeKey, IntakeSecret
from orders.models import Order, OrderLine, OrderSale
from tests import make
from tests.intake.conftest import ORDER, Storefront


def changed(**fields):
    return ORDER | fields


def line(**fields):
    return changed(lines=[{"sku": "CH-1", "quantity": 1, "unit_price": 10} | fields])


def nothing_is_there(cast, as_person) -> bool:
    with as_person(cast.manager):
        return not Order.objects.exists() and not OrderLine.objects.exists() and not Customer.objects.exists()


def test_a_delivery_becomes_an_order_with_everything_it_said(cast, as_person, shopfront):
    answer = shopfront.send(changed(promise_on="2027-01-10", note="Gift wrap", currency="USD", rate="278.5"))

    assert answer.status_code == 201, answer.json()
    with as_person(cast.manager):
        order = Order.objects.get()
        assert answer.json()["order"] == order.number
        assert answer.json()["id"] == str(order.public_id)
        assert (order.origin, order.source, order.external_id) == ("intake", "web:Web shop", "WEB-1001")
        assert (order.stage, order.channel, order.production_note) == ("received", "Web shop", "Gift wrap")
        assert (order.pieces, order.summary) == (Decimal("3.5"), "2 × Walnut chair + 1 more")
        lines = [(one.sku, one.description, one.category) for one in OrderLine.objects.filter(order=order)]
        assert lines == [("CH-1", "Walnut chair", "Chairs"), ("", "Cushion, blue", "")]
        sale = OrderSale.objects.get(order=order)
        assert (sale.amount, sale.currency, sale.order_amount) == (
            Decimal("3050.75"), "USD", Decimal("849633.8750"),
        )  # fmt: skip
        customer = Customer.objects.get()
        assert (customer.name, customer.phone, customer.city) == ("Ayesha Siddiqui", "+923001234567", "Lahore")
        event = Event.objects.get(noun="order", subject_id=order.pk)
        assert (event.kind, event.by_id, event.source) == ("order.arrived", None, "intake")
        assert event.data == {"storefront": "Web shop", "number": "WEB-1001"}


def test_the_customer_follows_the_order_by_the_link_in_the_answer(client, shopfront):
    answer = shopfront.send().json()

    page = client.get(answer["follow"])

    assert page.status_code == 200
    assert answer["order"] in page.content.decode()


def test_fields_we_do_not_know_are_named_in_the_answer(shopfront):
    answer = shopfront.send(changed(gift=True, customer=ORDER["customer"] | {"vip": 1}))

    assert answer.json()["ignored"] == ["customer.vip", "gift"]


def test_the_same_delivery_again_is_answered_with_its_order(cast, as_person, shopfront):
    first, again = shopfront.send(), shopfront.send()

    assert (again.status_code, again.json()["order"]) == (200, first.json()["order"])
    assert again.headers["Idempotency-Replayed"] == "true"
    with as_person(cast.manager):
        assert Order.objects.count() == 1


def test_the_same_order_in_another_delivery_is_taken_once(cast, as_person, shopfront):
    first, again = shopfront.send(), shopfront.send(message="msg_2")

    assert (again.status_code, again.json()["order"]) == (200, first.json()["order"])
    with as_person(cast.manager):
        assert Order.objects.count() == 1


@pytest.mark.parametrize("message", ["msg_1", "msg_2"])
def test_another_body_under_the_same_number_changes_nothing(cast, as_person, shopfront, message):
    number = shopfront.send().json()["order"]

    answer = shopfront.send(changed(note="Another"), message=message)

    assert answer.status_code == 409
    assert f"was taken before as {number}, with another body" in answer.json()["error"]
    with as_person(cast.manager):
        assert Order.objects.get().production_note == ""


# --- who sends --------------------------------------------------------------------------------------------------


def test_a_wrong_signature_and_an_unknown_key_are_answered_alike(cast, as_person, shopfront):
    forged = shopfront.send(**{"webhook-signature": "v1,AAAA"})
    unknown = shopfront.send(**{"opsdeck-key": "in_0000"})

    assert (forged.status_code, unknown.status_code) == (401, 401)
    assert forged.json() == unknown.json() == {"error": "This delivery is not signed by a key that works here."}
    assert nothing_is_there(cast, as_person)


def test_a_body_that_was_altered_on_the_way_is_refused(cast, as_person, shopfront):
    body = b'{"id": "WEB-1", "lines": []}'
    signed = shopfront.headers("msg_1", body)

    answer = shopfront.send(body.replace(b"WEB-1", b"WEB-2"), **signed)

    assert answer.status_code == 401


@pytest.mark.parametrize("seconds", [-400, 400])
def test_a_delivery_of_another_time_is_not_replayed(shopfront, seconds):
    answer = shopfront.send(at=int(time.time()) + seconds)

    assert answer.status_code == 401
    assert "more than five minutes from now" in answer.json()["error"]


@pytest.mark.parametrize("header", ["opsdeck-key", "webhook-id", "webhook-timestamp", "webhook-signature"])
def test_every_header_is_needed(shopfront, header):
    answer = shopfront.send(**{header: ""})

    assert answer.status_code == 401


def test_a_retired_key_delivers_nothing(cast, as_person, shopfront):
    with as_person(cast.admin):
        keys.retire_key(IntakeKey.objects.get(), by=cast.admin)

    assert shopfront.send().status_code == 401


def test_after_a_new_secret_both_work_for_a_day_and_then_the_new_one_only(cast, as_person, shopfront):
    with as_person(cast.admin):
        newer = Storefront(shopfront.key, keys.renew_secret(IntakeKey.objects.get(), by=cast.admin))

    assert shopfront.send().status_code == 201
    assert newer.send(message="msg_2").status_code == 200
    tomorrow = clock.now() + timedelta(hours=25)
    with clock.moved_to(tomorrow):
        assert shopfront.send(message="msg_3", at=int(tomorrow.timestamp())).status_code == 401
        assert newer.send(message="msg_4", at=int(tomorrow.timestamp())).status_code == 200


def test_who_keeps_the_keys_cannot_read_a_secret(cast, as_person, shopfront):
    with as_person(cast.admin), pytest.raises(ProgrammingError, match="permission denied"):
        IntakeSecret.objects.first()


# --- whose the order is -----------------------------------------------------------------------------------------


def test_the_customers_keeper_gets_the_order(cast, as_person, shopfront):
    make.order(cast.other_agent, phone="0300 1234567")

    shopfront.send()

    with as_person(cast.other_agent):
        assert Order.objects.filter(origin="intake").count() == 1


def test_a_new_customer_goes_to_the_agent_with_the_fewest_open_orders(cast, as_person, shopfront):
    make.order(cast.agent, phone="0301 7654321")

    shopfront.send()

    with as_person(cast.other_agent):
        assert Order.objects.filter(origin="intake").count() == 1


def test_a_key_may_name_who_gets_its_orders(cast, as_person, shopfront):
    with as_person(cast.admin):
        IntakeKey.objects.update(agent=cast.agent)
    make.order(cast.other_agent, phone="0300 1234567")

    shopfront.send()

    with as_person(cast.agent):
        assert Order.objects.filter(origin="intake").count() == 1


# --- what is wrong ----------------------------------------------------------------------------------------------

WRONG = {
    "no line": (changed(lines=[]), "lines", "An order needs at least one line."),
    "no number": (changed(id=""), "id", "Missing. Your own number of the order, so that it is taken once."),
    "too many lines": (
        changed(lines=[{}] * 10_000), "lines", "An order may have 500 lines; this one has 10,000. Send it in parts.",
    ),
    "a quantity of nothing": (line(quantity=0), "lines[0].quantity", "This is more than zero."),
    "a price below zero": (line(unit_price=-1), "lines[0].unit_price", "This is zero or more."),
    "a number as words": (line(unit_price="ten"), "lines[0].unit_price", "This is a number, like 1250.50."),
    "true as a number": (line(quantity=True), "lines[0].quantity", "This is a number, like 1250.50."),
    "a fifth decimal": (line(unit_price="0.00001"), "lines[0].unit_price", "This has more than 4 digits after the point."),
    "a number beyond measure": (
        line(unit_price="1e12"), "lines[0].unit_price", "This has more than 9 digits before the point.",
    ),
    "a discount above the price": (line(discount=11), "lines[0].discount", "The discount is larger than what the line costs."),
    "an unknown sku alone": (
        line(sku="??"), "lines[0].sku", "There is no such product here. Send a description with it.",
    ),
    "a currency that is none": (changed(currency="QQQ"), "currency", "“QQQ” is no currency in use."),
    "a rate of nothing": (changed(currency="USD", rate=0), "rate", "This is more than zero."),
    "no currency": (changed(currency="usd"), "currency", "A currency is three capital letters, like PKR."),
    "no customer": (changed(customer=None), "customer", "An order needs a customer: an object with a name and a phone or an e-mail."),
    "a customer who cannot be found again": (
        changed(customer={"name": "A"}), "customer", "A customer needs a phone or an e-mail, to be found again.",
    ),
    "a wrong phone": (
        changed(customer={"name": "A", "phone": "12"}), "customer.phone",
        "“12” has too few or too many digits for a phone number.",
    ),
    "a wrong e-mail": (changed(customer={"name": "A", "email": "a@"}), "customer.email", "This is not an e-mail address."),
    "a time without a zone": (
        changed(placed_at="2026-11-21T09:30:00"), "placed_at",
        "This is a time with its zone, like 2026-11-21T09:30:00+05:00.",
    ),
    "last year's order": (
        changed(placed_at="2020-01-01T00:00:00Z"), "placed_at",
        "An order comes in within 31 days, and not before it was placed.",
    ),
    "a day that is none": (changed(promise_on="2026-02-30"), "promise_on", "This is a day, like 2026-12-24."),
    "a NUL": (changed(note="a\x00b"), "note", "This holds a NUL character, which no text has."),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_with_its_place(cast, as_person, shopfront, what):
    order, at, says = WRONG[what]

    answer = shopfront.send(order)

    assert answer.status_code == 422
    assert {"at": at, "says": says} in answer.json()["problems"]
    assert nothing_is_there(cast, as_person)


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"", 400, "The body is not JSON: Expecting value in line 1, column 1."),
        (b"{", 400, "The body is not JSON"),
        (b"[]", 400, "The body is JSON, but not an object with an order's fields."),
        (b"\xff\xfe{}", 400, "The body is not UTF-8: byte 0 cannot be read."),
        (b'{"id": NaN}', 400, "The body holds NaN, which JSON does not know."),
        (b'{"id": "A", "id": "B"}', 400, "The body says “id” twice in one object; which of them holds?"),
        (b"[" * 100_000, 400, "nested too deep"),
        (b" " * 1_000_001, 413, "A delivery holds at most 1,000,000 bytes."),
    ],
)
def test_what_is_no_order_at_all_is_refused(cast, as_person, shopfront, body, status, says):
    answer = shopfront.send(body)

    assert answer.status_code == status
    assert says in answer.json()["error"]
    assert nothing_is_there(cast, as_person)


def test_a_refused_delivery_is_written_down_without_what_it_held(cast, as_person, shopfront):
    shopfront.send(changed(customer={"name": "Ayesha", "phone": "12"}, lines=[]))

    with as_person(cast.admin):
        kept = Delivery.objects.get()
    assert (kept.outcome, kept.order_id, kept.message) == ("refused", None, "msg_1")
    assert kept.said == "lines: An order needs at least one line. There are 1 more."


def test_a_refused_delivery_may_come_again_corrected(cast, as_person, shopfront):
    assert shopfront.send(changed(lines=[])).status_code == 422

    assert shopfront.send().status_code == 201


# --- other currencies -------------------------------------------------------------------------------------------


def keep(cast, as_person, *rates):
    with as_person(cast.manager):
        keep_rates([RateLine(day, "USD", Decimal(rate)) for day, rate in rates], by=cast.manager)


def test_another_currency_counts_at_the_rate_of_the_day_it_was_placed(cast, as_person, shopfront):
    now = clock.now()
    placed = now - timedelta(days=10)
    keep(cast, as_person, (clock.business_day(placed), "278.5"), (clock.today(), "290"))

    assert shopfront.send(changed(currency="USD", placed_at=placed.isoformat())).status_code == 201
    assert shopfront.send(changed(id="WEB-2", currency="USD", placed_at=None), message="msg_2").status_code == 201
    sent = changed(id="WEB-3", currency="USD", rate="300")
    assert shopfront.send(sent, message="msg_3").status_code == 201

    with as_person(cast.manager):
        rates = dict(OrderSale.objects.values_list("order__external_id", "rate"))
    assert rates == {"WEB-1001": Decimal("278.5"), "WEB-2": Decimal(290), "WEB-3": Decimal(300)}


def test_an_order_without_a_rate_waits_with_the_reason_and_comes_when_the_shop_has_said_it(cast, as_person, shopfront):
    placed = clock.now() - timedelta(days=3)
    day = clock.business_day(placed)
    order = changed(currency="USD", placed_at=placed.isoformat())
    keep(cast, as_person, (clock.today(), "290"))
    says = (
        f"Nobody has said what one USD was in PKR on {day:%-d %b %Y}: rates of USD are kept from"
        f" {clock.today():%-d %b %Y} on. Say its rate, or add it to the exchange rates."
    )

    answer = shopfront.send(order)

    assert (answer.status_code, answer["Retry-After"]) == (503, "600")
    assert answer.json() == {"error": says, "problems": [{"at": "rate", "says": says}]}
    assert nothing_is_there(cast, as_person)
    with as_person(cast.admin):
        assert Delivery.objects.get().said == says

    keep(cast, as_person, (day, "281"))
    assert shopfront.send(order).status_code == 201
    with as_person(cast.manager):
        assert OrderSale.objects.get().rate == 281


def test_too_many_in_a_minute_wait(shopfront, monkeypatch):
    monkeypatch.setattr(views, "_PER_MINUTE", 2)
    for n in range(2):
        shopfront.send(message=f"msg_{n}")

    answer = shopfront.send(message="msg_9")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
