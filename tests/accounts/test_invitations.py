"""An invitation: sent, sent again, taken back, ended, followed once; it makes nobody greater (A23)."""

import re
from hashlib import sha256

import pytest
from django.core import mail
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts import actions, emails, invitations
from accounts.models import SignIn, User
from ops import outbox
from ops.db.actor import acting_as, door, for_link, mailer
from ops.errors import Refused
from ops.models import OutboxMail
from tests.races.together import together

pytestmark = pytest.mark.django_db
PASSWORD = "battery staple 9"


@pytest.fixture
def newcomer(cast, as_person) -> User:
    with as_person(cast.admin):
        return actions.add_person(email="zara@shop.example", name="Zara Ali", role="production", by=cast.admin)


def follow(browser: Client, token: str, password: str = PASSWORD):
    return browser.post(reverse("invitation", args=[token]), {"password1": password, "password2": password})


def test_adding_somebody_sends_a_letter_that_lets_them_in(cast, client_of, client):
    client_of(cast.admin).post(
        reverse("people:person_add"), {"name": "Zara Ali", "email": "zara@shop.example", "role": "production"}
    )
    with acting_as(mailer()):
        outbox.send_waiting()
    letter = mail.outbox[-1]
    link = re.search(r"http://testserver(/welcome/\S+/)", letter.body)[1]

    assert letter.to == ["zara@shop.example"]
    assert "Ayesha Khan has added you" in letter.body
    shown = client.get(link).content.decode()
    assert "Welcome, Zara Ali" in shown
    assert "work as Production" in shown
    client.post(link, {"password1": PASSWORD, "password2": PASSWORD})
    client.post(reverse("account_login"), {"login": "zara@shop.example", "password": PASSWORD})
    assert client.get(reverse("accounts:me")).status_code == 200
    with acting_as(door()):
        assert SignIn.objects.get(user__email="zara@shop.example").state == "came in"


@pytest.mark.django_db(transaction=True)  # a used link goes on showing until its own transaction ends
def test_looking_uses_nothing_up_and_following_does(cast, as_person, newcomer, client):
    with as_person(cast.admin):
        token, _ = invitations.invite(newcomer, by=cast.admin)

    assert [client.get(reverse("invitation", args=[token])).status_code for _ in range(3)] == [200, 200, 200]
    assert follow(client, token)["Location"] == reverse("account_login")
    assert follow(Client(), token, "another horse 7").status_code == 404
    assert client.get(reverse("invitation", args=[token])).status_code == 404


def test_sending_again_ends_the_first_and_taking_back_ends_all(cast, client_of, as_person, newcomer, client):
    with as_person(cast.admin):
        first, _ = invitations.invite(newcomer, by=cast.admin)
        second, _ = invitations.invite(newcomer, by=cast.admin)
    assert client.get(reverse("invitation", args=[first])).status_code == 404
    assert client.get(reverse("invitation", args=[second])).status_code == 200

    admin = client_of(cast.admin)
    detail = reverse("people:person_detail", args=[newcomer.pk])
    assert "invited until" in admin.get(detail).content.decode()
    admin.post(reverse("people:person_uninvite", args=[newcomer.pk]))
    assert client.get(reverse("invitation", args=[second])).status_code == 404
    assert "the invitation has ended" in admin.get(detail).content.decode()
    refused = admin.post(reverse("people:person_uninvite", args=[newcomer.pk]))
    assert "No invitation of Zara Ali is open" in refused.content.decode()


def test_it_ends_after_seven_days(cast, as_person, newcomer, client):
    with as_person(cast.admin), connection.cursor() as cursor:
        cursor.execute("select ops.invite(%s, %s, clock_timestamp() + interval '50 ms'), pg_sleep(0.1)",
                       [newcomer.pk, sha256(b"short").digest()])  # fmt: skip

    assert client.get(reverse("invitation", args=["short"])).status_code == 404


@pytest.mark.parametrize(
    ("typed", "says"), [("short", "too short"), ("zara@shop.example", "too similar"), ("password12", "too common")]
)
def test_a_weak_password_is_refused_and_the_link_stays(cast, as_person, newcomer, client, typed, says):
    with as_person(cast.admin):
        token, _ = invitations.invite(newcomer, by=cast.admin)

    answer = follow(client, token, typed)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert follow(client, token).status_code == 302


