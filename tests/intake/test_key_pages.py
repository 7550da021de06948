"""The pages of storefronts' keys, and the demo storefront in front of them."""

import re
import uuid

import pytest

from orders.intake import keys, storefront
from orders.intake.models import IntakeKey
from orders.models import Order
from tests.intake.conftest import ORDER


def test_a_key_is_made_and_its_secret_is_shown_once(cast, client_of, as_person):
    client = client_of(cast.admin)

    made = client.post("/storefronts/", {"name": "Web shop", "agent": cast.agent.pk})

    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", made.content.decode())
    assert made.status_code == 200
    assert secret is not None
    with as_person(cast.admin):
        key = IntakeKey.objects.get()
    again = client.get(f"/storefronts/{key.pk}/").content.decode()
    assert secret[0] not in again
    assert key.public in again
    assert key.agent_id == cast.agent.pk


def test_a_second_storefront_of_the_same_name_is_refused_and_what_was_typed_stays(cast, client_of, shopfront):
    answer = client_of(cast.admin).post("/storefronts/", {"name": "Web shop", "agent": ""})

    assert answer.status_code == 422
    assert "There is a storefront with this name already." in answer.content.decode()
    assert 'value="Web shop"' in answer.content.decode()


def test_orders_are_not_sent_to_somebody_who_does_not_sell(cast, client_of):
    answer = client_of(cast.admin).post("/storefronts/", {"name": "Web shop", "agent": cast.production.pk})

    assert answer.status_code == 422


def test_the_page_shows_what_came_in_and_what_was_refused(cast, client_of, as_person, shopfront):
    number = shopfront.send().json()["order"]
    shopfront.send(ORDER | {"id": "X", "lines": []}, message="msg_2")
    with as_person(cast.admin):
        key = IntakeKey.objects.get()

    page = client_of(cast.admin).get(f"/storefronts/{key.pk}/").content.decode()

    assert number in page
    assert "lines: An order needs at least one line." in page


def test_the_system_admin_sees_that_it_became_an_order_but_not_which(cast, client_of, as_person, shopfront):
    number = shopfront.send().json()["order"]
    with as_person(cast.sysadmin):
        key = IntakeKey.objects.get()

    page = client_of(cast.sysadmin).get(f"/storefronts/{key.pk}/").content.decode()

    assert "Taken" in page
    assert number not in page


def test_a_retired_key_gets_no_new_secret(cast, client_of, as_person, shopfront):
    client = client_of(cast.admin)
    with as_person(cast.admin):
        key = IntakeKey.objects.get()
    client.post(f"/storefronts/{key.pk}/retire/")
    client.post(f"/storefronts/{key.pk}/retire/")

    answer = client.post(f"/storefronts/{key.pk}/renew/")

    assert answer.status_code == 422
    assert "Web shop is retired; make a new key for it." in answer.content.decode()


# --- the demo storefront ----------------------------------------------------------------------------------------


@pytest.fixture
def demo(cast, as_person, shopfront, settings):
    """The storefront of the demo shop, open, with one chair."""
    settings.DEMO = True
    with as_person(cast.admin):
        IntakeKey.objects.all().update(retired_at=None)
        keys.make_key(by=cast.admin, name="Shop 2", secret=storefront.demo_secret())
    return storefront


@pytest.fixture
def chair_field(client, demo, monkeypatch):
    monkeypatch.setattr(storefront, "NAME", "Shop 2")
    return re.search(r'name="(q_\d+)"', client.get("/shop/").content.decode())[1]


def _typed(field, **more):
    return {"number": uuid.uuid4(), "name": "Sadia", "phone": "0300 5551234", "email": "", field: "2"} | more


def test_a_visitor_places_an_order_that_comes_in_signed(client, cast, as_person, chair_field):
    answer = client.post("/shop/", _typed(chair_field, city="Lahore", address="12 Mall Road"))

    assert answer.status_code == 201
    with as_person(cast.manager):
        order = Order.objects.select_related("customer").get()
        assert (order.origin, order.channel) == ("intake", "Shop 2")
        assert (order.customer.city, order.customer.address) == ("Lahore", "12 Mall Road")
    assert order.number in answer.content.decode()


def test_a_double_click_places_one_order(client, cast, as_person, chair_field):
    typed = _typed(chair_field)

    first, again = client.post("/shop/", typed), client.post("/shop/", typed)

    assert (first.status_code, again.status_code) == (201, 200)
    with as_person(cast.manager):
        assert Order.objects.count() == 1


def test_a_wrong_phone_is_said_beside_the_field_and_the_basket_stays(client, cast, as_person, chair_field):
    answer = client.post("/shop/", _typed(chair_field, phone="12"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“12” has too few or too many digits for a phone number." in page
    assert f'name="{chair_field}" value="2"' in page


def test_an_empty_basket_is_no_order(client, chair_field):
    answer = client.post("/shop/", _typed(chair_field, **{chair_field: "0"}))

    assert answer.status_code == 422
    assert "Choose at least one thing" in answer.content.decode()


@pytest.mark.django_db
def test_a_shop_that_is_no_demo_has_no_storefront(client, settings):
    settings.DEMO = False

    assert client.get("/shop/").status_code == 404
