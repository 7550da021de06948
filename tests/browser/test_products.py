"""Products in a real browser: one is added, a price edited where it stands shows in another window, many at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from catalog.actions import add_product
from catalog.models import Product
from ops.db.actor import acting_as, for_user
from tests.browser.window import Window
from tests.cast import Cast

pytestmark = pytest.mark.browser


def test_a_product_is_added_and_a_double_is_shown_while_it_is_typed(
    cast: Cast, window_of: Callable[..., Window]
) -> None:
    page = window_of("manager").open("/products/").page
    page.get_by_role("link", name="New product").first.click()
    page.get_by_label("Name").fill("Rosewood stool")
    page.get_by_label("SKU").fill("ROSE-01")
    page.get_by_label("Category").fill("Rosewood")
    page.get_by_label("Price").fill("Rs 4,500")
    page.get_by_role("button", name="Add product").click()
    expect(page.locator("h2.title")).to_contain_text("Rosewood stool")
    expect(page.locator("#product")).to_contain_text("4,500.00")

    page.goto(page.url.rsplit("/products/", 1)[0] + "/products/new/")
    page.get_by_label("SKU").press_sequentially("rose-01")
    expect(page.locator("#known")).to_contain_text("is in the catalogue already")
    page.get_by_label("Name").fill("Another")
    page.get_by_label("SKU").fill("ROSE-01")
    page.get_by_label("Price").fill("1")
    page.get_by_role("button", name="Add product").click()

    expect(page.locator("form.form")).to_contain_text("Rosewood stool has this SKU")
    expect(page.get_by_label("Name")).to_have_value("Another")
    with acting_as(for_user(cast.manager)):
        assert Product.objects.filter(sku="ROSE-01").count() == 1


def test_a_price_is_edited_where_it_stands_and_shows_in_another_window(
    cast: Cast, window_of: Callable[..., Window]
) -> None:
    with acting_as(for_user(cast.manager)):
        made = add_product(by=cast.manager, sku="LIVE-01", name="Lantern", category="Lighting")
    watching = window_of("agent").open(f"/products/{made.pk}/").live().page
    page = window_of("manager").open(f"/products/{made.pk}/").page

    page.get_by_role("link", name="Edit the price").click()
    page.get_by_label("Price").fill("777")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("#product")).to_contain_text("777.00")
    expect(watching.locator("#product")).to_contain_text("777.00")
    expect(watching.get_by_role("link", name="Edit the price")).to_have_count(0)
