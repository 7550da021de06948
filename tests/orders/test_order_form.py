"""The form of a new order: what is wrong is said where it is, what was typed stays, and nothing is half there."""

from datetime import timedelta

import pytest

from accounts import actions as people
from catalog.models import Product
from customers.models import Customer
from ops import clock
from orders.models import Order, OrderLine, OrderSale

LINE = {"description": "Silk scarf", "quantity": "2", "unit_price": "1,250.50", "discount": ""}


def typed(*lines: dict[str, str], **said: str) -> dict[str, str]:
    form = {"name": "Rabia Aslam", "currency": "PKR", "lines-TOTAL_FORMS": str(len(lines)), "lines-INITIAL_FORMS": "0"}
    for number, line in enumerate(lines):
        form |= {f"lines-{number}-{field}": value for field, value in line.items()}
    return form | said


def test_a_line_that_was_added_and_left_empty_or_taken_out_does_not_count(cast, client_of, as_person):
    empty = {"description": "", "quantity": "1", "unit_price": "", "discount": ""}

    answer = client_of(cast.agent).post("/orders/new/", typed(LINE, empty, LINE | {"DELETE": "on"}))

    assert answer.status_code == 302
    with as_person(cast.agent):
        assert [line.description for line in OrderLine.objects.all()] == ["Silk scarf"]
        assert OrderSale.objects.get().amount == 2501


def test_the_catalogue_fills_in_the_price(cast, client_of, as_person):
    with as_person(cast.manager):
        Product.objects.create(sku="CH-1", name="Walnut chair", price="1250")

    line = {"description": "Walnut chair", "quantity": "3", "unit_price": "", "discount": "50"}
    assert client_of(cast.agent).post("/orders/new/", typed(line)).status_code == 302

    with as_person(cast.agent):
        assert OrderSale.objects.get().amount == 3700
        assert OrderLine.objects.get().sku == "CH-1"


def test_a_manager_chooses_the_agent_and_an_agent_has_no_choice(cast, client_of, as_person):
    for_other = typed(LINE, agent=str(cast.other_agent.pk))

    assert client_of(cast.manager).post("/orders/new/", for_other).status_code == 302
    assert client_of(cast.agent).post("/orders/new/", for_other).status_code == 302

    with as_person(cast.manager):
        assert [order.agent_id for order in Order.objects.order_by("pk")] == [cast.other_agent.pk, cast.agent.pk]


@pytest.mark.parametrize(
    ("said", "line", "sentence"),
    [
        ({"currency": "RUPEE"}, {}, "Ensure this value has at most 3 characters"),
        ({"currency": "P1R"}, {}, "A currency is three letters, like PKR."),
        ({"currency": "QQQ"}, {}, "“QQQ” is no currency in use; write its three letters, like USD."),
        ({"currency": "USD"}, {}, "no rates of USD are kept. Say its rate, or add it to the exchange rates."),
        ({"currency": "USD", "rate": "0"}, {}, "Ensure this value is greater than or equal to"),
        ({"currency": "USD", "rate": "99999999999"}, {"unit_price": "999999999999"}, "more than an order can"),
        (
            {"promise_on": (clock.today() - timedelta(days=1)).isoformat()},
            {},
            "That day is over; promise a day from today",
        ),
        ({"email": "not an address"}, {}, "Enter a valid email address."),
        ({}, {"discount": "2501.01"}, "The discount is larger than the line."),
        ({}, {"quantity": "0"}, "Ensure this value is greater than or equal to 0.001."),
        ({}, {"quantity": "-1"}, "Ensure this value is greater than or equal to 0.001."),
        ({"name": ""}, {}, "This field is required."),
        ({"agent": "999999"}, {}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_said_in_place_and_nothing_is_received(cast, client_of, as_person, said, line, sentence):
    answer = client_of(cast.manager).post("/orders/new/", typed(LINE | line, **said))

    assert answer.status_code == 422
    html = answer.content.decode()
    assert sentence in html
    assert 'value="Silk scarf"' in html
    with as_person(cast.manager):
        assert not Order.objects.exists()
        assert not Customer.objects.exists()


def test_an_order_without_lines_is_refused(cast, client_of, as_person):
    answer = client_of(cast.agent).post("/orders/new/", typed(LINE | {"DELETE": "on"}))

    assert answer.status_code == 422
    with as_person(cast.agent):
        assert not Order.objects.exists()


def test_an_agent_who_left_while_the_form_was_open_is_no_choice(cast, client_of, as_person):
    client = client_of(cast.admin)
    assert f'value="{cast.agent.pk}"' in client.get("/orders/new/").content.decode()
    with as_person(cast.admin):
        people.deactivate_person(cast.agent, by=cast.admin)

    answer = client.post("/orders/new/", typed(LINE, agent=str(cast.agent.pk)))

    assert answer.status_code == 422
    with as_person(cast.admin):
        assert not Order.objects.exists()


def test_who_sells_without_the_catalogue_types_prices_and_who_may_set_no_amount_receives_nothing(cast, client_of):
    from accounts.actions import change_overrides
    from ops.db.actor import acting_as, for_user

    with acting_as(for_user(cast.admin)):
        seller = change_overrides(cast.agent, by=cast.admin, add=[], remove=["catalog_read"])
        other = change_overrides(cast.other_agent, by=cast.admin, add=[], remove=["sales_own"])

    assert client_of(seller).get("/orders/new/").status_code == 200
    assert client_of(other).get("/orders/new/").status_code == 403
    assert client_of(seller).get("/orders/new/rate/?currency=USD").status_code == 200
    assert client_of(other).get("/orders/new/rate/?currency=USD").status_code == 403
