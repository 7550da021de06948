"""Every page: readable by everybody, in both themes, on a phone, on paper, and light on the wire."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from ops.db.actor import acting_as, for_user
from orders import editing
from orders.actions import LineInput
from orders.models import Order
from tests.browser import shelf as make
from tests.browser.window import Window
from tests.cast import Cast

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

# person, address ({order}, {person} are filled in)
PAGES = [
    ("manager", "/orders/"),
    ("manager", "/orders/list/"),
    ("manager", "/orders/list/?held=1&cancelled=1&late=1"),
    ("manager", "/orders/list/filters/"),
    ("manager", "/orders/{order}/"),
    ("manager", "/orders/{order}/?do=edit"),
    ("manager", "/orders/{order}/?do=costs"),
    ("manager", "/orders/{order}/?do=cancel"),
    ("manager", "/orders/new/"),
    ("manager", "/home/"),
    ("manager", "/report/"),
    ("manager", "/targets/"),
    ("manager", "/answers/profit-by-category/"),
    ("manager", "/answers/repeat-customers/"),
    ("manager", "/answers/owed/"),
    ("manager", "/health/"),
    ("manager", "/ui/"),
    ("agent", "/orders/"),
    ("agent", "/home/"),
    ("agent", "/report/"),
    ("production", "/orders/"),
    ("production", "/orders/{order}/"),
    ("accountant", "/orders/list/"),
    ("admin", "/people/"),
    ("admin", "/people/add/"),
    ("admin", "/people/{person}/"),
    ("admin", "/mail/"),
    ("admin", "/accounts/"),
    ("admin", "/accounts/password/change/"),
    ("admin", "/accounts/2fa/"),
    ("admin", "/accounts/sessions/"),
    ("sysadmin", "/health/"),
    ("manager", "/nowhere/"),
    ("agent", "/health/"),
]
OUTSIDE = ["/accounts/login/", "/accounts/password/reset/", "/o/not-a-token/"]
LONG = LineInput("Walnut wardrobe with three doors, brass handles and a mirror", Decimal(2), Decimal(45000))
RUN_AXE = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.target.join(" ")).join(" | ")}`);
}"""


@pytest.fixture
def order(cast: Cast) -> int:
    made = make.order_in("in_production", cast.agent, cast.production)
    make.order(cast.agent, rush=True)
    make.order_in("ready_to_ship", cast.agent, cast.production)
    return int(made.pk)


def axe(page: Page) -> list[str]:
    """What stops somebody from reading or working this page, in both themes."""
    found = []
    page.add_script_tag(path=AXE)
    page.add_style_tag(content="* { transition: none !important }")  # colours are looked at when they have arrived
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        found += [f"{theme} {page.url} {one}" for one in page.evaluate(RUN_AXE)]
    return found


def headings(page: Page) -> list[str]:
    count = page.locator("h1").count()
    return [] if count == 1 else [f"{page.url} has {count} first headings"]


SIDEWAYS = """() => {
  const room = document.documentElement.clientWidth, by = document.documentElement.scrollWidth - room;
  const past = [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > room + 1);
  return by > 0 ? `${by} px: ${past.slice(0, 3).map(one => `${one.tagName} ${one.className}`).join(", ")}` : "";
}"""


def sideways(page: Page) -> list[str]:
    by = page.evaluate(SIDEWAYS)
    return [f"{page.url} scrolls sideways by {by}"] if by else []


def visit(window: Window, path: str, check: Callable[[Page], list[str]]) -> list[str]:
    window.excuse("status of (403|404)")
    window.open(path)
    return check(window.page)


@pytest.mark.parametrize("person", sorted({person for person, _ in PAGES}))
def test_everybody_can_read_every_page_in_both_themes(
    person: str, cast: Cast, order: int, window_of: Callable[..., Window]
) -> None:
    window = window_of(person, bypass_csp=True)
    found = []
    for path in (path for who, path in PAGES if who == person):
        here = path.format(order=order, person=cast.agent.pk)
        found += visit(window, here, lambda page: headings(page) + axe(page))
    assert not found, "\n".join(found)


def test_the_way_back_in_a_history_is_a_line_and_not_a_page(
    cast: Cast, order: int, window_of: Callable[..., Window]
) -> None:
    with acting_as(for_user(cast.agent, request="an edit to take back")), transaction.atomic():
        editing.edit_order(Order(pk=order), by=cast.agent, values={"channel": "Phone, at noon"}, was={})

    page = window_of("agent").open(f"/orders/{order}/").page

    box = page.get_by_role("button", name="Take back").first.bounding_box()
    assert box is not None
    assert box["height"] < 48


