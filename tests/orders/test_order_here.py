"""Who else has an order open: seen by who sees the order, gone by itself, and nobody waits for it (X7)."""

import time

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection

from ops import presence
from ops.db.actor import acting_as, for_user
from ops.live.filters import Reach, heard
from ops.live.notes import read
from tests import make


def beat(client, order, does="look", tab="tab1"):
    return client.post(f"/orders/{order.pk}/here/", {"tab": tab, "does": does})


def words(response):
    return " ".join(response.content.decode().split())


@pytest.fixture(autouse=True)
def _nobody_is_left_of_other_tests():
    presence._away_until = 0.0
    with presence._valkey(settings.REDIS_URL) as valkey:
        for name in valkey.scan_iter(f"*:here:{settings.DATABASES['default']['NAME']}:*"):
            valkey.delete(name)


def test_the_others_are_named_and_oneself_is_not(cast, client_of, shop):
    order = shop["received"]
    agent, manager = client_of(cast.agent), client_of(cast.manager)

    alone = beat(agent, order)
    beat(manager, order, "edit")
    two = beat(agent, order)

    assert words(alone) == ""
    assert "Hamza Sheikh is editing" in words(two)
    assert "Omar Aziz" not in words(two)
    assert "Also here: Omar Aziz" in words(manager.get(f"/orders/{order.pk}/here/"))


def test_editing_in_one_of_two_windows_is_editing_once(cast, client_of, shop):
    order, manager = shop["received"], client_of(cast.manager)

    beat(manager, order, "look", "tab1")
    beat(manager, order, "edit", "tab2")
    said = words(client_of(cast.agent).get(f"/orders/{order.pk}/here/"))

    assert said.count('title="Hamza Sheikh"') == 1
    assert "Hamza Sheikh is editing" in said
    assert "Also here" not in said


def test_many_are_counted(cast, client_of, shop):
    order = shop["in_production"]
    for name in ("manager", "admin", "owner", "finance", "production"):
        beat(client_of(getattr(cast, name)), order)

    said = words(client_of(cast.agent).get(f"/orders/{order.pk}/here/"))

    assert "Also here: Ayesha Khan, Bilal Shah, Hamza Sheikh and 2 more" in said


def test_who_may_not_see_the_order_hears_of_nobody(cast, client_of, shop):
    order = shop["received"]
    beat(client_of(cast.manager), order)

    assert client_of(cast.other_agent).get(f"/orders/{order.pk}/here/").status_code == 404
    assert beat(client_of(cast.other_agent), order).status_code == 404
    assert client_of(cast.sysadmin).get(f"/orders/{order.pk}/here/").status_code == 403


def test_what_says_nothing_any_more_is_gone_within_seconds(cast, client_of, shop, monkeypatch):
    order = shop["received"]
    beat(client_of(cast.manager), order)
    began = time.time()

    def at(seconds):
        monkeypatch.setattr(presence.time, "time", lambda: began + seconds)
        return words(client_of(cast.agent).get(f"/orders/{order.pk}/here/"))

    assert "Hamza" in at(presence.LASTS_SECONDS - 1)
    assert at(presence.LASTS_SECONDS + 1) == ""


def test_leaving_takes_two_seconds_so_that_the_next_page_of_the_order_is_no_coming_and_going(
    cast, client_of, shop, monkeypatch
):
    order, manager, agent = shop["received"], client_of(cast.manager), client_of(cast.agent)
    beat(manager, order)
    beat(manager, order, "gone")
    began = time.time()

    still = words(agent.get(f"/orders/{order.pk}/here/"))
    monkeypatch.setattr(presence.time, "time", lambda: began + presence.LEAVING_SECONDS + 0.1)
    after = words(agent.get(f"/orders/{order.pk}/here/"))

    assert "Hamza" in still
    assert after == ""


def test_nothing_is_written_to_the_database(cast, client_of, shop):
    order = shop["received"]
    client = client_of(cast.manager)
    beat(client, order)
    asked = []

    def note(execute, sql, params, many, context):
        asked.append(sql.lstrip().lower())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        beat(client, order, "edit")

    assert [sql for sql in asked if sql.startswith(("insert", "update", "delete"))] == []
    assert [sql for sql in asked if "tell_order_here" in sql] == ["select ops.tell_order_here(%s)"]


def test_the_channel_is_told_only_of_what_changed(cast, client_of, shop):
    order = shop["received"]
    client, told = client_of(cast.manager), []

    def note(execute, sql, params, many, context):
        if "tell_order_here" in sql:
            told.append(params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        for does in ("look", "look", "look", "edit", "edit", "look"):
            beat(client, order, does)

    assert told == [[order.pk]] * 3


@pytest.mark.parametrize("strange", ["", "x" * 80, "a b", "tab'; drop", "../../"])
def test_a_window_with_a_strange_name_is_nobody(cast, client_of, shop, strange):
    beat(client_of(cast.manager), shop["received"], "look", strange)

    assert words(client_of(cast.agent).get(f"/orders/{shop['received'].pk}/here/")) == ""


def test_without_valkey_the_page_and_the_beat_are_as_ever(cast, client_of, shop, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    order, client = shop["received"], client_of(cast.manager)

    began = time.monotonic()
    answers = [beat(client, order) for _ in range(5)]

    assert [(answer.status_code, words(answer)) for answer in answers] == [(200, "")] * 5
    assert time.monotonic() - began < 10
    assert client.get(f"/orders/{order.pk}/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_who_looks_as_somebody_else_is_not_there(cast, client_of):
    order, admin, manager = make.order(cast.agent), client_of(cast.admin), client_of(cast.manager)
    admin.post(f"/roles/view/{cast.agent.pk}/")

    page = admin.get(f"/orders/{order.pk}/").content.decode()
    beat(admin, order)

    assert "You see what Omar sees." in page
    assert "data-here=" not in page
    assert words(manager.get(f"/orders/{order.pk}/here/")) == ""


def test_the_word_goes_to_whoever_hears_of_the_order_and_names_nobody(cast, shop):
    order = shop["in_production"]

    note = read(f"orderhere {order.pk} in_production in_production {cast.agent.pk}")

    assert note is not None
    assert heard(note, cast.agent.pk, Reach(own=True)) == note
    assert heard(note, cast.other_agent.pk, Reach(own=True)) is None
    assert heard(note, cast.production.pk, Reach(floor=frozenset({"in_production"}))) == note


def test_a_role_that_sees_no_orders_may_not_ring_the_bell(cast, shop):
    with (
        acting_as(for_user(cast.sysadmin)),
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        cursor.execute("select ops.tell_order_here(%s)", [shop["received"].pk])
