"""'View as': the other's sight and no hand (ruling 20, A73): pages, methods, ORM, raw SQL, live."""

import time

import pytest
from django.db import Error, connection, transaction
from django.urls import reverse

from accounts import actions
from ops.access import viewing
from ops.db.actor import Actor, acting_as, builtin_role, current_actor, door
from ops.live.tickets import COOKIE, unseal
from ops.models import Event
from tests import make

# A request of its own transaction each: what is read-only stays so until it ends.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def looking(cast, client_of):
    """The admin, looking as an agent."""
    browser = client_of(cast.admin)
    answer = browser.post(reverse("roles:view_start", args=[cast.agent.pk]))
    assert answer.status_code == 302
    return browser


def kinds(noun: str = "user") -> list[tuple[str, int | None, int | None]]:
    with acting_as(Actor(None, builtin_role("owner"), "person")):
        rows = Event.objects.filter(noun=noun, kind__startswith="view_as").order_by("pk")
        return list(rows.values_list("kind", "subject_id", "by_id"))


def test_every_page_says_whose_eyes_these_are(cast, looking):
    page = looking.get("/orders/list/").content.decode()

    assert "You see what Omar sees. Nothing can be changed." in page
    assert 'class=" viewing"' in page
    assert 'action="/roles/view/stop/"' in page


def test_the_rows_are_the_others(cast, looking, client_of):
    theirs, hidden = make.order(cast.agent, name="Seen Siddiqui"), make.order(cast.other_agent, name="Hidden Hussain")

    page = looking.get("/orders/list/").content.decode()

    assert "Seen Siddiqui" in page
    assert "Hidden Hussain" not in page
    assert looking.get(f"/orders/{theirs.pk}/").status_code == 200
    assert looking.get(f"/orders/{hidden.pk}/").status_code == 404
    assert looking.get(reverse("people:person_add")).status_code == 403
    assert "Hidden Hussain" in client_of(cast.admin).get("/orders/list/").content.decode()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_but_reading_is_taken(cast, looking, method):
    order = make.order(cast.agent)

    for path in (f"/orders/{order.pk}/cancel/", "/orders/new/", f"/people/{cast.agent.pk}/deactivate/", "/nowhere/"):
        answer = getattr(looking, method)(path, {"reason": "x"}, content_type="application/json")
        assert answer.status_code == 403, path
        assert "You are looking as Omar Aziz: nothing can be changed." in answer.content.decode()
    with acting_as(door()):
        cast.agent.refresh_from_db()
    assert cast.agent.is_active


def test_htmx_gets_the_sentence_as_a_toast(cast, looking):
    answer = looking.post("/orders/new/", headers={"HX-Request": "true"})

    assert answer.status_code == 403
    assert "nothing can be changed" in answer["HX-Trigger"]


@pytest.mark.parametrize(
    "path", ["/accounts/me/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/"][:4]
)
def test_how_the_other_signs_in_stays_theirs(cast, looking, path):
    answer = looking.get(f"/accounts/{path}")

    assert answer.status_code == 403
    assert "How Omar Aziz signs in is theirs alone" in answer.content.decode()


