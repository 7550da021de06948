"""Receiving an order: who may, for whom, and what is never half there."""

from decimal import Decimal

import pytest

from accounts import actions as people
from catalog.models import Category, Product
from customers.models import Customer
from ops.errors import Refused
from orders import actions
from orders.actions import LineInput
from orders.models import Order, OrderLine, OrderLinePrice, OrderSale
from tests import make


def receive(by, **options):
    said = {"customer": actions.CustomerInput("Ayesha Siddiqui", "0300 1234567"), "lines": [make.CHAIR]} | options
    return actions.receive_order(by=by, **said)


def nothing_is_there() -> bool:
    return not Order.objects.exists() and not OrderLine.objects.exists() and not Customer.objects.exists()


def test_a_line_keeps_its_price_discount_and_total_to_the_cent(cast, as_person):
    line = LineInput("Silk, by the yard", Decimal("2.125"), Decimal("333.33"), Decimal("8.33"))

    order = make.order(cast.agent, lines=[line])

    with as_person(cast.agent):
        price = OrderLinePrice.objects.get(line__order=order)
        assert (price.unit_price, price.discount) == (Decimal("333.33"), Decimal("8.33"))
        assert price.total == OrderSale.objects.get(order=order).amount == line.total
        assert line.total.quantize(Decimal("0.01")) == Decimal("700.00")


def test_a_line_from_the_catalogue_takes_sku_and_category_along(cast, as_person):
    with as_person(cast.manager):
        chairs = Category.objects.create(name="Chairs")
        product = Product.objects.create(sku="CH-1", name="Walnut chair", category=chairs, price=1250)

    order = make.order(cast.agent, lines=[LineInput("A chair", Decimal(1), Decimal(10), product=product), make.TABLE])

    with as_person(cast.agent):
        kept = OrderLine.objects.filter(order=order).order_by("position")
        assert [(line.sku, line.category) for line in kept] == [("CH-1", "Chairs"), ("", "")]


def test_the_summary_names_the_first_line_and_counts_the_rest():
    many = [LineInput("Walnut chair", Decimal("2.5"), Decimal(1)), make.TABLE, make.TABLE]
    long = LineInput("x" * 300, Decimal(1), Decimal(1))

    assert actions.summary_of(many) == "2.5 × Walnut chair + 2 more"
    assert actions.summary_of([make.TABLE]) == "Walnut table"
    assert len(actions.summary_of([long, long])) == 200
    assert actions.summary_of([long, long]).endswith("x + 1 more")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"lines": []}, "An order needs at least one line."),
        (
            {"lines": [LineInput("Chair", Decimal(1), Decimal(10), Decimal("10.01"))]},
            "A discount is larger than what its line costs.",
        ),
    ],
)
def test_what_makes_no_order_leaves_nothing(cast, as_person, options, sentence):
    with as_person(cast.agent):
        with pytest.raises(Refused) as caught:
            receive(cast.agent, **options)

        assert caught.value.sentence == sentence
        assert nothing_is_there()


def test_a_manager_receives_for_an_agent_who_then_has_it(cast, as_person):
    with as_person(cast.manager):
        order = receive(cast.manager, agent=cast.agent)

    with as_person(cast.agent):
        assert Order.objects.get().pk == order.pk
    with as_person(cast.other_agent):
        assert not Order.objects.exists()


def test_an_agent_cannot_receive_for_a_colleague(cast, as_person):
    with as_person(cast.agent):
        with pytest.raises(Refused, match="Only who sees every order") as caught:
            receive(cast.agent, agent=cast.other_agent)

        assert caught.value.field == "agent"
        assert nothing_is_there()


@pytest.mark.parametrize("who", ["production", "accountant"])
def test_an_order_is_not_given_to_somebody_who_does_not_sell(cast, as_person, who):
    with as_person(cast.manager):
        with pytest.raises(Refused, match="does not sell; choose somebody who does") as caught:
            receive(cast.manager, agent=getattr(cast, who))

        assert caught.value.field == "agent"
        assert nothing_is_there()


def test_an_order_is_not_given_to_an_agent_who_has_left(cast, as_person):
    with as_person(cast.admin):
        left = people.deactivate_person(cast.agent, by=cast.admin) or cast.agent
        left.refresh_from_db()
        with pytest.raises(Refused, match="Omar Aziz does not sell"):
            receive(cast.admin, agent=left)

        assert nothing_is_there()


def test_a_customer_is_found_again_by_the_phone_and_not_doubled(cast, as_person):
    with as_person(cast.agent):
        first, second = receive(cast.agent), receive(cast.agent)

        assert first.customer_id == second.customer_id
        assert first.number != second.number
        assert Customer.objects.count() == 1
