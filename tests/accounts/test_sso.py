"""Single sign-on through a provider that really answers: who comes in, who not, what a bad provider may try."""

from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import SignIn, User
from ops.db.actor import acting_as, door, greeter
from tests.oidc_provider import CLIENT, SECRET, Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings):
    started = Provider().start()
    settings.OIDC_ISSUER, settings.OIDC_NAME, settings.OIDC_DEFAULT_ROLE = started.issuer, "Shop ID", ""
    app = {"provider_id": "sso", "name": "Shop ID", "client_id": CLIENT, "secret": SECRET}
    app["settings"] = {"server_url": started.issuer}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield started
    started.stop()


def knows(provider: Provider, user: User, **claims: object) -> None:
    provider.people["x"] = {"name": user.name, "email": user.email, "email_verified": True, **claims}
    provider.at_browser = "x"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def come(browser: Client):
    """Press the button, go to the provider, come back as a browser would."""
    asked = browser.post(reverse("accounts:sso_begin"))
    assert asked.status_code == 302, asked.content.decode()
    try:
        build_opener(_Stay).open(asked["Location"])
    except OSError as answer:
        return browser.get(answer.headers["Location"].removeprefix("http://testserver"))
    raise AssertionError("The provider did not send anybody back.")


def is_in(browser: Client) -> bool:
    return browser.get(reverse("accounts:me")).status_code == 200


def test_somebody_who_is_here_comes_in_by_their_verified_address(cast, provider, client):
    knows(provider, cast.agent, email=cast.agent.email.upper())

    assert come(client)["Location"] == "/"
    assert "Omar Aziz" in client.get(reverse("accounts:me")).content.decode()
    discovery = "/.well-known/openid-configuration"
    assert provider.seen == [discovery, "/authorize", discovery, "/token", "/userinfo", "/keys"]
    with acting_as(door()):
        assert SignIn.objects.get(user=cast.agent).last_at is not None


def test_the_question_carries_pkce_and_a_state(cast, provider, client):
    asked = client.post(reverse("accounts:sso_begin"))["Location"]

    assert asked.startswith(f"{provider.issuer}/authorize?")
    for part in ("code_challenge_method=S256", "code_challenge=", "state=", "response_type=code", "openid"):
        assert part in asked


def test_next_time_they_are_known_by_the_providers_own_name(cast, provider):
    knows(provider, cast.agent)
    come(Client())
    provider.people["x"]["email"] = "married@shop.example"
    browser = Client()

    come(browser)

    assert "Omar Aziz" in browser.get(reverse("accounts:me")).content.decode()


def test_the_sign_in_page_offers_it_only_when_it_is_set_up(provider, client, settings):
    assert "Sign in with Shop ID" in client.get(reverse("account_login")).content.decode()
    settings.OIDC_ISSUER = ""
    assert "Sign in with" not in client.get(reverse("account_login")).content.decode().replace(
        "Sign in with a passkey", ""
    )
    assert client.post(reverse("accounts:sso_begin")).status_code == 404


@pytest.mark.parametrize("verified", [False, None, "false", "true", 1])
def test_an_address_that_is_not_vouched_for_lets_nobody_in(cast, provider, client, verified):
    knows(provider, cast.agent, email_verified=verified)

    answer = come(client)

    assert answer.status_code == 422
    assert "did not vouch for your e-mail address" in answer.content.decode()
    assert not is_in(client)


def test_a_stranger_is_not_signed_up(cast, provider, client):
    provider.people["x"] = {"name": "Eve", "email": "eve@evil.example", "email_verified": True}
    provider.at_browser = "x"

    answer = come(client)

    assert "Nobody here signs in with eve@evil.example" in answer.content.decode()
    with acting_as(door()):
        assert not User.objects.filter(email="eve@evil.example").exists()


def test_a_deactivated_person_stays_out(cast, provider, client, as_person):
    with as_person(cast.admin):
        actions.deactivate_person(cast.agent, by=cast.admin)
    knows(provider, cast.agent)

    answer = come(client)

    assert not is_in(client)
    assert answer.status_code in {302, 422}


