"""Each role signs in through the page and stands where its work is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.window import Window, sign_in
from tests.cast import PASSWORD, PEOPLE

HOMES = {
    "admin": "/home/",
    "manager": "/home/",
    "agent": "/home/",
    "production": "/orders/",
    "finance": "/home/",
    "accountant": "/home/",
    "owner": "/home/",
    "sysadmin": "/health/",
}
HIDDEN = {
    "agent": ["Health", "System admin"],
    "production": ["New order", "Health", "System admin"],
    "accountant": ["New order", "Health"],
    "sysadmin": ["Board", "All orders", "New order"],
}


@pytest.mark.parametrize("person", HOMES)
def test_signing_in_leads_to_the_work_of_the_role(person: str, window_of: Callable[..., Window]) -> None:
    window = window_of(person)
    window.open("/").live()

    assert window.page.url.removeprefix(window.base) == HOMES[person]
    side = window.page.get_by_role("navigation", name="Main", exact=True)
    for word in HIDDEN.get(person, []):
        expect(side.get_by_role("link", name=word)).to_have_count(0)


def test_a_wrong_password_is_said_in_place_and_the_address_stays(new_window: Callable[..., Window]) -> None:
    window = new_window()
    page = window.open("/accounts/login/").page
    page.get_by_label("E-mail").fill(PEOPLE["agent"][0])
    page.get_by_label("Password", exact=True).fill("wrong horse")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.locator("[role=alert], .error, .err").first).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(PEOPLE["agent"][0])


def test_a_page_asked_for_before_signing_in_comes_after_it(new_window: Callable[..., Window], cast: object) -> None:
    window = new_window()
    window.open("/orders/list/?late=1")
    assert "/accounts/login/" in window.page.url

    page = window.page
    page.get_by_label("E-mail").fill(PEOPLE["manager"][0])
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/list/?late=1")


def test_signing_out_ends_the_session(new_window: Callable[..., Window], cast: object) -> None:
    window = new_window()
    sign_in(window.page, window.base, PEOPLE["finance"][0], PASSWORD)
    window.page.locator("button.who").click()
    window.page.get_by_role("button", name="Sign out").or_(window.page.get_by_role("link", name="Sign out")).click()
    if "logout" in window.page.url:
        window.page.get_by_role("button", name="Sign out").click()

    window.open("/orders/list/")
    assert "/accounts/login/" in window.page.url
