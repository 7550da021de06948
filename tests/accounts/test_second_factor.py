"""Codes from an app and recovery codes; passkeys are driven in a real browser (test_passkeys)."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from accounts.adapters import SecondFactorAdapter
from ops.db.actor import acting_as, door
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(email: str) -> tuple[Client, object]:
    browser = Client()
    return browser, browser.post(reverse("account_login"), {"login": email, "password": PASSWORD})


def prove(browser: Client) -> None:
    """Changing how one signs in asks for the password once more."""
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def code_for(secret: str, *, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def switch_on(browser: Client) -> str:
    prove(browser)
    page = browser.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    assert browser.post(reverse("mfa_activate_totp"), {"code": code_for(secret)}).status_code == 302
    return secret


def test_an_app_code_is_asked_for_once_it_is_switched_on(cast):
    browser, _ = sign_in(cast.agent.email)
    secret = switch_on(browser)

    again, asked = sign_in(cast.agent.email)
    assert asked["Location"].startswith(reverse("mfa_authenticate"))
    assert again.get(reverse("accounts:me")).status_code == 302
    wrong = again.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "code is not right" in wrong.content.decode()

    # A code works once, and one was used to switch it on; the next one counts already, for phones whose clock is ahead.
    again.post(reverse("mfa_authenticate"), {"code": code_for(secret, steps=1)})
    assert again.get(reverse("accounts:me")).status_code == 200


def test_recovery_codes_sign_in_once_each(cast):
    browser, _ = sign_in(cast.agent.email)
    switch_on(browser)
    codes = browser.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]

    lost_phone, _ = sign_in(cast.agent.email)
    lost_phone.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert lost_phone.get(reverse("accounts:me")).status_code == 200

    thief, _ = sign_in(cast.agent.email)
    thief.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert thief.get(reverse("accounts:me")).status_code == 302


def test_second_factors_are_stored_encrypted(cast):
    browser, _ = sign_in(cast.agent.email)
    secret = switch_on(browser)

    with acting_as(door()):
        stored = Authenticator.objects.get(user=cast.agent, type="totp").data["secret"]
    assert secret not in stored
    assert SecondFactorAdapter().decrypt(stored) == secret


def test_an_old_session_proves_itself_before_it_changes_the_second_factor(cast, client_of):
    response = client_of(cast.agent).get(reverse("mfa_activate_totp"))

    assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_the_page_for_a_passkey_carries_its_options_as_data(cast):
    browser, _ = sign_in(cast.agent.email)
    prove(browser)
    page = browser.get(reverse("mfa_add_webauthn")).content.decode()

    assert 'id="js_data" type="application/json"' in page
    assert '"name": "Opsdeck"' in page
