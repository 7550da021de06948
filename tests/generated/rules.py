"""Every rule of the database, broken. What there is comes from the catalogue, so a new rule without an attack is a finding.

A constraint is broken by a copy of a row of the small world in which just its columns are wrong: first as the strongest
role - which may already be told 'permission denied' - and then as the owner, whom nothing but the rule itself stops.
"""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from psycopg.types.json import Jsonb

from ops.db import security
from tests.generated.session import Outcome, Session
from tests.generated.world import World

STRONGEST = "owner"
_CONSTRAINTS = """
select k.conname, c.relname, k.contype::text, array(select a.attname::text from unnest(k.conkey) with ordinality u(n, o)
       join pg_attribute a on a.attrelid = c.oid and a.attnum = u.n order by u.o), pg_get_constraintdef(k.oid), ''
  from pg_constraint k join pg_class c on c.oid = k.conrelid
 where k.connamespace = 'public'::regnamespace and k.contype in ('c', 'u', 'f', 'x', 'p')
union all
select i.relname, c.relname, 'u', array(select a.attname::text from pg_attribute a where a.attrelid = c.oid
       and (a.attnum = any (x.indkey) or (x.indexprs is not null and pg_get_indexdef(i.oid) ~ ('\\m' || a.attname || '\\M')))),
       pg_get_indexdef(i.oid), coalesce(pg_get_expr(x.indpred, c.oid), 'true')
  from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
 where x.indisunique and c.relnamespace = 'public'::regnamespace and not exists (select 1 from pg_constraint k where k.conindid = i.oid)
 order by 2, 1
"""


@dataclass(frozen=True)
class Rule:
    """One constraint of the catalogue."""

    name: str
    table: str
    kind: str
    columns: tuple[str, ...]
    text: str
    where: str


