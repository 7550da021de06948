"""Two people and one customer at the same moment."""

import threading

import pytest
from django.db import IntegrityError, connection, connections, transaction

from customers import actions as customers
from customers.models import Customer
from ops.db.actor import acting_as, for_user
from orders import actions
from orders.models import Order
from tests import make
from tests.races.together import in_step

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_one_has_found_is_no_leave_for_another_nor_for_later(cast):
    with transaction.atomic():
        mine, theirs = make.order(cast.agent), make.order(cast.other_agent, name="Sadia", phone="0300 7654321")
    with acting_as(for_user(cast.agent)), transaction.atomic():
        customers.find_or_create(by=cast.agent, name="Sadia", phone="0300 7654321")
    caught: list[str] = []

    def takes() -> None:
        try:
            with acting_as(for_user(cast.agent)), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("update orders_order set customer_id = %s where id = %s", [theirs.customer_id, mine.pk])
        except IntegrityError as error:
            caught.append(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
        finally:
            connections.close_all()

    with acting_as(for_user(cast.manager)), transaction.atomic():
        customers.find_or_create(by=cast.manager, name="Sadia", phone="0300 7654321")  # found, and still in progress
        thread = threading.Thread(target=takes)
        thread.start()
        thread.join(20)

    takes()

    assert caught == ["ops_guard_order_customer"] * 2
    with acting_as(for_user(cast.manager)):
        assert Order.objects.get(pk=mine.pk).customer_id == mine.customer_id


def test_two_who_know_different_mails_of_one_customer_keep_the_first_and_one_is_told(cast):
    phones = [f"+92300777{number:04}" for number in range(15)]
    for phone in phones:
        with transaction.atomic():
            make.order(cast.other_agent, name="Sadia", phone=phone)
    told: list[str] = []

    def receives(user, letter):
        def receive(phone: str) -> None:
            said = actions.CustomerInput("Sadia", phone, f"{letter}{phone[1:]}@c.example")
            with acting_as(for_user(user)), transaction.atomic():
                actions.receive_order(by=user, customer=said, lines=[make.CHAIR], tell=told.append)

        return receive

    in_step(phones, receives(cast.agent, "a"), receives(cast.manager, "m"))

    assert len(told) == 15
    with acting_as(for_user(cast.manager)):
        mails = dict(Customer.objects.filter(phone__in=phones).values_list("phone", "email"))
        assert Order.objects.filter(customer__phone__in=phones).count() == 45
    assert all(any(f"E-mail kept: {mails[phone]}." in sentence for sentence in told) for phone in phones)


def test_two_who_both_fill_the_number_of_one_customer_do_not_lock_each_other_out(cast):
    names = [f"c{number}@c.example" for number in range(15)]
    for email in names:
        with transaction.atomic():
            make.order(cast.other_agent, name="Sadia", email=email)

    def receives(user):
        def receive(email: str) -> None:
            said = actions.CustomerInput("Sadia", f"+923008880{int(email[1:-10]):03}", email)
            with acting_as(for_user(user)), transaction.atomic():
                actions.receive_order(by=user, customer=said, lines=[make.CHAIR])

        return receive

    in_step(names, receives(cast.agent), receives(cast.manager))

    with acting_as(for_user(cast.manager)):
        assert Customer.objects.filter(email__in=names, phone=None).count() == 0
        assert Order.objects.filter(customer__email__in=names).count() == 45
