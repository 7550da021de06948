"""Two people and one customer at the same moment."""

import threading

import pytest
from django.db import IntegrityError, connection, connections, transaction

from customers import actions as customers
from ops.db.actor import acting_as, for_user
from orders.models import Order
from tests import make

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