def test_the_database_refuses_what_the_pages_would_not_stop(cast):
    """As a view would meet it: bound to the other, any statement that writes; the verb, the door inside it, raw SQL."""
    order = make.order(cast.agent)
    seen = viewing.Viewing(cast.agent, cast.admin, time.time() + 60)

    def refused(act) -> None:
        with pytest.raises(Error, match="read-only transaction"), transaction.atomic():
            act()

    def raw(sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    from orders import actions as order_actions

    with acting_as(seen.actor("test")):
        refused(lambda: order_actions.cancel_order(order, by=cast.agent, reason="x"))
        refused(lambda: actions.sign_out_everywhere(cast.agent, by=cast.agent))
        refused(lambda: raw(f"update orders_order set channel = 'x' where id = {order.pk}"))
        refused(
            lambda: raw(
                "insert into ops_savedview (owner_id, board, name, query, shared) values (1, 'o', 'x', '', false)"
            )
        )
        refused(lambda: raw("select ops.queue_mail('k', 'k', 'a@b.example', 's', 't', '')"))
        refused(lambda: raw(f"select id from orders_order where id = {order.pk} for update"))
        with acting_as(door()):
            assert current_actor.get().read_only
            assert current_actor.get().real_uid == cast.admin.pk
            refused(lambda: raw("update accounts_user set epoch = epoch + 1"))
        with transaction.atomic():
            raw("select 1")
            with pytest.raises(Error, match="transaction read-write mode"):
                raw("set local transaction_read_only = off")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select current_setting('ops.uid'), current_setting('ops.real_uid')")
            assert cursor.fetchone() == (str(cast.agent.pk), str(cast.admin.pk))


def test_a_page_that_writes_while_it_reads_is_a_sentence(cast, looking):
    """Taking a list away is recorded, so it is a change: refused by the database alone, and said in words."""
    make.order(cast.agent)

    answer = looking.get("/orders/list/export/csv/")

    assert answer.status_code in {404, 422, 403}


def test_stopping_brings_oneself_back_and_both_ends_are_on_record(cast, looking):
    stopped = looking.post("/roles/view/stop/")

    assert stopped["Location"] == reverse("people:person_detail", args=[cast.agent.pk])
    page = looking.get(stopped["Location"]).content.decode()
    assert "You see what" not in page
    assert "began to look at the shop as them" in page
    assert "stopped looking at the shop as them: they stopped" in page
    assert kinds() == [
        ("view_as.started", cast.agent.pk, cast.admin.pk),
        ("view_as.stopped", cast.agent.pk, cast.admin.pk),
    ]


def test_it_ends_by_itself_after_half_an_hour(cast, looking):
    with acting_as(door()):
        session = looking.session
        session[viewing.KEY] = {**session[viewing.KEY], "since": time.time() - viewing.MINUTES * 60 - 1}
        session.save()

    page = looking.get("/orders/list/").content.decode()

    assert "You see what" not in page
    assert [kind for kind, _, _ in kinds()] == ["view_as.started", "view_as.stopped"]


def test_it_ends_with_signing_out(cast, looking):
    looking.post(reverse("account_logout"))

    assert looking.get("/orders/list/").status_code == 302
    assert [kind for kind, _, _ in kinds()] == ["view_as.started", "view_as.stopped"]


@pytest.mark.parametrize("change", ["less right", "the other gets more", "the other is deactivated"])
def test_it_ends_when_the_right_to_it_ends(cast, looking, as_person, change):
    with as_person(cast.owner):
        if change == "less right":
            actions.change_overrides(cast.admin, by=cast.owner, add=[], remove=["people_admin", "roles_admin"])
        elif change == "the other gets more":
            actions.change_overrides(cast.agent, by=cast.owner, add=["admin_site"], remove=[])
        else:
            actions.deactivate_person(cast.agent, by=cast.owner)

    answer = looking.get("/orders/list/")

    assert "You see what" not in answer.content.decode()
    assert answer.status_code == (302 if change == "less right" else 200)


@pytest.mark.parametrize(
    ("by", "as_whom", "says"),
    [
        ("admin", "owner", "Nobody but an owner looks as an owner"),
        ("admin", "sysadmin", "Usman Ghani may do more: Opens the system admin pages"),
        ("sysadmin", "agent", "You may look only as those who see no more than you"),
        ("sysadmin", "manager", "You may look only as those who see no more than you"),
        ("admin", "admin", "You see what you see already"),
    ],
)
def test_never_upward(cast, client_of, by, as_whom, says):
    browser, person = client_of(getattr(cast, by)), getattr(cast, as_whom)

    answer = browser.post(reverse("roles:view_start", args=[person.pk]), follow=True)

    assert says in answer.content.decode().replace("&#x27;", "'")
    with acting_as(door()):
        assert viewing.KEY not in browser.session


@pytest.mark.parametrize("by", ["manager", "agent", "production", "finance", "accountant"])
def test_nobody_else_may_look(cast, client_of, by):
    assert client_of(getattr(cast, by)).post(reverse("roles:view_start", args=[cast.agent.pk])).status_code == 403


def test_an_owner_may_look_as_everybody(cast, client_of):
    for person in cast.everyone():
        if person.pk != cast.owner.pk:
            assert viewing.why_not(cast.owner, person) == "", person


def test_a_forged_session_of_somebody_without_the_right_does_nothing(cast, client_of):
    browser = client_of(cast.agent)
    with acting_as(door()):
        session = browser.session
        session[viewing.KEY] = {"uid": cast.manager.pk, "since": time.time()}
        session.save()

    assert "You see what" not in browser.get("/orders/list/").content.decode()


def test_the_live_channel_is_filtered_as_the_other_and_cut_with_either(cast, looking):
    looking.get("/orders/list/")
    ticket = unseal(looking.cookies[COOKIE].value, time.time())

    assert (ticket.uid, ticket.real_uid) == (cast.agent.pk, cast.admin.pk)
    assert ticket.people == {cast.agent.pk, cast.admin.pk}
    reach = ticket.reach("order")
    assert (reach.everything, reach.own) == (False, True)
    assert looking.post("/live/ticket/").status_code == 204

    looking.post("/roles/view/stop/")
    looking.get("/orders/list/")
    mine = unseal(looking.cookies[COOKIE].value, time.time())
    assert (mine.uid, mine.real_uid, mine.reach("order").everything) == (cast.admin.pk, None, True)


def test_a_ticket_ends_with_the_half_hour(cast, looking):
    looking.get("/orders/list/")
    ticket = unseal(looking.cookies[COOKIE].value, time.time())

    assert ticket.until is not None
    assert ticket.expires <= ticket.until <= time.time() + viewing.MINUTES * 60
