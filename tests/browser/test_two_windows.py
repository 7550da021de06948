"""Several people look at one board: a move is on every screen that may know of it, and on no other."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import shelf as make
from tests.browser.conftest import Keys
from tests.browser.shop import Server
from tests.browser.window import GONE, Window
from tests.cast import Cast

SOON = 2_000  # the one time that tests assert (ruling 30)
LISTEN = """() => {
  const Real = window.EventSource;
  window.heard = [];
  window.EventSource = class extends Real {
    addEventListener(name, ...rest) {
      super.addEventListener(name, event => window.heard.push(`${name} ${event.data}`));
      super.addEventListener(name, ...rest);
    }
  };
}"""


@pytest.fixture
def overhear(window_of: Callable[..., Window]) -> Callable[[str], Window]:
    """A window that keeps everything its stream said in `heard`."""

    def opened(person: str) -> Window:
        window = window_of(person)
        window.context.add_init_script(f"({LISTEN})()")
        return window.board()

    return opened


def heard(window: Window) -> str:
    return str(window.page.evaluate("() => window.heard.join('\\n')"))


@pytest.mark.parametrize("way", ["keyboard", "drag"])
def test_a_move_by_the_manager_is_on_every_screen_that_may_show_it(
    way: str, cast: Cast, window_of: Callable[..., Window], overhear: Callable[[str], Window]
) -> None:
    order = make.order_in("in_production", cast.agent, cast.production, name="Secret Siddiqui")
    manager = window_of("manager").board()
    agent, floor, stranger = window_of("agent").board(), overhear("production"), overhear("other_agent")

    if way == "keyboard":
        manager.press(order.pk, "]")
    else:
        manager.drag(order.pk, "ready_to_ship")

    expect(manager.card_in(order.pk, "ready_to_ship")).to_be_visible()
    expect(agent.card_in(order.pk, "ready_to_ship")).to_be_visible(timeout=SOON)
    expect(floor.card_in(order.pk, "ready_to_ship")).to_be_visible(timeout=SOON)
    assert str(order.pk) in heard(floor)
    assert order.number not in stranger.page.content()
    assert "Secret" not in stranger.page.content()
    assert not re.search(rf"\b{order.pk}\b", heard(stranger))
    assert "Secret" not in floor.page.content()  # the floor knows no customers
    assert order.number in floor.page.content()


def test_what_production_marks_ready_is_ready_for_the_manager(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    manager, floor = window_of("manager").board(), window_of("production")
    floor.open(f"/orders/{order.pk}/").live()

    floor.page.get_by_role("button", name="Mark ready to ship").first.click()

    expect(manager.card_in(order.pk, "ready_to_ship")).to_be_visible(timeout=SOON)


def test_a_new_order_appears_by_itself(cast: Cast, window_of: Callable[..., Window]) -> None:
    manager = window_of("manager").board()
    order = make.order(cast.agent)
    expect(manager.card_in(order.pk, "received")).to_be_visible(timeout=SOON)


def test_an_order_page_that_is_open_follows(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    reader = window_of("accountant").open(f"/orders/{order.pk}/").live()
    window_of("manager").board().press(order.pk, "]")
    expect(reader.page.locator(".steps [aria-current=step]")).to_have_text("Ready to ship", timeout=SOON)


def test_what_somebody_types_and_looks_at_survives_a_live_update(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    for _ in range(8):
        make.order_in("in_production", cast.agent, cast.production)
    window = window_of("manager", viewport={"width": 1440, "height": 500}).board()
    page = window.page
    lane = window.lane("in_production")
    page.locator("button.chip", has_text="Filter").click()
    field = page.locator("#filter input[type=search]")
    field.fill("Hello world")
    field.evaluate("field => field.setSelectionRange(5, 5)")
    lane.evaluate("lane => { lane.scrollTop = 150; }")
    before = lane.evaluate("lane => lane.scrollTop")

    make.order_in("ready_to_ship", cast.agent, cast.production)
    window_of("production").board().press(order.pk, "]")

    expect(window.card_in(order.pk, "ready_to_ship")).to_have_count(1, timeout=SOON)
    assert field.input_value() == "Hello world"
    assert field.evaluate("field => [document.activeElement === field, field.selectionStart]") == [True, 5]
    assert before > 0
    assert lane.evaluate("lane => lane.scrollTop") <= before


def test_the_focus_stays_on_a_card_that_somebody_else_moves(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    window = window_of("manager").board()
    window.card(order.pk).focus()
    window_of("production").board().press(order.pk, "]")

    expect(window.card_in(order.pk, "ready_to_ship")).to_be_focused(timeout=SOON)


def test_a_form_being_filled_in_survives_what_others_do_to_the_order(
    cast: Cast, window_of: Callable[..., Window]
) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    page = window_of("agent").open(f"/orders/{order.pk}/?do=edit").live().page
    note = page.get_by_label("Production note")
    note.fill("Mind the left leg")
    note.evaluate("field => field.setSelectionRange(4, 4)")

    window_of("production").board().press(order.pk, "]")

    expect(page.locator(".steps [aria-current=step]")).to_have_text("Ready to ship", timeout=SOON)
    expect(note).to_have_value("Mind the left leg")
    expect(note).to_be_focused()
    assert note.evaluate("field => field.selectionStart") == 4


def test_while_a_card_is_held_nothing_moves_under_the_hand(cast: Cast, window_of: Callable[..., Window]) -> None:
    mine, other = (make.order_in("in_production", cast.agent, cast.production) for _ in range(2))
    window, floor = window_of("manager").board(), window_of("production").board()

    window.pick_up(mine.pk, "ready_to_ship")
    floor.press(other.pk, "]")
    expect(floor.card_in(other.pk, "ready_to_ship")).to_be_visible()
    floor.page.wait_for_timeout(300)
    expect(window.card_in(other.pk, "in_production")).to_have_count(1)
    window.page.mouse.up()

    expect(window.card_in(other.pk, "ready_to_ship")).to_be_visible(timeout=SOON)
    expect(window.card_in(mine.pk, "ready_to_ship")).to_be_visible(timeout=SOON)


@pytest.fixture
def stale(cast: Cast, window_of: Callable[..., Window]) -> tuple[Window, int]:
    """A board without its stream, on which a card is older than the order."""
    order = make.order_in("in_production", cast.agent, cast.production)
    window = window_of("manager")
    window.page.route("**/live/**", lambda route: route.abort())
    window.excuse("ERR_FAILED")
    window.open("/orders/")
    return window, order.pk


def test_a_stale_card_goes_back_and_a_toast_says_why(
    stale: tuple[Window, int], window_of: Callable[..., Window]
) -> None:
    window, pk = stale
    edited = window_of("agent").open(f"/orders/{pk}/?do=edit").page
    edited.get_by_label("Production note").fill("Now in oak")
    edited.get_by_role("button", name="Save").click()
    expect(edited.get_by_text("Saved.")).to_be_visible()

    window.press(pk, "]")

    expect(window.toast).to_have_count(1)
    expect(window.toast).to_have_attribute("role", "alert")
    expect(window.card_in(pk, "in_production")).to_be_visible()


def test_undo_in_the_toast_takes_the_move_back_everywhere(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    manager, floor = window_of("manager").board(), window_of("production").board()
    manager.press(order.pk, "]")
    expect(floor.card_in(order.pk, "ready_to_ship")).to_be_visible(timeout=SOON)

    manager.toast.get_by_role("button", name="Undo").click()

    expect(manager.card_in(order.pk, "in_production")).to_be_visible(timeout=SOON)
    expect(floor.card_in(order.pk, "in_production")).to_be_visible(timeout=SOON)


def test_two_presses_on_two_screens_move_a_card_once(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    one, two = window_of("manager").board(), window_of("production").board()
    one.press(order.pk, "]")
    two.press(order.pk, "]")
    for window in (one, two):
        expect(window.card_in(order.pk, "ready_to_ship")).to_be_visible(timeout=SOON)
    page = window_of("accountant").open(f"/orders/{order.pk}/").page
    expect(page.locator(".log li", has_text="ready")).to_have_count(1)


def test_a_card_that_needs_an_answer_first_asks_in_a_dialog(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order_in("ready_to_ship", cast.agent, cast.production)
    window = window_of("agent").board()
    window.press(order.pk, "]")
    dialog = window.page.get_by_role("dialog")
    dialog.get_by_label("Tracking number").fill("TCS-4711")
    dialog.get_by_role("button", name="Move it").click()

    expect(dialog).to_have_count(0)
    expect(window.card_in(order.pk, "shipped")).to_be_visible(timeout=SOON)


# Playwright keeps every page visible; a browser shows one tab of a window.
SHOWN = """([hidden]) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
BORN_HIDDEN = "Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })"


