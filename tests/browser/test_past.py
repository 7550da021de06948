"""Stepping through an order's past by slider, arrows and links; taking an edit back from its toast."""

import re
from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import expect

from ops.db.actor import acting_as, for_user
from orders import editing
from tests.browser import shelf as make
from tests.browser.window import Window
from tests.cast import Cast

pytestmark = pytest.mark.browser


def edited(cast: Cast, *channels: str):
    order = make.order(cast.agent)
    for channel in channels:
        with transaction.atomic(), acting_as(for_user(cast.agent, request=f"{order.pk}-{channel}")):
            editing.edit_order(order, by=cast.agent, values={"channel": channel}, was={})
    return order


def test_the_past_is_walked_by_arrows_links_and_the_slider(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = edited(cast, "Phone", "Shop")
    page = window_of("manager").open(f"/orders/{order.pk}/").page
    page.locator(".log a.when").first.click()
    bar = page.locator(".past-bar")
    expect(bar).to_contain_text("3 of 3")
    expect(page.locator(".diffs ins")).to_have_text("Shop")

    page.keyboard.press("ArrowLeft")
    expect(bar).to_contain_text("2 of 3")
    expect(page.locator(".diffs ins")).to_have_text("Phone")
    page.get_by_role("link", name="Earlier").click()
    expect(bar).to_contain_text("1 of 3")
    expect(page.locator(".diffs")).to_contain_text("The order began here.")

    page.get_by_label("Moment", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(bar).to_contain_text("2 of 3")
    expect(page.get_by_label("Moment", exact=True)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(bar).to_contain_text("3 of 3")

    page.get_by_label("against").select_option(index=2)
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="What is different")).to_be_visible()
    expect(page.locator(".diffs ins")).to_have_text("Shop")


@pytest.mark.parametrize("by", ["button", "key"])
def test_an_edit_is_taken_back_from_its_toast(cast: Cast, window_of: Callable[..., Window], by: str) -> None:
    order = edited(cast)
    window = window_of("agent").open(f"/orders/{order.pk}/?do=edit")
    page = window.page
    page.get_by_label("Channel").fill("Walk-in")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".page-head")).to_contain_text("Walk-in")

    if by == "key":
        page.keyboard.press("z")
    else:
        window.toast.get_by_role("button", name="Undo").click()

    expect(window.toast).to_contain_text(re.compile("as it was before"))
    expect(page.locator(".page-head")).not_to_contain_text("Walk-in")
    expect(page.locator(".log li").first).to_contain_text("took back a change of channel")
