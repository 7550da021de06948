"""Targets: set by managers for everybody, seen by their owner, changed by nobody else, whatever SQL says (A28)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from analytics import actions
from analytics.models import Target
from ops import clock
from ops.db.actor import acting_as, for_user
from ops.errors import Conflict

MONTH = date(2026, 10, 1)


def put(by, agent, amount, was=None, month=MONTH, metric="revenue"):
    wanted = None if amount is None else Decimal(amount)
    with acting_as(for_user(by)):
        return actions.set_targets(
            month, [actions.Cell(agent.pk, metric, wanted, None if was is None else Decimal(was))], by=by
        )


def seen_by(person):
    with acting_as(for_user(person)):
        try:
            with transaction.atomic():
                return {(t.agent_id, t.metric, t.amount) for t in Target.objects.all()}
        except DatabaseError:
            return "refused"


def test_everybody_sees_just_their_own_and_managers_all(cast):
    put(cast.manager, cast.agent, 900)
    put(cast.manager, cast.other_agent, 700)

    mine, theirs = (cast.agent.pk, "revenue", Decimal(900)), (cast.other_agent.pk, "revenue", Decimal(700))
    assert seen_by(cast.agent) == {mine}
    assert seen_by(cast.other_agent) == {theirs}
    for one in (cast.manager, cast.admin, cast.owner):
        assert seen_by(one) == {mine, theirs}
    for one in (cast.production, cast.finance, cast.accountant, cast.sysadmin):
        assert seen_by(one) == "refused"


@pytest.mark.parametrize(
    "attack",
    [
        "update analytics_target set amount = 1",
        "delete from analytics_target",
        "insert into analytics_target (agent_id, month, metric, amount) values ({me}, '2026-09-01', 'revenue', 1)",
        "select * from analytics_historicaltarget where agent_id <> {me}",
        "insert into ops_event (kind, noun, subject_id, data, source, reason, request, txid)"
        " values ('targets.set', 'targets', 0, '{{}}', '', '', '', 0)",
    ],
)
def test_an_agent_changes_no_target_with_any_sql(cast, attack):
    put(cast.manager, cast.agent, 900)
    put(cast.manager, cast.other_agent, 700)

    with acting_as(for_user(cast.agent)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(attack.format(me=cast.agent.pk))
                rows = cursor.rowcount
        except DatabaseError as error:
            assert error.__cause__.sqlstate == "42501"
        else:
            assert rows == 0
    assert {amount for _, _, amount in seen_by(cast.manager)} == {Decimal(900), Decimal(700)}


def test_setting_twice_changes_once_taking_away_leaves_history(cast):
    assert put(cast.manager, cast.agent, 900) == 1
    assert put(cast.manager, cast.agent, 900) == 0
    assert put(cast.manager, cast.agent, 950, was=900) == 1
    assert put(cast.manager, cast.agent, None, was=950) == 1

    with acting_as(for_user(cast.manager)):
        kept = Target.history.order_by("history_id").values_list("history_type", "amount", "history_user_id")
        assert list(kept) == [
            (kind, Decimal(amount), cast.manager.pk) for kind, amount in (("+", 900), ("~", 950), ("-", 950))
        ]


def test_what_somebody_else_changed_meanwhile_is_not_written_over(cast):
    put(cast.manager, cast.agent, 900)

    with pytest.raises(Conflict):
        put(cast.admin, cast.agent, 800)
    assert {amount for _, _, amount in seen_by(cast.agent)} == {Decimal(900)}


def test_copying_fills_only_what_is_missing_and_twice_changes_nothing(cast):
    put(cast.manager, cast.agent, 900)
    put(cast.manager, cast.other_agent, 700)
    put(cast.manager, cast.agent, 1000, month=date(2026, 11, 1))

    with acting_as(for_user(cast.manager)):
        assert actions.copy_targets(date(2026, 11, 1), by=cast.manager) == 1
        assert actions.copy_targets(date(2026, 11, 1), by=cast.manager) == 0
        found = {t.agent_id: t.amount for t in Target.objects.filter(month=date(2026, 11, 1))}
    assert found == {cast.agent.pk: Decimal(1000), cast.other_agent.pk: Decimal(700)}


def test_the_page_saves_the_grid_and_says_what_is_no_number(cast, client_of):
    client, month = client_of(cast.manager), f"{clock.today():%Y-%m}"
    url, name = f"/targets/?month={month}", f"{cast.agent.pk}-revenue"

    wrong = client.post(url, {name: "a lot", f"was-{name}": ""})
    assert wrong.status_code == 422
    assert "“a lot” is not a number." in wrong.content.decode()

    assert client.post(url, {name: "1,250,000.50", f"was-{name}": ""}).status_code == 302
    assert 'value="1250000.5"' in client.get(url).content.decode()

    stale = client.post(url, {name: "5", f"was-{name}": ""})
    assert stale.status_code == 409
    assert "Somebody made it 1250000.5; save again to replace that." in stale.content.decode()
    assert client.post(url, {name: "5", f"was-{name}": "1250000.5"}).status_code == 302
    assert {amount for _, _, amount in seen_by(cast.agent)} == {Decimal(5)}


def test_one_target_that_is_copied_is_one(cast, client_of):
    put(cast.manager, cast.agent, 900)

    page = client_of(cast.manager).post("/targets/copy/", {"month": "2026-11"}, follow=True).content.decode()

    assert "One target copied." in page


def test_only_who_sets_targets_opens_their_page(cast, client_of):
    for person in (cast.agent, cast.finance, cast.production, cast.accountant):
        assert client_of(person).get("/targets/").status_code == 403