def test_a_newcomer_is_let_in_where_the_shop_names_a_role(cast, provider, client, settings):
    settings.OIDC_DEFAULT_ROLE = "production"
    provider.people["x"] = {"name": "Zara Ali", "email": "Zara@Shop.example", "email_verified": True}
    provider.at_browser = "x"

    come(client)

    assert is_in(client)
    with acting_as(door()):
        added = User.objects.get(email="zara@shop.example")
    assert (added.name, added.role_id) == ("Zara Ali", "production")
    assert set(added.scopes) == {"staff", "orders_floor", "stock_read"}


@pytest.mark.parametrize("role", ["manager", "admin", "owner", "accountant", "nothing"])
def test_no_wide_role_is_given_to_newcomers_whatever_the_setting_says(cast, provider, client, settings, role):
    settings.OIDC_DEFAULT_ROLE = role
    provider.people["x"] = {"name": "Eve", "email": "eve@evil.example", "email_verified": True}
    provider.at_browser = "x"

    answer = come(client)

    assert answer.status_code == 422
    assert not is_in(client)
    with acting_as(door()):
        assert not User.objects.filter(email="eve@evil.example").exists()


def test_raw_sql_as_the_greeter_adds_narrow_roles_and_nothing_else(cast):
    insert = (
        "insert into accounts_user (email, name, role, overrides, is_active, epoch)"
        " values ('eve@evil.example', 'Eve', 'manager', '{}', true, 0)"
    )
    for sql, says in (
        (insert, "not yours to give"),
        ("select * from accounts_user", "permission denied"),
        ("update accounts_user set role = 'owner'", "permission denied"),
        ("select * from accounts_credential", "permission denied"),
    ):
        with (
            acting_as(greeter()),
            pytest.raises(Error, match=says),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


# --- what a bad provider, or somebody between, may try -----------------------------------------------------------


def _other_key(provider: Provider) -> None:
    provider.signs_with = rsa.generate_private_key(65537, 2048)


def _unsigned(provider: Provider) -> None:
    provider.signs_with, provider.algorithm = "", "none"


def _shared_secret(provider: Provider) -> None:
    provider.signs_with, provider.algorithm = SECRET * 3, "HS256"


@pytest.mark.parametrize(
    "lie",
    [
        _other_key,
        _unsigned,
        _shared_secret,
        lambda provider: provider.claims.update(aud="another shop"),
        lambda provider: provider.claims.update(iss="https://evil.example"),
        lambda provider: provider.claims.update(exp=1),
        lambda provider: provider.claims.update(sub="somebody else"),
        lambda provider: provider.userinfo_claims.update(sub="somebody else"),
        lambda provider: setattr(provider, "issuer", provider.issuer.replace("127.0.0.1", "localhost")),
    ],
)
def test_a_lie_lets_nobody_in(cast, provider, client, lie):
    knows(provider, cast.owner)
    lie(provider)

    try:
        come(client)
    except AssertionError as refused_before_the_journey:
        assert "did not work" in str(refused_before_the_journey)

    assert not is_in(client)


def test_a_code_works_once_and_a_state_of_somebody_else_not_at_all(cast, provider):
    knows(provider, cast.agent)
    asked = Client().post(reverse("accounts:sso_begin"))["Location"]
    with pytest.raises(OSError, match="302") as answer:
        build_opener(_Stay).open(asked)
    victim = Client()

    victim.get(answer.value.headers["Location"].removeprefix("http://testserver"))

    assert not is_in(victim)


def test_a_provider_that_is_away_is_a_sentence(cast, provider, client):
    provider.stop()

    answer = client.post(reverse("accounts:sso_begin"))

    assert answer.status_code == 422
    assert "Signing in with Shop ID did not work" in answer.content.decode()
    provider.start()


def test_getting_the_address_starts_nothing(provider, client):
    assert client.get(reverse("accounts:sso_begin")).status_code == 405
