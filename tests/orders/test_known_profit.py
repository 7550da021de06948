"""An order without costs has no profit yet: list, total, order of rows and file say what the order's page says."""

import re
from decimal import Decimal

import pytest

from orders import editing
from tests import make


@pytest.fixture
def two(cast, as_person):
    """One with costs, one without."""
    known, bare = make.order(cast.agent), make.order(cast.agent, phone="0300 7654321")
    with as_person(cast.finance):
        editing.set_costs(known, by=cast.finance, values={"production_cost": Decimal(1201)}, was={})
    return known, bare


def test_the_list_its_total_and_its_file_say_nothing_of_what_is_not_known(cast, client_of, two):
    client = client_of(cast.finance)

    totals = client.get("/orders/list/totals/?all=1").content.decode()
    file = client.get("/orders/export/?as=csv").getvalue().decode()
    rows = [line.rstrip().rsplit(",", 1)[-1] for line in file.splitlines()[1:]]

    assert re.search(r"Profit</span> <strong[^>]*>[^<]*1,300\.00<", totals)
    assert sorted(rows) == ["", "1300"]


def test_those_without_come_last_whichever_way_it_is_sorted(cast, client_of, two):
    known, bare = two
    for sort in ("profit", "-profit"):
        html = client_of(cast.finance).get(f"/orders/list/?sort={sort}").content.decode()
        assert html.index(f"/orders/{known.pk}/") < html.index(f"/orders/{bare.pk}/")


def test_the_order_says_that_there_are_no_costs_yet(cast, client_of, two):
    known, bare = (client_of(cast.finance).get(f"/orders/{order.pk}/").content.decode() for order in two)

    assert "no costs yet" in bare
    assert "<dd>— <small" in bare
    assert "no costs yet" not in known
