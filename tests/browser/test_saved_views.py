"""A view is kept, a board opens with it, and many rows go through a verb with one undo (X2, X3)."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser import shelf as make
from tests.browser.window import Window
from tests.cast import Cast


def test_a_list_opens_with_the_view_that_was_chosen_until_it_is_not(
    cast: Cast, window_of: Callable[..., Window]
) -> None:
    make.order(cast.agent, rush=True)
    window = window_of("accountant").open("/orders/list/?rush=1")
    page = window.page
    page.locator("[popovertarget=view-menu]").click()
    page.get_by_role("button", name="Open with this from now on").click()
    page.wait_for_url("**/orders/list/?rush=1")

    window.open("/people/")
    page.locator('.side .nav a[href="/orders/list/"]').click()
    page.wait_for_url("**/orders/list/?rush=1")
    expect(page.locator(".chip.on")).to_contain_text("Rush")

    # Everything is one step away: the tab, or the chip.
    page.locator(".tabs a", has_text="All").first.click()
    page.wait_for_url("**/orders/list/?every=1")
    expect(page.locator(".chip.on")).to_have_count(0)

    window.open("/orders/list/?rush=1")
    page.locator("[popovertarget=view-menu]").click()
    page.get_by_role("button", name="Opens with this for me").click()
    window.open("/orders/list/")
    expect(page).to_have_url(window.base + "/orders/list/")


def test_many_rows_go_through_a_verb_and_back_by_one_undo(cast: Cast, window_of: Callable[..., Window]) -> None:
    orders = [make.order(cast.agent, name="Bulk Buyer Baig") for _ in range(3)]
    page = window_of("manager").open("/orders/list/?q=Bulk+Buyer+Baig").page
    page.locator("[data-pick=all]").check()
    page.locator("#bulk button", has_text="Hand over").click()
    page.locator("#choice").select_option(label=cast.other_agent.name)
    page.locator("form.form button.pri").click()
    expect(page.locator(".note.ok")).to_contain_text(f"{len(orders)} orders handed to {cast.other_agent.name}")

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".note.ok")).to_contain_text(f"{len(orders)} orders put back as before")
