"""The palette does what it says, and the list of keys is true for the page that it stands on."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser import shelf as make
from tests.browser.window import Window
from tests.cast import Cast


def test_a_verb_is_typed_from_another_page_and_done(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    page = window_of("production").open("/people/").page
    page.keyboard.press("Control+k")
    page.keyboard.type(f"ready {order.number}")
    choice = page.locator("#palette [role=option]", has_text=f"Mark {order.number} ready to ship")
    expect(choice).to_have_attribute("aria-selected", "true", timeout=15_000)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{order.pk}/")
    expect(page.locator("#toasts")).to_contain_text(f"{order.number} is ready to ship.")


def test_a_verb_that_asks_opens_its_form_and_what_was_open_comes_first(
    cast: Cast, window_of: Callable[..., Window]
) -> None:
    order = make.order(cast.agent)
    page = window_of("agent").open(f"/orders/{order.pk}/").page
    page.keyboard.press("/")
    expect(page.locator("#palette .group").first).to_have_text(f"Do to {order.number}", timeout=15_000)
    page.keyboard.type("hold")
    page.locator("#palette [role=option]", has_text="Put on hold…").click()
    expect(page.locator("#asking [name=reason]")).to_be_visible()

    page.goto(page.url.partition("/orders/")[0] + "/people/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette .group").first).to_have_text("Recent", timeout=15_000)
    expect(page.locator("#palette [role=option]").first).to_contain_text(order.number)


def test_the_list_of_keys_is_true_for_its_page(cast: Cast, window_of: Callable[..., Window]) -> None:
    make.order(cast.agent)
    page = window_of("agent").board().page
    page.keyboard.press("?")
    keys = page.locator("#keys")
    expect(keys.get_by_text("Walk the board")).to_be_visible()
    expect(keys.get_by_text("Next, last row")).to_be_hidden()
    page.keyboard.press("Escape")

    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/orders/list/")
    page.keyboard.press("?")
    expect(keys.get_by_text("Next, last row")).to_be_visible()
    expect(keys.get_by_text("Walk the board")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator(".grid tbody tr[id]").first.locator("a[href]").first).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator(".grid tbody tr[id]").first.locator("[data-pick=row]")).to_be_checked()
