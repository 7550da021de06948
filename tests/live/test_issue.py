"""Pages hand out tickets: rarely, without a query, and only to the person they are for."""

import time
from collections.abc import Callable
from http.cookies import SimpleCookie

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import RequestFactory

from accounts.models import User
from ops.db.actor import Actor, acting_as, door
from ops.live import nouns, views
from ops.live.filters import Reach
from ops.live.issue import AGE_COOKIE
from ops.live.middleware import TicketMiddleware
from ops.live.tickets import ARRIVED, COOKIE, RENEW_SECONDS, Ticket, unseal

type Answer = Callable[[HttpRequest], HttpResponse]


@pytest.fixture(autouse=True)
def _nouns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nouns, "NOUNS", {})
    monkeypatch.setattr("ops.live.issue.NOUNS", nouns.NOUNS)
    nouns.declare("order", "orders", floor=lambda: ["in_production", "ready_to_ship"])
    nouns.declare("sample", "samples", floor=_never_asked)


def _never_asked() -> list[str]:
    raise AssertionError("the floor of a noun is read only for who works on it")


def a_user(pk: int = 17, scopes: tuple[str, ...] = ("orders_floor", "orders_own"), **more: object) -> User:
    return User(pk=pk, email=f"p{pk}@shop.example", name="Sana", scopes=list(scopes), db_role="odt_p_x", **more)


def a_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><title>Orders</title>")


def visit(
    user: User | AnonymousUser,
    *,
    page: Answer = a_page,
    cookies: dict[str, str] | None = None,
    real_uid: int | None = None,
    arrived: float | None = None,
    session_key: str = "session-one",
) -> HttpResponse:
    """One request as the outer middleware hands it on."""
    request = RequestFactory().get("/orders/")
    request.user = user
    request.session = SessionStore(session_key)
    request.COOKIES.update(cookies or {})
    if arrived is not None:
        request.META[ARRIVED] = arrived
    is_person = isinstance(user, User) and user.is_active
    actor = Actor(user.pk, "odt_p_x", "person", real_uid=real_uid) if is_person else door()
    with acting_as(actor):
        response = TicketMiddleware(page)(request)
    assert isinstance(response, HttpResponse)
    return response


def the_ticket(response: HttpResponse) -> Ticket:
    return unseal(response.cookies[COOKIE].value, time.time())


def kept(response: HttpResponse) -> dict[str, str]:
    """What the browser sends back to an ordinary page."""
    return {AGE_COOKIE: response.cookies[AGE_COOKIE].value}


def test_a_page_gives_a_ticket_for_todays_rights() -> None:
    """Without the database: a query here would fail the test."""
    arrived = time.time() - 0.5

    response = visit(a_user(), arrived=arrived)

    ticket = the_ticket(response)
    assert (ticket.uid, ticket.real_uid) == (17, None)
    assert ticket.sees == {"order": Reach(own=True, floor=frozenset({"in_production", "ready_to_ship"}))}
    # Dated before the rights were read, so that a change in between outdates it.
    assert ticket.issued == pytest.approx(arrived, abs=2e-6)


def test_the_ticket_is_kept_from_pages_scripts_and_other_sites() -> None:
    cookie = visit(a_user()).cookies[COOKIE]

    assert (cookie["path"], cookie["samesite"], cookie["max-age"]) == ("/live/", "Strict", 900)
    assert cookie["httponly"]
    assert "17" not in visit(a_user()).cookies[AGE_COOKIE].value.split(".")[1:]


def test_the_cookie_is_secure_where_the_site_is(settings: object) -> None:
    settings.SESSION_COOKIE_SECURE = True  # type: ignore[attr-defined]

    response = visit(a_user())

    assert response.cookies[COOKIE]["secure"]
    assert response.cookies[AGE_COOKIE]["secure"]


def test_a_young_ticket_is_left_alone() -> None:
    first = visit(a_user())

    assert COOKIE not in visit(a_user(), cookies=kept(first)).cookies


