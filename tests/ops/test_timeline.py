"""The story of an order: an entry a transaction, newest first, each thing once, for each reader only their part."""

from decimal import Decimal

from django.db import connection

from ops.timeline import ChangeSource, Entry, story
from orders import actions, editing
from orders.queries import order_page
from tests import make


def told(order, user) -> list[Entry]:
    return order_page(order, user).timeline


def test_a_move_and_what_it_changed_are_one_entry(cast, as_person):
    order = make.order_in("in_production", cast.agent, cast.production)

    with as_person(cast.manager):
        newest, oldest = told(order, cast.manager)

    assert (newest.by, newest.text) == ("Omar Aziz", "gave it to Bilal Shah for production")
    assert [(c.label, c.old, c.new) for c in newest.changes] == [("in production with", "—", "Bilal Shah")]
    assert (oldest.text, oldest.icon, oldest.changes) == ("received the order", "inbox", [])


def test_an_edit_names_its_fields_with_what_they_were(cast, as_person):
    order = make.order(cast.agent)
    with as_person(cast.agent):
        editing.edit_order(order, by=cast.agent, values={"rush": True, "channel": "Phone"}, was={})

        newest = told(order, cast.agent)[0]

    assert newest.text == "changed channel, rush"
    assert {(c.label, c.old, c.new) for c in newest.changes} == {("channel", "—", "Phone"), ("rush", "no", "yes")}


def test_costs_are_told_to_who_may_see_them(cast, as_person):
    order = make.order(cast.agent)
    with as_person(cast.finance):
        editing.set_costs(order, by=cast.finance, values={"production_cost": Decimal("1200.50")}, was={})
        money = told(order, cast.finance)[0]
    with as_person(cast.agent):
        without = told(order, cast.agent)

    shown = {(c.label, c.old, c.new) for c in money.changes}
    assert ("production cost", "0.00", "1,200.50") in shown
    assert ("profit", "2,501.00", "1,300.50") in shown
    assert [c for entry in without for c in entry.changes] == []


def test_a_hold_shows_since_when_and_why(cast, as_person):
    order = make.order(cast.agent)
    with as_person(cast.agent):
        actions.hold_order(order, by=cast.agent, reason="fabric missing")
        newest = told(order, cast.agent)[0]

    assert newest.text == "put it on hold: fabric missing"
    assert {c.label for c in newest.changes} == {"held since", "reason of the hold"}


def test_a_move_without_a_verb_is_told_from_the_log(cast, as_person):
    order = make.order_in("in_production", cast.agent, cast.production)
    with as_person(cast.production), connection.cursor() as cursor:
        cursor.execute("update orders_order set stage = 'ready_to_ship' where id = %s", [order.pk])
    with as_person(cast.manager), connection.cursor() as cursor:
        cursor.execute("update orders_order set stage = 'in_production' where id = %s", [order.pk])
        back, ahead, *_ = told(order, cast.manager)

    assert ahead.text == "moved it from In production to Ready to ship"
    assert (back.by, back.text) == ("Hamza Sheikh", "moved it back from Ready to ship to In production")


def test_a_field_without_a_label_reads_as_its_name_and_quiet_fields_are_left_out(cast, as_person):
    order = make.order(cast.agent)
    with as_person(cast.agent), connection.cursor() as cursor:
        cursor.execute("update orders_order set production_note = 'in teak' where id = %s", [order.pk])
        changes = [ChangeSource("orders_order_changes", order.pk)]
        entries = story("order", order.pk, changes, labels={}, show=lambda _, value: value or "")

    assert entries[0].text == "changed it"
    assert [(c.label, c.new) for c in entries[0].changes] == [("production note", "in teak")]


def test_a_colleague_reads_no_story(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.other_agent):
        assert story("order", order.pk, [ChangeSource("orders_order_changes", order.pk)], labels={}, show=str) == []