# What a row must say to break a CHECK; those of the form 'column >= 0' are broken without being listed.
BROKEN: dict[str, dict[str, Any]] = {
    "ops_importmapping_says": {"names": {}},
    "user_email_is_lower_case": {"email": "Big@cast.example"},
    "user_has_a_name": {"name": ""},
    "user_overrides_are_sound": {"overrides": {"add": ["health"], "remove": ["health"]}},
    "analytics_target_month": {"month": "2026-11-02"},
    "analytics_target_amount": {"amount": 0},
    "analytics_target_metric": {"metric": "conversion", "amount": 101},
    "catalog_product_price": {"price": -1},
    "catalog_alias_named": {"alias": ""},
    "rates_above_zero": {"rate": 0, "currency": "EUR"},
    "rates_currency": {"currency": "usd"},
    "catalog_product_named": {"sku": ""},
    "inventory_location_named": {"name": ""},
    "inventory_move_sign": {"quantity": -1},
    "inventory_move_counted": {"counted": 5},
    "inventory_move_reverses": {"kind": "reversal"},
    "inventory_move_reverses_id_1c962496_fk_inventory_move_id": {"kind": "reversal", "reverses_id": -1},
    "inventory_cost_positive": {"unit_cost": -1},
    "inventory_move_reason": {"kind": "scrap", "quantity": -1, "note": ""},
    "customers_customer_e164": {"phone": "0300 1234567"},
    "customers_customer_named": {"name": ""},
    "intake_key_named": {"name": ""},
    "intake_delivery_outcome": {"outcome": "refused"},
    "threads_message_visibility": {"visibility": "managers"},
    # Whoever acts is stamped: of a noun that nobody declared, so that only the owner comes as far as the rule.
    "threads_message_once": {"noun": "x"},
    "threads_message_version_check": {"noun": "x", "version": -1},
    "threads_message_by_id_a1bddb7f_fk_accounts_user_id": {"noun": "x", "by_id": -1},
    "threads_message_removed_by_id_fad7acb1_fk_accounts_user_id": {"noun": "x", "removed_by_id": -1},
    "threads_message_said": {"text": " \n"},
    "threads_message_length": {"text": "x" * 10_001},
    "files_file_named": {"name": ""},
    "files_file_not_empty": {"size": 0},
    "files_file_sha256": {"sha256": "../../etc/passwd"},
    "files_file_visibility": {"visibility": "customers"},
    "files_file_measured": {"kind": "photo", "width": None},
    "files_file_removed_reason": {"removed_at": "2026-01-01T00:00:00Z", "removed_reason": ""},
    "notices_letter_state": {"state": "lost"},
    "notices_rule_role_id_f2c1ee8f_fk_ops_role_key": {"to_whom": "role", "role_id": "nobody"},
    "notices_rule_channel": {"channel": "pigeon"},
    "notices_rule_on": {"on_what": "never"},
    "notices_rule_to": {"to_whom": "role", "role_id": None},
    "customers_contact_kind": {"kind": "phone", "value": "0300 1234567"},
    "customers_contact_value": {"kind": "email", "value": ""},
    "customers_merge_two": {"kept_id": 1, "gone_id": 1},
    "ops_arrow_moves": {"from_stage": "shipped", "to_stage": "shipped"},
    "ops_signedlink_expires": {"expires_at": "2001-01-01T00:00:00Z"},
    "ops_stage_category": {"category": "elsewhere"},
    "orders_order_cancel_reason": {"cancelled_at": "2026-01-01T00:00:00Z", "cancel_reason": ""},
    "orders_order_hold_reason": {"held_at": "2026-01-01T00:00:00Z", "hold_reason": ""},
    "orders_carrier_named": {"name": ""},
    "orders_carrier_url": {"tracking_url": "http://tcs.example/track"},
    "orders_shipment_tracked": {"tracking_number": ""},
    "orders_shipmentline_quantity": {"quantity": 0},
    "orders_costing_positive": {"marketing_cost": -1},
    "orders_line_described": {"description": ""},
    "orders_line_quantity": {"quantity": 0},
    "orders_price_positive": {"discount": -1},
    "orders_sale_currency": {"currency": "Rs."},
    "orders_sale_rate": {"rate": 0},
    "quotes_answer_kind": {"kind": "perhaps"},
    "quotes_answer_named": {"name": ""},
    "quotes_line_described": {"description": ""},
    "quotes_line_quantity": {"quantity": 0},
    "quotes_price_positive": {"total": -1},
    "quotes_recipient_named": {"name": ""},
    "quotes_sale_currency": {"currency": "Rs."},
    "quotes_sale_rate": {"rate": 0},
    "digests_extension_reason": {"reason": ""},
    "digests_handback_reason": {"reason": ""},
    "shop_holiday_named": {"name": ""},
    "exports_template_columns": {"keys": ["number"], "heads": ["Order", "State"]},
    "exports_template_days": {"days": "ydm"},
    "exports_template_marks": {"decimal": "'"},
    "exports_template_one_mark": {"decimal": ",", "separator": ","},
    "standing_mailing_often": {"often": "hourly"},
    "standing_start_whose": {"role_id": None, "person_id": None},
    "progress_job_file_hash": {"file_hash": "../1-secret"},
    "progress_job_state": {"state": "asleep"},
}
# The row that is copied, where a guard would mind any other: a parcel leaves an order that is ready to ship.
COPIED = {"orders_shipment": "tracking_number = 'TCS-10'", "inventory_move": "external_id = 'R-1'"}
# Keys that a copied row cannot break, because a trigger writes the column: what is set first, and the statement.
_EVENT = "insert into ops_event (kind, noun, subject_id, data, source, reason, request, txid) values ('x', 'x', 1, '{}', '', '', '', 0)"
_LONELY = (
    "with c as (insert into customers_customer (name, city, address, source, external_id) values ('Lonely', '', '', '', '') returning id)"
    " insert into customers_customermerge (kept_id, gone_id, chosen) select (select min(id) from customers_customer), c.id, '{}' from c"
)
_NOBODY = "select set_config('ops.uid', '-1', true)"
_BY_HAND = "alter table inventory_level disable trigger aa_by_hand"  # levels are written by hand only where nothing guards them
_LEVEL = (
    "insert into inventory_level (item_id, location_id, on_hand, reserved, moves) select {}, {}, 0, 0, 0"
    " from inventory_level limit 1"
)
UPDATED = {
    "inventory_level_on_hand": (_BY_HAND, "update inventory_level set on_hand = -1, reserved = -1"),
    "inventory_level_reserved": (_BY_HAND, "update inventory_level set reserved = -1"),
    "inventory_level_promised": (_BY_HAND, "update inventory_level set reserved = on_hand + 1"),
    "inventory_level_once": (_BY_HAND, _LEVEL.format("item_id", "location_id")),
    "inventory_level_item_id_0a4da5da_fk_inventory": (_BY_HAND, _LEVEL.format("-1", "location_id")),
    "inventory_level_location_id_e2e55973_fk_inventory_location_id": (_BY_HAND, _LEVEL.format("item_id", "-1")),
    "inventory_move_by_id_66b3743e_fk_accounts_user_id": (
        _NOBODY,
        "insert into inventory_move (item_id, location_id, kind, quantity) select item_id, location_id, 'receipt', 1"
        " from inventory_level limit 1",
    ),
    "inventory_move_reversed": (
        "select 1",
        "insert into inventory_move (item_id, location_id, kind, quantity, reverses_id) select item_id, location_id, 'reversal',"
        " quantity, reverses_id from inventory_move where kind = 'reversal'",
    ),
    "quotes_quoteorder_order_id_ee6a9f8d_fk_orders_order_id": (
        "select 1",
        "insert into quotes_quoteorder (quote_id, order_id, n) select id, -1, 1 from quotes_quote where stage = 'sent' limit 1",
    ),
    "quotes_quote_reason": ("select 1", "update quotes_quote set lost_reason = '' where stage = 'lost'"),
    "customers_customer_merged_into_id_2994ddb6_fk_customers": (
        _LONELY,
        "update customers_customer set merged_into_id = -1 where name = 'Lonely'",
    ),
    "customers_customerco_customer_id_8ab9cff4_fk_customers": (
        "select 1",
        "update customers_customercontact set customer_id = -1 where not is_main",
    ),
    "customers_customerme_kept_id_f0be05d8_fk_customers": (
        "select 1",
        "update customers_customermerge set kept_id = -1",
    ),
    "customers_customerme_undone_by_id_4cee6e11_fk_accounts_": (
        "select 1",
        "update customers_customermerge set undone_by_id = -1",
    ),
    "orders_costing_copies_the_amount": ("select 1", "update orders_ordercosting set order_amount = order_amount + 1"),
    "standing_start_role": (
        "select 1",
        "update standing_start set role_id = 'production' where role_id is not null",
    ),
    "digests_extension_by_id_717a82f5_fk_accounts_user_id": (_NOBODY, "update digests_extension set reason = 'y'"),
    "rates_exchangerate_by_id_bed93012_fk_accounts_user_id": (_NOBODY, "update rates_exchangerate set rate = 5"),
    "catalog_skualias_by_id_41a577d2_fk_accounts_user_id": (
        _NOBODY,
        "insert into catalog_skualias (alias, product_id) select 'y', id from catalog_product limit 1",
    ),
    "shop_setting_by_id_158c303e_fk_accounts_user_id": (
        _NOBODY,
        "insert into shop_setting (key, value, starts_on, reason) values ('money.lakh', 'true', current_date + 9, '')",
    ),
    "shop_setting_withdrawn_by_id_c0b703c2_fk_accounts_user_id": (
        _NOBODY,
        "update shop_setting set withdrawn_at = now() where starts_on > current_date + 20",
    ),
    "ops_event_by_id_692db4c8_fk_accounts_user_id": ("select set_config('ops.uid', '-1', true)", _EVENT),
    "ops_event_real_by_id_f839022c_fk_accounts_user_id": ("select set_config('ops.real_uid', '-1', true)", _EVENT),
}
# Unique only so that a composite foreign key can point at it: the primary key, which is part of it, refuses first.
WIDER_THAN_THE_KEY = {"orders_sale_amount"}
# Tables kept empty or written by Django's migrations: their constraints are Django's and nothing of ours leans on them.
NOT_OURS = {"auth_group", "auth_group_permissions", "guardian_userobjectpermission", "guardian_groupobjectpermission",
            "django_migrations", "django_content_type", "auth_permission", "socialaccount_socialapp", "socialaccount_socialtoken"}  # fmt: skip