def test_after_five_minutes_any_html_renews_it() -> None:
    first = visit(a_user(), arrived=time.time() - RENEW_SECONDS)

    assert COOKIE in visit(a_user(), cookies=kept(first)).cookies


@pytest.mark.parametrize("stamp", ["", "x", ".", "99999999999.abc", "-5.abc", "1.2.3", "²."])
def test_an_odd_stamp_only_renews(stamp: str) -> None:
    assert COOKIE in visit(a_user(), cookies={AGE_COOKIE: stamp}).cookies


def test_what_is_no_page_gives_no_ticket() -> None:
    assert COOKIE not in visit(a_user(), page=lambda _: JsonResponse({})).cookies
    assert COOKIE not in visit(a_user(), page=lambda _: HttpResponse("x", content_type="text/csv")).cookies


def _others() -> dict[str, dict[str, object]]:
    return {
        "another person": {"user": a_user(18)},
        "View as": {"user": a_user(), "real_uid": 3},
        "a wider role": {"user": a_user(scopes=("orders_all",))},
        "a narrower role": {"user": a_user(scopes=())},
        "rights changed and changed back": {"user": a_user(epoch=1)},
        "another session": {"user": a_user(), "session_key": "session-two"},
    }


@pytest.mark.parametrize("change", _others())
def test_a_ticket_of_other_rights_is_replaced_at_once(change: str) -> None:
    first = visit(a_user())

    second = visit(**_others()[change], cookies=kept(first))  # type: ignore[arg-type]

    assert the_ticket(second).epoch != the_ticket(first).epoch


def test_view_as_carries_the_effective_person() -> None:
    ticket = the_ticket(visit(a_user(17, ("orders_own",)), real_uid=3))

    assert (ticket.uid, ticket.real_uid) == (17, 3)
    assert ticket.reach("order") == Reach(own=True)


def test_a_person_who_is_not_the_actor_gets_none() -> None:
    request = RequestFactory().get("/orders/")
    request.user, request.session = a_user(17), SessionStore("session-one")
    request.COOKIES.update(kept(visit(a_user(17))))

    with acting_as(Actor(18, "odt_p_x", "person")):
        response = TicketMiddleware(a_page)(request)

    assert response.cookies[COOKIE].value == ""  # type: ignore[attr-defined]


def test_pages_of_the_door_leave_the_ticket_alone() -> None:
    """One's own password and sessions are read as the door, by somebody who is still signed in."""
    request = RequestFactory().get("/accounts/sessions/")
    request.user, request.session = a_user(17), SessionStore("session-one")
    request.COOKIES.update(kept(visit(a_user(17))))

    with acting_as(door(17)):
        response = TicketMiddleware(a_page)(request)

    assert not response.cookies  # type: ignore[attr-defined]


def test_nobody_gets_none() -> None:
    assert not visit(AnonymousUser()).cookies


def test_signing_out_takes_the_ticket_back() -> None:
    response = visit(AnonymousUser(), cookies=kept(visit(a_user())))

    jar: SimpleCookie = response.cookies
    assert (jar[COOKIE].value, jar[COOKIE]["max-age"], jar[COOKIE]["path"]) == ("", 0, "/live/")
    assert jar[AGE_COOKIE].value == ""


def ask(user: User | AnonymousUser, method: str = "post") -> HttpResponse:
    request = getattr(RequestFactory(), method)("/live/ticket/")
    request.user, request.session = user, SessionStore("session-one")
    person = Actor(user.pk, "odt_p_x", "person") if isinstance(user, User) else door()
    with acting_as(person):
        return views.ticket(request)


def test_a_page_may_ask_for_a_ticket() -> None:
    response = ask(a_user())

    assert (response.status_code, response.content) == (204, b"")
    assert the_ticket(response).uid == 17


def test_whoever_is_signed_out_gets_a_sentence_instead() -> None:
    response = ask(AnonymousUser())

    assert (response.status_code, response.content) == (401, b"Sign in again to see changes live.")
    assert not response.cookies


@pytest.mark.django_db
def test_a_ticket_is_asked_for_by_post() -> None:
    assert ask(a_user(), "get").status_code == 405
