"""Numbers of orders: ours and those of files never meet."""

import pytest
from django.db import connection

from orders.models import Order
from tests import make
from tests.orders.sheets import row

pytestmark = pytest.mark.django_db


def number_of(order: Order) -> int:
    return int(order.number.removeprefix("SO-"))


def test_a_number_that_a_file_brought_in_is_passed_over(cast, as_person, load, sheet):
    last = number_of(make.order(cast.agent))
    taken = [f"SO-{last + step}" for step in (1, 2, 3, 5)]
    load(sheet(*(row(number) for number in taken)))

    ours = [make.order(cast.agent, name=f"Customer {step}").number for step in range(2)]

    assert ours == [f"SO-{last + 4}", f"SO-{last + 6}"]


def test_a_file_may_hold_the_very_number_that_is_next_and_one_that_gets_a_number_of_ours(cast, as_person, load, sheet):
    last = number_of(make.order(cast.agent))

    load(sheet(row("X" * 41, date="2026-01-01"), row(f"SO-{last + 1}", date="2026-01-13")))

    with as_person(cast.manager):
        assert Order.objects.get(external_id="X" * 41).number == f"SO-{last + 2}"
        assert Order.objects.get(external_id=f"SO-{last + 1}").number == f"SO-{last + 1}"


def test_passing_over_a_thousand_numbers_happens_once(cast, as_person, load, sheet):
    last = number_of(make.order(cast.agent))
    load(sheet(*(row(f"SO-{last + step}") for step in range(1, 1001))))

    assert number_of(make.order(cast.agent, name="One")) == last + 1001
    assert number_of(make.order(cast.agent, name="Two")) == last + 1002


def test_a_number_of_ours_that_somebody_writes_by_hand_is_passed_over_too(cast, as_person):
    first = make.order(cast.agent)
    with as_person(cast.agent), connection.cursor() as cursor:
        cursor.execute(
            "insert into orders_order (number, customer_id, agent_id, stage, summary, pieces, origin, channel, rush,"
            " production_note, carrier, tracking_number, hold_reason, cancel_reason, source, external_id, row_sha256)"
            " select %s, customer_id, agent_id, 'received', '', 1, 'form', '', false, '', '', '', '', '', '', '', ''"
            " from orders_order where id = %s",
            [f"SO-{number_of(first) + 1}", first.pk],
        )

    assert number_of(make.order(cast.agent, name="Next")) == number_of(first) + 2
