"""Who hears of a move: by the rules, whoever writes it, never who did it, never who may not see it."""

import pytest

from accounts.models import User
from ops.notices import actions
from ops.notices.models import Notice, Rule
from ops.notices.queries import would_be_told
from orders import actions as orders
from orders.models import Order
from tests.notices.walk import act, as_owner, move, walk

pytestmark = pytest.mark.django_db(transaction=True)


def texts(lines) -> list[tuple[str, str, str]]:
    return [(line.title, line.by, line.text) for line in lines]


def test_who_gets_an_order_for_production_is_told_and_who_gave_it_is_not(cast, told):
    order = walk("in_production", cast.agent, cast.production)

    assert texts(told(cast.production)) == [
        (order.number, "Omar Aziz", "gave it to Bilal Shah for production"),
    ]
    assert texts(told(cast.agent)) == []


def test_one_row_and_transaction_is_one_notice_whatever_rules_name_the_person(cast, told):
    order = walk("in_production", cast.agent, cast.production)
    with act(cast.agent):
        orders.share_order(order, by=cast.agent, colleague=cast.other_agent)
    with act(cast.sysadmin):
        actions.add_rule(by=cast.sysadmin, noun="order", on="event", key="order.ready", to="agent", channel="mail")

    with act(cast.production):
        orders.mark_ready(order, by=cast.production)

    assert texts(told(cast.agent)) == [(order.number, "Bilal Shah", "marked it ready to ship")]
    assert texts(told(cast.other_agent)) == [(order.number, "Bilal Shah", "marked it ready to ship")]
    assert told(cast.manager) == []


def test_a_move_in_psql_is_told_too(cast, told):
    order = walk("in_production", cast.agent, cast.production)

    as_owner("update orders_order set stage = 'ready_to_ship' where id = %s", order.pk)

    assert texts(told(cast.agent)) == [(order.number, "Opsdeck", "moved it to Ready to ship")]


def test_many_rows_of_one_transaction_are_one_notice(cast, told):
    made = [walk("in_production", cast.agent, cast.production).pk for _ in range(51)]
    before = len(told(cast.production))

    with act(cast.manager):
        Order.objects.filter(pk__in=made).update(stage="ready_to_ship")

    assert texts(told(cast.agent)) == [("51 orders", "Hamza Sheikh", "moved them to Ready to ship")]
    with act(cast.manager):
        Order.objects.filter(pk__in=made[:50]).update(stage="in_production")
    assert len(told(cast.production)) == before + 50


def test_nobody_is_told_of_what_they_may_not_see(cast, told):
    order = walk("ready_to_ship", cast.agent, cast.production)
    with act(cast.sysadmin):
        for to, role in [("assignee", None), ("role", "production"), ("role", "sales_agent"), ("role", "system_admin")]:
            actions.add_rule(by=cast.sysadmin, noun="order", on="stage", key="shipped", to=to, role=role)
    before = len(told(cast.production))

    with act(cast.manager):
        orders.ship_order(order, by=cast.manager, tracking="T-1")

    assert told(cast.agent)[0].text.startswith("shipped it")
    assert len(told(cast.production)) == before  # what is shipped has left the floor
    assert told(cast.other_agent) == told(cast.sysadmin) == []


def test_what_is_no_longer_seen_has_no_words(cast, told):
    order = walk("ready_to_ship", cast.agent, cast.production)
    assert [line.title for line in told(cast.agent)] == [order.number]

    with act(cast.manager):
        orders.assign_agent(order, by=cast.manager, agent=cast.other_agent)

    [line] = told(cast.agent)
    assert (line.title, line.url, line.text) == ("Something you no longer see", "", "changed it")
    assert texts(told(cast.other_agent)) == [(order.number, "Hamza Sheikh", "handed it to Sana Noor")]


def test_switched_off_and_muted_rules_tell_nobody(cast, told):
    order = walk("in_production", cast.agent, cast.production)
    with act(cast.agent):
        rule = Rule.objects.get(noun="order", key="ready_to_ship", to="agent")
        actions.mute(cast.agent, f"rule:{rule.pk}")
    with act(cast.production):
        orders.mark_ready(order, by=cast.production)
    assert told(cast.agent) == []

    with act(cast.agent):
        actions.unmute(cast.agent, f"rule:{rule.pk}")
    with act(cast.sysadmin):
        actions.change_rule(rule, by=cast.sysadmin, active=False, channel="both")
    with act(cast.manager):
        orders.undo_move(order, by=cast.manager)
        orders.mark_ready(order, by=cast.manager)
    assert told(cast.agent) == []


def test_who_prefers_the_app_gets_no_mail_and_is_told_all_the_same(cast):
    with act(cast.agent):
        actions.prefer_mail(cast.agent, mail=False)

    walk("ready_to_ship", cast.agent, cast.production)

    with act(cast.agent):
        assert list(Notice.objects.values_list("kind", "in_app", "mail")) == [("stage:ready_to_ship", True, False)]


MOVES = {
    "start": ("received", "in_production", "order.started"),
    "ready": ("in_production", "ready_to_ship", "order.ready"),
    "ship": ("ready_to_ship", "shipped", "order.shipped"),
    "deliver": ("shipped", "delivered", "order.delivered"),
}


@pytest.mark.parametrize("verb", MOVES)
@pytest.mark.parametrize("by", ["agent", "manager", "production"])
def test_the_preview_says_whom_the_move_then_tells(cast, verb, by):
    came, to, kind = MOVES[verb]
    person: User = getattr(cast, by)
    if by == "production" and verb != "ready":
        pytest.skip("not a move of the floor")
    order = walk(came, cast.agent, cast.production, email="c@c.example")
    with act(cast.agent):
        orders.share_order(order, by=cast.agent, colleague=cast.other_agent)
    last = _last()
    if by == "agent" and verb == "ready":
        pytest.skip("not a move of an agent")
    with act(person):
        said = would_be_told(order, [f"stage:{to}", f"event:{kind}"], stage=to, assignee=cast.production.pk)
        move(order, person, to, cast.production)

    assert {one.name for one in said if not one.customer} == _told_since(last)
    assert any(one.customer for one in said) == (to in {"shipped", "delivered"})
    owed = as_owner("select count(*) from notices_letter where subject_id = %s and kind = %s", order.pk, f"stage:{to}")
    assert owed == [(1 if any(one.customer for one in said) else 0,)]


def _last() -> int:
    return int(as_owner("select coalesce(max(id), 0) from notices_notice")[0][0])


def _told_since(last: int) -> set[str]:
    rows = as_owner(
        "select u.name from notices_notice n join accounts_user u on u.id = n.person_id where n.id > %s", last
    )
    return {name for (name,) in rows}


def test_the_past_is_no_news(cast):
    order = walk("in_production", cast.agent, cast.production, email="c@c.example")

    as_owner(
        "select set_config('ops.clock', (now() - interval '9 days')::text, false);"
        f" update orders_order set stage = 'ready_to_ship' where id = {order.pk}"
    )

    assert as_owner("select read_at = at, mail from notices_notice where person_id = %s", cast.agent.pk) == [
        (True, False)
    ]
