"""A customer's page in a real browser: a field edited where it stands, two merged and taken apart again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from customers.models import Customer
from ops.db.actor import acting_as, for_user
from tests.browser import shelf as make
from tests.browser.window import Window
from tests.cast import Cast

pytestmark = pytest.mark.browser


def test_a_city_is_edited_where_it_stands_and_shows_in_another_window(
    cast: Cast, window_of: Callable[..., Window]
) -> None:
    order = make.order(cast.agent, name="Rabia Place")
    url = f"/customers/{order.customer_id}/"
    watching = window_of("manager").open(url).live().page
    page = window_of("agent").open(url).page

    page.get_by_role("link", name="Edit the city").click()
    page.get_by_label("City").fill("Gilgit")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("#contact")).to_contain_text("Gilgit")
    expect(watching.locator("#contact")).to_contain_text("Gilgit")


def test_two_are_merged_side_by_side_and_taken_apart_again(cast: Cast, window_of: Callable[..., Window]) -> None:
    first = make.order(cast.agent, name="Rabia Merge One", phone="0300 5550001")
    second = make.order(cast.agent, name="Rabia Merge Two", phone="0300 5550002", email="rabia.two@c.example")
    page = window_of("manager").open(f"/customers/{first.customer_id}/").page

    page.get_by_role("button", name="More actions").click()
    page.get_by_role("link", name="Merge with …").click()
    page.get_by_label("Whom is Rabia Merge One the same as?").fill("Rabia Merge Two")
    page.get_by_role("button", name="Look").click()
    page.get_by_role("link", name="Compare").click()
    expect(page.locator("form.conflict")).to_contain_text("Rabia Merge Two becomes part of Rabia Merge One")
    expect(page.get_by_label("E-mail: rabia.two@c.example")).to_be_checked()
    page.get_by_label("Name: Rabia Merge Two").check()
    page.get_by_role("button", name="Merge", exact=True).click()

    expect(page.locator("h2.title")).to_contain_text("Rabia Merge Two")
    expect(page.locator(".kpi").first).to_contain_text("2")
    expect(page.locator("#contact")).to_contain_text("+923005550002")
    page.get_by_role("link", name="Undo …").click()
    page.get_by_role("button", name="Make them two customers again").click()

    expect(page.locator("h2.title")).to_contain_text("Rabia Merge Two")
    expect(page.locator(".kpi").first).to_contain_text("1")
    with acting_as(for_user(cast.manager)):
        kept = Customer.objects.get(pk=first.customer_id)
        assert (kept.name, kept.phone, kept.email) == ("Rabia Merge One", "+923005550001", None)
        assert Customer.objects.get(pk=second.customer_id).merged_into_id is None
