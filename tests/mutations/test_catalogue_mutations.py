"""The catalogue checks notice each careless change (ruling 34)."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import pytest

from tests.generated import catalogue
from tests.mutations.mutate import turns_red

MUTATIONS = [
    ("create table public.leak (id int)", "leak is in the database and in no security.py."),
    ("alter table orders_historicalorder disable row level security", "orders_historicalorder has no row security."),
    ("grant select (order_amount) on orders_ordersale to {prefix}_s_orders_floor", "orders_ordersale.order_amount: SELECT"),
    ("alter view orders_order_changes set (security_invoker = false)", "orders_order_changes reads with the rights of its owner."),
    ("create materialized view totals as select count(*) from orders_order", "totals reads with the rights of its owner."),
    ('create policy "all of it" on orders_order using (true)', "'all of it' is for everybody."),
    ("grant execute on function ops.shared_orders() to public", "ops.shared_orders runs with its owner's rights and everybody"),
    ("alter function ops.shared_orders() set search_path = public", "ops.shared_orders does not say where it looks up names"),
    ("create function ops.leak() returns bigint language sql security definer as 'select count(*) from orders_order'",
     "ops.leak runs with its owner's rights and no security.py says why."),
    ("create function ops.left_over() returns int language sql as 'select 1'", "ops.left_over is in the database and in no file."),
    ("grant truncate on orders_order to {prefix}_s_orders_all", "orders_order: TRUNCATE is granted"),
    ("grant select on orders_order to public", "orders_order: SELECT is granted to PUBLIC."),
    ("grant select on orders_order to opsdeck_web", "The web login is granted a table itself."),
    ("grant temporary on database {database} to public", "The web login makes temporary tables."),
    ("grant create on schema public to opsdeck_web", "The web login makes tables."),
    ("grant select on guardian_userobjectpermission to {prefix}_s_staff", "guardian_userobjectpermission is granted"),
    ("insert into auth_group (name) values ('x')", "auth_group has rows."),
]  # fmt: skip


@pytest.mark.parametrize(("change", "says"), MUTATIONS, ids=[change[:60] for change, _ in MUTATIONS])
def test_a_careless_change_is_noticed(world, change, says):
    turns_red(world, change, catalogue.every_finding, says, "catalogue")