def test_eight_tabs_of_one_person_on_http_1_work_and_the_one_that_is_looked_at_is_live(
    cast: Cast, window_of: Callable[..., Window], tab_of: Callable[[Window], Window]
) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    first = window_of("manager").board()
    first.context.add_init_script(BORN_HIDDEN)
    tabs = [tab_of(first).open("/orders/") for _ in range(7)]
    for tab in tabs:
        expect(tab.card(order.pk)).to_be_visible()

    last = tabs[-1]
    last.page.evaluate(SHOWN, [False])
    last.live().press(order.pk, "]")
    expect(last.card_in(order.pk, "ready_to_ship")).to_be_visible()
    expect(last.toast).to_be_visible()
    expect(first.card_in(order.pk, "ready_to_ship")).to_be_visible(timeout=SOON)

    resting = tabs[0]
    expect(resting.card_in(order.pk, "in_production")).to_have_count(1)
    resting.page.evaluate(SHOWN, [False])
    expect(resting.card_in(order.pk, "ready_to_ship")).to_be_visible(timeout=SOON)


def test_eight_windows_side_by_side_all_work_and_the_ones_in_use_are_live(
    cast: Cast, window_of: Callable[..., Window], tab_of: Callable[[Window], Window]
) -> None:
    """Six streams would take every connection that a browser has on HTTP/1.1: the seventh window would never load."""
    order = make.order_in("in_production", cast.agent, cast.production)
    first = window_of("manager").board()
    screens = [first, *(tab_of(first).open("/orders/").live() for _ in range(7))]
    dots = [screen.page.locator("#live-state") for screen in screens]
    expect(dots[-1]).to_have_text("Live")
    resting = next(screen for screen, dot in zip(screens, dots, strict=True) if dot.inner_text() == "Paused")

    screens[-1].press(order.pk, "]")
    expect(screens[-1].toast).to_be_visible()
    resting.page.evaluate("() => dispatchEvent(new Event('focus'))")

    expect(resting.live().card_in(order.pk, "ready_to_ship")).to_be_visible(timeout=SOON)
    assert sum(dot.inner_text() == "Live" for dot in dots) <= 4


