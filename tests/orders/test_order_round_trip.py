"""The list of orders goes out and comes back: unchanged it changes nothing; changed, only what a list may change."""

import pytest
from django.db import transaction

from ops.errors import Refused
from ops.imports.models import ImportItem
from orders.editing import edit_order
from orders.models import Order
from tests import make
from tests.imports.round_trips import brought_back, loaded, taken


@pytest.fixture
def desk(cast, as_person, shop):
    """Names and notes that spreadsheets would run, an order on hold, one cancelled."""
    make.order(cast.agent, name="=Ayesha & Sons", promise_on=make.day("2027-02-10"))
    make.order(cast.agent, name='\'-Quoted, "Ltd"', promise_on=make.day("2027-02-11"))
    return shop


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_list_as_it_went_out_changes_nothing(desk, cast, as_person, client_of, form):
    name, data = taken(client_of(cast.manager), f"/orders/export/?as={form}")

    batch = brought_back(name, data, by=cast.manager, as_person=as_person)

    assert (batch.noun, batch.preset, batch.problems) == ("order_change", "opsdeck", [])
    assert {key: batch.counts[key] for key in ("new", "changed", "same", "refused")} == {
        "new": 0, "changed": 0, "same": 7, "refused": 0}  # fmt: skip


def test_a_day_that_was_changed_in_the_list_is_the_one_change(desk, cast, as_person, client_of):
    order = desk["received"]
    name, data = taken(client_of(cast.manager), "/orders/export/?as=csv")
    changed = data.decode("utf-8-sig").replace("2027-01-10", "2027-01-15")

    batch = brought_back(name, changed.encode(), by=cast.manager, as_person=as_person)
    assert (batch.counts["changed"], batch.counts["same"]) == (1, 6)
    batch = loaded(batch, by=cast.manager, as_person=as_person)

    with as_person(cast.manager):
        order = Order.objects.get(pk=order.pk)
        assert str(order.promise_on) == "2027-01-15"
        assert order.history.latest("history_id").history_source == "import"


def test_what_a_list_may_not_change_is_refused_with_where_to_go(desk, cast, as_person, client_of):
    name, data = taken(client_of(cast.manager), "/orders/export/?as=csv")
    text = data.decode("utf-8-sig").replace("Imran Yousaf", "Imran Khan").replace("In production", "Shipped", 1)

    batch = brought_back(name, text.encode(), by=cast.manager, as_person=as_person)

    said = {problem["column"]: problem["sentence"] for problem in batch.problems}
    assert "Change the customer on their own page." in said["Customer"]
    assert "Move the order on its page or on the board." in said["Stage"]
    with pytest.raises(Refused, match="cannot be taken"):
        loaded(batch, by=cast.manager, as_person=as_person)


def test_an_order_that_is_not_here_is_not_made_from_a_list(desk, cast, as_person, client_of):
    name, data = taken(client_of(cast.manager), "/orders/export/?as=csv")
    number = desk["received"].number
    text = data.decode("utf-8-sig").replace(f"{number},", "SO-999999,")

    batch = brought_back(name, text.encode(), by=cast.manager, as_person=as_person)

    assert batch.problems[0]["sentence"] == "there is no order SO-999999 here. New orders are loaded as orders."


def test_what_somebody_changed_since_it_was_taken_is_seen_when_it_is_checked(desk, cast, as_person, client_of):
    order = desk["received"]
    name, data = taken(client_of(cast.manager), "/orders/export/?as=csv")
    with as_person(cast.agent), transaction.atomic():
        later = {"promise_on": make.day("2027-03-01")}
        edit_order(order, by=cast.agent, values=later, was={"promise_on": "2027-01-10"})

    batch = brought_back(name, data, by=cast.manager, as_person=as_person)

    with as_person(cast.manager):
        (item,) = ImportItem.objects.filter(batch=batch, verdict="changed")
        assert (item.key, item.changes) == (order.number, {"promise": ["2027-03-01", "2027-01-10"]})


@pytest.mark.parametrize(("second", "counts"), [("2027-01-10", (0, 7, 0)), ("2027-01-20", (0, 6, 1))])
def test_an_order_that_stands_twice_is_one_or_is_refused(desk, cast, as_person, client_of, second, counts):
    name, data = taken(client_of(cast.manager), "/orders/export/?as=csv")
    lines = data.decode("utf-8-sig").splitlines()
    (once,) = [line for line in lines if line.startswith(desk["received"].number + ",")]

    twice = "\n".join([*lines, once.replace("2027-01-10", second)])
    batch = brought_back(name, twice.encode(), by=cast.manager, as_person=as_person)

    assert (batch.counts["changed"], batch.counts["same"], batch.counts["refused"]) == counts
