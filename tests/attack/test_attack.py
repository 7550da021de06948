"""Everything that the web process' login could try, refused; and that an attack which succeeds is noticed."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import pytest
from django.conf import settings

from tests.attack import attacks


@pytest.mark.parametrize("group", ["ESCAPES", "RECORDS", "SECRETS", "FUNCTIONS"])
def test_nothing_comes_of_what_the_web_login_tries(web, group):
    found = attacks.findings(web.connection, settings.ROLE_PREFIX, getattr(attacks, group))

    assert found == []


def test_an_open_door_is_noticed(world, web):
    with world.owner() as owner:
        owner.connection.execute(f"grant temporary on database {world.name} to public")
        owner.connection.commit()
    tables = [attack for attack in attacks.ESCAPES if attack.name == "makes a temporary table"]
    try:
        found = attacks.findings(web.connection, settings.ROLE_PREFIX, tables)
    finally:
        with world.owner() as owner:
            owner.connection.execute(f"revoke temporary on database {world.name} from public")
            owner.connection.commit()

    assert f"{settings.ROLE_PREFIX}_r_sales_agent makes a temporary table: it was done" in found


def test_definers_read_no_temporary_table_even_where_one_can_be_made(world, web):
    """The first lock taken off, the second holds: a table of the caller's stands last on a definer's path."""
    agent = world.who("agent")
    plant = (
        "create temp table orders_orderuserobjectpermission as select 1::bigint as user_id, id as content_object_id,"
        " 1::bigint as permission_id from generate_series(1, 100) id",
        "update orders_orderuserobjectpermission set user_id = ops.uid()",
        "create temp table auth_permission as select 1::bigint as id, 'view_order'::text as codename",
        "grant select on orders_orderuserobjectpermission, auth_permission to public",
        "set local search_path = public, pg_catalog",
    )
    with world.owner() as owner:
        owner.connection.execute(f"grant temporary on database {world.name} to public")
        owner.connection.commit()
    try:
        seen = web.attempt(agent, "select ops.shared_orders()", before=plant)
        hung = web.attempt(
            agent, "create trigger forge after insert on mine for each row execute function ops.record_transition('order')",
            before=("create temp table mine (id bigint, stage text, stage_since timestamptz)",),
        )  # fmt: skip
    finally:
        with world.owner() as owner:
            owner.connection.execute(f"revoke temporary on database {world.name} from public")
            owner.connection.commit()

    assert seen.rows == [([],)]
    assert hung.denied
    assert "function" in hung.said


def test_the_owner_may_move_the_clock_and_the_web_may_not(world, web):
    moved = ("select set_config('ops.clock', '2020-02-02 12:00+00', true)",)

    with world.owner() as owner:
        assert owner.attempt(None, "select ops.now()::date::text", before=moved).rows == [("2020-02-02",)]
    assert web.attempt(world.who("owner"), "select ops.now() > '2026-01-01'", before=moved).rows == [(True,)]


def test_who_may_not_see_a_customer_does_not_find_orders_by_the_customers_name(world, web):
    """Leak channel 2: a hit among the floor's own orders would tell the name that the floor is not to know."""
    name = "select ops.search_orders('agent 1', 100)"
    order = world.orders["agent/in_production"]

    assert web.attempt(world.who("manager"), "select id from orders_order where id = %s", [order]).rows == [(order,)]
    assert order in web.attempt(world.who("manager"), name).rows[0][0]
    assert order in web.attempt(world.who("agent"), name).rows[0][0]
    assert web.attempt(world.who("production"), name).rows == [([],)]
    assert order not in web.attempt(world.who("packer"), name).rows[0][0]


def test_a_forged_uid_sees_what_that_person_sees_and_no_more(world, web):
    """Documented, not prevented: whoever runs SQL as the web can be any person; never more than the sum of the roles."""
    agent, other = world.who("agent"), world.who("other_agent")
    forged = web.attempt(
        agent, "select agent_id from orders_order", before=(f"select set_config('ops.uid', '{other.uid}', true)",)
    )

    assert {uid for (uid,) in forged.rows} == {other.uid, agent.uid}  # the second is the order shared with them
