"""Installing the difference: what changed is made again, what is not declared goes, what vanished is forgotten (D13)."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import pytest
from django.conf import settings
from django.db import connection, transaction

from ops.db.sync import drift, sync
from tests.generated.conftest import as_owner_in_django, world  # noqa: F401

P = settings.ROLE_PREFIX
ONCE = "ops.once(text, date, text)"


@pytest.fixture
def cursor(as_owner_in_django):  # noqa: F811
    with transaction.atomic(), connection.cursor() as found:
        yield found
        transaction.set_rollback(True)


def test_a_rule_that_is_not_declared_any_more_goes(cursor):
    cursor.execute('create policy "old" on orders_order using (true)')
    cursor.execute(
        "insert into ops.installed values ('policy:orders_order:old', 'x', '', 'drop policy if exists \"old\" on orders_order')"
    )

    report = sync()

    assert (report.made, report.dropped) == ([], ["policy:orders_order:old"])
    assert drift() == []


def test_a_rule_whose_text_changed_is_made_again(cursor):
    key = "policy:orders_order:managers see every order"
    cursor.execute("update ops.installed set sha = 'before' where key = %s", [key])

    report = sync()

    assert (report.made, report.dropped) == ([key], [key])
    assert str(report) == "security: 1 made, 1 dropped"
    assert drift() == []


def test_rules_of_a_table_that_is_gone_are_forgotten_without_a_word(cursor):
    cursor.execute("insert into ops.installed values ('policy:gone:x', 'x', '', 'drop policy x on gone'),"
                   " ('execute:ops.gone(int)', 'x', '', 'revoke all on function ops.gone(int) from nobody')")  # fmt: skip

    assert sorted(sync().dropped) == ["execute:ops.gone(int)", "policy:gone:x"]


def test_who_may_not_call_a_function_any_more_cannot(cursor):
    cursor.execute(f"grant execute on function {ONCE} to {P}_s_staff")
    cursor.execute("update ops.installed set sha = 'before', undo = %s where key = %s",
                   [f"revoke all on function {ONCE} from {P}_s_staff", f"execute:{ONCE}"])  # fmt: skip

    sync()

    cursor.execute("select has_function_privilege(%s, %s, 'execute'), has_function_privilege(%s, %s, 'execute')",
                   [f"{P}_s_staff", ONCE, f"{P}_s_jobs", ONCE])  # fmt: skip
    assert cursor.fetchone() == (False, True)


def test_a_definer_left_open_and_temporary_tables_are_shut(cursor):
    cursor.execute("grant execute on function ops.record_transition() to public")
    cursor.execute(f"grant temporary on database {connection.settings_dict['NAME']} to public")

    sync()

    cursor.execute(f"select has_function_privilege('{P}_s_staff', 'ops.record_transition()', 'execute'),"
                   f" has_database_privilege('{settings.WEB_LOGIN}', current_database(), 'temp')")  # fmt: skip
    assert cursor.fetchone() == (False, False)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            f"grant {P}_s_costs_all to {P}_r_production",
            f"Role {P}_r_production has {P}_s_costs_all, which roles.yaml does not say.",
        ),
        (f"revoke {P}_s_staff from {P}_r_production", f"Role {P}_r_production lacks {P}_s_staff."),
        ("alter table orders_order disable row level security", "rows:orders_order was changed."),
        ("alter table orders_order disable trigger ab_stage", "trigger:orders_order:ab_stage was changed."),
        (f"grant delete on orders_order to {P}_s_orders_all", "acl:orders_order was changed."),
        (f"grant select (id) on orders_order to {P}_s_door", "colacl:orders_order.id appeared in the database."),
        ("alter view orders_order_changes reset (security_invoker)", "view:orders_order_changes was changed."),
        ("drop function ops.has_scope(text)", "function:ops.has_scope(text) has gone from the database."),
        (f"grant create on schema public to {P}_s_staff", "schema:public was changed."),
        (
            "delete from ops.installed where key = 'rows:orders_order'",
            "rows:orders_order is declared but not installed.",
        ),
        ("insert into ops.installed values ('rows:x', '', '', '')", "rows:x is installed but not declared."),
    ],
)
def test_each_difference_has_its_sentence(cursor, change, sentence):
    cursor.execute(change)

    assert drift() == [sentence]


def test_half_way_through_a_migration_nothing_is_granted(cursor):
    cursor.execute("drop table orders_orderuserobjectpermission cascade")

    report = sync()

    assert report.made == []
    cursor.execute(f"select has_table_privilege('{P}_s_orders_all', 'orders_order', 'select')")
    assert cursor.fetchone() == (False,)
