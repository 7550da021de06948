"""Rows in two steps: what has no rows costs no question and is counted as none."""

from decimal import Decimal

from django.http import QueryDict

from ops.boards.ask import Ask
from ops.boards.declare import Part
from ops.boards.read import Sorted, capped, count_words, counted, details, first_ids, totals
from orders.boards import ORDERS
from orders.models import Order
from tests import make

NOTHING = Sorted([Order.objects.none()], "pk", down=False, start=0, size=50)


def test_a_list_that_can_have_no_rows_is_empty_beside_one_that_has(cast, as_person):
    orders = [make.order(cast.agent) for _ in range(3)]
    with as_person(cast.agent):
        some = Sorted([Order.objects.order_by("-pk")], "pk", down=True, start=1, size=50)

        assert first_ids([NOTHING, some]) == [[], [orders[1].pk, orders[0].pk]]
        assert counted({"none": NOTHING, "some": some}, 1) == {"none": (0, []), "some": (2, [orders[1].pk])}
        assert capped({"none": [Part(Order.objects.none())], "some": [Part(Order.objects.all())]}, 2) == {
            "none": 0, "some": 2,
        }  # fmt: skip


def test_nothing_to_ask_asks_nothing(cast, django_assert_num_queries, as_person):
    with as_person(cast.agent):
        ask = Ask.read(ORDERS, cast.agent, QueryDict())
        with django_assert_num_queries(0):
            assert first_ids([]) == []
            assert counted({"none": NOTHING}, 1) == {"none": (0, [])}
            assert capped({"none": [Part(Order.objects.none())]}) == {"none": 0}
            assert details(ask, [], {}) == []


def test_a_page_keeps_the_order_of_its_ids_and_drops_what_is_not_the_readers(cast, as_person):
    first, second, theirs = make.order(cast.agent), make.order(cast.agent), make.order(cast.other_agent)
    with as_person(cast.agent):
        ask = Ask.read(ORDERS, cast.agent, QueryDict())

        found = details(ask, [second.pk, theirs.pk, first.pk], {"number": "number", "seller": "agent__name"})

    assert [(row["number"], row["seller"]) for row in found] == [
        (second.number, cast.agent.name), (first.number, cast.agent.name),
    ]  # fmt: skip


def test_who_sees_no_money_is_told_no_totals(cast, as_person):
    make.order(cast.agent)
    with as_person(cast.production):
        assert totals(Ask.read(ORDERS, cast.production, QueryDict())) == (0, [])
    with as_person(cast.agent):
        count, sums = totals(Ask.read(ORDERS, cast.agent, QueryDict("rush=1")))
    assert (count, [(column.key, value) for column, value in sums]) == (0, [("amount", Decimal(0))])


def test_a_count_that_was_capped_says_so():
    assert (count_words(1000), count_words(1001), count_words(5, most=5)) == ("1,000", "1,000+", "4+")
