"""From an order, and from an accepted quote, to the page that its customer reads; shown once, after a redirect."""

import re

import pytest

from ops.models import Event
from tests import make


@pytest.mark.parametrize("who", ["agent", "manager", "admin"])
def test_who_works_on_an_order_makes_a_link_that_is_shown_once(who, cast, client_of, as_person, client):
    order = make.order(cast.agent)
    person = getattr(cast, who)
    browser = client_of(person)
    assert f"/orders/{order.pk}/link/" in browser.get(f"/orders/{order.pk}/").content.decode()

    answer = browser.post(f"/orders/{order.pk}/link/", {"version": order.version})
    shown, again = (browser.get(answer["Location"]).content.decode() for _ in range(2))

    assert answer.status_code == 302
    address = re.search(r'value="https?://[^/]+(/o/[^"]+)" aria-label="Link for the customer"', shown)[1]
    assert "Link for the customer" in shown and address not in again
    assert order.number in client.get(address).content.decode()
    with as_person(person):
        assert Event.objects.filter(kind="order.linked", subject_id=order.pk).count() == 1


@pytest.mark.parametrize("who", ["other_agent", "production", "accountant"])
def test_nobody_else_does(who, cast, client_of):
    order = make.order_in("in_production", cast.agent, cast.production)

    assert client_of(getattr(cast, who)).post(f"/orders/{order.pk}/link/").status_code in {403, 404}


@pytest.mark.parametrize("verb", ["start", "ship", "undo", "link", "hold"])
def test_a_verb_that_is_opened_like_a_page_says_so_and_leads_back(verb, cast, client_of):
    order = make.order(cast.agent)

    response = client_of(cast.manager).get(f"/orders/{order.pk}/{verb}/")

    assert (response.status_code, response["Allow"]) == (405, "POST")
    html = response.content.decode()
    assert f'<a class="btn" href="/orders/{order.pk}/">' in html
    assert "Opening it has changed nothing." in html


def test_so_does_the_public_page_of_a_verb(client, db):
    response = client.get("/o/some-token/mails/")

    assert response.status_code == 405
    assert 'href="/o/some-token/"' in response.content.decode()
