"""What a link of the chain binds: rows of earlier shapes still hold, and no setting of a session changes a hash."""

import pytest
from django.db import connection, transaction

from ops import chain
from tests.generated.conftest import as_owner_in_django, world  # noqa: F401

KEPT = "orders_historicalorder"
_JSON = f"""update {KEPT} set history_hash = sha256(coalesce(history_prev, ''::bytea) || convert_to(jsonb_strip_nulls(
  to_jsonb({KEPT}) - 'history_id' - 'history_prev' - 'history_hash')::text, 'UTF8'))
 where history_id = (select max(history_id) from {KEPT})"""


@pytest.fixture
def owner(as_owner_in_django):  # noqa: F811
    with transaction.atomic(), connection.cursor() as cursor:
        yield cursor
        transaction.set_rollback(True)


def test_rows_that_were_hashed_as_json_still_hold(owner):
    owner.execute(f"alter table {KEPT} disable trigger user")
    owner.execute(_JSON)
    assert chain.verify() == []

    owner.execute(f"update {KEPT} set summary = 'x' where history_id = (select max(history_id) from {KEPT})")
    assert [broken.table for broken in chain.verify()] == [KEPT]


def test_a_column_with_a_value_for_old_rows_breaks_no_old_link_and_is_bound_in_new_ones(owner):
    for table in ("orders_order", KEPT):
        owner.execute(f"alter table {table} add column later text not null default 'before'")
    assert chain.verify() == []


def test_a_session_with_other_settings_writes_the_same_hashes(owner):
    owner.execute("set local timezone = 'Asia/Karachi'")
    owner.execute("set local datestyle = 'German'")
    owner.execute("set local bytea_output = 'escape'")
    owner.execute("update orders_order set channel = channel || 'x'")
    owner.execute("insert into customers_customer (name, email, city, address, source, external_id)"
                  " values ('A', 'a@x.example', '', '', 'x', 'x1'), ('B', null, '', '', 'x', 'x2')")  # fmt: skip
    assert chain.verify() == []


def test_dropping_a_column_of_the_table_leaves_new_links_whole(owner):
    for table in ("orders_orderline", "orders_historicalorderline"):
        owner.execute(f"alter table {table} add column passing text")
        owner.execute(f"alter table {table} drop column passing")
    owner.execute(
        "insert into orders_orderline (order_id, position, sku, description, category, quantity)"
        " select order_id, max(position) + 1, '', 'added', '', 1 from orders_orderline group by 1"
    )
    owner.execute("update orders_orderline set sku = 'y' where description = 'added'")

    assert chain.verify() == []
