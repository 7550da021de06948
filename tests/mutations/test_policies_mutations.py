"""The comparison of rows and the matrix notice each leak, and each person who sees too little (ruling 34)."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import pytest
from django.db.models import Q

from orders.models import OrderQuerySet
from tests.generated import matrix, policies
from tests.generated.session import Session
from tests.mutations.mutate import turns_red

SEEN = '"own orders and shared ones are seen" on orders_order'
ROWS = [
    ("drop policy " + SEEN, "orders_order: agent sees"),
    ("alter policy " + SEEN + " using (true)", "orders_order: agent sees"),
    ("alter policy " + SEEN + " using (agent_id = (select ops.uid()))", "orders_order: other_agent sees"),
    ('alter policy "the floor sees its stages" on orders_order using (cancelled_at is null)', "orders_order: production sees"),
    ('alter policy "the floor sees its stages" on orders_order using (stage = any ((select ops.floor_stages(\'order\'))::text[]))',
     "orders_order: production sees"),
    ("alter table orders_historicalorder disable row level security", "orders_historicalorder: agent sees"),
    ('alter policy "history: own orders and shared ones are seen" on orders_historicalorder using (true)',
     "orders_historicalorder: agent sees"),
    ("alter view orders_order_changes set (security_invoker = false)", "orders_order_changes: agent sees"),
    ("grant select on orders_ordercosting to {prefix}_s_orders_floor; create policy x on orders_ordercosting for select"
     " to {prefix}_s_orders_floor using (true)", "orders_ordercosting: production sees"),
    ('alter policy "orders: records of seen orders" on ops_event using (true)', "ops_event: agent sees"),
    ('alter policy "orders: records of seen orders" on ops_transition using (noun = \'order\')', "ops_transition: agent sees"),
    ('alter policy "customers of own orders" on customers_customer using (true)', "customers_customer: agent sees"),
    ("create or replace function ops.shared_orders() returns bigint[] language sql stable security definer set search_path ="
     " pg_catalog, public, pg_temp as 'select array_agg(id) from orders_order'", "orders_order: agent sees"),
    ("alter table orders_orderline disable row level security", "orders_orderline: production sees"),
    ("alter policy \"own views are edited\" on ops_savedview using (true)", "ops_savedview: agent sees"),
    ("grant select on inventory_movecost to {prefix}_s_stock_read; create policy x on inventory_movecost for select"
     " to {prefix}_s_stock_read using (true)", "inventory_movecost: agent sees"),
    ('drop policy "what is on hand is seen" on inventory_level', "inventory_level: production sees"),
    ('alter policy "own rows are put off" on digests_snooze using (true)', "digests_snooze: agent sees"),
    ('alter policy "own lists are seen" on digests_listed using (true)', "digests_listed: agent sees"),
    ('alter policy "own starts are kept" on standing_start using (true)', "standing_start: agent sees"),
    ('alter policy "own mailings are seen and ended" on standing_mailing using (true)', "standing_mailing: agent sees"),
    ('alter policy "own notices are seen" on notices_notice using (true)', "notices_notice: agent sees"),
    ('alter policy "what one handed back oneself is known" on digests_handback using (true)', "digests_handback: agent sees"),
]  # fmt: skip


@pytest.fixture(scope="module")
def truth(world, django_db_blocker):
    with django_db_blocker.unblock(), world.django_as_owner():
        return policies.truth(world)


@pytest.mark.parametrize(("change", "says"), ROWS, ids=[change[:70] for change, _ in ROWS])
def test_rows_that_leak_are_noticed(world, truth, change, says):
    turns_red(world, change, lambda session: policies.row_findings(world, truth, session), says, "rows")


@pytest.mark.parametrize(
    ("stale", "says"),
    [
        (lambda self, user: self, "orders_order: agent sees"),
        (lambda self, user: self.filter(Q(agent=user)), "orders_order: other_agent sees"),
        (lambda self, user: self.none(), "orders_order: manager sees"),
    ],
    ids=["everything", "own only", "nothing"],
)
def test_a_visible_to_that_fell_behind_is_noticed(world, web, monkeypatch, django_db_blocker, stale, says):
    monkeypatch.setattr(OrderQuerySet, "visible_to", stale)
    with django_db_blocker.unblock(), world.django_as_owner():
        truth = policies.truth(world)

    assert any(says in sentence for sentence in policies.row_findings(world, truth, web))


def test_a_table_open_to_nobody_bound_is_noticed(world):
    turns_red(
        world, "grant select on orders_order to public; set local role {prefix}_r_link", policies.unbound_findings,
        "orders_order: nobody is bound", "unbound",
    )  # fmt: skip


RIGHTS = [
    ("grant delete on orders_order to {prefix}_s_orders_all", "orders_order"),
    ("grant update on orders_ordercosting to {prefix}_s_costs_all", "orders_ordercosting"),
    ("grant {prefix}_s_costs_read to {prefix}_r_production with inherit true", "orders_ordercosting"),
    ("revoke insert on orders_order from {prefix}_s_orders_own", "orders_order"),
    ("grant select on accounts_credential to {prefix}_s_staff", "accounts_credential"),
    ("grant update (last_on) on standing_mailing to {prefix}_s_staff", "standing_mailing"),
    ("grant update on standing_start to {prefix}_s_staff", "standing_start"),
    ("grant update on shop_setting to {prefix}_s_shop_edit", "shop_setting"),
    ("grant insert on digests_listed to {prefix}_s_staff; create policy x on digests_listed for insert to {prefix}_s_staff"
     " with check (true)", "digests_listed"),
    ("grant insert on ops_transition to {prefix}_s_orders_all; create policy x on ops_transition for insert to"
     " {prefix}_s_orders_all with check (true)", "ops_transition"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "says"), RIGHTS, ids=[change[:70] for change, _ in RIGHTS])
def test_a_right_too_many_or_too_few_is_noticed(world, change, says):
    def tables(session: Session) -> list[str]:
        return [f"{at} {line}" for at, line in enumerate(matrix.text(world, session, session, says).splitlines())]

    turns_red(world, change, tables, says, f"matrix of {says}")
