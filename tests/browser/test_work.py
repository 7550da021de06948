"""The day's work in one window: forms, conflicts, lists, files, the palette, the keyboard."""

import csv
import io
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser import shelf as make
from tests.browser.window import Window
from tests.cast import Cast

_names = count(1)


def a_name() -> str:
    """A customer that no other test has: the shop is shared."""
    letters = "".join("abcdefghij"[int(digit)] for digit in str(next(_names)))
    return f"Qasim Zz{letters}zz"


def save_note(page: Page, words: str) -> None:
    page.get_by_label("Production note").fill(words)
    page.get_by_role("button", name="Save", exact=True).click()


@pytest.mark.parametrize(("choice", "left"), [("theirs", "Theirs: oak"), ("mine", "Mine: walnut")])
def test_two_people_on_one_field_see_both_values_and_choose(
    choice: str, left: str, cast: Cast, window_of: Callable[..., Window]
) -> None:
    order = make.order(cast.agent)
    mine = window_of("agent").open(f"/orders/{order.pk}/?do=edit").page
    save_note(window_of("manager").open(f"/orders/{order.pk}/?do=edit").page, "Theirs: oak")

    save_note(mine, "Mine: walnut")

    panel = mine.locator("#conflict")
    expect(panel).to_contain_text("Theirs: oak")
    expect(panel).to_contain_text("Mine: walnut")
    panel.get_by_role("radio", name=f"Production note, {choice}").check()
    panel.get_by_role("button", name="Save", exact=True).click()
    expect(panel).to_have_count(0)
    expect(mine.locator("dl.kv dd.pre")).to_have_text(left)


