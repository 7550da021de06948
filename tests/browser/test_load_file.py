"""A file is chosen, looked at and loaded in a browser; another window shows the orders at once."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser import shelf as make
from tests.browser.window import Window
from tests.cast import Cast

HEADER = (
    "Order ID,Order Date,Ship Date,Ship Mode,Segment,Customer ID,Customer Name,City,Product ID,Category,Product Name,"
    "Sales,Quantity,Discount,Profit\n"
)


def test_a_file_is_looked_at_loaded_and_seen_by_others(
    cast: Cast, window_of: Callable[..., Window], tmp_path: Path
) -> None:
    make.order(cast.agent)
    sheet = tmp_path / "may.csv"
    row = "{0},2026-05-1{1},,Road,Web,LC-{1},Zainab Malik,Lahore,LP-{1},Desks,Oak desk,120.5,2,0,{2}\n"
    sheet.write_text(HEADER + row.format("LF-1", 1, 20) + row.format("LF-2", 2, 30) + row.format("LF-3", 3, "some"))
    watching = window_of("admin").board().page
    page = window_of("manager").open("/orders/import/").page

    page.get_by_label("File").set_input_files(sheet)
    page.get_by_label("Comes from").select_option("Superstore")
    page.get_by_label("Rate").fill("1")
    page.get_by_role("button", name="Check the file").click()

    expect(page.get_by_role("heading", name="may.csv")).to_be_visible()
    expect(page.get_by_text("“some”: this is not a number.")).to_be_visible()
    page.get_by_role("button", name="Load 2 orders, leave out 1").click()

    expect(page.get_by_text("2 new, 0 changed, 0 as before, 1 left out")).to_be_visible()
    expect(watching.get_by_text("LF-1")).to_be_visible()
