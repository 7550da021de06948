"""A late order on its own page: said 'later' there, while somebody else looks at it."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from ops import clock
from tests.browser import shelf as make
from tests.browser.window import Window
from tests.cast import Cast

SOON = 10_000


def test_a_maker_extends_a_late_order_and_the_manager_sees_the_reason(
    cast: Cast, window_of: Callable[..., Window]
) -> None:
    order = make.order_in(
        "in_production", cast.agent, cast.production, promise_on=clock.today() - timedelta(days=2)
    )  # fmt: skip
    manager = window_of("manager").open(f"/orders/{order.pk}/").live()
    maker = window_of("production").open(f"/orders/{order.pk}/").live()
    panel = maker.page.locator("#answers")
    expect(panel.get_by_text("Waits for you")).to_be_visible(timeout=SOON)
    expect(manager.page.locator("#answers")).to_have_text("", timeout=SOON)

    panel.get_by_role("link", name="Extend").click()
    panel.get_by_label("New day").fill(f"{clock.today() + timedelta(days=3)}", timeout=SOON)
    panel.get_by_label("Why it takes longer").fill("The cloth came torn")
    panel.get_by_role("button", name="Extend").click()

    expect(maker.page.locator("#answers")).to_contain_text("The cloth came torn", timeout=SOON)
    expect(maker.page.locator("#answers").get_by_role("link", name="Not now")).to_have_count(0)
    expect(manager.page.locator("#answers")).to_contain_text("The cloth came torn", timeout=SOON)
