"""How declarations become SQL: the exact text, so that what a review reads is what runs."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import pytest
from django.conf import settings

from ops.db import security
from ops.db.security import Function, Guard, Policy, Table, filled

P = settings.ROLE_PREFIX


def test_a_policy_reads_as_its_sentence():
    policy = Policy("own rows are seen", to=("staff", "door"), using="a = 1", check="b = 2", cmd="update")

    assert policy.sql("public.x") == (
        f'create policy "own rows are seen" on public.x for update to {P}_s_staff, {P}_s_door\n  using (a = 1)\n  with check (b = 2)'
    )


def test_a_guard_may_have_arguments_a_condition_and_wait_for_the_end():
    plain = Guard("ab", "before update of stage", "ops.f", args=("order", "x"), condition="new.a > 1")
    late = Guard("zz", "after insert", "ops.g", each="row", constraint=True)

    assert (
        plain.sql("t")
        == "create trigger ab before update of stage on t for each row when (new.a > 1) execute function ops.f('order', 'x')"
    )
    assert late.sql("t") == (
        "create constraint trigger zz after insert on t deferrable initially deferred for each row execute function ops.g()"
    )


def test_what_differs_between_installations_is_filled_in():
    assert filled("{prefix} {zone} {reset} {web} {owner}") == (
        f"{P} {settings.TIME_ZONE} {settings.DAY_RESET_MINUTES} {settings.WEB_LOGIN} {settings.OWNER_LOGIN}"
    )


def test_a_table_gives_row_security_policies_and_grants_in_that_order():
    made = list(
        Table(
            table="x", policies=[Policy("p", to="staff", using="true")], grants={"staff": ["select", "update (a)"]}
        ).objects()
    )

    assert [one.key for one in made] == ["rows:x", "policy:x:p", "grant:x:staff:select", "grant:x:staff:update (a)"]
    assert [one.drop for one in made] == [
        "", 'drop policy if exists "p" on public."x"', f'revoke select on public."x" from {P}_s_staff',
        f'revoke update (a) on public."x" from {P}_s_staff',
    ]  # fmt: skip


def test_history_is_shown_to_who_sees_the_row_unless_the_policy_says_otherwise():
    made = {one.key: one.create for one in security.declarations()}

    own = made["policy:orders_historicalorder:history: own orders and shared ones are seen"]
    assert 'exists (select 1 from public."orders_order" x where x."id" = "orders_historicalorder"."id")' in own
    assert "policy:orders_historicalorder:history: a link shows its order" not in made
    assert "using (true)" in made["policy:orders_historicalorder:history: managers see every order"]


def test_every_key_is_made_once_and_every_name_fits():
    keys = [one.key for one in security.declarations()]

    assert len(keys) == len(set(keys))
    assert [key for key in keys if key.startswith("policy:") and len(key.split(":", 2)[2]) > 63] == []


def test_the_lock_names_no_installation():
    text = security.lock_text()

    assert f"{P}_" not in text
    assert "od_s_orders_all" in text
    assert text.endswith(";\n")


def test_a_definer_is_found_by_its_head_not_by_its_body():
    found = security.definers()

    assert "ops.guard_stage" in found
    assert "ops.guard_order" not in found
    assert found["ops.h_orders_order"] == "writes history, which nobody else may write"


def test_a_function_file_is_read_with_its_names_filled_in():
    text = Function("ops/sql/role_for.sql").text

    assert "{prefix}" not in text
    assert f"'{P}_r_'" in text


# A file and a message are seen with their subject: everybody may ask, and each noun's own policies answer.
ASKED_BY_ALL = {"files_file", "threads_message"}


@pytest.mark.parametrize("table", [t for t in security.tables() if t.model], ids=lambda t: t.model)
def test_a_table_of_ours_has_a_policy_for_each_scope_it_is_granted_to(table):
    together = [one for one in security.tables() if one.name == table.name]
    named = {
        scope
        for one in together
        for policy in one.policies
        for scope in ([policy.to] if isinstance(policy.to, str) else policy.to)
    }

    granted = {scope for one in together for scope in one.grants} - ({"staff"} if table.name in ASKED_BY_ALL else set())
    assert granted <= named