@dataclass
class Shop:
    """What the attacks start from: rows of the world, the catalogue's rules, and who attacks."""

    world: World
    session: Session
    rules: list[Rule]
    keys: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)

    def rows(self, table: str, where: str = "true") -> list[dict[str, Any]]:
        return [
            row
            for (row,) in self.session.attempt(None, f'select to_jsonb(x) from public."{table}" x where {where}').rows
        ]

    def types(self, table: str) -> dict[str, tuple[str, bool]]:
        found = self.session.attempt(
            None, "select attname, atttypid::regtype::text, attgenerated <> '' from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0 and not attisdropped", [f'public."{table}"'],
        )  # fmt: skip
        return {name: (kind, generated) for name, kind, generated in found.rows}


def shop(world: World, session: Session) -> Shop:
    rules = [
        Rule(n, t, k, tuple(c), text, where) for n, t, k, c, text, where in session.attempt(None, _CONSTRAINTS).rows
    ]
    made = Shop(world, session, [rule for rule in rules if rule.table not in NOT_OURS])
    for rule in made.rules:
        if rule.kind in "up":
            made.keys.setdefault(rule.table, []).append(rule.columns)
    return made


def constraint_findings(at: Shop, names: set[str] | None = None) -> list[str]:
    return [sentence for rule in at.rules if names is None or rule.name in names for sentence in _broken(at, rule)]