def test_a_restarted_server_is_found_again_and_what_was_missed_appears(
    cast: Cast, window_of: Callable[..., Window], server: Server, keys: Keys
) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    window = window_of("manager").board()
    window.page.evaluate("() => { window.sameDocument = true; }")
    window.excuse(GONE)
    dot = window.page.locator("#live-state")

    server.stop()
    try:
        expect(dot).to_have_text("Reconnecting")
        missed = make.order(cast.agent, name="While nobody listened")
    finally:
        server.start()
        keys.without_tickets()

    expect(dot).to_have_text("Live", timeout=25_000)
    expect(window.card_in(missed.pk, "received")).to_be_visible(timeout=SOON)
    assert window.page.evaluate("() => window.sameDocument")
    window.press(order.pk, "]")
    expect(window.card_in(order.pk, "ready_to_ship")).to_be_visible()


@pytest.mark.parametrize("path", ["/orders/", "/orders/list/"])
def test_the_count_of_a_tab_follows_what_others_do(path: str, cast: Cast, window_of: Callable[..., Window]) -> None:
    window = window_of("manager").open(path).live()
    tab = window.page.get_by_role("navigation", name="Views").get_by_role("link", name=re.compile("^Overdue"))
    before = int(re.sub(r"\D", "", tab.inner_text()) or 0)
    order = make.order(cast.agent, name="Late Latif", promise_on=make.day("2026-11-01"))
    expect(tab).to_have_text(re.compile(rf"^Overdue {before + 1}$"), timeout=9_000)

    agent = window_of("agent").open(f"/orders/{order.pk}/?do=cancel").page
    agent.get_by_label(re.compile("Why|Reason")).fill("Changed their mind")
    agent.get_by_role("button", name="Cancel order").click()

    expect(tab).to_have_text(re.compile(rf"^Overdue{f' {before}' if before else ''}$"), timeout=9_000)


