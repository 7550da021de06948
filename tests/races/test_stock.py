"""Two people at one shelf at the same moment, each on a connection of their own."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, transaction

from catalog.models import Product
from inventory import actions
from inventory.models import Level, Location, Move, StockItem
from inventory.proof import add_up
from ops.db.actor import acting_as, for_user
from ops.errors import Refused, attempt
from ops.models import Event
from tests.races.together import in_step, together

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 20


@pytest.fixture
def shelf(cast):
    """Products, each with one piece in Main."""
    with acting_as(for_user(cast.manager)), transaction.atomic():
        main = Location.objects.get(name="Main")
        for number in range(TIMES):
            product = Product.objects.create(sku=f"CH-{number:02}", name=f"Chair {number}", price=1)
            actions.set_opening(
                StockItem.objects.get(pk=product.pk), by=cast.manager, location=main, quantity=Decimal(1)
            )
        return list(StockItem.objects.order_by("pk")), main


def as_person(by, verb):
    def does(item):
        with acting_as(for_user(by)), attempt():
            return verb(item)

    return does


def test_of_two_who_scrap_the_last_piece_one_is_told(cast, shelf):
    items, main = shelf

    def scraps(by):
        return as_person(by, lambda item: actions.scrap(item, by=by, location=main, quantity=Decimal(1), note="broken"))

    one, other = in_step(items, scraps(cast.manager), scraps(cast.admin))

    for item, answers in zip(items, zip(one, other, strict=True), strict=True):
        [refused] = [answer for answer in answers if isinstance(answer, Refused)]
        assert refused.sentence == f"There are 0 of {item.name} ({item.sku}) in Main: 1 cannot leave."
    with acting_as(for_user(cast.manager)), transaction.atomic():
        assert set(Level.objects.values_list("on_hand", flat=True)) == {Decimal(0)}
        assert add_up() == TIMES


def test_a_count_and_a_scrap_that_meet_leave_what_both_say(cast, shelf):
    """Ten were received; who counts ten says what was there as they counted, and one is gone since or before."""
    items, main = shelf

    def counts(item):
        return actions.count_stock(item, by=cast.manager, location=main, counted=Decimal(10))

    def scraps(item):
        return actions.scrap(item, by=cast.admin, location=main, quantity=Decimal(1), note="broken")

    in_step(items, as_person(cast.manager, counts), as_person(cast.admin, scraps))

    with acting_as(for_user(cast.manager)), transaction.atomic():
        assert set(Level.objects.values_list("on_hand", flat=True)) <= {Decimal(9), Decimal(10)}
        assert add_up() == TIMES


def test_the_same_form_sent_twice_at_once_is_one_move(cast, shelf):
    items, main = shelf
    keys = {item.pk: uuid4() for item in items}

    def receives(item):
        return actions.receive(item, by=cast.manager, location=main, quantity=Decimal(5), key=keys[item.pk])

    one, other = in_step(items, as_person(cast.manager, receives), as_person(cast.manager, receives))

    assert [move.pk for move in one] == [move.pk for move in other]
    with acting_as(for_user(cast.manager)), transaction.atomic():
        assert set(Level.objects.values_list("on_hand", flat=True)) == {Decimal(6)}
        assert Event.objects.filter(kind="level.received").count() == TIMES


def test_of_two_who_open_the_same_stock_one_is_told_to_count(cast, shelf):
    items, _ = shelf
    with acting_as(for_user(cast.manager)), transaction.atomic():
        attic = actions.add_location(by=cast.manager, name="Attic")

    def opens(by):
        return as_person(by, lambda item: actions.set_opening(item, by=by, location=attic, quantity=Decimal(3)))

    one, other = in_step(items, opens(cast.manager), opens(cast.admin))

    for answers in zip(one, other, strict=True):
        [refused] = [answer for answer in answers if isinstance(answer, Refused)]
        assert "has stock in Attic already: 3 on hand. Count it instead." in refused.sentence


def test_two_loads_in_opposite_orders_do_not_lock_each_other_out(cast, shelf):
    _, main = shelf

    def receives(by, order):
        def insert():
            for _ in range(10):
                with acting_as(for_user(by)), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(
                        "insert into inventory_move (item_id, location_id, kind, quantity)"
                        f" select product_id, %s, 'receipt', 1 from inventory_stockitem order by product_id {order}",
                        [main.pk],
                    )
            return True

        return insert

    assert together(receives(cast.manager, "asc"), receives(cast.admin, "desc")) == [True, True]
    with acting_as(for_user(cast.manager)), transaction.atomic():
        assert set(Level.objects.values_list("on_hand", flat=True)) == {Decimal(21)}
        assert Move.objects.count() == TIMES * 21
        assert add_up() == TIMES
