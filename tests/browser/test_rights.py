"""Rights change while people work: the next click obeys, and no stream outlives the right to it."""

import re
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from django.db import transaction
from playwright.sync_api import expect

from accounts import actions
from accounts.models import User
from ops.db.actor import acting_as, for_user
from tests.browser import shelf as make
from tests.browser.shop import DEAD_VALKEY, Server
from tests.browser.window import Window
from tests.cast import PASSWORD, Cast

_newcomers = count(1)


@pytest.fixture
def newcomer(cast: Cast) -> Callable[[str], User]:
    """Somebody who may be spoiled: the cast is everybody's."""

    def hired(role: str) -> User:
        number = next(_newcomers)
        with acting_as(for_user(cast.admin, request=f"hire-{number}")), transaction.atomic():
            return actions.add_person(
                email=f"newcomer{number}@cast.example", name=f"New Comer {number}", role=role, by=cast.admin,
                password=PASSWORD,
            )  # fmt: skip

    return hired


def test_a_role_changed_in_another_window_is_obeyed_at_the_next_click(
    cast: Cast, newcomer: Callable[[str], User], window_of: Callable[..., Window]
) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    person = newcomer("manager")
    window = window_of(person.email).board()
    expect(window.card(order.pk)).to_be_visible()
    window.excuse("status of (401|403)")

    admin = window_of("admin").open(f"/people/{person.pk}/").page
    admin.get_by_label("Role", exact=True).select_option("sales_agent")
    admin.get_by_role("button", name="Change the role").click()
    expect(admin.locator("body")).to_contain_text("Sales agent")

    expect(window.page.locator("#live-state")).not_to_have_text("Live", timeout=2_000)
    window.open("/orders/")
    if "/accounts/login/" in window.page.url:
        window.page.get_by_label("E-mail").fill(person.email)
        window.page.get_by_label("Password", exact=True).fill(PASSWORD)
        window.page.keyboard.press("Enter")
        window.page.wait_for_url("**/orders/")
    expect(window.page.locator("#lanes")).to_be_visible()
    assert order.number not in window.page.content()


def test_somebody_deactivated_is_signed_out(
    cast: Cast, newcomer: Callable[[str], User], window_of: Callable[..., Window]
) -> None:
    person = newcomer("sales_agent")
    window = window_of(person.email).board()
    window.excuse("status of (401|403)")

    admin = window_of("admin").open(f"/people/{person.pk}/").page
    admin.get_by_role("button", name="Deactivate").click()
    expect(admin.get_by_text("was deactivated and cannot sign in")).to_be_visible()

    expect(window.page.locator("#live-state")).to_have_text("Signed out", timeout=4_000)
    window.open("/orders/list/")
    assert "/accounts/login/" in window.page.url


def test_an_altered_live_cookie_gets_no_stream_and_the_page_recovers(
    cast: Cast, window_of: Callable[..., Window]
) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    window = window_of("manager").board()
    [ticket] = [cookie for cookie in window.context.cookies() if cookie["name"] == "ops_live"]
    altered = ticket["value"][:-2] + ("aa" if ticket["value"][-2:] != "aa" else "bb")
    window.context.add_cookies([ticket | {"value": altered}])  # type: ignore[list-item, operator]

    refused: list[int] = []
    window.page.on("response", lambda answer: refused.append(answer.status) if answer.url.endswith("/live/") else None)
    window.open("/orders/")
    window.live()
    window.page.wait_for_timeout(500)  # word of an answer may come later than what it did on the page

    assert refused == [200, 200]  # told to ask for a ticket, then served; nothing of it on the console
    window.press(order.pk, "]")
    expect(window.card_in(order.pk, "ready_to_ship")).to_be_visible()


def test_another_agents_order_is_not_there_by_its_address(cast: Cast, window_of: Callable[..., Window]) -> None:
    order = make.order(cast.agent, name="Secret Siddiqui")
    window = window_of("other_agent")
    window.excuse("status of 404")
    answer = window.page.goto(f"{window.base}/orders/{order.pk}/")
    assert answer is not None
    assert answer.status == 404
    assert not re.search("Secret|ORD-", window.page.locator("main").inner_text())
    expect(window.page.locator("h1")).to_have_count(1)


@pytest.fixture(scope="session")
def without_valkey(server: Server) -> Iterator[Server]:
    alone = Server(server.database, changes={"REDIS_URL": DEAD_VALKEY})
    alone.start()
    yield alone
    alone.stop()


def test_pages_and_moves_work_while_valkey_is_gone(
    cast: Cast, window_of: Callable[..., Window], without_valkey: Server
) -> None:
    order = make.order_in("in_production", cast.agent, cast.production)
    window = window_of("manager")
    window.base = without_valkey.url
    window.board()
    window.press(order.pk, "]")
    expect(window.card_in(order.pk, "ready_to_ship")).to_be_visible()
    expect(window.toast).to_be_visible()
    window.open(f"/orders/{order.pk}/")
    expect(window.page.get_by_role("heading", level=1)).to_have_text(order.number)
    window.open("/orders/list/?q=Ayesha")
    expect(window.page.locator("#count")).to_be_visible()
