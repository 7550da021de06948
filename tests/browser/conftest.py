"""A served shop and a Chromium for each worker; windows in which people of the cast are signed in."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import database
from tests.browser.shop import Server
from tests.browser.window import Window, sign_in
from tests.cast import PASSWORD, PEOPLE, Cast

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
HERE = Path(__file__).parent
expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = os.environ.get("OPS_CHROMIUM")
    if not program:
        pytest.fail("The browser tests need Chromium: install it, or set OPS_CHROMIUM to its program.")
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    # Playwright runs a loop in this thread, so Django takes our plain database calls for calls out of a coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS + root)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "one")
    served = Server(f"test_opsdeck_browser_{worker}_{os.getpid()}")
    database.copy_template(served.database)
    served.start()
    yield served
    served.stop()
    database.drop(served.database)


@pytest.fixture
def cast(server: Server, django_db_blocker: Any) -> Iterator[Cast]:
    """The people of the served shop; while a test runs, this process works in the same database.

    The desk is empty at the start: a lane shows thirty cards, and the orders of other tests would push a new one out.
    """
    from django.db import connections

    from accounts.models import User
    from ops.db.actor import acting_as, door

    with database.as_owner(server.database) as owner:
        owner.execute("truncate orders_order, customers_customer cascade")
    default = connections["default"]
    with django_db_blocker.unblock():
        default.close()
        before, default.settings_dict["NAME"] = default.settings_dict["NAME"], server.database
        with acting_as(door()):
            people = {user.email: user for user in User.objects.all()}
        try:
            yield Cast(**{name: people[email] for name, (email, _, _) in PEOPLE.items()})
        finally:
            default.close()
            default.settings_dict["NAME"] = before


@dataclass
class Keys:
    """Cookies of everybody who signed in before: each goes through the sign-in page once a worker."""

    states: dict[str, Any] = field(default_factory=dict)

    def without_tickets(self) -> None:
        """The hub was started again, so tickets from before are refused; pages give new ones."""
        for state in self.states.values():
            state["cookies"] = [cookie for cookie in state["cookies"] if not cookie["name"].startswith("ops_live")]


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys()


@pytest.fixture
def windows() -> Iterator[list[Window]]:
    """Every window of this test; none may have complained."""
    opened: list[Window] = []
    yield opened
    complaints = [said for window in opened for said in window.complaints()]
    for window in opened:
        window.context.close()
    assert not complaints, complaints


@pytest.fixture
def new_window(browser: Browser, server: Server, windows: list[Window]) -> Callable[..., Window]:
    """A window in which nobody is signed in yet."""

    def opened(**options: Any) -> Window:
        options = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce", **options}
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        window = Window(context, context.new_page(), server.url)
        windows.append(window)
        return window

    return opened


@pytest.fixture
def window_of(cast: Cast, keys: Keys, new_window: Callable[..., Window], server: Server) -> Callable[..., Window]:
    """`window_of("manager")`: a window of somebody of the cast, or of anybody by their address."""

    def opened(person: str, **options: Any) -> Window:
        email = PEOPLE[person][0] if person in PEOPLE else person
        if email not in keys.states:
            first = new_window()
            sign_in(first.page, server.url, email, PASSWORD)
            keys.states[email] = first.context.storage_state()
            if not options:
                return first
        return new_window(storage_state=keys.states[email], **options)

    return opened


@pytest.fixture
def tab_of(windows: list[Window]) -> Callable[[Window], Window]:
    """One more tab of the same window."""

    def opened(window: Window) -> Window:
        page: Page = window.context.new_page()
        windows.append(tab := Window(window.context, page, window.base))
        return tab

    return opened