def test_an_open_order_that_goes_to_a_colleague_says_so_in_place(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order(cast.agent, name="Handed Hashmi")
    agent = window_of("agent").open(f"/orders/{order.pk}/").live()
    agent.excuse(rf"404 .*/orders/{order.pk}/here/")  # who else is there was being asked when it went

    manager = window_of("manager").open(f"/orders/{order.pk}/?do=hand_over").page
    manager.get_by_label("Who has it from now on").select_option(str(cast.other_agent.pk))
    manager.get_by_role("button", name="Hand over").click()

    expect(agent.page.get_by_text("This order is no longer yours to see")).to_be_visible(timeout=SOON)
    expect(agent.page.get_by_text("Handed Hashmi")).to_have_count(0)
    agent.page.get_by_role("link", name="Back to the board").click()
    expect(agent.page.locator("#lanes")).to_be_visible()


@pytest.mark.parametrize("way", ["keyboard", "drag"])
def test_a_held_order_says_that_it_is_held(way: str, cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order_in("in_production", cast.agent, cast.production, name="Held Hameed")
    make.held(order, cast.agent, "Waits for walnut")
    manager = window_of("manager").board()

    manager.press(order.pk, "]") if way == "keyboard" else manager.drag(order.pk, "ready_to_ship")

    expect(manager.toast).to_contain_text(f"{order.number} is on hold (Waits for walnut); release it first.")
    expect(manager.card_in(order.pk, "in_production")).to_be_visible()


def test_a_move_made_on_a_phone_is_taken_back_there(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    floor = window_of("production").open(f"/orders/{order.pk}/")
    floor.page.set_viewport_size({"width": 390, "height": 844})

    floor.page.get_by_role("button", name="Mark ready to ship").click()
    expect(floor.page.get_by_text("is ready to ship").first).to_be_visible()
    floor.toast.get_by_role("button", name="Undo").click()

    expect(floor.page.get_by_role("button", name="Mark ready to ship")).to_be_visible()


def test_long_names_do_not_make_a_list_wider_than_its_window(cast: Cast, window_of: Callable[..., Window]) -> None:
    name = "The Extraordinarily Long Named Trading and Furnishing Company of Greater Faisalabad (Private) Limited"
    make.order(cast.agent, name=name)
    for person in ("manager", "finance"):
        window = window_of(person)
        for width in (1440, 1280, 1100, 390):
            window.page.set_viewport_size({"width": width, "height": 800})
            window.open("/orders/list/?q=Extraordinarily")
            expect(window.page.get_by_title(name)).to_be_visible()
            for way in ("ltr", "rtl"):
                window.page.evaluate("way => { document.documentElement.dir = way; }", way)
                wide, seen = window.page.evaluate("() => [document.scrollingElement.scrollWidth, innerWidth]")
                assert wide <= seen, (person, width, way)


@pytest.mark.parametrize("width", [1366, 390])
def test_no_view_is_hidden_beside_the_filters_and_no_sum_is_cut(
    width: int, cast: Cast, window_of: Callable[..., Window]
) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    make.order(cast.agent, rush=True)
    window = window_of("manager", viewport={"width": width, "height": 800})
    page = window.open("/orders/list/?stage=in_production&rush=1").page
    save, frame = page.get_by_role("button", name="Save view").first, page.locator("nav.tabs")
    save.scroll_into_view_if_needed()
    box, around = save.bounding_box(), frame.bounding_box()
    assert box and around
    assert around["x"] - 1 <= box["x"], (box, around)
    assert box["x"] + box["width"] <= around["x"] + around["width"] + 1, (box, around)
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
    if width > 1000:
        assert frame.evaluate("one => one.scrollWidth <= one.clientWidth")
        window.board()
        expect(window.card(order.pk)).to_be_visible()
        page.evaluate("""() => {
          for (const sum of document.querySelectorAll(".lane .sum")) sum.textContent = "Rs 123,456,789";
        }""")
        assert page.locator(".lane .sum").evaluate_all(cut) == []


def test_the_arrows_begin_with_the_first_card_of_the_board(cast: Cast, window_of: Callable[..., Window]) -> None:
    for _ in range(2):
        make.order_in("received", cast.agent, cast.production)
    page = window_of("manager").open("/orders/").live().page
    cards = page.locator(".lane .card")

    page.keyboard.press("ArrowDown")
    expect(cards.first).to_be_focused(timeout=SOON)
    page.keyboard.press("ArrowDown")

    expect(cards.nth(1)).to_be_focused(timeout=SOON)
