"""Stock moves by its verbs alone: what they add up to, what they refuse, and that twice is once."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import Sum

from catalog.models import Category, Product
from inventory import actions
from inventory.models import Level, Location, Move, MoveCost, StockItem
from inventory.proof import add_up
from ops import clock
from ops.errors import Refused, attempt
from ops.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_manager(cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        yield


def on_hand(item, location) -> Decimal:
    level = Level.objects.get(item=item, location=location)
    moves = Move.objects.filter(item=item, location=location)
    assert level.on_hand == moves.aggregate(sum=Sum("quantity"))["sum"]
    return level.on_hand


def opened(cast, item, location, quantity: str = "10", **said):
    return actions.set_opening(item, by=cast.manager, location=location, quantity=Decimal(quantity), **said)


def test_a_shop_begins_with_one_place_and_every_product_in_it_by_name():
    assert [one.name for one in Location.objects.all()] == ["Main"]

    wood = Category.objects.create(name="Chairs")
    product = Product.objects.create(sku="CH-9", name="Oak chair", price=1, category=wood)
    item = StockItem.objects.get(pk=product.pk)
    assert (item.sku, item.name, item.category, item.is_active) == ("CH-9", "Oak chair", "Chairs", True)

    Product.objects.filter(pk=product.pk).update(name="Oak armchair", is_active=False)
    Category.objects.filter(pk=wood.pk).update(name="Seats")
    item.refresh_from_db()
    assert (item.name, item.category, item.is_active) == ("Oak armchair", "Seats", False)


def test_each_verb_moves_stock_and_says_so(cast, chair, main):
    opened(cast, chair, main)
    actions.receive(chair, by=cast.manager, location=main, quantity=Decimal("2.5"), unit_cost=Decimal(900))
    actions.scrap(chair, by=cast.manager, location=main, quantity=Decimal(1), note="a broken leg")
    counted = actions.count_stock(chair, by=cast.manager, location=main, counted=Decimal(11))

    assert counted.quantity == Decimal("-0.5")
    assert on_hand(chair, main) == Decimal(11)
    assert Level.objects.get(item=chair).moves == 4
    assert MoveCost.objects.get().unit_cost == 900
    assert {move.by_id for move in Move.objects.all()} == {cast.manager.pk}
    told = Event.objects.filter(noun="level").order_by("pk").values_list("kind", flat=True)
    assert list(told) == ["level.opened", "level.received", "level.scrapped", "level.counted"]


def test_opening_stock_comes_once_and_a_count_is_the_way_after_that(cast, chair, main):
    opened(cast, chair, main, "10")

    with pytest.raises(Refused) as refused, attempt():
        opened(cast, chair, main, "12")

    assert refused.value.sentence == "Walnut chair (CH-1) has stock in Main already: 10 on hand. Count it instead."
    assert on_hand(chair, main) == 10


def test_opening_stock_of_an_earlier_day_is_there_when_the_day_begins(cast, chair, main):
    day = clock.today() - timedelta(days=9)

    move = opened(cast, chair, main, as_of=day)

    assert clock.business_day(move.at) == day
    assert clock.business_day(move.at - timedelta(seconds=1)) == day - timedelta(days=1)
    with pytest.raises(Refused, match="has not come yet"), attempt():
        actions.set_opening(chair, by=cast.manager, location=actions.add_location(by=cast.manager, name="Attic"),
                            quantity=Decimal(1), as_of=clock.today() + timedelta(days=2))  # fmt: skip


def test_a_count_adjusts_by_the_difference_at_the_moment_of_counting(cast, chair, main):
    """Counted at ten: twelve were there by the book, eleven on the shelf. At half past ten one was scrapped (S3)."""
    opened(cast, chair, main, "12", as_of=clock.today() - timedelta(days=1))
    at_ten = clock.now()
    actions.scrap(chair, by=cast.manager, location=main, quantity=Decimal(1), note="broken")

    counted = actions.count_stock(chair, by=cast.manager, location=main, counted=Decimal(11), at=at_ten)

    assert counted.quantity == -1
    assert on_hand(chair, main) == 10


def test_a_count_is_of_a_moment_that_has_come_and_not_of_one_before_the_stock_begins(cast, chair, main):
    opened(cast, chair, main)

    for at, why in ((clock.now() + timedelta(hours=1), "not come yet"), (clock.now() - timedelta(days=1), "begins on")):
        with pytest.raises(Refused, match=why), attempt():
            actions.count_stock(chair, by=cast.manager, location=main, counted=Decimal(3), at=at)
    assert on_hand(chair, main) == 10


def test_what_was_never_opened_can_be_counted(cast, chair, main):
    actions.count_stock(chair, by=cast.manager, location=main, counted=Decimal(7))

    assert on_hand(chair, main) == 7


def test_more_than_there_is_cannot_leave(cast, chair, main):
    opened(cast, chair, main, "2")

    with pytest.raises(Refused) as refused, attempt():
        actions.scrap(chair, by=cast.manager, location=main, quantity=Decimal(3), note="lost")

    assert refused.value.sentence == "There are 2 of Walnut chair (CH-1) in Main: 3 cannot leave."
    assert on_hand(chair, main) == 2


@pytest.mark.parametrize(("verb", "said"), [
    (actions.set_opening, {"quantity": Decimal(-1)}), (actions.receive, {"quantity": Decimal(0)}),
    (actions.receive, {"quantity": Decimal(1), "unit_cost": Decimal(-1)}),
    (actions.scrap, {"quantity": Decimal(0), "note": "x"}), (actions.scrap, {"quantity": Decimal(1), "note": " "}),
    (actions.count_stock, {"counted": Decimal(-1)}), (actions.receive, {"quantity": Decimal(999_999_999)}),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_moves_nothing(cast, chair, main, verb, said):
    opened(cast, chair, main)

    with pytest.raises(Refused), attempt():
        verb(chair, by=cast.manager, location=main, **said)

    assert on_hand(chair, main) == 10
    assert Move.objects.count() == 1


def test_the_same_key_twice_is_one_move_and_one_word_about_it(cast, chair, main):
    opened(cast, chair, main)
    key = uuid4()

    first, again = (
        actions.receive(chair, by=cast.manager, location=main, quantity=Decimal(5), unit_cost=Decimal(1), key=key)
        for _ in range(2)
    )

    assert first == again
    assert on_hand(chair, main) == 15
    assert Event.objects.filter(kind="level.received").count() == 1
    with pytest.raises(Refused, match="for something else"):
        actions.scrap(chair, by=cast.manager, location=main, quantity=Decimal(5), note="x", key=key)


def test_who_sees_stock_only_moves_nothing(cast, chair, main, as_person):
    opened(cast, chair, main)

    for person in (cast.agent, cast.production, cast.finance, cast.accountant):
        with as_person(person), transaction.atomic():
            assert Level.objects.get().on_hand == 10
            with pytest.raises(ProgrammingError), transaction.atomic():
                actions.scrap(chair, by=person, location=main, quantity=Decimal(1), note="x")
    with as_person(cast.sysadmin), pytest.raises(ProgrammingError), transaction.atomic():
        Level.objects.exists()


def test_a_level_is_written_by_moves_alone_and_a_move_by_nobody_again(cast, chair, main):
    opened(cast, chair, main)

    forged = "insert into inventory_level (item_id, location_id, on_hand, reserved, moves) select item_id, 1, 5, 0, 1"
    for sql in (
        "update inventory_level set on_hand = 99", "delete from inventory_level", f"{forged} from inventory_level",
        "update inventory_move set quantity = 99", "delete from inventory_move",
    ):  # fmt: skip
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert on_hand(chair, main) == 10


def test_a_move_is_taken_back_once_as_a_whole_and_an_opening_may_come_again(cast, chair, main):
    move = opened(cast, chair, main)

    with pytest.raises(IntegrityError), transaction.atomic():
        Move.objects.create(item=chair, location=main, kind="reversal", quantity=-3, reverses=move)
    Move.objects.create(item=chair, location=main, kind="reversal", quantity=-10, reverses=move)
    with pytest.raises(IntegrityError), transaction.atomic():
        Move.objects.create(item=chair, location=main, kind="reversal", quantity=-10, reverses=move)

    assert (on_hand(chair, main), Level.objects.get().moves) == (0, 0)
    opened(cast, chair, main, "4")
    assert (on_hand(chair, main), Level.objects.get().moves) == (4, 1)


def test_places_are_added_and_renamed_and_no_two_have_one_name(cast):
    attic = actions.add_location(by=cast.manager, name=" Attic  room ")
    assert attic.name == "Attic room"

    with pytest.raises(Refused, match="of this name"), attempt():
        actions.add_location(by=cast.manager, name="ATTIC ROOM")
    actions.rename_location(attic, by=cast.manager, name="Loft")
    assert sorted(Location.objects.values_list("name", flat=True)) == ["Loft", "Main"]


def test_every_level_is_the_sum_of_its_moves(cast, chair, main):
    opened(cast, chair, main)
    actions.scrap(chair, by=cast.manager, location=main, quantity=Decimal(3), note="lost")

    assert add_up() == 1
