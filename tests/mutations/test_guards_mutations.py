"""The broken-rules suite notices each rule that has gone or gone soft (ruling 34)."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import pytest

from tests.generated import guards, rules
from tests.generated.session import Session
from tests.mutations.mutate import turns_red

_SOFT = "create or replace function ops.{} returns trigger language plpgsql as $$ begin return new; end $$"


def _findings(name, check):
    def asked(world):
        def findings(session: Session) -> list[str]:
            at = rules.shop(world, session)
            return check(at, session)

        return findings

    asked.check = name
    return asked


CONSTRAINTS = _findings("CONSTRAINTS", lambda at, session: rules.missing_findings(at) + rules.constraint_findings(at))
APPEND_ONLY = _findings("APPEND_ONLY", lambda at, session: rules.append_only_findings(at))
COMPUTED = _findings("COMPUTED", lambda at, session: rules.generated_findings(at))
ATTACKS = _findings("ATTACKS", lambda at, session: guards.unattacked(at) + guards.attack_findings(at, session))
MOVES = _findings("MOVES", guards.move_findings)
PROOFS = _findings("PROOFS", guards.proof_findings)
HISTORY = _findings("HISTORY", guards.history_findings)

MUTATIONS = [
    (CONSTRAINTS, "alter table orders_orderline drop constraint orders_line_quantity", "orders_line_quantity has gone."),
    (CONSTRAINTS, "alter table orders_ordercosting drop constraint orders_costing_copies_the_amount", "copies_the_amount has gone."),
    (CONSTRAINTS, "alter table orders_order add constraint odd check (carrier <> 'x')", "odd is broken by no attack"),
    (CONSTRAINTS, "alter table customers_customer drop constraint customers_customer_e164, add constraint customers_customer_e164"
                  " check (phone <> '')", "customers_customer_e164 did not refuse"),
    (CONSTRAINTS, "alter table orders_order drop constraint orders_order_number_key, add constraint orders_order_number_key"
                  " unique (number, id)", "orders_order_number_key"),
    (APPEND_ONLY, "alter table ops_event disable trigger aa_append_only", "the owner was not refused"),
    (APPEND_ONLY, "drop trigger aa_append_only_all on orders_historicalorder", "the owner was not refused"),
    (APPEND_ONLY, "grant delete on ops_transition to {prefix}_s_orders_all", "the strongest role was not denied"),
    (COMPUTED, "alter table orders_ordercosting alter column profit drop expression", "profit is not a stored generated column."),
    (ATTACKS, "drop trigger ab_stage on orders_order", "ops_guard_stage did not refuse owner"),
    (ATTACKS, "drop trigger zr_new_stages on orders_order", "ops_guard_stage did not refuse owner"),
    (ATTACKS, "drop trigger zr_live_customers on orders_order", "ops_guard_live_customer did not refuse owner"),
    (ATTACKS, _SOFT.format("guard_order()"), "ops_guard_order_held did not refuse"),
    (ATTACKS, _SOFT.format("guard_message()"), "ops_guard_message_author did not refuse manager"),
    (ATTACKS, "alter table threads_message disable trigger ab_message", "ops_guard_message_fixed did not refuse manager"),
    (ATTACKS, "drop trigger ab_watch on notices_watch", "ops_guard_watch did not refuse manager"),
    (ATTACKS, "drop trigger last_admin on accounts_user", "ops_guard_last_admin did not refuse"),
    (ATTACKS, "drop trigger ac_nobody_gives_more_than_they_hold on accounts_user", "ops_guard_gives did not refuse sysadmin"),
    (ATTACKS, "insert into ops.gives values ('people_admin', 'costs_read')", "ops_guard_gives did not refuse sysadmin"),
    (ATTACKS, "drop trigger ab_role on ops_role", "ops_guard_role_in_use did not refuse owner"),
    (ATTACKS, "drop trigger aa_by_hand on inventory_level", "ops_guard_level_by_hand did not refuse"),
    (ATTACKS, _SOFT.format("keep_levels()"), "ops_guard_level_short did not refuse manager"),
    (ATTACKS, _SOFT.format("stamp_move()"), "ops_guard_move_future did not refuse manager"),
    (PROOFS, "drop trigger ac_count on inventory_move", "ops.work_out_count left nothing behind"),
    (ATTACKS, _SOFT.format("work_out_count()"), "ops_guard_count_early did not refuse manager"),
    (ATTACKS, "drop trigger ad_stock on catalog_product", "ops_guard_product_stocked did not refuse"),
    (PROOFS, "drop trigger zv_levels on inventory_move", "ops.keep_levels left nothing behind"),
    (PROOFS, "drop trigger ab_stamp on inventory_move", "ops.stamp_move left nothing behind"),
    (PROOFS, "drop trigger zv_stock on catalog_product", "ops.keep_stock_item left nothing behind"),
    (PROOFS, "drop trigger zv_stock_added on catalog_product", "ops.keep_new_stock_items left nothing behind"),
    (PROOFS, "drop trigger zv_stock on catalog_category", "ops.keep_stock_categories left nothing behind"),
    (APPEND_ONLY, "grant update on inventory_move to {prefix}_s_stock_all", "the strongest role was not denied"),
    (APPEND_ONLY, "alter table inventory_movecost disable trigger aa_append_only", "the owner was not refused"),
    (CONSTRAINTS, "alter table inventory_level drop constraint inventory_level_on_hand", "inventory_level_on_hand has gone."),
    (CONSTRAINTS, "alter table inventory_level drop constraint inventory_level_promised", "inventory_level_promised has gone."),
    (CONSTRAINTS, "alter table inventory_move drop constraint inventory_move_sign", "inventory_move_sign has gone."),
    (CONSTRAINTS, "alter table accounts_user drop constraint user_overrides_are_sound", "user_overrides_are_sound has gone."),
    (ATTACKS, "alter table accounts_user disable trigger never_deleted", "ops_guard_append_only did not refuse"),
    (ATTACKS, "create function ops.odd() returns trigger language plpgsql as"
              " $$ begin raise exception 'x' using errcode = '23514', constraint = 'ops_guard_odd'; end $$",
     "ops_guard_odd is provoked by no attack."),
    (ATTACKS, "drop trigger ab_setting on shop_setting", "ops_guard_setting_value did not refuse owner"),
    (ATTACKS, "create or replace function ops.setting_fits(rule text, value jsonb) returns boolean language sql immutable as 'select true'",
     "ops_guard_setting_value did not refuse owner"),
    (ATTACKS, _SOFT.format("guard_extension()"), "ops_guard_extension_until did not refuse owner"),
    (ATTACKS, _SOFT.format("guard_snooze()"), "ops_guard_snooze_until did not refuse agent"),
    (ATTACKS, "drop trigger ab_load on ops_importbatch", "ops_guard_load did not refuse manager"),
    (ATTACKS, "create or replace function ops.own_load(of_batch bigint) returns ops_importbatch language sql stable security definer as"
              " 'select b from public.ops_importbatch b where b.id = of_batch'", "ops_guard_undo_whose did not refuse manager"),
    (ATTACKS, "create or replace function ops.hanging_on(of_rel text, of_pk text, of_noun text, ids bigint[], going jsonb, of_tx bigint, told tstzrange)"
              " returns table (rel text, id bigint, on_id bigint) language sql stable as $f$ select 'x'::text, 1::bigint, 1::bigint where false $f$",
     "ops_guard_undo_touched did not refuse manager"),
    (CONSTRAINTS, "alter table digests_handback drop constraint digests_handback_reason", "digests_handback_reason has gone."),
    (CONSTRAINTS, "alter table standing_mailing drop constraint standing_mailing_once", "standing_mailing_once has gone."),
    (CONSTRAINTS, "alter table standing_start drop constraint standing_start_person", "standing_start_person has gone."),
    (CONSTRAINTS, "alter table standing_start drop constraint standing_start_role", "standing_start_role has gone."),
    (CONSTRAINTS, "alter table standing_start drop constraint standing_start_whose", "standing_start_whose has gone."),
    (HISTORY, "alter table standing_start disable trigger zz_history", "standing_start: a change left"),
    (MOVES, "insert into ops_arrow (noun, from_stage, to_stage, scopes, undo, late_scopes, builtin) values"
            " ('order', 'shipped', 'received', '{orders_own}', false, '{}', false)", "agent moved an order from shipped to received."),
    (MOVES, "update ops_arrow set scopes = scopes || array['orders_own'] where to_stage = 'ready_to_ship' and not undo",
        "agent moved an order from in_production to ready_to_ship."),
    (MOVES, "update ops_arrow set within_minutes = null where undo", "agent moved an order from shipped to ready_to_ship."),
    (PROOFS, "alter table orders_order disable trigger zw_transition", "ops.record_transition left nothing behind"),
    (PROOFS, "alter table ops_event disable trigger ab_stamp", "ops.stamp_event left nothing behind"),
    (PROOFS, _SOFT.format("bump_version()"), "ops.bump_version left nothing behind"),
    (PROOFS, "drop trigger zv_settle on orders_order", "ops.settle_answers left nothing behind"),
    (HISTORY, "alter table digests_extension disable trigger zz_history", "digests_extension: a change left"),
    (APPEND_ONLY, "alter table digests_listed disable trigger aa_append_only", "the owner was not refused"),
    (HISTORY, "alter table orders_ordercosting disable trigger zz_history", "orders_ordercosting: a change left"),
    (HISTORY, "drop trigger zz_history on customers_customer", "customers_customer: a change left"),
    (HISTORY, "drop trigger zz_history_added on orders_orderline", "rows came and left nothing in history"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "change", "says"), MUTATIONS, ids=[change[:70] for _, change, _ in MUTATIONS])
def test_a_rule_that_has_gone_is_noticed(world, check, change, says):
    turns_red(world, change, check(world), says, check.check)
