"""The triggers: every refusal that a guard can utter, provoked; every stage move, tried; every by-product, looked for."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import re
from dataclasses import dataclass

from ops.db import security
from ops.lifecycle import declared
from tests.generated import stock_guards
from tests.generated.rules import Shop
from tests.generated.session import Outcome, Session
from tests.generated.triggers import ENDERS, MARKERS, REFUSERS, TELLERS


@dataclass(frozen=True)
class Attack:
    """`{order:agent/received}` is the id of that order of the world, `{person:agent}` of that person."""

    rule: str
    by: str
    sql: str
    before: tuple[str, ...] = ()


def _order(of: str, change: str) -> str:
    return f"update orders_order set {change} where id = {{order:{of}}}"


def _file(rows: str) -> str:
    return (
        "insert into files_file (noun, subject_id, name, sha256, size, content_type, kind, stage, visibility, removed_reason, by_id)"
        " select 'order', {order:agent/received}, 'forged', encode(sha256(i::text::bytea), 'hex'), 1, 'text/plain', 'document',"
        " 'delivered', 'everyone', '', {person:agent} from " + rows
    )


_MERGE = "insert into customers_customermerge (kept_id, gone_id, chosen) select k.id, g.id, '{{}}' from customers_customer k, customers_customer g where k.name = '%s' and g.name = '%s'"
_MY_LOAD = "id = (select min(id) from ops_importbatch where by_id = {person:manager})"
_APPLIED = f"update ops_importbatch set state = 'applied' where {_MY_LOAD}"
_UNDO = f"select ops.undo_load(id) from ops_importbatch where {_MY_LOAD}"
_OPENED = (
    "insert into inventory_move (item_id, location_id, kind, quantity, batch_id) select item_id, location_id, 'receipt', 2,"
    f" (select id from ops_importbatch where {_MY_LOAD}) from inventory_level where moves > 1"
)
_ONE_MORE = (
    "insert into orders_order (customer_id, agent_id, stage, origin, channel, summary, pieces, rush, production_note, carrier, tracking_number,"
    " hold_reason, cancel_reason, source, external_id, row_sha256) select customer_id, agent_id, 'received', 'form', '', 'One more', 1, false, '', '', '',"
    " '', '', '', '', '' from orders_order where id = {order:agent/received}"
)
_BROUGHT = _ONE_MORE.replace("'received', 'form'", "'%s', 'import'")
_FROM_A_FILE = ("select set_config('ops.source', 'import', false)",)
_LONG_AGO = _ONE_MORE.replace("stage, origin", "stage, stage_since, origin").replace("'form'", "'2001-01-01', 'import'")
_TO_GONE = _ONE_MORE.replace(
    "select customer_id", "select (select gone_id from customers_customermerge where undone_at is null)"
)
_SHARED = (
    "insert into orders_orderuserobjectpermission (permission_id, user_id, content_object_id) select p.id, {person:agent}, o.id"
    " from orders_order o, auth_permission p where o.summary = 'One more' and p.codename = 'view_order'"
)
ATTACKS = [
    Attack("ops_guard_stage", "owner", _order("agent/received", "stage = 'delivered'")),
    Attack("ops_guard_stage", "owner", _order("agent/received", "stage = 'nowhere'")),
    Attack("ops_guard_stage_role", "production", _order("agent/ready_to_ship", "stage = 'shipped'")),
    Attack("ops_guard_stage_late", "agent", _order("agent/shipped", "stage = 'ready_to_ship'")),
    Attack("ops_guard_order_cancelled", "owner", _order("agent/cancelled", "stage = 'ready_to_ship'")),
    Attack("ops_guard_order_held", "owner", _order("agent/held", "stage = 'ready_to_ship'")),
    Attack("ops_guard_order_tracking", "owner", _order("agent/ready_to_ship", "stage = 'shipped', tracking_number = ''")),
    Attack("ops_guard_order_assignee", "owner", _order("agent/received", "stage = 'in_production'")),
    Attack("ops_guard_order_left", "owner", _order("agent/shipped", "cancelled_at = now(), cancel_reason = 'x'")),
    Attack("ops_guard_order_identity", "owner", _order("agent/received", "number = 'SO-9'")),
    Attack("ops_guard_order_identity", "owner", _order("agent/received", "placed_at = now()")),
    Attack("ops_guard_order_identity", "agent", _order("agent/received", "placed_on = '2020-01-01'")),
    Attack("ops_guard_order_identity", "agent", _order("agent/shipped", "stage_since = now()")),
    Attack("ops_guard_order_customer", "agent", _order("agent/received", "customer_id = 999999999")),
    Attack("ops_guard_order_customer", "agent", _order("agent/received", "customer_id = (select max(id) from customers_customer) + 1")),
    Attack("ops_guard_live_customer", "owner", _order("agent/received", "customer_id = (select gone_id from customers_customermerge where undone_at is null)")),
    Attack("ops_guard_live_customer", "owner", _TO_GONE),
    Attack("ops_guard_stage", "owner", _BROUGHT % "nowhere", _FROM_A_FILE),
    Attack("ops_guard_stage_role", "agent", _BROUGHT % "delivered", _FROM_A_FILE),
    Attack("ops_guard_stage_role", "agent", _BROUGHT % "delivered" + " returning set_config('ops.source', 'form', false)", _FROM_A_FILE),
    Attack("ops_guard_stage_since", "agent", _LONG_AGO, _FROM_A_FILE),
    Attack("ops_guard_customer_merged", "owner", "update customers_customer set city = 'x' where merged_into_id is not null"),
    Attack("ops_guard_customer_record", "owner", "update customers_customer set merged_into_id = null where merged_into_id is not null"),
    Attack("ops_guard_customer_record", "agent", "update customers_customer set merged_into_id = id"),
    Attack("ops_guard_customer_chain", "owner", "update customers_customer set merged_into_id = (select id from customers_customer where name = 'Twice 1')"
                                                " where name = 'Twice 3'", (_MERGE % ("Twice 1", "Twice 3"),)),
    Attack("ops_guard_customer_rows", "owner", "update customers_customer set merged_into_id = (select id from customers_customer where name = 'Twice 0')"
                                               " where name = 'agent 0'", (_MERGE % ("Twice 0", "agent 0"),)),
    Attack("ops_guard_merge_once", "owner", "select ops.merge_customers(id) from customers_customermerge"),
    Attack("ops_guard_unmerge", "owner", "select ops.unmerge_customers(id) from customers_customermerge where undone_at is not null"),
    Attack("ops_guard_order_part", "owner", _order("agent/part", "stage = 'shipped', tracking_number = 'x'")),
    Attack("ops_guard_order_parts_left", "agent", _order("agent/part", "cancelled_at = now(), cancel_reason = 'x'")),
    Attack("ops_guard_shipment_quantity", "agent", "insert into orders_shipmentline (shipment_id, line_id, quantity) select s.id, l.id, 2 from"
           " orders_shipment s join orders_orderline l using (order_id) where order_id = {order:agent/part} and s.position = 8",
           before=("insert into orders_shipment (order_id, position, carrier_name, tracking_number) values ({order:agent/part}, 8, '', 'x')",)),
    Attack("ops_guard_shipment_order", "owner", "insert into orders_shipmentline (shipment_id, line_id, quantity) select s.id, l.id, 1 from"
           " orders_shipment s, orders_orderline l where s.order_id = {order:agent/part} and l.order_id = {order:agent/received}"),
    Attack("ops_guard_shipment_ready", "owner", "insert into orders_shipment (order_id, position, carrier_name, tracking_number)"
           " values ({order:agent/received}, 1, 'TCS', 'TCS-1')"),
    Attack("ops_guard_shipment_stays", "", "update orders_shipment set position = 7 where order_id = {order:agent/part}"),
    Attack("ops_guard_shipment_stays", "owner", "update orders_shipment set taken_back_at = null where order_id = {order:agent/part}",
           before=("update orders_shipment set taken_back_at = now() where order_id = {order:agent/part}",)),
    Attack("ops_guard_shipment_back", "owner", "update orders_shipment set taken_back_at = now() where order_id = {order:agent/shipped}"),
    Attack("ops_guard_line_shipped", "owner", "update orders_orderline set quantity = 0.2 where order_id = {order:agent/part}"),
    Attack("ops_guard_append_only", "", "delete from accounts_user"),
    Attack("ops_guard_append_only", "", "delete from files_file"),
    Attack("ops_guard_file_stays", "", "update files_file set visibility = 'sales' where removed_at is not null"),
    Attack("ops_guard_file_stays", "", "update files_file set sha256 = repeat('0', 64)"),
    Attack("ops_guard_append_only", "", "delete from threads_message"),
    Attack("ops_guard_message_stays", "", "update threads_message set visibility = 'customer' where visibility = 'internal'"),
    Attack("ops_guard_message_stays", "", "update threads_message set subject_id = subject_id + 1, text = 'moved'"),
    Attack("ops_guard_message_removed", "manager", "update threads_message set text = 'back', removed_at = now() where removed_at is not null"),
    Attack("ops_guard_message_author", "manager", "update threads_message set text = 'forged' where by_id = {person:agent} and removed_at is null"),
    Attack("ops_guard_message_fixed", "manager", "update threads_message set text = 'late' where by_id = {person:manager} and removed_at is null"),
    Attack("ops_guard_live_customer", "manager", "insert into threads_message (noun, subject_id, visibility, text, mentions, by_id, version)"
           " select 'customer', id, 'internal', 'x', '{{}}', {person:manager}, 1 from customers_customer where name = 'Twice 1'"),
    Attack("ops_guard_file_most", "owner", _file("generate_series(1, 301) i")),
    Attack("ops_guard_builtin", "owner", "delete from ops_stage where key = 'shipped'"),
    Attack("ops_guard_builtin", "owner", "update ops_stage set category = 'done' where key = 'shipped'"),
    Attack("ops_guard_builtin", "owner", "delete from ops_arrow where to_stage = 'shipped'"),
    Attack("ops_guard_builtin", "owner", "insert into ops_arrow (noun, from_stage, to_stage, scopes, undo, late_scopes, builtin)"
                                         " values ('order', 'shipped', 'received', '{{orders_all}}', false, '{{}}', true)"),
    Attack("ops_guard_extension_until", "owner", "update digests_extension set until = current_date - 9"),
    Attack("ops_guard_extension_until", "", "update digests_extension set subject_id = subject_id + 1"),
    Attack("ops_guard_snooze_until", "agent", "update digests_snooze set until = current_date + 99"),
    Attack("ops_guard_setting_value", "owner", "insert into shop_setting (key, value, starts_on, reason) values ('money.lakh', '7', current_date + 9, '')"),
    Attack("ops_guard_setting_value", "", "insert into shop_setting (key, value, starts_on, reason) values ('no.rule', 'true', current_date + 9, '')"),
    Attack("ops_guard_setting_past", "owner", "insert into shop_setting (key, value, starts_on, reason) values ('money.lakh', 'true', '2020-01-01', '')"),
    Attack("ops_guard_setting_started", "owner", "update shop_setting set withdrawn_at = now() where key = 'calendar.half_days'"),
    Attack("ops_guard_setting_stays", "", "update shop_setting set value = 'true' where key = 'money.lakh'"),
    Attack("ops_guard_scope", "owner", "select ops.role_for('{{orders_all,mailer}}')"),
    Attack("ops_guard_scope", "owner", "select ops.role_for('{{postgres}}')"),
    Attack("ops_guard_job_done", "agent", "update progress_job set file_hash = repeat('a', 64) where state = 'done'"),
    Attack("ops_guard_gives", "sysadmin", "update accounts_user set role = 'manager' where id = {person:agent}"),
    Attack("ops_guard_gives", "sysadmin", "update accounts_user set email = 'mine@cast.example' where id = {person:owner}"),
    Attack("ops_guard_gives", "admin", "update accounts_user set overrides = '{{\"add\": [\"admin_site\"]}}' where id = {person:admin}"),
    Attack("ops_guard_gives", "sysadmin", "update ops_role set scopes = scopes || '{{costs_read}}' where key = 'packer'"),
    Attack("ops_guard_gives", "sysadmin", "select ops.invite({person:newcomer}, 'x', now() + interval '1 day')"),
    Attack("ops_guard_invite", "owner", "select ops.invite({person:auditor}, 'x', now() + interval '1 day')"),
    Attack("ops_guard_role_in_use", "owner", "delete from ops_role where key = 'packer'"),
    Attack("ops_guard_role_key", "owner", "update ops_role set key = 'wrapper' where key = 'packer'"),
    Attack("ops_guard_scope", "owner", "update ops_role set scopes = '{{staff,mailer}}' where key = 'packer'"),
    Attack("ops_guard_scope", "owner", "update accounts_user set overrides = '{{\"remove\": [\"mailer\"]}}' where id = {person:agent}"),
    Attack("ops_guard_builtin", "sysadmin", "delete from notices_rule where builtin"),
    Attack("ops_guard_builtin", "sysadmin", "insert into notices_rule (noun, on_what, key, to_whom, channel, active, builtin)"
                                            " values ('order', 'stage', 'shipped', 'assignee', 'in_app', true, true)"),
    Attack("ops_guard_notice", "", "update notices_notice set rows = rows + 1"),
    Attack("ops_guard_watch", "manager", "insert into notices_watch (person_id, noun, subject_id) values ({person:manager}, 'customer', 1)"),
    Attack("ops_guard_notice_rule", "", "update notices_rule set key = 'x'"),
    Attack("ops_guard_load", "manager", f"update ops_importbatch set applied_txid = 1 where {_MY_LOAD}"),
    Attack("ops_guard_load", "manager", f"update ops_importbatch set state = 'undone' where {_MY_LOAD}"),
    Attack("ops_guard_load", "manager", f"update ops_importbatch set undone_at = now() where {_MY_LOAD}"),
    Attack("ops_guard_load", "manager", f"update ops_importbatch set state = 'checked' where {_MY_LOAD}", (_APPLIED,)),
    Attack("ops_guard_load", "manager", f"update ops_importbatch set noun = 'customer' where {_MY_LOAD}", (_APPLIED,)),
    Attack("ops_guard_load", "manager", "insert into ops_importbatch (noun, preset, file_name, file_sha256, state, by_id, rows, counts, problems, notes, settings)"
           " values ('order', '', 'x', '', 'applied', {person:manager}, 0, '{{}}', '[]', '[]', '{{}}')"),
    Attack("ops_guard_undo_whose", "manager", "select ops.undo_load(id) from ops_importbatch where by_id = {person:admin}"),
    Attack("ops_guard_undo_whose", "manager", "select * from ops.load_stops((select id from ops_importbatch where by_id = {person:admin}))"),
    Attack("ops_guard_undo_whose", "manager", "select ops.undo_load(-1)"),
    Attack("ops_guard_undo_once", "manager", _UNDO),
    Attack("ops_guard_undo_once", "manager", _UNDO, (_APPLIED, _UNDO)),
    Attack("ops_guard_undo_touched", "manager", _UNDO, (_APPLIED, _ONE_MORE, _SHARED)),
    Attack("ops_guard_undo_reversed", "manager", _UNDO, (_OPENED, _APPLIED)),
    Attack("ops_guard_last_admin", "owner", "update accounts_user set is_active = false where 'people_admin' = any (scopes)"),
    Attack("ops_guard_last_admin", "owner", "update accounts_user set role = 'production' where 'people_admin' = any (scopes)"),
]  # fmt: skip


def _quote(of: str, change: str) -> str:
    return f"update quotes_quote set {change} where id = {{quote:{of}}}"


def _of_quote(of: str) -> str:
    return f"(select id from quotes_quoteversion where quote_id = {{quote:{of}}} order by n limit 1)"


ATTACKS += [
    Attack("ops_guard_stage", "owner", _quote("draft", "stage = 'accepted', accepted_id = current_id")),
    Attack("ops_guard_stage_role", "owner", _quote("sent", "stage = 'expired'")),
    Attack("ops_guard_quote_identity", "", _quote("sent", "number = 'QT-9'")),
    Attack("ops_guard_quote_identity", "", _quote("sent", "quoted_on = '2020-01-01'")),
    Attack("ops_guard_quote_identity", "owner", _quote("sent", "first_sent_at = now()")),
    Attack("ops_guard_quote_ordered", "owner", _quote("ordered", "stage = 'sent', accepted_id = null")),
    Attack("ops_guard_quote_version", "owner", _quote("draft", f"current_id = {_of_quote('sent')}")),
    Attack("ops_guard_quote_unsent", "owner", _quote("draft", "stage = 'sent'")),
    Attack("ops_guard_quote_agreed", "owner", _quote("sent", "accepted_id = current_id")),
    Attack("ops_guard_quote_agreed", "owner", _quote("sent", "stage = 'accepted'")),
    Attack("ops_guard_quote_newest", "owner", _quote("revised", f"stage = 'accepted', accepted_id = {_of_quote('revised')}")),
    Attack("ops_guard_quote_expired", "", _quote("sent", "stage = 'accepted', accepted_id = current_id"),
           ("select set_config('ops.clock', (now() + interval '60 days')::text, true)",)),
    Attack("ops_guard_quote_valid", "", _quote("sent", "stage = 'expired'")),
    Attack("ops_guard_quote_sent", "", "delete from quotes_quoteversion"),
    Attack("ops_guard_quote_sent", "owner", f"update quotes_quoteversion set valid_until = valid_until + 9 where id = {_of_quote('sent')}"),
    Attack("ops_guard_quote_sent", "agent", f"update quotes_quoteversion set n = 9 where id = {_of_quote('draft')}"),
    Attack("ops_guard_quote_part", "", f"update quotes_quoteline set quantity = 9 where version_id = {_of_quote('sent')}"),
    Attack("ops_guard_quote_part", "owner", f"delete from quotes_quotesale where version_id = {_of_quote('ordered')}"),
    Attack("ops_guard_quote_customer", "agent", _quote("draft", "customer_id = (select max(id) from customers_customer) + 1")),
    Attack("ops_guard_quote_order", "owner", "insert into quotes_quoteorder (quote_id, order_id, n) values ({quote:sent}, {order:agent/received}, 1)"),
]  # fmt: skip


ATTACKS += [Attack(*one) for one in stock_guards.ATTACKS]


def filled(at: Shop, sql: str) -> str:
    sql = re.sub(r"\{order:([\w/]+)\}", lambda found: str(at.world.orders[found[1]]), sql)
    sql = re.sub(r"\{quote:(\w+)\}", lambda found: str(at.world.quotes[found[1]]), sql)
    sql = re.sub(r"\{person:(\w+)\}", lambda found: str(at.world.people[found[1]].pk), sql)
    return sql.replace("{{", "{").replace("}}", "}")


def refusals(session: Session) -> set[str]:
    """Every rule name that a function of ours can raise."""
    found = session.attempt(None, "select prosrc from pg_proc where pronamespace = 'ops'::regnamespace").rows
    return {name for (source,) in found for name in re.findall(r"constraint = '(ops_guard_\w+)'", source)}


def attack_findings(at: Shop, web: Session, attacks: list[Attack] | None = None) -> list[str]:
    """Guards look at who signed in, so they are attacked through the web login; what the web may not is tried as owner."""
    found = []
    for attack in ATTACKS if attacks is None else attacks:
        who = at.world.who(attack.by) if attack.by else None
        session = web if attack.by else at.session
        outcome = session.attempt(who, filled(at, attack.sql), before=[filled(at, one) for one in attack.before])
        if outcome.rule != attack.rule:
            found.append(
                f"{attack.rule} did not refuse {attack.by or 'the database owner'}: {attack.sql} ({outcome.said or 'done'})"
            )
    return found


def unattacked(at: Shop) -> list[str]:
    tried = {attack.rule for attack in ATTACKS}
    return [f"{name} is provoked by no attack." for name in sorted(refusals(at.session) - tried)]


def move_findings(at: Shop, web: Session) -> list[str]:
    """Every pair of stages as every person: possible exactly when stages.py has the arrow and they have its scope (A4)."""
    found = []
    [life] = [one for one in declared() if one.noun == "order"]
    arrows = {(arrow.from_stage, arrow.to_stage): arrow for arrow in life.arrows}
    for came in life.stages:
        order = at.world.orders[f"agent/{came.key}"]
        for to in life.stages:
            if to.key == came.key:
                continue
            arrow = arrows.get((came.key, to.key))
            for key, person in at.world.people.items():
                outcome = web.attempt(
                    at.world.who(key), f"update orders_order set stage = '{to.key}' where id = {order}",
                    before=_ready(at, key, order),
                )  # fmt: skip
                scopes = set(person.scopes)
                late = arrow is not None and arrow.within_minutes is not None and not scopes & set(arrow.late_scopes)
                may = arrow is not None and bool(scopes & set(arrow.scopes)) and not late
                moved = outcome.ok and outcome.count == 1
                if moved and not may:
                    found.append(f"{key} moved an order from {came.key} to {to.key}.")
                # The packer's arrow is for own orders, and this one is the packer's to see as the floor only.
                if outcome.not_this_row and key == "packer":
                    continue
                if may and not moved and _sees(at, web, key, order):
                    found.append(
                        f"{key} could not move an order from {came.key} to {to.key}: {outcome.said or 'no row'}"
                    )
    return found


def _ready(at: Shop, key: str, order: int) -> list[str]:
    """An assignee for who starts production: whoever may write that column."""
    scopes = set(at.world.people[key].scopes)
    if not scopes & {"orders_all", "orders_own"}:
        return []
    return [
        f"update orders_order set assignee_id = {at.world.people['production'].pk}, tracking_number = 'x' where id = {order}"
    ]


def _sees(at: Shop, web: Session, key: str, order: int) -> bool:
    """Rows that the person may lock for change: an agent's own, the floor's in its stages."""
    return web.attempt(at.world.who(key), f"select 1 from orders_order where id = {order} for no key update").count == 1


# What each trigger that refuses nothing leaves behind: a statement as the strongest role, and the question that proves it.
PROOFS: dict[str, tuple[str, str]] = {
    "ops.bump_version": (_order("agent/received", "channel = 'x'"), "select version = 1 + (select version from orders_historicalorder h where h.id = o.id order by history_id desc"
        " offset 1 limit 1) from orders_order o where id = {order:agent/received}"),
    "ops.stamp_order": (_order("agent/received", "channel = 'x'"),
                        "select bool_and(number ~ '^SO-[0-9]+$' and placed_on = ops.shop_day(placed_at)) from orders_order"),
    "ops.stamp_quote": (_quote("sent", "lost_note = 'x'"),
                        "select bool_and(number ~ '^QT-[0-9]+$' and quoted_on = ops.shop_day(made_at)) from quotes_quote"),
    "ops.record_transition": (_order("agent/ready_to_ship", "stage = 'shipped', tracking_number = 'x'"),
                              "select count(*) = 1 from ops_transition where subject_id = {order:agent/ready_to_ship}"
                              " and to_stage = 'shipped' and by_id = {person:owner} and seconds_before > 3600"),
    "ops.record_beginning": (_order("agent/received", "channel = 'x'"),
                             "select count(*) = (select count(*) from orders_order) and bool_and(at is not null and txid > 0 and not undo)"
                             " from ops_transition where noun = 'order' and from_stage = ''"),
    "ops.stamp_event": ("insert into ops_event (kind, noun, subject_id, data, source, reason, request, txid, by_id, at) values"
                        " ('order.edited', 'order', {order:agent/received}, '{{}}', 'forged', '', '', 0, {person:agent}, '2020-01-01')",
                        "select by_id = {person:owner} and at > now() - interval '1 minute' and source <> 'forged' from ops_event"
                        " where subject_id = {order:agent/received} order by id desc limit 1"),
    "ops.stamp_keeper": ("insert into rates_exchangerate (currency, day, rate, by_id, at) values ('EUR', '2020-01-01', 300, {person:agent}, '2020-01-01')",
                         "select by_id = {person:owner} and at > now() - interval '1 minute' from rates_exchangerate where currency = 'EUR'"),
    "ops.stamp_file": (_file("generate_series(1, 1) i"),
                       "select by_id = {person:owner} and at > now() - interval '1 minute' from files_file where name = 'forged'"),
    "ops.stamp_message": ("insert into threads_message (noun, subject_id, visibility, text, mentions, by_id, at, version, edited_at) values"
                          " ('order', {order:agent/received}, 'internal', 'forged', '{{}}', {person:owner}, '2020-01-01', 7, now())",
                          "select at > now() - interval '1 minute' and version = 1 and edited_at is null from threads_message where text = 'forged'"),
    "ops.guard_load": ("do $$ begin insert into ops_importbatch (noun, preset, file_name, file_sha256, state, by_id, rows, counts, problems, notes, settings)"
                       " values ('order', '', 'proof', '', 'checked', {person:owner}, 0, '{{}}', '[]', '[]', '{{}}');"
                       " update ops_importbatch set state = 'applied', applied_txid = 7 where file_name = 'proof'; end $$",
                       "select applied_txid = pg_current_xact_id()::text::bigint from ops_importbatch where file_name = 'proof'"),
    "ops.stamp_order_stage": (_file("generate_series(1, 1) i"), "select stage = 'received' from files_file where name = 'forged'"),
    "ops.stamp_shipment": ("insert into orders_shipment (order_id, position, carrier_name, tracking_number, shipped_at)"
                           " values ({order:agent/part}, 9, 'TCS', 'TCS-11', '2020-01-01')",
                           "select shipped_at > '2021-01-01' from orders_shipment where order_id = {order:agent/part} and position = 9"),
    "ops.make_costing": (_order("agent/received", "channel = 'x'"),
                         "select count(*) = (select count(*) from orders_ordersale) from orders_ordercosting"),
    "ops.keep_main_contacts": ("update customers_customer set phone = '+923550009999' where name = 'agent 0'",
                               "select array_agg(value::text) = array['+923550009999'] from customers_customercontact k join customers_customer c"
                               " on c.id = k.customer_id where c.name = 'agent 0' and k.kind = 'phone' and k.is_main"),
    "ops.keep_new_main_contacts": ("insert into customers_customer (name, email, city, address, source, external_id) values ('New', 'new@c.example', '', '', '', '')",
                                   "select count(*) = 1 from customers_customercontact where value = 'new@c.example' and is_main"),
    "ops.settle_answers": (_order("agent/shared", "stage = 'ready_to_ship'"),
                           "select not exists (select 1 from digests_handback where subject_id = {order:agent/shared})"
                           " and not exists (select 1 from digests_snooze where subject_id = {order:agent/shared})"),
    "ops.derive_rights": ("update accounts_user set overrides = '{{\"add\": [\"health\"]}}' where id = {person:agent}",
                          "select 'health' = any (scopes) and db_role like 'odt_p_%%' from accounts_user where id = {person:agent}"),
    "ops.cut_sessions": ("update accounts_user set is_active = false where id = {person:agent}",
                         "select epoch > 0 from accounts_user where id = {person:agent}"),
    "ops.fan_out": (_order("agent/ready_to_ship", "stage = 'shipped', tracking_number = 'x'") + "; set constraints all immediate;"
                    " select set_config('ops.uid', '{person:agent}', true)",
                    "select count(*) = 1 from notices_notice where subject_id = {order:agent/ready_to_ship} and kind = 'stage:shipped'"
                    " and by_id = {person:owner} and read_at is null"),
    "ops.rederive_role": ("update ops_role set scopes = scopes || array['health'] where key = 'packer'",
                          "select 'health' = any (scopes) from accounts_user where id = {person:packer}"),
}  # fmt: skip
PROOFS |= stock_guards.PROOFS


def proof_findings(at: Shop, web: Session) -> list[str]:
    found = []
    declared_functions = {guard.function for table in security.tables() for guard in table.guards}
    unseen = sorted(declared_functions - TELLERS - MARKERS - ENDERS - REFUSERS - PROOFS.keys())
    found += [f"{name} is a trigger whose effect nothing looks at." for name in unseen]
    for name, (statement, question) in PROOFS.items():
        outcome: Outcome = web.attempt(at.world.who("owner"), filled(at, question), before=[filled(at, statement)])
        if not outcome.ok or outcome.rows != [(True,)]:
            found.append(f"{name} left nothing behind: {outcome.said or list(outcome.rows)}")
    return found


# A change that the table's own guard lets anybody make, where the last words of a row are not such.
CHANGED = {"threads_message": ("mentions", "mentions || 7::bigint")}


def history_findings(at: Shop, web: Session) -> list[str]:
    """Every table with history gets a row for every way of writing, with who and why (A14)."""
    found = []
    for table in (one for one in security.tables() if one.history):
        model = table.django_model
        assert model is not None
        kept, pk = model.history.model._meta.db_table, model._meta.pk.column  # type: ignore[attr-defined]
        [(unkept,)] = at.session.attempt(
            None, f'select count(*) from public."{table.name}" t where not exists (select 1 from public."{kept}" h'
            f" where h.\"{pk}\" = t.\"{pk}\" and h.history_type = '+') or not exists (select 1 from pg_trigger where"
            f" tgrelid = 'public.{table.name}'::regclass and tgname = 'zz_history_added' and tgenabled = 'O')",
        ).rows  # fmt: skip
        if unkept:
            found.append(f"{table.name}: {unkept} rows came and left nothing in history.")
        column = next(f.column for f in reversed(model._meta.concrete_fields) if f.get_internal_type() in {"CharField", "DecimalField", "TextField"}
                      and not f.choices and not f.generated and not f.primary_key and f.column not in {"db_role", "order_amount"})  # fmt: skip
        kind = model._meta.get_field(column).get_internal_type()
        value = f"{column} + 0.01" if kind == "DecimalField" else f"{column} || 'x'"
        column, value = CHANGED.get(table.name, (column, value))
        [(row,)] = at.session.attempt(None, f'select "{pk}" from public."{table.name}" limit 1').rows
        counted = at.session.attempt(
            None, f'select count(*), max(history_user_id), max(history_change_reason) from public."{kept}" where "{pk}" = %s'
            " and history_txid = pg_current_xact_id()::text::bigint", [row],
            before=["select set_config('ops.uid', '7', true), set_config('ops.reason', 'why not', true)",
                    f"update public.\"{table.name}\" set \"{column}\" = {value} where \"{pk}\" = '{row}'"],
        )  # fmt: skip
        if counted.rows != [(1, 7, "why not")]:
            found.append(f"{table.name}: a change left {list(counted.rows)} in history {counted.said}.")
    return found
