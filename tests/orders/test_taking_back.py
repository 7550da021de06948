"""Taking edits back: what is written again, for whom, and what stays with the reason why."""

import re
from decimal import Decimal

import pytest
from django.db import connection

from ops import asof
from ops.access.scopes import scopes_of
from ops.db.actor import acting_as, for_user
from ops.errors import Conflict, Refused
from orders import actions, editing, taking_back
from orders.models import Order, OrderCosting
from tests import make


def said(order, user, verb, request, **how):
    with acting_as(for_user(user, request=request)):
        return verb(order, by=user, **how)


def edit(order, user, request, **values):
    return said(order, user, editing.edit_order, request, values=values, was={})


def key_of(order, user, request):
    with acting_as(for_user(user, request="look")):
        return next(
            e.token for e in asof.moments("order", order.pk, scopes_of(user)) if e.token.endswith(f".{request}")
        )


def back(order, user, request):
    key = key_of(order, user, request)
    with acting_as(for_user(user, request=f"back {request}")):
        return taking_back.take_back(order, by=user, moment_key=key)


def now(order, user):
    with acting_as(for_user(user, request="look")):
        return Order.objects.get(pk=order.pk)


def test_every_kind_of_field_goes_back_to_what_it_was(cast):
    order = make.order(cast.agent, promise_on=make.day("2026-12-01"), note="Sand twice")
    edit(order, cast.agent, "e1", promise_on=make.day("2026-12-24"), rush=True, production_note="", channel="Phone",
         assignee=cast.production)  # fmt: skip

    back(order, cast.agent, "e1")

    then = now(order, cast.manager)
    assert (then.promise_on, then.rush, then.production_note, then.channel, then.assignee_id) == (
        make.day("2026-12-01"), False, "Sand twice", "", None,
    )  # fmt: skip


def test_costs_go_back_and_the_profit_follows(cast):
    order = make.order(cast.agent)
    said(order, cast.finance, editing.set_costs, "c1", values={"production_cost": Decimal("100.50")}, was={})

    back(order, cast.finance, "c1")

    with acting_as(for_user(cast.finance)):
        costing = OrderCosting.objects.get(pk=order.pk)
    assert (costing.production_cost, costing.profit) == (Decimal(0), Decimal(2501))


def test_a_hold_a_release_and_a_handover_go_back(cast):
    order = make.order(cast.agent)
    said(order, cast.agent, actions.hold_order, "h1", reason="fabric missing")
    held_at = now(order, cast.agent).held_at
    said(order, cast.agent, actions.release_order, "r1")

    back(order, cast.agent, "r1")
    assert (now(order, cast.agent).held_at, now(order, cast.agent).hold_reason) == (held_at, "fabric missing")

    back(order, cast.agent, "back r1")
    assert now(order, cast.agent).held_at is None

    said(order, cast.manager, actions.assign_agent, "a1", agent=cast.other_agent)
    back(order, cast.manager, "a1")
    assert now(order, cast.agent).agent_id == cast.agent.pk


def test_both_stay_in_the_record(cast):
    order = make.order(cast.agent)
    edit(order, cast.agent, "e1", channel="Phone")
    back(order, cast.agent, "e1")

    with acting_as(for_user(cast.agent)):
        told = asof.trail("order", order.pk, scopes_of(cast.agent), {})

    assert [entry.text for entry in told][1:] == ["changed channel", "took back a change of channel"]
    assert [(c.old, c.new) for entry in told[1:] for c in entry.changes] == [("—", "Phone"), ("Phone", "—")]


def test_what_somebody_changed_since_stays_and_says_by_whom(cast):
    order = make.order(cast.agent)
    edit(order, cast.agent, "e1", channel="Phone", rush=True)
    edit(order, cast.manager, "e2", channel="Shop")

    with pytest.raises(Conflict, match="Channel was changed since by Hamza Sheikh"):
        back(order, cast.agent, "e1")

    assert (now(order, cast.agent).channel, now(order, cast.agent).rush) == ("Shop", True)


def test_a_value_that_came_back_by_itself_counts_as_untouched(cast):
    order = make.order(cast.agent)
    for request, channel in (("e1", "Phone"), ("e2", "Shop"), ("e3", "Phone")):
        edit(order, cast.agent, request, channel=channel)

    back(order, cast.agent, "e1")

    assert now(order, cast.agent).channel == ""


