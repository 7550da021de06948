"""Later, not now, not mine, and 'it is theirs': said on the order's own page, by whom it waits for."""

from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from accounts import actions as people
from ops import clock
from ops.db.actor import acting_as, for_user
from ops.digests.models import Extension, HandBack, Snooze
from ops.models import Event
from orders.models import Order
from orders.overdue import waits_for
from tests import database, make
from tests.digests.conftest import YESTERDAY

TOMORROW = clock.today() + timedelta(days=1)


def at(order: Order, way: str = "") -> str:
    return f"/orders/{order.pk}/answer/" + (f"?do={way}" if way else "")


def waits(person, cast) -> list[int]:
    with acting_as(for_user(person)):
        return list(waits_for(person, cast.everyone()).values_list("pk", flat=True))


@pytest.fixture
def late(cast) -> Order:
    return make.order_in("in_production", cast.agent, cast.production, **YESTERDAY)


@pytest.mark.django_db
def test_a_late_order_has_a_place_for_answers_and_others_have_none(cast, client_of, late):
    calm = make.order_in("in_production", cast.agent, cast.production)
    browser = client_of(cast.production)

    assert at(late) in browser.get(f"/orders/{late.pk}/").content.decode()
    assert at(calm) not in browser.get(f"/orders/{calm.pk}/").content.decode()
    assert "It waits for nobody here." in browser.get(at(calm)).content.decode()


@pytest.mark.django_db
def test_only_for_whom_it_waits_there_are_ways(cast, client_of, late):
    panel = client_of(cast.production).get(at(late), headers={"HX-Request": "true"}).content.decode()

    assert "Waits for you" in panel
    assert "1 day ago" in panel
    assert "<html" not in panel
    assert [f"?do={way}" in panel for way in ("extend", "snooze", "not_mine", "done", "insist")] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert "?do=" not in client_of(cast.agent).get(at(late)).content.decode()
    assert "?do=" not in client_of(cast.manager).get(at(late)).content.decode()
    assert client_of(cast.other_agent).get(at(late)).status_code == 404
    assert client_of(cast.accountant).get(at(late)).status_code == 403


@pytest.mark.django_db
def test_extending_asks_for_a_day_and_a_reason_and_shows_both_to_who_sees_the_order(cast, client_of, late):
    browser = client_of(cast.production)
    form = browser.get(at(late, "extend")).content.decode()

    refused = browser.post(at(late), {"do": "extend", "until": TOMORROW.isoformat(), "reason": " "})
    done = browser.post(at(late), {"do": "extend", "until": TOMORROW.isoformat(), "reason": "Fabric comes late"})

    assert 'name="reason"' in form
    assert refused.status_code == 422
    assert (done.status_code, done["Location"]) == (302, f"/orders/{late.pk}/")
    with acting_as(for_user(cast.manager)):
        (kept,) = Extension.objects.all()
        assert (kept.until, kept.reason, kept.by_id) == (TOMORROW, "Fabric comes late", cast.production.pk)
        assert Event.objects.filter(kind="order.extended", subject_id=late.pk).count() == 1
    assert waits(cast.production, cast) == []
    assert f"says {cast.production.name}: Fabric comes late" in client_of(cast.agent).get(at(late)).content.decode()


@pytest.mark.django_db
def test_a_day_in_the_past_or_far_ahead_is_refused_beside_its_field(cast, client_of, late):
    browser = client_of(cast.production)

    for day in (clock.today(), clock.today() + timedelta(days=61)):
        answer = browser.post(at(late), {"do": "extend", "until": day.isoformat(), "reason": "Fabric"})
        assert answer.status_code == 422
        assert "at most 60 days ahead" in answer.content.decode()
    with acting_as(for_user(cast.manager)):
        assert Extension.objects.count() == 0


