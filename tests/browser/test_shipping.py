"""An order that leaves in two parcels, and many pack slips printed at once, as people do it."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from ops.db.actor import acting_as, for_user
from ops.progress import actions as work
from ops.progress.models import Job
from tests import make as kernel
from tests.browser import shelf as make
from tests.browser.window import Window
from tests.cast import Cast

pytestmark = pytest.mark.browser


def a_name() -> str:
    return f"Parcel {secrets.token_hex(4)}"


def test_an_order_leaves_in_two_parcels_and_the_last_one_ships_it(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order_in(
        "ready_to_ship", cast.agent, cast.production, name=a_name(), lines=(kernel.CHAIR, kernel.TABLE)
    )
    first, second = (f"T-{secrets.token_hex(4)}" for _ in range(2))
    watching = window_of("manager").open(f"/orders/{order.pk}/").live().page
    page = window_of("agent").open(f"/orders/{order.pk}/").page

    page.get_by_role("link", name="Ship a part").click()
    page.get_by_label("Tracking number").fill(first)
    page.get_by_label("Walnut chair").fill("1")
    page.get_by_label("Walnut table").fill("0")
    page.get_by_role("button", name="Ship this").click()

    still = page.locator(".note", has_text="Still here")
    expect(still).to_contain_text("1 × Walnut chair, 1 × Walnut table")
    expect(page.locator("tr", has_text=first)).to_contain_text("1 × Walnut chair")
    expect(watching.locator("tr", has_text=first)).to_be_visible()

    page.get_by_role("link", name="Ship a part").click()
    page.get_by_label("Tracking number").fill(second)
    page.get_by_role("button", name="Ship this").click()

    expect(page.locator("tr", has_text=second)).to_contain_text("1 × Walnut chair, 1 × Walnut table")
    expect(page.locator(".page-head .stage")).to_contain_text("Shipped")
    expect(still).to_have_count(0)


def test_a_parcel_that_did_not_leave_is_taken_back(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order_in("ready_to_ship", cast.agent, cast.production, name=a_name())
    number = f"T-{secrets.token_hex(4)}"
    page = window_of("agent").open(f"/orders/{order.pk}/ship-part/").page
    page.get_by_label("Tracking number").fill(number)
    page.get_by_label("Walnut chair").fill("1")
    page.get_by_role("button", name="Ship this").click()
    expect(page.locator(".note", has_text="Still here")).to_contain_text("1 × Walnut chair")

    page.locator("tr", has_text=number).get_by_role("button", name="Take back").click()

    expect(page.locator("tr", has_text=number)).to_contain_text("Taken back")
    expect(page.locator(".note", has_text="Still here")).to_contain_text("2 × Walnut chair")


def test_pack_slips_of_many_are_asked_for_once_and_opened_when_ready(
    cast: Cast, window_of: Callable[..., Window], settings: Any
) -> None:
    settings.FILES_DIR = settings.DATA_DIR / "files"  # where the served shop looks for what a worker has made
    name = a_name()
    for _ in range(3):
        make.order_in("ready_to_ship", cast.agent, cast.production, name=name)
    page = window_of("agent").open(f"/orders/list/?q={name.replace(' ', '+')}").page
    page.get_by_role("checkbox", name="Pick all on this page").check()
    expect(page.locator("#bulk")).to_contain_text("3 selected")

    page.locator("#bulk").get_by_role("button", name="Print pack slips").click()
    page.get_by_label("On which paper").select_option("a6")
    page.locator("form.form button.pri").click()
    page.wait_for_url("**/work/*/")
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    job = int(page.url.rstrip("/").rpartition("/")[2])
    with acting_as(for_user(cast.agent)):
        assert work.carry_out(job, "the test") is not None
        assert Job.objects.get(pk=job).state == "done"

    expect(page.get_by_role("link", name="Open and print")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open and print").click()
    opened.value.close()
    answer = page.request.get(page.url + "file/")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")
