"""A customer as of any moment, and on the page of an order as of then."""

import pytest
from django.urls import reverse

from customers import actions, editing
from customers import merge_actions as merging
from customers.models import Customer
from ops import asof
from ops.access.scopes import scopes_of
from ops.db.actor import acting_as, for_user
from orders import editing as order_editing
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved(cast):
    """Ayesha ordered from Lahore, moved to Multan, got a second number; then her order was edited."""
    order = make.order(cast.agent, name="Ayesha Siddiqui", phone="0300 1112233", city="Lahore")
    customer = Customer(pk=order.customer_id)
    with acting_as(for_user(cast.agent, request="moves")):
        editing.edit_customer(customer, by=cast.agent, values={"city": "Multan"}, was={})
    with acting_as(for_user(cast.agent, request="number")):
        actions.add_contact(customer, by=cast.agent, value="0333 7654321", label="wife")
    with acting_as(for_user(cast.agent, request="edits")):
        order_editing.edit_order(order, by=cast.agent, values={"channel": "Phone"}, was={})
    return order


def moments_of(cast, noun, pk):
    with acting_as(for_user(cast.manager)):
        return asof.moments(noun, pk, scopes_of(cast.manager))


def test_each_moment_has_the_row_and_the_numbers_of_then(cast, as_person, moved):
    first, second, third = moments_of(cast, "customer", moved.customer_id)
    with as_person(cast.agent):
        seen = [
            asof.as_of("customer", moved.customer_id, one.at, scopes_of(cast.agent)) for one in (first, second, third)
        ]

    assert [one.one("customer").city for one in seen] == ["Lahore", "Multan", "Multan"]
    assert [sorted(contact.value for contact in one.all("contacts")) for one in seen] == [
        ["+923001112233"], ["+923001112233"], ["+923001112233", "+923337654321"]]  # fmt: skip


def test_their_page_steps_through_it_and_tells_two_moments_apart(cast, client_of, moved):
    first, _, third = moments_of(cast, "customer", moved.customer_id)
    address = reverse("customers:customer_past", args=[moved.customer_id])
    browser = client_of(cast.manager)

    then = browser.get(address, {"at": first.at.isoformat()}).content.decode()
    between = browser.get(address, {"at": third.at.isoformat(), "and": first.at.isoformat()}).content.decode()

    assert "Lahore" in then
    assert "Multan" not in then
    assert "The customer began here." in then
    assert "<del>Lahore</del> → <ins>Multan</ins>" in between
    assert '<span class="mute">+923337654321</span> <span class="tag ok">added</span>' in between


def test_an_order_as_of_then_shows_its_customer_as_of_then(cast, client_of, moved):
    began, edited = moments_of(cast, "order", moved.pk)
    address = reverse("orders:order_past", args=[moved.pk])
    browser = client_of(cast.agent)

    assert "<dt>City</dt><dd>Lahore</dd>" in browser.get(address, {"at": began.at.isoformat()}).content.decode()
    assert "<dt>City</dt><dd>Multan</dd>" in browser.get(address, {"at": edited.at.isoformat()}).content.decode()


def test_two_moments_of_an_order_tell_what_changed_of_its_customer(cast, client_of, moved):
    began, edited = moments_of(cast, "order", moved.pk)
    address = reverse("orders:order_past", args=[moved.pk])

    both = {"at": edited.at.isoformat(), "and": began.at.isoformat()}
    said = client_of(cast.agent).get(address, both).content.decode()
    alone = client_of(cast.agent).get(address, {"at": edited.at.isoformat()}).content.decode()

    assert "<del>Lahore</del> → <ins>Multan</ins>" in said
    assert "<del>Lahore</del>" not in alone  # that moment changed the order, not the customer
    assert "Lahore" not in client_of(cast.production).get(address, both).content.decode()


def test_an_order_whose_customer_was_merged_names_both(cast, client_of, as_person, moved):
    with as_person(cast.manager):
        kept = actions.add_customer(by=cast.manager, name="Ayesha S. Khan", phone="0301 9998877")
        merging.merge_customers(kept, Customer.objects.get(pk=moved.customer_id), by=cast.manager)
    told = moments_of(cast, "order", moved.pk)
    address = reverse("orders:order_past", args=[moved.pk])

    said = client_of(cast.manager).get(
        address, {"at": told[-1].at.isoformat(), "and": told[0].at.isoformat()}
    ).content.decode()  # fmt: skip
    then = client_of(cast.manager).get(address, {"at": told[0].at.isoformat()}).content.decode()

    assert "<dt>Customer</dt><dd><del>Ayesha Siddiqui</del> → <ins>Ayesha S. Khan</ins></dd>" in said
    assert "<dt>Customer</dt><dd>Ayesha Siddiqui</dd>" in then


def test_who_does_not_know_the_customer_finds_no_past(cast, client_of, moved):
    address = reverse("customers:customer_past", args=[moved.customer_id])

    assert client_of(cast.agent).get(address).status_code == 200
    assert client_of(cast.other_agent).get(address).status_code == 404
    assert client_of(cast.production).get(address).status_code == 403