@pytest.mark.django_db
def test_not_now_takes_it_off_the_own_list_only(cast, client_of):
    order = make.order(cast.agent, **YESTERDAY)
    browser = client_of(cast.agent)

    browser.post(at(order), {"do": "snooze", "until": TOMORROW.isoformat()})

    assert waits(cast.agent, cast) == []
    assert "It comes back on your list on" in browser.get(at(order)).content.decode()
    with acting_as(for_user(cast.agent)):
        assert Snooze.objects.get().until == TOMORROW


@pytest.mark.django_db
def test_not_mine_goes_to_who_sees_all_and_they_may_insist(cast, client_of, late):
    maker, manager = client_of(cast.production), client_of(cast.manager)

    maker.post(at(late), {"do": "not_mine", "reason": "Bilal has the cloth"})

    assert (waits(cast.production, cast), waits(cast.manager, cast)) == ([], [late.pk])
    page = manager.get(at(late)).content.decode()
    assert f"{cast.production.name}: not mine, Bilal has the cloth" in page
    assert "?do=not_mine" not in page
    manager.post(at(late), {"do": "insist"})
    assert (waits(cast.production, cast), waits(cast.manager, cast)) == ([late.pk], [])
    with acting_as(for_user(cast.manager)):
        kinds = list(
            Event.objects.filter(noun="order", subject_id=late.pk).order_by("pk").values_list("kind", flat=True)
        )[-2:]
    assert kinds == ["order.handed_back", "order.insisted"]


@pytest.mark.django_db
def test_what_does_not_wait_for_somebody_they_cannot_answer(cast, client_of, late):
    for person in (cast.agent, cast.manager):
        for said in ({"do": "extend", "until": TOMORROW.isoformat(), "reason": "x"}, {"do": "not_mine", "reason": "x"},
                     {"do": "insist"}, {"do": "done"}, {}):  # fmt: skip
            assert client_of(person).post(at(late), said).status_code == 422
    with acting_as(for_user(cast.manager)):
        assert (Extension.objects.count(), HandBack.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_what_nobody_has_any_more_any_maker_may_put_off(cast, client_of, as_person, late):
    with as_person(cast.admin):
        other = people.add_person(email="saleem@shop.example", name="Saleem", role="production", by=cast.admin)
    with acting_as(for_user(other)), pytest.raises(DatabaseError), transaction.atomic():
        Extension.objects.create(noun="order", subject_id=late.pk, until=TOMORROW, reason="not mine to move")
    with as_person(cast.admin):
        people.deactivate_person(cast.production, by=cast.admin)

    said = {"do": "extend", "until": TOMORROW.isoformat(), "reason": "Cloth is cut anew"}
    answer = client_of(other).post(at(late), said)

    assert answer.status_code == 302
    with acting_as(for_user(cast.manager)):
        assert Extension.objects.get().by_id == other.pk


@pytest.mark.django_db
def test_what_nobody_has_and_a_maker_hands_back_waits_for_who_sees_all(cast, client_of, as_person, late):
    with as_person(cast.admin):
        other = people.add_person(email="saleem@shop.example", name="Saleem", role="production", by=cast.admin)
        people.deactivate_person(cast.production, by=cast.admin)
    assert waits(cast.manager, cast) == []

    client_of(other).post(at(late), {"do": "not_mine", "reason": "I do not carve"})

    assert waits(cast.manager, cast) == [late.pk]


@pytest.mark.django_db(transaction=True)
def test_an_answer_refreshes_the_pages_that_show_the_order(cast, client_of):
    with transaction.atomic():
        order = make.order_in("in_production", cast.agent, cast.production, **YESTERDAY)
    said = {"do": "extend", "until": TOMORROW.isoformat(), "reason": "Fabric"}

    with psycopg.connect(database.live_url(connection.settings_dict["NAME"]), autocommit=True) as listener:
        listener.execute("listen ops")
        client_of(cast.production).post(at(order), said)
        heard = [note.payload for note in listener.notifies(timeout=5, stop_after=1)]

    assert [payload.split()[:4] for payload in heard] == [["order", str(order.pk), "in_production", "in_production"]]
