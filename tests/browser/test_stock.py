"""A shelf is counted in a real browser, and whoever has it open sees what came of it."""

from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import transaction
from playwright.sync_api import expect

from catalog.models import Product
from inventory import actions
from inventory.models import Level, Location, StockItem
from ops.db.actor import acting_as, for_user
from tests.browser.window import Window
from tests.cast import Cast

pytestmark = pytest.mark.browser


def on_shelf(cast: Cast) -> Level:
    with acting_as(for_user(cast.manager)), transaction.atomic():
        product = Product.objects.create(sku=f"B-{uuid4().hex[:8]}", name="Counted chair", price=1)
        actions.set_opening(
            StockItem.objects.get(pk=product.pk), by=cast.manager, location=Location.objects.get(name="Main"),
            quantity=Decimal(10),
        )  # fmt: skip
        return Level.objects.get(item=product.pk)


def test_a_count_says_what_is_missing_and_shows_in_another_window(cast: Cast, window_of: Callable[..., Window]) -> None:
    url = f"/stock/{on_shelf(cast).pk}/"
    watching = window_of("production").open(url).live().page
    page = window_of("manager").open(url).page

    page.get_by_role("link", name="Count", exact=True).click()
    page.get_by_label("Counted", exact=True).fill("-1")
    page.get_by_role("button", name="Save the count").click()
    expect(page.get_by_text("Ensure this value is greater than or equal to 0.")).to_be_visible()
    expect(page.get_by_label("Counted", exact=True)).to_have_value("-1")
    page.get_by_label("Counted", exact=True).fill("8")
    page.get_by_role("button", name="Save the count").click()

    expect(page.get_by_text("Counted: 2 fewer than expected.").first).to_be_visible()
    expect(page.locator("#on-hand")).to_have_text("8")
    expect(watching.locator("#on-hand")).to_have_text("8")
    expect(watching.get_by_role("link", name="Count", exact=True)).to_have_count(0)
