"""A thread in two windows: named by keyboard, on every screen by itself, never over what somebody is typing."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import make as kernel
from tests.browser import shelf as make
from tests.browser.window import Window
from tests.cast import Cast

SOON = 5_000
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PASTE = """async bytes => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
  const field = document.querySelector("#thread-text");
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def order(cast: Cast):
    return make.order_in("in_production", cast.agent, cast.production)


def field(page: Page):
    return page.locator("#thread-text")


def messages(page: Page):
    return page.locator("#thread-lines .message")


def test_a_message_is_in_both_windows_and_what_is_typed_there_stays_with_its_caret(
    order, window_of: Callable[..., Window]
) -> None:
    agent, floor = (window_of(who).open(f"/orders/{order.pk}/").live() for who in ("agent", "production"))
    floor.page.evaluate("() => { window.here = true; }")
    field(floor.page).fill("half typed words")
    field(floor.page).evaluate("one => one.setSelectionRange(4, 10)")

    field(agent.page).fill("The legs are oak.\nReally.")
    agent.page.keyboard.press("Control+Enter")

    expect(messages(agent.page)).to_have_count(1, timeout=SOON)
    expect(field(agent.page)).to_have_value("")
    expect(messages(floor.page)).to_have_count(1, timeout=SOON)
    expect(messages(floor.page)).to_contain_text("The legs are oak.")
    said = "one => [one.value, one.selectionStart, one.selectionEnd, one === document.activeElement]"
    assert field(floor.page).evaluate(said) == ["half typed words", 4, 10, True]

    floor.page.get_by_role("button", name="Post", exact=True).click()

    expect(messages(agent.page)).to_have_count(2, timeout=SOON)
    expect(messages(agent.page).first).to_contain_text("half typed words")
    assert floor.page.evaluate("() => window.here") is True
    expect(agent.page.locator("#thread-form .note")).to_have_count(0)


def test_a_colleague_is_named_by_keyboard_and_their_bell_rings(order, window_of: Callable[..., Window]) -> None:
    page = window_of("agent").open(f"/orders/{order.pk}/").live().page
    listed = page.locator("#thread-people [role=option]")

    field(page).press_sequentially("Ask @")
    expect(listed.first).to_be_visible(timeout=SOON)
    expect(page.locator("#thread-people")).not_to_contain_text("Sana Noor")
    page.keyboard.press("Escape")
    expect(listed).to_have_count(0)
    expect(field(page)).to_have_value("Ask @")
    page.keyboard.type("h")
    expect(listed).to_have_count(2, timeout=SOON)
    page.keyboard.press("ArrowDown")
    expect(listed.nth(1)).to_have_attribute("aria-selected", "true")
    assert field(page).get_attribute("aria-activedescendant") == listed.nth(1).get_attribute("id")
    page.keyboard.press("ArrowUp")
    name = listed.first.get_attribute("data-name")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value(f"Ask @{name} ")
    page.keyboard.type("and @sana")
    page.keyboard.press("Control+Enter")

    expect(messages(page).locator(".mention")).to_have_text(f"@{name}", timeout=SOON)
    expect(page.locator("#thread-notes")).to_contain_text(
        f"Sana Noor will not be told: they may not see {order.number}."
    )


def test_a_note_to_the_customer_cannot_be_mistaken(order, window_of: Callable[..., Window]) -> None:
    page = window_of("agent").open(f"/orders/{order.pk}/").live().page
    send = page.locator("#thread-form").get_by_role("button", name="Post to the customer", exact=True)
    expect(page.locator("#thread-form").get_by_role("button", name="Post", exact=True)).to_be_visible(timeout=SOON)
    plain = page.locator("#thread-form").evaluate("one => getComputedStyle(one).backgroundColor")

    page.get_by_text("To the customer", exact=True).click()
    field(page).fill("Ready on Monday.")

    expect(send).to_be_visible()
    expect(page.get_by_text("The customer reads this on the page of this order.")).to_be_visible()
    assert page.locator("#thread-form").evaluate("one => getComputedStyle(one).backgroundColor") != plain
    send.click()
    expect(messages(page)).to_contain_text("Customer reads this", timeout=SOON)
    expect(page.locator("#thread-form [value=internal]")).to_be_checked()  # the next one is meant anew


