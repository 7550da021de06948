"""Signing in at a provider, in a real browser under our own content policy; then looking as somebody else."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests import database
from tests.browser.shop import Server
from tests.browser.window import Window
from tests.cast import Cast
from tests.oidc_provider import CLIENT, SECRET, Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    started = Provider(asks=True).start()
    started.people["sana"] = {"name": "Sana Noor", "email": "other@cast.example", "email_verified": True}
    started.people["eve"] = {"name": "Eve", "email": "eve@evil.example", "email_verified": True}
    yield started
    started.stop()


@pytest.fixture
def shop(provider: Provider) -> Iterator[Server]:
    served = Server(f"test_opsdeck_sso_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}_{os.getpid()}")
    served.changes = {
        "OPS_OIDC_ISSUER": provider.issuer,
        "OPS_OIDC_CLIENT_ID": CLIENT,
        "OPS_OIDC_CLIENT_SECRET": SECRET,
        "OPS_OIDC_NAME": "Shop ID",
    }
    database.copy_template(served.database)
    served.start()
    yield served
    served.stop()
    database.drop(served.database)


def test_somebody_signs_in_at_the_provider_and_a_stranger_does_not(browser: Browser, shop: Server) -> None:
    for who, comes_in in (("Sana Noor", True), ("Eve", False)):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{shop.url}/accounts/login/")
        page.get_by_role("button", name="Sign in with Shop ID").click()
        page.get_by_role("link", name=who).click()

        if comes_in:
            expect(page.locator("button.who")).to_contain_text("Sana Noor")
        else:
            expect(page.get_by_role("alert")).to_contain_text("Nobody here signs in with eve@evil.example")
        context.close()


def test_an_admin_looks_as_an_agent_in_a_red_frame_and_stops(cast: Cast, window_of: Callable[..., Window]) -> None:
    page = window_of("admin").open(f"/people/{cast.other_agent.pk}/").page
    page.get_by_role("button", name="See what Sana sees").click()

    expect(page.get_by_text("You see what Sana sees. Nothing can be changed.")).to_be_visible()
    frame = page.evaluate("getComputedStyle(document.body, '::after').borderTopColor")
    assert frame == "rgb(198, 42, 29)"
    expect(page.locator("button.who")).to_contain_text("Sana Noor")

    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".viewbar")).to_have_count(0)
    expect(page.locator("button.who")).to_contain_text("Ayesha Khan")
