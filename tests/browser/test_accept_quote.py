"""A quote goes out by its page; the customer's link is fetched by a scanner, read on a phone, and accepted once."""

import urllib.request
from collections.abc import Callable

from playwright.sync_api import expect

from ops.db.actor import acting_as, for_user
from orders.quotes.models import Quote, QuoteOrder
from tests.browser.window import Window
from tests.cast import Cast
from tests.quotes import offers

PHONE = {"viewport": {"width": 390, "height": 844}}


def stage_of(quote: Quote, person) -> str:
    with acting_as(for_user(person)):
        return Quote.objects.get(pk=quote.pk).stage


def test_a_quote_is_sent_scanned_accepted_and_seen_at_once(
    cast: Cast, window_of: Callable[..., Window], new_window: Callable[..., Window]
) -> None:
    quote = offers.draft(cast.agent)
    agent = window_of("agent").open(f"/quotes/{quote.pk}/").live().page

    agent.get_by_role("button", name="Send", exact=True).click()
    address = agent.get_by_label("Link for the customer").input_value()
    for _ in range(3):  # what mail programs do before anybody has read the mail
        with urllib.request.urlopen(address) as answer:
            assert answer.status == 200
    assert stage_of(quote, cast.agent) == "sent"
    agent.goto(agent.url.removesuffix("send/"))

    customer, other = new_window(**PHONE).page, new_window(**PHONE).page
    for page in (customer, other):
        page.goto(address)
    expect(customer.get_by_role("heading", name=f"Quote {quote.number}")).to_be_visible()
    customer.get_by_label("Your name").first.fill("Ayesha Siddiqui")
    customer.get_by_role("button", name="Accept for").click()
    expect(customer.get_by_text("Ayesha Siddiqui accepted this quote")).to_be_visible()

    other.get_by_role("button", name="Accept for").click()
    expect(other.get_by_text("This link was already used.")).to_be_visible()
    expect(agent.get_by_text("It is order")).to_be_visible()  # the agent's page has heard of it by itself
    with acting_as(for_user(cast.agent)):
        assert QuoteOrder.objects.filter(quote=quote).count() == 1


def test_an_altered_link_shows_nothing(cast: Cast, new_window: Callable[..., Window]) -> None:
    quote, token = offers.sent(cast.agent)
    window = new_window()
    window.excuse(r"status of 404")

    page = window.open(f"/q/{token[:-3]}abc/").page

    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
    expect(page.get_by_text(quote.number)).to_have_count(0)


def test_the_customer_declines_with_a_reason(cast: Cast, new_window: Callable[..., Window]) -> None:
    quote, token = offers.sent(cast.agent)
    page = new_window(**PHONE).open(f"/q/{token}/").page

    page.get_by_text("Not what you want?").click()
    page.get_by_label("What is in the way").fill("Too late for Eid")
    page.get_by_role("button", name="Decline this quote").click()

    expect(page.get_by_text("This quote was declined on")).to_be_visible()
    assert stage_of(quote, cast.agent) == "lost"
