"""What an order's page asks for once it stands is left on screen by a live refresh, until the new one is there."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from playwright.sync_api import Page, expect

from ops import clock
from ops.db.actor import acting_as, for_user
from orders import editing
from orders.models import Order
from tests.browser import shelf as make
from tests.browser.window import Window
from tests.cast import Cast

SOON = 10_000


def watch(page: Page, selector: str) -> None:
    """Count from now on how often this stands there, even for a moment."""
    page.evaluate(
        """selector => {
          window.fell = 0;
          new MutationObserver(() => { window.fell += document.querySelectorAll(selector).length; })
            .observe(document.querySelector("main"), { childList: true, subtree: true });
        }""",
        selector,
    )


def change(order: Order, cast: Cast, channel: str, page: Page, part: str) -> None:
    """Somebody else edits the order; the page has it when it shows it and has asked for its part again."""
    place = page.locator(part).get_attribute("hx-get") or "-"
    with page.expect_response(lambda answer: answer.url.endswith(place), timeout=SOON):
        with transaction.atomic(), acting_as(for_user(cast.manager)):
            editing.edit_order(Order(pk=order.pk), by=cast.manager, values={"channel": channel}, was={})
        expect(page.get_by_text(channel, exact=True).first).to_be_visible(timeout=SOON)
    page.evaluate("() => new Promise(done => setTimeout(done, 100))")  # put where it belongs


def test_the_mails_of_an_order_stay_through_a_live_refresh(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order(cast.agent, email="sadia@c.example")
    page = window_of("agent").open(f"/orders/{order.pk}/").live().page
    expect(page.locator("#mails")).to_contain_text("None yet.", timeout=SOON)
    watch(page, "#its-mails > a")

    change(order, cast, "Phone", page, "#its-mails")

    expect(page.locator("#mails")).to_have_count(1)
    assert page.evaluate("() => window.fell") == 0


def test_a_form_of_the_answers_that_somebody_fills_in_stays_too(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order_in(
        "in_production", cast.agent, cast.production, promise_on=clock.today() - timedelta(days=2)
    )  # fmt: skip
    page = window_of("production").open(f"/orders/{order.pk}/").live().page
    panel = page.locator("#answers")
    expect(panel.get_by_text("Waits for you")).to_be_visible(timeout=SOON)
    watch(page, "#answers > a")

    change(order, cast, "Phone", page, "#may-say")
    expect(panel.get_by_text("Waits for you")).to_be_visible()
    panel.get_by_role("link", name="Extend").click()
    panel.get_by_label("Why it takes longer").fill("The cloth")
    change(order, cast, "Shop", page, "#may-say")

    expect(panel).to_have_count(1)
    expect(panel.get_by_label("Why it takes longer")).to_have_value("The cloth")
    assert page.evaluate("() => window.fell") == 0