def test_moves_cancellations_files_and_nothing_say_why_they_stay(cast):
    order = make.order(cast.agent)
    said(order, cast.agent, actions.start_production, "m1", assignee=cast.production)
    said(order, cast.agent, actions.cancel_order, "x1", reason="no fabric")
    other = make.order(cast.agent)
    with acting_as(for_user(cast.manager, request="f1", source="import")), connection.cursor() as cursor:
        cursor.execute("update orders_order set channel = 'Web' where id = %s", [other.pk])

    for subject, request, why in (
        (order, "m1", "was a move"), (order, "x1", "stays cancelled"), (other, "f1", "came with a file"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=why):
            back(subject, cast.manager, request)
    for nonsense in ("", "x.y", "99999999999999999999.x", "12.nobody"):
        with acting_as(for_user(cast.agent)), pytest.raises(Refused, match="nothing in that"):
            taking_back.take_back(other, by=cast.agent, moment_key=nonsense)


def test_nobody_takes_back_what_they_may_not_change(cast):
    order = make.order_in("in_production", cast.agent, cast.production)
    edit(order, cast.agent, "e1", channel="Phone")
    said(order, cast.finance, editing.set_costs, "c1", values={"production_cost": Decimal(7)}, was={})
    said(order, cast.manager, actions.assign_agent, "a1", agent=cast.other_agent)
    said(order, cast.manager, actions.assign_agent, "a2", agent=cast.agent)

    for user, request in ((cast.production, "e1"), (cast.finance, "e1"), (cast.agent, "a2")):
        with pytest.raises(Refused, match=r"Your role may not|not yours"):
            back(order, user, request)
    key = key_of(order, cast.manager, "c1")
    with acting_as(for_user(cast.agent, request="z")), pytest.raises(Refused, match="nothing in that"):
        taking_back.take_back(order, by=cast.agent, moment_key=key)
    with acting_as(for_user(cast.other_agent, request="z")), pytest.raises(Refused, match="not yours"):
        taking_back.take_back(order, by=cast.other_agent, moment_key=key)


def _undo_of(html: str) -> str:
    found = re.search(r'<form method="post" action="([^"]*take-back[^"]*)">', html.partition('id="toasts"')[2])
    return found[1].replace("&amp;", "&") if found else ""


@pytest.mark.parametrize(
    ("verb", "posted"),
    [
        ("edit", {"was_channel": "", "channel": "Phone"}),
        ("hold", {"reason": "waits"}),
        ("costs", {"production_cost": "5"}),
    ],
)
def test_the_toast_of_a_soft_edit_takes_it_back(cast, client_of, verb, posted):
    order = make.order(cast.agent)
    client = client_of(cast.manager)
    if verb == "costs":
        posted = {"production_cost": "5", "shipping_cost": "0", "marketing_cost": "0"}
    before = now(order, cast.manager)

    client.post(f"/orders/{order.pk}/{verb}/", posted)
    undo = _undo_of(client.get(f"/orders/{order.pk}/").content.decode())
    answer = client.post(undo)

    then = now(order, cast.manager)
    assert answer.status_code == 302, undo
    assert (then.channel, then.held_at) == (before.channel, before.held_at)


def test_a_toast_after_nothing_changed_offers_nothing(cast, client_of):
    order = make.order(cast.agent)
    client = client_of(cast.agent)

    client.post(f"/orders/{order.pk}/edit/", {"was_channel": "", "channel": ""})

    assert _undo_of(client.get(f"/orders/{order.pk}/").content.decode()) == ""


def test_the_story_offers_what_can_go_back_and_the_moment_says_why_not(cast, client_of):
    order = make.order(cast.agent)
    edit(order, cast.agent, "e1", channel="Phone")
    edit(order, cast.manager, "e2", channel="Shop")
    client = client_of(cast.agent)

    story = client.get(f"/orders/{order.pk}/").content.decode()
    old = client.get(f"/orders/{order.pk}/past/?tick=1").content.decode()
    last = client.get(f"/orders/{order.pk}/past/").content.decode()

    assert story.count("Take back</button>") == 1
    assert "Channel was changed since by Hamza Sheikh" in old
    assert "Take this back" in last


def test_a_refusal_is_a_sentence_on_the_order(cast, client_of):
    order = make.order(cast.agent)
    edit(order, cast.agent, "e1", channel="Phone")
    key = key_of(order, cast.agent, "e1")
    edit(order, cast.manager, "e2", channel="Shop")

    answer = client_of(cast.agent).post(f"/orders/{order.pk}/take-back/?moment={key}")

    assert answer.status_code == 409
    assert "Channel was changed since by Hamza Sheikh" in answer.content.decode()
