"""Watching one row: who opts in hears of everything about it, and is told why (A8, X8)."""

import pytest

from ops.errors import Refused
from ops.notices import actions
from ops.notices.models import Watch
from ops.notices.queries import would_be_told
from orders import actions as orders
from orders.models import Order
from tests.notices.walk import act, as_owner, move, walk

pytestmark = pytest.mark.django_db(transaction=True)


def watches(person, order) -> None:
    with act(person):
        actions.watch("order", order.pk, by=person)


def texts(lines) -> list[tuple[str, bool]]:
    return [(line.text, line.watched) for line in lines]


def test_who_watches_hears_of_each_move_and_of_what_anybody_is_told(cast, told):
    order = walk("received", cast.agent, cast.production)
    watches(cast.manager, order)

    with act(cast.agent):
        move(order, cast.agent, "in_production", cast.production)
    with act(cast.production):
        move(order, cast.production, "ready_to_ship")
    with act(cast.agent):
        orders.hold_order(Order.objects.get(pk=order.pk), by=cast.agent, reason="the advance")

    assert texts(reversed(told(cast.manager))) == [
        ("gave it to Bilal Shah for production", True), ("marked it ready to ship", True),
        ("put it on hold: the advance", True)]  # fmt: skip


def test_who_is_told_by_a_rule_anyhow_is_told_once_and_by_the_rule(cast, told):
    order = walk("in_production", cast.agent, cast.production)
    watches(cast.agent, order)

    with act(cast.production):
        move(order, cast.production, "ready_to_ship")

    assert texts(told(cast.agent)) == [("marked it ready to ship", False)]


def test_a_rule_for_watchers_reaches_who_pressed_watch_by_mail_and_still_says_that_they_watch(cast, told):
    order = walk("in_production", cast.agent, cast.production)
    as_owner("update notices_rule set channel = 'both' where to_whom = 'watchers' and key = 'ready_to_ship'")
    watches(cast.manager, order)
    watches(cast.finance, order)
    with act(cast.finance):
        rule = as_owner("select id from notices_rule where to_whom = 'watchers' and key = 'ready_to_ship'")[0][0]
        actions.mute(cast.finance, f"rule:{rule}")

    with act(cast.production):
        move(order, cast.production, "ready_to_ship")

    assert texts(told(cast.manager)) == [("marked it ready to ship", True)]
    mailed = "select person_id from notices_notice where mail and kind = 'stage:ready_to_ship' and person_id = any (%s)"
    assert as_owner(mailed, [cast.manager.pk, cast.finance.pk]) == [(cast.manager.pk,)]
    assert texts(told(cast.finance)) == [("marked it ready to ship", True)]  # they mute the mail, and watch on


def test_nobody_watches_what_nobody_is_told_of(cast, client_of):
    customer = walk("received", cast.agent, cast.production).customer_id

    with act(cast.manager), pytest.raises(Refused, match=r"^Nobody is told of what happens here"):
        actions.watch("customer", customer, by=cast.manager)
    answer = client_of(cast.manager).post(f"/notices/watch/customer/{customer}/", {"watch": "yes"}, follow=True)

    assert "Nobody is told of what happens here, so there is nothing to watch." in answer.content.decode()
    with act(cast.manager):
        assert Watch.objects.count() == 0


def test_nobody_hears_of_their_own_doing_nor_of_what_they_may_not_see(cast, told):
    order = walk("in_production", cast.agent, cast.production)
    watches(cast.manager, order)
    watches(cast.other_agent, order)

    with act(cast.manager):
        move(order, cast.manager, "ready_to_ship")

    assert told(cast.manager) == []
    assert told(cast.other_agent) == []


def test_a_move_in_psql_reaches_who_watches_and_no_more_after_they_stop(cast, told):
    order = walk("in_production", cast.agent, cast.production)
    watches(cast.manager, order)
    as_owner("update orders_order set stage = 'ready_to_ship' where id = %s", order.pk)
    with act(cast.manager):
        actions.unwatch("order", order.pk, by=cast.manager)

    as_owner("update orders_order set stage = 'in_production' where id = %s", order.pk)

    assert [line.text for line in told(cast.manager)] == ["moved it to Ready to ship"]


def test_the_button_says_that_they_will_be_told(cast):
    order = walk("in_production", cast.agent, cast.production)
    watches(cast.manager, order)

    with act(cast.production):
        people = would_be_told(order, ["stage:ready_to_ship"], stage="ready_to_ship")

    assert "Hamza Sheikh" in [person.name for person in people]


def test_the_page_has_a_button_and_the_bell_says_why(cast, client_of):
    order = walk("in_production", cast.agent, cast.production)
    client, page = client_of(cast.manager), f"/orders/{order.pk}/"
    assert "Hear of everything that happens here" in client.get(page).content.decode()

    client.post(f"/notices/watch/order/{order.pk}/", {"watch": "yes"})
    assert "You watch this" in client.get(page).content.decode()
    with act(cast.production):
        move(order, cast.production, "ready_to_ship")
    bell = client.get("/notices/").content.decode()
    client.post(f"/notices/watch/order/{order.pk}/")

    assert "you watch this" in bell
    assert f"Stop watching {order.number}" in bell
    with act(cast.manager):
        assert Watch.objects.count() == 0


def test_nobody_watches_what_they_may_not_see(cast, client_of):
    order = walk("in_production", cast.agent, cast.production)

    assert client_of(cast.other_agent).post(f"/notices/watch/order/{order.pk}/", {"watch": "yes"}).status_code == 404
    assert client_of(cast.manager).post(f"/notices/watch/nothing/{order.pk}/", {"watch": "yes"}).status_code == 404
