"""What keeps orders from being lost: waking on the day, what is stuck, whose an order is, copying one."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from catalog.models import Category, Product
from ops import clock, lifecycle
from ops.celery import app
from ops.db.actor import acting_as, mailer, task
from ops.models import Event, JobRun, OutboxMail, Stage
from orders import actions, waking
from orders.models import Order
from orders.tasks import wake_held
from tests import make

TOMORROW = clock.today() + timedelta(days=1)


def mails():
    with acting_as(mailer()):
        return list(OutboxMail.objects.order_by("pk").values_list("recipient", "subject", "text"))


# --- waking (A65) -------------------------------------------------------------------------------------------------


def held(by, as_person, until=TOMORROW):
    order = make.order(by)
    with as_person(by):
        return actions.hold_order(order, by=by, reason="fabric missing", until=until)


@pytest.mark.django_db
def test_a_held_order_goes_on_on_its_morning_once_and_its_agent_is_told(cast, as_person):
    order, later, never = (held(cast.agent, as_person, day) for day in (TOMORROW, TOMORROW + timedelta(days=1), None))

    with acting_as(task("wake")):
        assert waking.wake_held(clock.today()) == 0
        assert [waking.wake_held(TOMORROW) for _ in range(2)] == [1, 0]

    with as_person(cast.agent):
        order.refresh_from_db()
        assert (order.held_at, order.hold_reason, order.hold_until) == (None, "", None)
        assert list(Order.objects.filter(held_at__isnull=False).order_by("pk")) == [later, never]
        event = Event.objects.get(kind="order.woken")
        assert (event.subject_id, event.by_id, event.data) == (order.pk, None, {"reason": "fabric missing"})
    [(to, subject, text)] = mails()
    assert (to, subject) == (cast.agent.email, f"{order.number} goes on: look at it today")
    assert "was on hold until today: fabric missing" in text


@pytest.mark.django_db
def test_the_day_that_was_missed_is_made_up_for_and_the_run_is_kept(cast, as_person):
    order = held(cast.agent, as_person)
    with acting_as(task("wake")):
        assert waking.wake_held(TOMORROW + timedelta(days=3)) == 1

    app.tasks[wake_held.name]()

    with acting_as(task("wake")):
        assert JobRun.objects.get(name="wake held orders").rows == 0
    with as_person(cast.agent):
        order.refresh_from_db()
        assert order.held_at is None


@pytest.mark.django_db
def test_the_waker_may_wake_and_nothing_else(cast, as_person):
    order = held(cast.agent, as_person)
    free = make.order(cast.agent, name="Second buyer")
    with acting_as(task("wake")), connection.cursor() as cursor:
        for statement in ("update orders_order set rush = true", "update orders_order set stage = 'delivered'",
                          "select 1 from orders_ordersale", "select 1 from customers_customer"):  # fmt: skip
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                cursor.execute(statement)
        cursor.execute("update orders_order set held_at = null, hold_reason = '' where id = %s", [free.pk])
        assert cursor.rowcount == 0
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            cursor.execute("update orders_order set hold_reason = 'other' where id = %s", [order.pk])


# --- stuck (A6) ---------------------------------------------------------------------------------------------------


@pytest.fixture
def no_patience(cast, as_person):
    """Nothing may stand in Received at all; other stages keep their limits."""
    with as_person(cast.owner):
        Stage.objects.filter(noun="order", key="received").update(limit_hours=0)
    lifecycle.forget("order")
    yield
    lifecycle.forget("order")


@pytest.mark.django_db
def test_what_stands_too_long_says_so_on_its_card_in_its_lane_and_in_a_filter(cast, client_of, as_person, no_patience):
    stuck, fine = make.order(cast.agent), make.order_in("in_production", cast.agent, cast.production, name="Second")
    waits = held(cast.agent, as_person)
    browser = client_of(cast.agent)

    board = browser.get("/orders/").content.decode()
    found = browser.get("/orders/list/?stuck=1").content.decode()

    assert board.count("stuck 1 d</span>") == 1
    assert 'href="/orders/list/?stage=received&amp;stuck=1" title="1 stuck here' in board
    assert stuck.number in found
    assert fine.number not in found
    assert waits.number not in found  # held orders leave the count
    with as_person(cast.agent):
        assert list(Order.objects.stuck()) == [stuck]
        assert list(Order.objects.overdue()) == [stuck]
    assert "stuck" not in client_of(cast.other_agent).get("/orders/").content.decode().partition('id="lanes"')[2]


# --- owners (A6; who gets one that arrives by itself: tests/intake) ---


@pytest.mark.django_db
def test_no_sql_leaves_an_order_without_an_owner(cast, as_person):
    order = make.order(cast.agent)
    with as_person(cast.owner), connection.cursor() as cursor, pytest.raises(Exception, match="not-null"):
        cursor.execute("update orders_order set agent_id = null where id = %s", [order.pk])


# --- copying ------------------------------------------------------------------------------------------------------


@pytest.fixture
def chair(cast, as_person):
    with as_person(cast.manager):
        chairs = Category.objects.create(name="Chairs")
        return Product.objects.create(sku="CH-9", name="Oak chair", category=chairs, price=1500)


@pytest.mark.django_db
def test_a_copy_begins_with_customer_lines_and_todays_prices_and_keeps_where_it_is_from(
    cast, client_of, as_person, chair
):
    lines = (actions.LineInput("Oak chair", Decimal(4), Decimal(1200), product=chair), make.CHAIR)
    order = make.order(cast.agent, lines=lines, phone="+923001234567", channel="WhatsApp", note="Gift wrap")
    browser = client_of(cast.agent)

    way = browser.get(f"/orders/{order.pk}/copy/")
    form = browser.get(way["Location"]).content.decode()

    assert way["Location"] == f"/orders/new/?copy={order.pk}"
    for said in ("Ayesha Siddiqui", "+923001234567", "Oak chair", "Walnut chair", "WhatsApp", "Gift wrap"):
        assert said in form
    assert 'name="lines-0-unit_price" value="1500.00"' in form
    assert 'name="lines-0-quantity" value="4"' in form
    assert 'name="lines-1-unit_price" value="1250.50"' in form
    assert "Oak chair was Rs 1,200.00, is Rs 1,500.00" in form.replace("\xa0", " ")
    with as_person(cast.agent):
        assert Order.objects.count() == 1  # nothing is made until the form is sent

    typed = {
        "name": "Ayesha Siddiqui", "phone": "+923001234567", "email": "", "city": "Lahore", "currency": "PKR",
        "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "1", "lines-MIN_NUM_FORMS": "1", "lines-MAX_NUM_FORMS": "100",
        "lines-0-description": "Oak chair", "lines-0-quantity": "4", "lines-0-unit_price": "1500",
        "lines-0-discount": "0",
    }  # fmt: skip
    sent = browser.post(way["Location"], typed)

    assert sent.status_code == 302
    with as_person(cast.agent):
        made = Order.objects.exclude(pk=order.pk).get()
        assert (made.copied_from_id, made.customer_id, made.stage) == (order.pk, order.customer_id, "received")
    assert f"made it as a copy of {order.number}" in browser.get(sent["Location"]).content.decode()


@pytest.mark.django_db
def test_nobody_copies_what_they_do_not_see(cast, client_of):
    order = make.order(cast.agent)
    stranger = client_of(cast.other_agent)

    assert stranger.get(f"/orders/{order.pk}/copy/").status_code == 404
    assert order.number not in stranger.get(f"/orders/new/?copy={order.pk}").content.decode()
    assert stranger.get("/orders/new/?copy=9' or 1").status_code == 200