def test_everybody_can_read_the_pages_outside(new_window: Callable[..., Window], cast: Cast) -> None:
    window = new_window(bypass_csp=True)
    found = [one for path in OUTSIDE for one in visit(window, path, lambda page: headings(page) + axe(page))]
    assert not found, "\n".join(found)


def test_open_dialogs_and_menus_can_be_read(cast: Cast, order: int, window_of: Callable[..., Window]) -> None:
    page = window_of("manager", bypass_csp=True).board().page
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [role=option]").first).to_be_visible()
    found = axe(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    found += axe(page)
    page.keyboard.press("Escape")
    page.locator("button.chip", has_text="Filter").click()
    expect(page.locator("#filter fieldset").first).to_be_visible()
    found += axe(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("person", sorted({person for person, _ in PAGES}))
def test_no_page_scrolls_sideways_on_a_phone(
    person: str, cast: Cast, order: int, window_of: Callable[..., Window]
) -> None:
    window = window_of(person, **PHONE)
    found = []
    for path in (path for who, path in PAGES if who == person):
        found += visit(window, path.format(order=order, person=cast.agent.pk), sideways)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("person", ["manager", "accountant", "admin"])
def test_no_table_is_wider_than_a_small_laptop(
    person: str, cast: Cast, order: int, window_of: Callable[..., Window]
) -> None:
    make.order_in("in_production", cast.agent, cast.production, name="Muhammad Siddiqui", lines=[LONG, LONG])
    window = window_of(person, viewport={"width": 1280, "height": 720})
    found = []
    for path in (path for who, path in PAGES if who == person):
        found += visit(window, path.format(order=order, person=cast.agent.pk), sideways)
    assert not found, "\n".join(found)


def test_a_phone_shows_one_lane_and_a_tab_bar(cast: Cast, order: int, window_of: Callable[..., Window]) -> None:
    page = window_of("manager", **PHONE).open("/orders/").page
    tabs = page.get_by_role("navigation", name="Main, short")
    expect(tabs).to_be_visible()
    expect(page.get_by_role("navigation", name="Main", exact=True)).to_be_hidden()
    widths = page.locator(".lane").evaluate_all("lanes => lanes.map(lane => lane.getBoundingClientRect().width)")
    assert min(widths) > 300
    chips = page.get_by_role("navigation", name="Stages")
    chips.get_by_role("link", name="Ready to ship").click()
    expect(page.locator("#lane-ready_to_ship")).to_be_in_viewport(ratio=0.8)
    small = page.locator("nav.tabbar a, nav.tabbar button").evaluate_all(
        "links => links.filter(link => link.offsetHeight < 40).map(link => link.textContent)"
    )
    assert not small
    tabs.get_by_role("button", name="More").tap()
    expect(page.locator("#more")).to_be_visible()


def test_paper_is_light_and_without_navigation(cast: Cast, order: int, window_of: Callable[..., Window]) -> None:
    page = window_of("manager").open(f"/orders/{order}/").page
    page.keyboard.press("Shift+D")
    page.emulate_media(media="print")
    expect(page.locator(".side")).to_be_hidden()
    expect(page.locator(".acts")).to_be_hidden()
    expect(page.locator("h2.title")).to_be_visible()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") in {
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    }
    assert page.evaluate("() => getComputedStyle(document.querySelector('h2.title')).color") != "rgb(233, 234, 238)"


KB = 1024
LIMITS = {"css": 15 * KB, "js": 35 * KB, "all": 92 * KB}  # of the 100 that a page may weigh: room for what comes


@pytest.mark.parametrize("path", ["/orders/", "/orders/list/", "/orders/{order}/"])
def test_a_page_is_light_on_the_wire(path: str, cast: Cast, order: int, window_of: Callable[..., Window]) -> None:
    """Bytes of a first visit, as they cross the network (ruling 29)."""
    window = window_of("manager")
    network = window.context.new_cdp_session(window.page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    answers: dict[str, str] = {}
    total = {"css": 0, "js": 0, "all": 0}

    def said(event: Any) -> None:
        if event["type"] not in {"Fetch", "XHR", "EventSource"}:  # asked for when the page stands already
            answers[event["requestId"]] = event["response"]["url"].rpartition(".")[2]

    def done(event: Any) -> None:
        if event["requestId"] in answers:
            kind = answers[event["requestId"]]
            for part in {"all", kind} & total.keys():
                total[part] += int(event["encodedDataLength"])

    network.on("Network.responseReceived", said)
    network.on("Network.loadingFinished", done)
    window.open(path.format(order=order)).live()

    assert total["css"]
    assert total["js"]
    assert {kind: weight for kind, weight in total.items() if weight > LIMITS[kind]} == {}
