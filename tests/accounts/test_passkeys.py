"""A real browser makes a passkey and comes in without a password, under the strict content policy."""

import os
from collections.abc import Iterator

import pytest
from django.urls import reverse

from tests.cast import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tab() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("OPS_CHROMIUM"), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium.new_page()
        chromium.close()


def give_passkey(tab) -> None:
    """The browser's own stand-in for a fingerprint reader."""
    session = tab.context.new_cdp_session(tab)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_made_and_signs_in_without_a_password(cast, live_server, tab):
    origin = live_server.url.replace("127.0.0.1", "localhost")
    broken: list[str] = []
    tab.on(
        "console", lambda message: broken.append(message.text) if "Content Security Policy" in message.text else None
    )
    give_passkey(tab)

    tab.goto(origin + reverse("account_login"))
    tab.fill("[name=login]", cast.agent.email)
    tab.fill("[name=password]", PASSWORD)
    tab.press("[name=password]", "Enter")
    tab.wait_for_url(lambda url: "/login/" not in url)
    tab.goto(origin + reverse("mfa_add_webauthn"))
    tab.fill("[name=password]", PASSWORD)
    tab.press("[name=password]", "Enter")
    tab.fill("[name=name]", "Omar's phone")
    tab.check("[name=passwordless]")
    tab.click("#mfa_webauthn_add")
    tab.wait_for_url(lambda url: "/add/" not in url)

    tab.goto("about:blank")  # the page that is left still asks for its live ticket
    tab.context.clear_cookies()
    tab.goto(origin + reverse("account_login"))
    tab.click("#passkey_login")
    tab.wait_for_url(lambda url: "/login/" not in url)
    tab.goto(origin + reverse("mfa_list_webauthn"))

    assert "Omar's phone" in tab.inner_text("main")
    assert broken == []
