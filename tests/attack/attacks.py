"""What somebody could try who can run any SQL as the web process: each attack, and what must come of it.

The web login may assume every app role, that is how it works (D2): rows keep to their owners against a forgotten filter,
not against arbitrary SQL. What must hold even then: nobody becomes the owner, nothing that happened is rewritten, no rule is
taken off, no clock is moved, no definer is turned. Everything runs in a transaction that is rolled back.
"""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

# How each attack must end: a SQLSTATE, or the answer to `ask`.
DENIED = frozenset({"42501", "42704", "0A000", "3D000", "28000"})


@dataclass(frozen=True)
class Attack:
    """`as_role` is assumed first: `` is the login itself, `every` each app role in turn."""

    name: str
    sql: str
    as_role: str = ""
    before: tuple[str, ...] = ()
    ask: str = ""
    answer: object = None
    codes: frozenset[str] = DENIED


ESCAPES = [
    Attack("becomes the owner", "set role {owner}", as_role="every"),
    Attack("becomes a superuser", "set role {super}", as_role="every"),
    Attack("becomes the hub", "set role {live}", as_role="every"),
    Attack("signs in as the owner", "set session authorization {owner}", as_role="every"),
    Attack("becomes a scope by itself", "set role {prefix}_s_costs_all", as_role="every"),
    Attack("gives itself a scope", "grant {prefix}_s_costs_all to {web}", as_role="every"),
    Attack("gives a role a scope", "grant {prefix}_s_costs_all to {prefix}_r_production", as_role="every"),
    Attack("makes a role", "create role intruder superuser", as_role="every"),
    Attack("makes itself a superuser", "alter role {web} superuser", as_role="every"),
    Attack("goes round row security", "alter role {web} bypassrls", as_role="every"),
    Attack("turns row security off", "select count(*) from orders_order", as_role="{prefix}_r_sales_agent",
           before=("set local row_security = off",)),
    Attack("takes row security off the table", "alter table orders_order disable row level security", as_role="every"),
    Attack("makes a policy", "create policy mine on orders_order using (true)", as_role="every"),
    Attack("drops a policy", 'drop policy "managers see every order" on orders_order', as_role="every"),
    Attack("disables a trigger", "alter table orders_order disable trigger all", as_role="every"),
    Attack("drops a trigger", "drop trigger ab_stage on orders_order", as_role="every"),
    Attack("replays as a replica", "set session_replication_role = replica", as_role="every"),
    Attack("replaces a guard", "create or replace function ops.guard_stage() returns trigger language plpgsql as"
                               " $$ begin return new; end $$", as_role="every"),
    Attack("makes a function", "create function public.mine() returns int language sql as 'select 1'", as_role="every"),
    Attack("makes a table", "create table public.mine (id int)", as_role="every"),
    Attack("makes a temporary table", "create temp table ops_arrow (id int)", as_role="every"),
    Attack("makes a schema", "create schema mine", as_role="every"),
    Attack("makes an extension", "create extension dblink", as_role="every"),
    Attack("writes the server's files", "copy (select 1) to '/tmp/opsdeck-intruder'", as_role="every"),
    Attack("runs a program", "copy (select 1) to program 'id'", as_role="every"),
    Attack("reads the server's files", "select pg_read_file('/etc/passwd')", as_role="every"),
    Attack("reads the logins' passwords", "select rolpassword from pg_authid", as_role="every"),
    Attack("changes the settings", "alter role all set row_security = off", as_role="every"),
    Attack("makes a setting stick", "alter role {web} set role = {owner}", as_role="every"),
]  # fmt: skip

RECORDS = [
    Attack(f"{verb} {table}", sql, as_role="every")
    for table in ("ops_event", "ops_transition", "orders_historicalorder", "orders_historicalordercosting", "accounts_historicaluser")
    for verb, sql in (
        ("changes", f"update {table} set {'reason' if table.startswith('ops_') else 'history_change_reason'} = 'x'"),
        ("deletes from", f"delete from {table}"), ("empties", f"truncate {table} cascade"),
    )
]  # fmt: skip
RECORDS += [
    Attack("forges a transition", "insert into ops_transition (noun, subject_id, from_stage, to_stage, undo, at, business_day, source,"
           " reason, request, txid) values ('order', 1, '', 'x', false, now(), now(), '', '', '', 1)", as_role="every"),
    Attack("forges history", "insert into orders_historicalorder (history_type) values ('+')", as_role="every"),
    Attack("empties orders", "truncate orders_order cascade", as_role="every"),
    Attack("deletes people", "delete from accounts_user", as_role="every"),
    Attack("writes profit", "update orders_ordercosting set profit = 1", as_role="every", codes=DENIED | {"428C9"}),
    Attack("rewrites the rules' own list", "delete from ops.installed", as_role="every"),
    Attack("invents a scope", "insert into ops.scopes values ('all', 'x', false)", as_role="every"),
]  # fmt: skip