def test_an_altered_token_opens_nothing(cast, as_person, newcomer, client):
    with as_person(cast.admin):
        token, _ = invitations.invite(newcomer, by=cast.admin)

    assert client.get(reverse("invitation", args=[token[:-1] + ("a" if token[-1] != "a" else "b")])).status_code == 404


def test_deactivated_meanwhile_the_link_opens_nothing(cast, as_person, newcomer, client):
    with as_person(cast.admin):
        token, _ = invitations.invite(newcomer, by=cast.admin)
        actions.deactivate_person(newcomer, by=cast.admin)

    assert follow(client, token).status_code == 404


def test_nobody_becomes_somebody_else_by_an_invitation(cast, as_person, newcomer):
    """Raw SQL as people admins: for who has come in, for who may do more, straight into the table."""
    with acting_as(door()):
        SignIn.objects.create(user=cast.owner, last_at="2026-01-01T00:00:00Z")
    until = "clock_timestamp() + interval '1 day'"
    for by, person, says in (
        (cast.admin, cast.owner, "has come in already"),
        (cast.sysadmin, cast.manager, "not yours to give"),
    ):
        with as_person(by), pytest.raises(Error, match=says), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"select ops.invite(%s, 'x', {until})", [person.pk])
    forged = (
        "insert into ops_signedlink (kind, subject_id, token_sha256, expires_at, uses_left)"
        f" values ('invite', {cast.owner.pk}, sha256('mine'), {until}, 1)"
    )
    for by in (cast.admin, cast.owner, cast.agent):
        with as_person(by), pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(forged)
    with as_person(cast.agent), pytest.raises(Error, match="permission denied"), transaction.atomic():
        invitations.invite(newcomer, by=cast.agent)


def test_a_link_of_another_kind_is_no_invitation(cast, as_person, newcomer):
    with acting_as(for_link("nothing")), connection.cursor() as cursor:
        cursor.execute("select count(*) from ops.invited()")
        assert cursor.fetchone() == (0,)
        cursor.execute("select ops.accept_invitation()")
        assert cursor.fetchone() == (None,)


def test_sessions_are_shown_to_people_admins_without_their_keys(cast, as_person, client_of):
    with acting_as(door()):
        from allauth.usersessions.models import UserSession
        from django.utils import timezone

        UserSession.objects.create(
            user=cast.agent,
            session_key="s" * 32,
            ip="10.0.0.7",
            user_agent="Firefox Windows",
            last_seen_at=timezone.now(),
        )

    shown = client_of(cast.admin).get(reverse("people:person_detail", args=[cast.agent.pk])).content.decode()

    assert "Firefox on Windows" in shown
    assert "10.0.0.7" in shown
    assert "s" * 32 not in shown
    with as_person(cast.manager), pytest.raises(Error, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("select * from ops.sessions_of(%s)", [cast.agent.pk])


def test_when_somebody_last_came_in_is_for_people_admins(cast, client_of):
    with acting_as(door()):
        SignIn.objects.create(user=cast.agent, last_at="2026-01-05T10:00:00Z")

    assert "Last came in" in client_of(cast.admin).get(reverse("people:person_list")).content.decode()
    for person in (cast.manager, cast.agent):
        assert "Last came in" not in client_of(person).get(reverse("people:person_list")).content.decode()
    waiting = client_of(cast.admin).get(reverse("people:person_list"), {"came": "0"}).content.decode()
    assert "Sana Noor" in waiting
    assert "Omar Aziz" not in waiting.partition("<tbody")[2]


def test_the_letter_is_read_by_its_reader_alone(cast, as_person, newcomer):
    with as_person(cast.admin):
        emails.send_invitation(newcomer, by=cast.admin, origin="http://testserver")
        with pytest.raises(Error, match="permission denied"), transaction.atomic():
            list(OutboxMail.objects.all())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_follow_it_at_once_one_is_let_in(cast, as_person, newcomer):
    with as_person(cast.admin):
        token, _ = invitations.invite(newcomer, by=cast.admin)

    def accept(password: str):
        def run():
            with acting_as(door()):
                return invitations.accept(token, password=password)

        return run

    answers = together(accept(PASSWORD), accept("another horse 7"))

    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]
