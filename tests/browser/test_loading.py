"""Loading in a browser: a sheet from the upload to orders and back, and problem rows that come in later."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import shelf as make
from tests.browser.window import Window
from tests.cast import Cast

OWN = (
    "Bill No,Bill Date,Party,Thing sold,Qty,Amount\n"
    "LF-1,03/04/2026,Aslam Traders,Oak desk,2,3000\n"
    "LF-2,04/04/2026,Bibi Stores,Lamp,{},200\n"
    "LF-3,05/04/2026,Cyra Home,Chair,4,{}\n"
)


def look_into(page: Page, sheet: Path) -> None:
    page.get_by_label("Files", exact=True).set_input_files(sheet)
    page.get_by_role("button", name="Look into the file").click()
    expect(page.get_by_role("heading", name=sheet.name)).to_be_visible()
    expect(page.get_by_role("heading", name="Its columns")).to_be_visible()


def check(page: Page) -> None:
    page.get_by_role("button", name="Check the file").click()


def answer_day_first(page: Page) -> None:
    expect(page.get_by_role("heading", name="One question that the file does not answer")).to_be_visible()
    page.get_by_role("radio", name=re.compile("^Day first")).check()
    page.get_by_role("button", name="Answer and check").click()


def test_a_sheet_of_ones_own_is_understood_put_right_loaded_seen_and_taken_back(
    cast: Cast, window_of: Callable[..., Window], tmp_path: Path
) -> None:
    make.order(cast.agent)
    sheet = tmp_path / "may.csv"
    sheet.write_text(OWN.format("some", 2000))
    watching = window_of("admin").board().page
    page = window_of("manager").open("/import/").page
    look_into(page, sheet)

    product = page.get_by_role("combobox", name="Product", exact=True)
    product.select_option("Party")
    expect(page.locator("#s-description")).to_contain_text("Aslam Traders")  # its cells come as it is chosen
    product.select_option("Thing sold")
    expect(page.locator("#s-description")).to_contain_text("Oak desk")
    page.get_by_label("Where is it from?").fill("Bill book")
    check(page)
    answer_day_first(page)

    expect(page.get_by_role("button", name="Load 2 orders, leave out 1")).to_be_visible()
    page.get_by_role("link", name="Put right here").click()
    page.get_by_role("textbox", name="Qty").fill("1")
    page.get_by_role("button", name="Save and check again").click()
    page.get_by_label("Your total: Amount").fill("5,200")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("matches")).to_be_visible()
    page.get_by_role("button", name="Load 3 orders").click()

    expect(page.get_by_text("3 new, 0 changed, 0 as before")).to_be_visible()
    expect(watching.get_by_text("LF-1")).to_be_visible()
    page.get_by_role("button", name="Take this load back").click()
    expect(page.get_by_text("What it had brought is out again.")).to_be_visible()


def test_problem_rows_are_taken_away_corrected_and_come_in_alone(
    window_of: Callable[..., Window], tmp_path: Path
) -> None:
    sheet = tmp_path / "june.csv"
    sheet.write_text(OWN.format(1, "lots").replace("Qty", "Quantity"))  # a header that nobody has explained yet
    page = window_of("manager").open("/import/").page
    look_into(page, sheet)
    page.get_by_role("combobox", name="Product", exact=True).select_option("Thing sold")
    check(page)
    answer_day_first(page)

    with page.expect_download() as coming:
        page.get_by_role("link", name="CSV").click()
    page.get_by_role("button", name="Load 2 orders, leave out 1").click()
    expect(page.get_by_text("2 new, 0 changed, 0 as before, 1 left out")).to_be_visible()
    corrected = tmp_path / "corrected.csv"
    corrected.write_bytes(coming.value.path().read_bytes().replace(b",lots,", b",800,"))
    page.goto(page.url.partition("/import/")[0] + "/import/")
    look_into(page, corrected)
    expect(page.get_by_text("Columns like these were loaded as orders before.")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Load 1 order").click()

    expect(page.get_by_text("1 new, 0 changed, 0 as before")).to_be_visible()
