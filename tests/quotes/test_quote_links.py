"""The link of a quote is shown once after a redirect; an accepted quote leads its customer to their order."""

import re

import pytest

from tests.quotes import offers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("verb", ["send", "link"])
def test_a_link_is_shown_once_on_the_page_of_the_quote(verb, cast, client_of, client):
    quote = offers.draft(cast.agent) if verb == "send" else offers.sent(cast.agent)[0]
    browser = client_of(cast.agent)

    answer = browser.post(f"/quotes/{quote.pk}/{verb}/")
    shown, again = (browser.get(answer["Location"]).content.decode() for _ in range(2))

    assert (answer.status_code, answer["Location"]) == (302, f"/quotes/{quote.pk}/")
    address = re.search(r'value="https?://[^/]+(/q/[^"]+)" aria-label="Link for the customer"', shown)[1]
    assert address not in again
    assert quote.number in client.get(address).content.decode()
    assert browser.get(f"/quotes/{quote.pk}/{verb}/").status_code == 405


def test_an_accepted_quote_leads_to_the_page_of_its_order(cast, client):
    _quote, token = offers.sent(cast.agent)
    assert "See where your order is" not in client.get(f"/q/{token}/").content.decode()
    assert client.post(f"/q/{token}/order/")["Location"] == f"/q/{token}/"

    client.post(f"/q/{token}/accept/", {"name": "Ayesha Siddiqui"})
    page = client.get(f"/q/{token}/").content.decode()
    answer = client.post(f"/q/{token}/order/", follow=True)

    assert "See where your order is" in page
    assert answer.redirect_chain[0][0].startswith("/o/")
    assert "2 × Walnut chair" in answer.content.decode()


def test_where_no_order_came_of_it_yet_nothing_leads_there(cast, client):
    offers.order_at_once(cast.manager, yes=False)
    _quote, token = offers.sent(cast.agent)

    client.post(f"/q/{token}/accept/", {"name": "Ayesha Siddiqui"})

    assert "See where your order is" not in client.get(f"/q/{token}/").content.decode()
    assert client.post(f"/q/{token}/order/")["Location"] == f"/q/{token}/"
