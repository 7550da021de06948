"""Coming in, staying in, being shut out: through the real pages, as a browser sees them."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import SignIn
from ops import outbox
from ops.db.actor import acting_as, door, mailer
from ops.models import OutboxMail
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(client: Client, email: str, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def is_in(client: Client) -> bool:
    return client.get(reverse("accounts:me")).status_code == 200


def test_everybody_signs_in_with_e_mail_and_password(cast, client):
    for person in cast.everyone():
        browser = Client()
        response = sign_in(browser, person.email.upper())

        assert (response.status_code, response["Location"]) == (302, "/")
        assert is_in(browser)


def test_a_wrong_password_says_so_and_keeps_the_e_mail(cast, client):
    response = sign_in(client, cast.agent.email, "wrong")

    assert "do not belong together" in response.content.decode()
    assert f'value="{cast.agent.email}"' in response.content.decode()
    assert not is_in(client)


def test_a_stranger_gets_the_same_answer_as_a_wrong_password(cast):
    known, unknown = (sign_in(Client(), email, "wrong") for email in (cast.agent.email, "nobody@cast.example"))

    def sentence(response):
        return re.findall(r'class="note bad"[^>]*>([^<]+)', response.content.decode())

    assert sentence(known) == sentence(unknown) != []


def test_guessing_is_slowed_down_even_with_the_right_password_at_last(cast, client):
    for _ in range(5):
        sign_in(client, cast.agent.email, "wrong")

    response = sign_in(client, cast.agent.email)

    assert "Too many tries" in response.content.decode()
    assert not is_in(client)


def test_coming_in_is_remembered(cast, client):
    sign_in(client, cast.agent.email)

    with acting_as(door()):
        assert SignIn.objects.get(user=cast.agent).last_at is not None


def test_nobody_signs_up(client):
    response = client.post(
        reverse("account_signup"),
        {"email": "me@evil.example", "password1": "a long password", "password2": "a long password"},
    )

    assert "do not sign up" in response.content.decode()


def test_a_deactivated_person_is_out_at_the_next_request_and_told_why_at_the_door(cast, client_of, as_person, client):
    browser = client_of(cast.agent)
    assert is_in(browser)

    with as_person(cast.admin):
        actions.deactivate_person(cast.agent, by=cast.admin)

    assert not is_in(browser)
    told = client.post(reverse("account_login"), {"login": cast.agent.email, "password": PASSWORD}, follow=True)
    assert "Your account was deactivated" in told.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize(
    "change",
    [
        lambda cast: actions.change_role(cast.agent, by=cast.admin, role="manager"),
        lambda cast: actions.change_overrides(cast.agent, by=cast.admin, add=["health"], remove=[]),
        lambda cast: actions.sign_out_everywhere(cast.agent, by=cast.admin),
        lambda cast: actions.set_password(cast.agent, by=cast.admin, password="another horse"),
    ],
)
def test_every_session_ends_when_rights_or_the_password_change(cast, client_of, as_person, change):
    browser, other = client_of(cast.agent), client_of(cast.other_agent)

    with as_person(cast.admin):
        change(cast)

    assert not is_in(browser)
    assert is_in(other)


def test_a_new_password_keeps_this_device_and_ends_the_others(cast):
    here, there = Client(), Client()
    for browser in (here, there):
        sign_in(browser, cast.agent.email)

    response = here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "battery staple 9", "password2": "battery staple 9"},
    )

    assert response.status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert sign_in(Client(), cast.agent.email, "battery staple 9").status_code == 302


def test_sign_out_everywhere_ends_this_device_too(cast, client_of):
    here, there = client_of(cast.agent), client_of(cast.agent)

    here.post(reverse("accounts:my_sign_out_everywhere"))

    assert not is_in(here)
    assert not is_in(there)


def test_sessions_are_listed_and_ended_one_by_one_and_all_at_once(cast):
    here, phone, other = (Client(headers={"user-agent": agent}) for agent in ("Firefox Windows", "CriOS iPhone", "x"))
    for browser in (here, phone, other):
        sign_in(browser, cast.agent.email)

    page = here.get(reverse("usersessions_list")).content.decode()
    assert "Firefox on Windows" in page
    assert "Chrome on iPhone" in page
    ends = re.findall(r"/accounts/me/sessions/\d+/end/", page)
    assert len(ends) == 2

    here.post(ends[0])
    assert [is_in(browser) for browser in (here, phone, other)].count(True) == 2
    here.post(reverse("usersessions_list"))
    assert [is_in(browser) for browser in (here, phone, other)] == [True, False, False]


def test_the_session_of_somebody_else_cannot_be_ended(cast):
    mine, theirs = Client(), Client()
    sign_in(mine, cast.agent.email)
    sign_in(theirs, cast.other_agent.email)
    end = re.search(r"since", theirs.get(reverse("usersessions_list")).content.decode())
    assert end
    with acting_as(door()):
        from allauth.usersessions.models import UserSession

        pk = UserSession.objects.get(user=cast.other_agent).pk

    mine.post(reverse("accounts:session_end", args=[pk]))

    assert is_in(theirs)


def sent_link() -> str:
    with acting_as(mailer()):
        outbox.send_waiting()
    return re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)[1]


def test_a_forgotten_password_is_replaced_by_mail_once(cast, client):
    client.post(reverse("account_reset_password"), {"email": cast.agent.email})
    link = sent_link()

    form = client.get(link)["Location"]
    done = client.post(form, {"password1": "battery staple 9", "password2": "battery staple 9"})

    assert done.status_code == 302
    assert sign_in(Client(), cast.agent.email, "battery staple 9").status_code == 302
    assert "This link has ended" in Client().get(link).content.decode()


def test_asking_for_a_stranger_says_the_same_and_sends_nothing(client):
    response = client.post(reverse("account_reset_password"), {"email": "nobody@cast.example"}, follow=True)

    assert "Look into your mail" in response.content.decode()
    with acting_as(mailer()):
        assert not OutboxMail.objects.exists()


def test_admins_themselves_cannot_read_the_link(cast, as_person, client):
    client.post(reverse("account_reset_password"), {"email": cast.agent.email})

    with as_person(cast.owner), pytest.raises(Exception, match="permission denied"):
        list(OutboxMail.objects.all())


def test_pages_of_the_door_run_no_inline_script_and_no_inline_style(cast, client, client_of):
    browser = client_of(cast.agent)
    for reader, names in (
        (client, ["account_login", "account_reset_password", "account_reset_password_done", "account_inactive"]),
        (browser, ["account_logout", "account_change_password", "mfa_index", "usersessions_list", "accounts:me"]),
    ):
        for name in names:
            response = reader.get(reverse(name))
            page = response.content.decode()
            assert response.status_code == 200, name
            assert "script-src 'self'" in response["Content-Security-Policy"]
            assert not re.findall(r"<script(?![^>]*(src=|application/json))", page), name
            assert not re.findall(r"\sstyle=|\son\w+=|<style", page), name
            assert page.count("<h1") == 1, name


def test_a_letter_says_that_the_password_was_changed(cast, client):
    sign_in(client, cast.agent.email)
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "battery staple 9", "password2": "battery staple 9"},
    )
    with acting_as(mailer()):
        outbox.send_waiting()

    assert "Your password was changed" in mail.outbox[-1].subject
    assert "127.0.0.1" in mail.outbox[-1].body


def test_the_form_of_a_reset_link_speaks_our_words(cast, client):
    client.post(reverse("account_reset_password"), {"email": cast.agent.email})
    page = client.get(sent_link(), follow=True).content.decode()

    assert "The new one again" in page
    assert "At least ten characters" in page