def missing_findings(at: Shop) -> list[str]:
    """A constraint that a model, or the migration of the composite key, declares and the database has not got."""
    declared = {c.name for model in apps.get_models() for c in model._meta.constraints} | {
        "orders_costing_copies_the_amount"
    }
    return [f"{name} has gone." for name in sorted(declared - {rule.name for rule in at.rules})]


def _broken(at: Shop, rule: Rule) -> list[str]:
    if rule.kind == "p":
        return []
    if rule.name in UPDATED:
        first, statement = UPDATED[rule.name]
        return _judge(at, rule, [at.session.attempt(None, statement, before=[first])])
    wrong = _wrong(rule, at)
    if wrong is None:
        return [f"{rule.table}: {rule.name} is broken by no attack: {rule.text}"]
    rows = at.rows(rule.table, COPIED.get(rule.table) or rule.where or "true")
    if not rows:
        return [f"{rule.table}: {rule.name} cannot be tried, the world has no such row."]
    copy = _copy(at, rule, rows[0], wrong)
    types = at.types(rule.table)
    names = ", ".join(f'"{name}"' for name, (_, generated) in types.items() if not generated)
    insert = (
        f'insert into public."{rule.table}" ({names}) select {names}'
        f' from jsonb_populate_record(null::public."{rule.table}", %s)'
    )
    strong = at.session.attempt(at.world.who(STRONGEST), insert, [Jsonb(copy)])
    return _judge(at, rule, [strong, at.session.attempt(None, insert, [Jsonb(copy)])])


def _wrong(rule: Rule, at: Shop) -> dict[str, Any] | None:
    """The columns that break the rule; None when nobody has thought of an attack."""
    if rule.name in BROKEN:
        return BROKEN[rule.name]
    if rule.kind == "c":
        low = re.fullmatch(r'CHECK \(\("?(\w+)"? >= 0\)\)', rule.text)
        return {low[1]: -1} if low else None
    if rule.kind == "f":
        kinds = at.types(rule.table)
        return {column: -1 if "int" in kinds[column][0] else "nobody" for column in rule.columns}
    return {}