def test_a_pasted_picture_goes_along_and_can_be_left_out(order, window_of: Callable[..., Window]) -> None:
    page = window_of("agent", **PHONE).open(f"/orders/{order.pk}/").live().page
    field(page).focus()
    for _ in range(2):
        page.evaluate(PASTE, list(kernel.photo((40, 30))))
    expect(page.locator("#thread-files li")).to_have_count(2)
    page.get_by_role("button", name="Leave out image.png").first.click()
    expect(page.locator("#thread-files li")).to_have_count(1)

    page.get_by_role("button", name="Post", exact=True).click()

    picture = messages(page).locator("img")
    expect(picture).to_have_count(1, timeout=SOON)
    assert picture.evaluate("async one => { await one.decode(); return one.naturalWidth > 0; }")
    expect(page.locator("#thread-files li")).to_have_count(0)


def test_an_answer_that_is_lost_keeps_the_words_and_writes_once(order, window_of: Callable[..., Window]) -> None:
    window = window_of("agent").open(f"/orders/{order.pk}/").live()
    page = window.page
    window.excuse("Failed to load resource")
    lost: list[str] = []

    def swallow(route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.request.url)
        route.fetch()  # it arrives, its answer does not
        return route.abort()

    page.route("**/write/", swallow)
    field(page).fill("only once")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread-error")).to_contain_text("The server did not answer", timeout=SOON)
    expect(field(page)).to_have_value("only once")

    page.keyboard.press("Control+Enter")

    expect(field(page)).to_have_value("", timeout=SOON)
    expect(messages(page)).to_have_count(1, timeout=SOON)


def test_what_is_written_while_the_panel_is_on_its_way_is_there(order, window_of: Callable[..., Window]) -> None:
    agent, manager = window_of("agent").open(f"/orders/{order.pk}/").live(), window_of("manager")
    held = []
    manager.page.route(f"**/threads/order/{order.pk}/", lambda route: held.append((route, route.fetch())))
    manager.open(f"/orders/{order.pk}/").live()
    manager.page.wait_for_timeout(300)
    assert held, "the panel asks for its messages"

    field(agent.page).fill("Written meanwhile")
    agent.page.keyboard.press("Control+Enter")
    expect(messages(agent.page)).to_have_count(1, timeout=SOON)
    manager.page.wait_for_timeout(1_000)
    for route, answer in held:
        route.fulfill(response=answer)

    expect(messages(manager.page)).to_have_text(re.compile("Written meanwhile"), timeout=SOON)


def test_a_message_is_changed_in_its_place_while_others_write(order, window_of: Callable[..., Window]) -> None:
    agent, manager = (window_of(who).open(f"/orders/{order.pk}/").live() for who in ("agent", "manager"))
    field(agent.page).fill("frist")
    agent.page.keyboard.press("Control+Enter")
    expect(messages(manager.page)).to_have_count(1, timeout=SOON)

    messages(agent.page).first.get_by_role("link", name="Edit").click()
    words = agent.page.locator(".message.asking textarea")
    expect(words).to_be_focused(timeout=SOON)
    words.fill("first")
    field(manager.page).fill("meanwhile")
    manager.page.keyboard.press("Control+Enter")

    expect(messages(agent.page)).to_have_count(2, timeout=SOON)
    expect(words).to_have_value("first")
    expect(words).to_be_focused()
    agent.page.keyboard.press("Control+Enter")
    expect(messages(manager.page).nth(1)).to_contain_text("first", timeout=SOON)
    expect(messages(manager.page).nth(1)).to_contain_text("edited")

    messages(agent.page).nth(1).get_by_role("link", name="Remove").click()
    agent.page.get_by_role("button", name="Remove", exact=True).locator("visible=true").click()
    expect(messages(manager.page).nth(1)).to_contain_text("Removed by the writer", timeout=SOON)