SECRETS = [
    Attack("reads password hashes", "select password from accounts_credential", as_role="every but door"),
    Attack("reads sessions", "select session_data from django_session", as_role="every but door"),
    Attack("reads second factors", "select data from mfa_authenticator", as_role="every but door"),
    Attack("reads other people's mail", "select text from ops_outboxmail", as_role="every but mailer"),
    Attack("reads the tokens of links", "select token_sha256 from ops_signedlink", as_role="every"),
    Attack("reads tables as nobody", "select 1 from orders_order"),
    Attack("copies a table out as nobody", "copy orders_order to stdout"),
]  # fmt: skip

FUNCTIONS = [
    Attack("makes a role of its own scopes", "select ops.role_for(array['costs_all'])", as_role="{prefix}_r_sales_agent"),
    Attack("derives somebody's scopes", "select ops.scopes_for('admin', '{}')", as_role="every"),
    Attack("marks a job done", "select ops.once('overdue', current_date, 'x')", as_role="{prefix}_r_sales_agent"),
    Attack("counts the mails", "select * from ops.outbox_counts()", as_role="{prefix}_r_sales_agent"),
    Attack("asks who sees an order", "select ops.order_viewers(1, 1, 1)", as_role="every"),
    Attack("finds a customer", "select ops.find_customer('+923000000000', null)", as_role="{prefix}_r_production"),
    Attack("asks a link as a person", "select ops.link_subject('order_status')", as_role="{prefix}_r_sales_agent"),
    Attack("uses a link as a person", "select ops.use_link('order_status')", as_role="{prefix}_r_sales_agent"),
    Attack("moves the clock", "select set_config('ops.clock', '2020-01-01', true)", as_role="every",
           ask="select ops.now() > '2026-01-01'", answer=True),
    Attack("puts a schema before the catalogue", "set local search_path = pg_temp, public, pg_catalog",
           as_role="{prefix}_r_sales_agent", ask="select ops.shared_orders() = '{}'", answer=True),
    Attack("passes for somebody who is nobody", "select set_config('ops.uid', '-1', true)",
           as_role="{prefix}_r_sales_agent", ask="select count(*) = 0 from orders_order", answer=True),
]  # fmt: skip

EVERY = ESCAPES + RECORDS + SECRETS + FUNCTIONS


def findings(
    connection: psycopg.Connection[tuple[object, ...]], prefix: str, attacks: list[Attack] | None = None
) -> list[str]:
    """The attacks that came to something. Nothing stays: each is rolled back."""
    names = _names(connection, prefix)
    found = []
    for attack in EVERY if attacks is None else attacks:
        for role in _roles(attack, names, connection):
            if said := _try(connection, attack, role, names):
                found.append(f"{role or 'the login'} {attack.name}: {said}")  # noqa: PERF401
    return found


def _names(connection: psycopg.Connection[tuple[object, ...]], prefix: str) -> dict[str, str]:
    [(owner, web)] = connection.execute(
        "select pg_get_userbyid(datdba), session_user from pg_database where datname = current_database()"
    ).fetchall()
    superuser = connection.execute("select rolname from pg_roles where rolsuper limit 1").fetchone()
    connection.rollback()
    assert superuser is not None
    live = str(web).replace("_web", "_live")
    return {"{prefix}": prefix, "{owner}": str(owner), "{web}": str(web), "{super}": str(superuser[0]), "{live}": live}


def _filled(text: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(name, value)
    return text


def _roles(attack: Attack, names: dict[str, str], connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[str]:
    if not attack.as_role.startswith("every"):
        yield _filled(attack.as_role, names)
        return
    but = attack.as_role.partition(" but ")[2]
    rows = connection.execute(
        "select rolname from pg_roles where rolname like %s order by 1", [f"{names['{prefix}']}\\_r\\_%"]
    ).fetchall()
    connection.rollback()
    yield from (str(name) for (name,) in rows if not but or not str(name).endswith(f"_r_{but}"))


def _try(connection: psycopg.Connection[tuple[object, ...]], attack: Attack, role: str, names: dict[str, str]) -> str:
    """Why the attack came to something; empty when it was refused as it should be."""
    try:
        with connection.transaction(force_rollback=True):
            if role:
                connection.execute("select set_config('role', %s, true), set_config('ops.uid', '0', true)", [role])
            for statement in attack.before:
                connection.execute(_filled(statement, names))  # type: ignore[arg-type]
            connection.execute(_filled(attack.sql, names))  # type: ignore[arg-type]
            if attack.ask:
                [(answer,)] = connection.execute(_filled(attack.ask, names).replace("%%", "%")).fetchall()  # type: ignore[arg-type]
                return "" if answer == attack.answer else f"the answer is {answer}"
            return "it was done"
    except psycopg.Error as error:
        return "" if error.sqlstate in attack.codes else f"{error.sqlstate} {error}"