def _copy(at: Shop, rule: Rule, row: dict[str, Any], wrong: dict[str, Any]) -> dict[str, Any]:
    """The row again, fresh in every other key, so that only this rule can mind."""
    copy = dict(row)
    kinds = at.types(rule.table)
    links = {
        column for other in at.rules if other.table == rule.table and other.kind == "f" for column in other.columns
    }
    for key in at.keys.get(rule.table, []):
        mine = rule.kind == "u" and set(key) == set(rule.columns)
        free = [column for column in key if column not in rule.columns and not kinds[column][1]]
        if mine or set(key) & wrong.keys() or not free:
            continue
        column = min(free, key=lambda column: (column in links, column))
        copy[column] = _fresh(kinds[column][0], copy[column])
    return copy | wrong


def _fresh(kind: str, value: Any) -> Any:
    if value is None:
        return value
    if kind == "uuid":
        return str(uuid.uuid4())
    if kind in {"bigint", "integer", "smallint"}:
        return 30_000
    if kind == "bytea":
        return "\\x" + uuid.uuid4().hex * 2
    if kind == "boolean":
        return value
    if kind.startswith(("date", "timestamp")):
        return value
    if str(value).startswith("+"):
        return "+923339999999"
    return f"z{uuid.uuid4().hex[:8]}{'@c.example' if '@' in str(value) else ''}"


def _judge(at: Shop, rule: Rule, tries: list[Outcome]) -> list[str]:
    """The last try is the owner's and must meet the rule itself, the first may already be denied."""
    *strongest, owner = tries
    found = [
        f"{rule.table}: {rule.name} did not stop the strongest role ({one.why or 'done'}: {one.said})."
        for one in strongest
        if one.ok or (one.code != "42501" and not _is(at, rule, one))
    ]
    if not _is(at, rule, owner):
        found.append(f"{rule.table}: {rule.name} did not refuse ({owner.why or 'done'}: {owner.said}).")
    return found


def _is(at: Shop, rule: Rule, outcome: Outcome) -> bool:
    """Of two links of one column either may refuse."""
    kin = {
        other.name
        for other in at.rules
        if (other.table, other.kind) == (rule.table, "f") and {*other.columns} & {*rule.columns}
    }
    return (
        outcome.rule == rule.name
        or (rule.name in WIDER_THAN_THE_KEY and outcome.rule == f"{rule.table}_pkey")
        or (rule.kind == "f" and outcome.rule in kin)
    )


# --- rows that are never changed ---------------------------------------------------------------------------------


def append_only_tables() -> list[str]:
    made = {one.key.split(":")[1] for one in security.declarations() if one.key.endswith(":aa_append_only")}
    return sorted(made)


def append_only_findings(at: Shop) -> list[str]:
    """No right to begin with; and for the owner the trigger, TRUNCATE included (A13, D17)."""
    found = []
    for table in append_only_tables():
        column = next(name for name, (_, generated) in at.types(table).items() if not generated)
        for statement in (
            f'update public."{table}" set "{column}" = "{column}"', f'delete from public."{table}"', f'truncate public."{table}" cascade',
        ):  # fmt: skip
            strong = at.session.attempt(at.world.who(STRONGEST), statement)
            owner = at.session.attempt(None, statement)
            if not strong.denied:
                found.append(f"{statement}: the strongest role was not denied ({strong.why or 'done'}).")
            if owner.rule != "ops_guard_append_only":
                found.append(f"{statement}: the owner was not refused ({owner.why or 'done'}).")
    return found


def generated_findings(at: Shop) -> list[str]:
    """What the database computes nobody writes, the owner neither (A44, A45)."""
    computed = at.session.attempt(
        None, "select c.relname, a.attname, a.attgenerated::text from pg_attribute a join pg_class c on c.oid = a.attrelid"
        " where a.attgenerated <> '' and c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname !~ 'historical'",
    ).rows  # fmt: skip
    found = [] if ("orders_ordercosting", "profit", "s") in computed else ["profit is not a stored generated column."]
    for table, column, kind in computed:
        written = at.session.attempt(None, f'update public."{table}" set "{column}" = 1')
        if kind != "s" or written.code != "428C9":
            found.append(f"{table}.{column} can be written ({written.why or 'done'}).")
    return found
