"""A long file goes in by parts that hold whole orders: the same comes of it as of one piece."""

from decimal import Decimal
from itertools import pairwise

import pytest
from django.db.models import Count, Sum

from orders import import_parts
from orders.models import Order, OrderLinePrice
from tests.orders.sheets import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def parted(monkeypatch):
    """The parts that were made, of a few lines each."""
    made: list[list[import_parts.Part]] = []
    of = import_parts.parts_of
    monkeypatch.setattr(import_parts, "LINES", 4)
    monkeypatch.setattr("orders.importing.parts_of", lambda *said: made.append(of(*said)) or made[-1])
    return made


def held() -> list[tuple[str, int, object]]:
    orders = Order.objects.annotate(n=Count("lines"), s=Sum("lines__price__total"))
    return list(orders.order_by("external_id").values_list("external_id", "n", "s"))


def test_whole_orders_stand_in_each_part_and_together_they_are_all(parted, load, sheet, cast, as_person):
    lines = [row(f"A-{n // 3:03}") for n in range(30)]

    batch = load(sheet(*lines))

    (parts,) = parted
    assert len(parts) > 3
    assert (parts[0][0], parts[-1][1]) == import_parts.WHOLE
    assert all(last + 1 == first for (_, last), (first, _) in pairwise(parts))
    assert all((first - 2) % 3 == 0 for first, _ in parts[1:])  # the header stands on line 1
    with as_person(cast.manager):
        assert batch.counts["new"] == 10
        assert {n for _, n, _ in held()} == {3}
        assert OrderLinePrice.objects.count() == 30


def test_orders_scattered_through_the_file_are_one_part(parted, load, sheet, cast, as_person):
    load(sheet(*(row(f"A-{n % 5}") for n in range(30))))

    assert parted == [[import_parts.WHOLE]]
    with as_person(cast.manager):
        assert [n for _, n, _ in held()] == [6] * 5


def test_orders_that_get_a_number_of_ours_are_not_parted(parted, load, sheet):
    load(sheet(*(row(f"A-{n:03}" + ("-long" * 9 if n == 7 else "")) for n in range(20))))

    assert parted == [[import_parts.WHOLE]]


def test_how_far_it_is_is_told_part_by_part(parted, sheet, cast, as_person):
    from ops.imports.applying import apply
    from orders.importing import check_orders

    told: list[tuple[int, int]] = []
    with as_person(cast.manager):
        path = sheet(*(row(f"A-{n:03}") for n in range(30)))
        batch = check_orders(path, "superstore", by=cast.manager, rate=Decimal(1))
        apply(batch, by=cast.manager, report=lambda done, of: told.append((done, of)))

    assert [done for done, _ in told] == list(range(told[0][1]))
    assert len(told) > 8