def test_two_people_on_different_fields_do_not_meet(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order(cast.agent)
    mine = window_of("agent").open(f"/orders/{order.pk}/?do=edit").page
    save_note(window_of("manager").open(f"/orders/{order.pk}/?do=edit").page, "Theirs: oak")

    mine.get_by_label("Channel").fill("Walk-in")
    mine.get_by_role("button", name="Save", exact=True).click()

    expect(mine.locator("#conflict")).to_have_count(0)
    expect(mine.locator("dl.kv dd.pre")).to_have_text("Theirs: oak")
    expect(mine.locator(".page-head")).to_contain_text("Walk-in")


def test_a_double_click_on_a_verb_happens_once(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    page = window_of("production").open(f"/orders/{order.pk}/").page
    page.get_by_role("button", name="Mark ready to ship").first.dblclick()
    expect(page.locator(".steps [aria-current=step]")).to_have_text("Ready to ship")
    expect(page.locator(".toast")).to_contain_text("is ready to ship")
    expect(page.locator("main .note.bad")).to_have_count(0)
    expect(page.locator(".log li", has_text="ready")).to_have_count(1)


def test_a_new_order_is_received_by_keyboard_alone(cast: Cast, window_of: Callable[..., Window]) -> None:
    name = a_name()
    window = window_of("agent").board()
    keys = window.page.keyboard
    keys.press("n")
    window.page.wait_for_url("**/orders/new/")
    expect(window.page.get_by_label("Customer")).to_be_focused()
    keys.type(name)
    keys.press("Tab")
    keys.type("0300 7654099")
    while not window.page.evaluate("() => document.activeElement.name === 'lines-0-description'"):
        keys.press("Tab")
    keys.type("Carved headboard")
    keys.press("Tab")
    keys.press("Control+a")
    keys.type("3")
    keys.press("Tab")
    keys.type("4500")
    keys.press("Control+Enter")

    window.page.wait_for_url(lambda url: "/new/" not in url)
    expect(window.page.locator("h2.title")).to_contain_text(name)
    expect(window.page.locator("main")).to_contain_text("13,500")
    expect(window.page.locator("main")).to_contain_text("+923007654099")


def test_a_wrong_order_form_says_where_and_keeps_what_was_typed(cast: Cast, window_of: Callable[..., Window]) -> None:
    page = window_of("agent").open("/orders/new/").page
    page.get_by_label("Customer").fill("Half Done")
    page.get_by_label("Phone").fill("12")
    page.get_by_label("What").first.fill("Bench")
    page.get_by_role("button", name="Receive order").click()

    expect(page.locator("[aria-invalid=true]").first).to_be_focused()
    expect(page.get_by_label("Customer")).to_have_value("Half Done")
    expect(page.get_by_label("What").first).to_have_value("Bench")


def test_a_saved_view_keeps_the_filter_and_can_be_deleted(cast: Cast, window_of: Callable[..., Window]) -> None:
    page = window_of("agent").open("/orders/list/?rush=1").page
    page.get_by_role("button", name="Save view").click()
    page.get_by_label("Name of this view").fill("My rush")
    page.locator("#save-view").get_by_role("button", name="Save view").click()

    tab = page.get_by_role("navigation", name="Views").get_by_role("link", name="My rush")
    expect(tab).to_be_visible()
    page.goto(page.url.split("?")[0])
    tab.click()
    page.wait_for_url("**rush=1**")
    expect(tab).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="Delete this view").click()
    expect(tab).to_have_count(0)


def test_many_are_moved_at_once_each_with_its_answer_and_back_again(
    cast: Cast, window_of: Callable[..., Window]
) -> None:
    name = a_name()
    ready = [make.order_in("in_production", cast.agent, cast.production, name=name) for _ in range(3)]
    fresh = make.order(cast.agent, name=name)
    page = window_of("manager").open(f"/orders/list/?q={name}").page
    page.get_by_role("checkbox", name="Pick all on this page").check()
    expect(page.locator("#bulk")).to_contain_text("4 selected")
    page.locator("#bulk").get_by_role("button", name="Move").click()
    page.get_by_label("Move them to").select_option("ready_to_ship")
    page.get_by_role("button", name="Move: 4 orders").click()

    expect(page.get_by_role("status").filter(has_text="3 orders")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("1 left as it was")
    expect(page.locator("tbody tr", has_text=fresh.number)).not_to_contain_text("Done")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").filter(has_text="3 orders put back as before")).to_be_visible()
    page.get_by_role("link", name="Back to the orders").click()
    for order in ready:
        expect(page.locator(f"#row-{order.pk}")).to_contain_text("In production")


def test_the_file_holds_exactly_the_rows_and_columns_on_screen(cast: Cast, window_of: Callable[..., Window]) -> None:
    name = a_name()
    made = [make.order(cast.agent, name=name) for _ in range(3)]
    make.order(cast.agent, name=a_name())
    make.order(cast.other_agent, name=name)
    page = window_of("agent").open(f"/orders/list/?q={name}").page
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="CSV").click()

    rows = list(csv.DictReader(io.StringIO(coming.value.path().read_text(encoding="utf-8-sig"))))
    assert {row["Order"] for row in rows} == {order.number for order in made}
    shown = [head.strip() for head in page.locator("#listing thead th").all_inner_texts()]
    assert [head for head in rows[0] if head in shown] == [head for head in shown if head]
    assert "Profit" not in rows[0]


def test_the_palette_finds_an_order_by_its_number_and_enter_opens_it(
    cast: Cast, window_of: Callable[..., Window]
) -> None:
    order = make.order(cast.agent, name="Secret Siddiqui")
    page = window_of("agent").board().page
    page.keyboard.press("Control+k")
    page.keyboard.type(order.number)
    expect(page.locator("#palette [role=option]").first).to_contain_text(order.number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{order.pk}/")

    stranger = window_of("other_agent").board().page
    stranger.keyboard.press("/")
    with stranger.expect_response(lambda answer: order.number in answer.url):
        stranger.keyboard.type(order.number)
    expect(stranger.locator("#palette")).not_to_contain_text("Secret")
    expect(stranger.locator("#palette [role=option]", has_text=order.number)).to_have_count(0)


def test_dark_stays_dark(cast: Cast, window_of: Callable[..., Window]) -> None:
    page = window_of("finance").open("/orders/list/").page
    page.keyboard.press("Shift+D")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("() => getComputedStyle(document.body).colorScheme || document.documentElement.dataset.theme")


def test_back_and_forward_keep_the_filter(cast: Cast, window_of: Callable[..., Window]) -> None:
    page = window_of("manager").open("/orders/list/").page
    page.get_by_role("navigation", name="Views").get_by_role("link", name="On hold").click()
    page.wait_for_url("**held=1**")
    page.go_back()
    page.wait_for_url(lambda url: "held=1" not in url)
    expect(page.locator("#count")).to_be_visible()
    page.go_forward()
    page.wait_for_url("**held=1**")
