"""A customer who is known already: blanks are filled, the rest stays, and the person is told."""

import html
import re

import pytest

from customers.models import Customer
from orders import actions
from tests import make

SADIA = "0300 7654321"


@pytest.fixture
def receive(as_person):
    """Receive an order of somebody; what the person is told."""

    def received(by, name="Sadia Malik", phone=SADIA, email="", city="Lahore") -> list[str]:
        told: list[str] = []
        with as_person(by):
            actions.receive_order(
                by=by, customer=actions.CustomerInput(name, phone, email, city), lines=[make.CHAIR], tell=told.append
            )
        return told

    return received


def known(cast, as_person) -> Customer:
    with as_person(cast.manager):
        return Customer.objects.get(name="Sadia Malik")


def test_what_was_not_known_is_written_down_with_who_and_nobody_is_bothered(cast, as_person, receive):
    receive(cast.agent, city="")

    assert receive(cast.agent, email="Sadia@c.example", city="Lahore") == []

    customer = known(cast, as_person)
    assert (customer.email, customer.city) == ("sadia@c.example", "Lahore")
    with as_person(cast.manager):
        assert {kept.history_user_id for kept in customer.history.all()} == {cast.agent.pk}
        assert customer.history.earliest("history_id").email is None


def test_what_differs_stays_and_the_person_is_told(cast, as_person, receive):
    receive(cast.agent, email="sadia@c.example")

    told = receive(cast.agent, name="Sadia M.", email="other@c.example", city="Karachi")

    customer = known(cast, as_person)
    page = f"/customers/{customer.pk}/"
    assert told == [
        "We already know this number as Sadia Malik, Lahore. E-mail kept: sadia@c.example."
        f' <a class="link" href="{page}?do=contact&amp;value=other%40c.example#contact">Add other@c.example</a>'
        f' City kept: Lahore. <a class="link" href="{page}?do=city#contact">Change it to Karachi</a>'
    ]
    assert (customer.name, customer.email, customer.city) == ("Sadia Malik", "sadia@c.example", "Lahore")


def test_a_colleagues_customer_gains_what_was_missing(cast, as_person, receive):
    receive(cast.other_agent)

    assert receive(cast.agent, name="sadia  malik", email="sadia@c.example") == []

    assert known(cast, as_person).email == "sadia@c.example"


def test_who_is_found_by_the_mail_gains_the_number(cast, as_person, receive):
    receive(cast.agent, phone="", email="sadia@c.example")

    told = receive(cast.agent, name="Sadia", email="sadia@c.example")

    assert told == ["We already know this e-mail as Sadia Malik, Lahore."]
    assert known(cast, as_person).phone == "+923007654321"


def test_a_mail_that_is_another_customers_is_not_taken_from_them(cast, as_person, receive):
    receive(cast.agent, name="Imran", phone="", email="imran@c.example")
    receive(cast.agent)

    told = receive(cast.agent, email="imran@c.example")

    assert told == ["We already know this number as Sadia Malik, Lahore. E-mail not added: another customer has it."]
    assert known(cast, as_person).email is None


def test_a_new_customer_is_no_news(cast, receive):
    assert receive(cast.agent, name=" Sadia  Malik ", email="S@C.example", city=" Lahore ") == []
    assert receive(cast.agent, name="Walk-in", phone="") == []


def test_the_form_says_so_on_the_next_page(cast, client_of, receive):
    receive(cast.agent, email="sadia@c.example")
    said = {
        "name": "Sadia", "phone": SADIA, "email": "new@c.example", "city": "", "currency": "PKR",
        "lines-TOTAL_FORMS": 1,
        "lines-INITIAL_FORMS": 0, "lines-0-description": "Chair", "lines-0-quantity": 1, "lines-0-unit_price": 10,
    }  # fmt: skip

    page = client_of(cast.agent).post("/orders/new/", said, follow=True).content.decode()

    assert "We already know this number as Sadia Malik, Lahore. E-mail kept: sadia@c.example." in page
    [add] = re.findall(r'href="([^"]+)">Add new@c\.example<', page)
    form = client_of(cast.agent).get(html.unescape(add)).content.decode()
    assert re.search(r'<input[^>]+name="value"[^>]+value="new@c\.example"', form) or re.search(
        r'<input[^>]+value="new@c\.example"[^>]+name="value"', form
    )


def test_what_was_typed_does_not_become_markup(cast, receive):
    receive(cast.agent, city="<b>Lahore")

    [told] = receive(cast.agent, city='"><i>Karachi')

    assert "<b>" not in told
    assert "<i>" not in told
