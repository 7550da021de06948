"""What PostgreSQL's own catalogue says of the rules, against what is declared: each check returns sentences, none when well."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

from typing import Any

from django.conf import settings

from ops.db import security
from tests.generated.session import Session
from tests.generated.world import declared_tables

_OURS = "c.relnamespace = 'public'::regnamespace"
# ANALYZE between filling and applying a load; what an import stages is of nobody but its loader.
MAY_MAINTAIN = {"ops_importitem", "ops_importrow"}
KEPT_EMPTY = ("auth_group", "auth_group_permissions", "guardian_userobjectpermission", "guardian_groupobjectpermission")


def _ask(session: Session, question: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    answer = session.attempt(None, question, values or [])
    assert answer.ok, answer.said
    return list(answer.rows)


def undeclared_tables(session: Session) -> list[str]:
    """Ruling 4: a table that no security.py names has no owner, so nobody has thought about who may read it."""
    there = {
        name
        for (name,) in _ask(
            session, f"select relname from pg_class c where {_OURS} and relkind in ('r', 'p', 'v', 'm', 'f')"
        )
    }
    return [f"{name} is in the database and in no security.py." for name in sorted(there - set(declared_tables()))]


def tables_without_row_security(session: Session) -> list[str]:
    rows = _ask(
        session,
        f"select relname from pg_class c where {_OURS} and relkind in ('r', 'p') and not relrowsecurity order by 1",
    )
    return [f"{name} has no row security." for (name,) in rows]


def guardian_is_empty(session: Session) -> list[str]:
    """Shares stand in tables with real foreign keys; the generic ones stay empty and unreadable."""
    full = [name for name in KEPT_EMPTY if _ask(session, f"select exists (select 1 from {name})")[0][0]]
    granted = _ask(
        session, f"select c.relname, g.grantee::regrole::text from pg_class c, aclexplode(c.relacl) g where {_OURS}"
        " and c.relname = any (%s) and g.grantee <> c.relowner", [list(KEPT_EMPTY)],
    )  # fmt: skip
    return [f"{name} has rows." for name in full] + [f"{name} is granted to {to}." for name, to in granted]


def wide_column_grants(session: Session) -> list[str]:
    """Ruling 6: UPDATE may be given by column; SELECT and INSERT never."""
    rows = _ask(
        session, "select c.relname, a.attname, g.privilege_type, g.grantee::regrole::text from pg_attribute a"
        f" join pg_class c on c.oid = a.attrelid, aclexplode(a.attacl) g where {_OURS} and g.privilege_type <> 'UPDATE'",
    )  # fmt: skip
    return [f"{table}.{column}: {right} is granted to {to} by column." for table, column, right, to in rows]


def rights_nobody_needs(session: Session) -> list[str]:
    """TRUNCATE passes by row security; TRIGGER and REFERENCES change what a table does; the rest is for scope roles only."""
    rows = _ask(
        session, "select c.relname, g.privilege_type, case g.grantee when 0 then 'PUBLIC' else g.grantee::regrole::text end"
        f" from pg_class c, aclexplode(c.relacl) g where {_OURS} and g.grantee <> c.relowner",
    )  # fmt: skip
    scopes = f"{settings.ROLE_PREFIX}_s_"
    return [
        f"{table}: {right} is granted to {to}."
        for table, right, to in rows
        if not to.startswith(scopes)
        or not (right in {"SELECT", "INSERT", "UPDATE", "DELETE"} or (right == "MAINTAIN" and table in MAY_MAINTAIN))
    ]


def careless_views(session: Session) -> list[str]:
    """A view without security_invoker reads with its owner's rights: row security does not apply (leak channel 8)."""
    rows = _ask(
        session,
        f"select relname, relkind::text, coalesce(reloptions::text, '') from pg_class c where {_OURS} and relkind in ('v', 'm')",
    )
    return [
        f"{name} reads with the rights of its owner."
        for name, kind, options in rows
        if kind == "m" or "security_invoker=true" not in options
    ]


def policies_for_everybody(session: Session) -> list[str]:
    rows = _ask(
        session, "select tablename, policyname from pg_policies where schemaname = 'public' and 'public' = any (roles)"
    )
    return [f"{table}: {policy!r} is for everybody." for table, policy in rows]


def careless_definers(session: Session) -> list[str]:
    """Each stands in the lock with a reason, looks up nothing where its caller may write, and is shut to PUBLIC."""
    rows = _ask(
        session, "select p.oid::regproc::text, coalesce(p.proconfig::text, ''), exists (select 1 from"
        " aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0), p.proowner::regrole::text"
        " from pg_proc p where p.prosecdef and p.pronamespace in ('ops'::regnamespace, 'public'::regnamespace) order by 1",
    )  # fmt: skip
    declared = security.definers()
    found = [
        f"{name} is declared a definer and is none." for name in sorted(declared.keys() - {row[0] for row in rows})
    ]
    for name, settings_, public, owner in rows:
        if not declared.get(name):
            found.append(f"{name} runs with its owner's rights and no security.py says why.")
        if "search_path=pg_catalog, public, pg_temp" not in settings_.replace('"', ""):
            found.append(f"{name} does not say where it looks up names, temporary tables last.")
        if public:
            found.append(f"{name} runs with its owner's rights and everybody may call it.")
        if owner != settings.OWNER_LOGIN:
            found.append(f"{name} belongs to {owner}.")
    return found


def strange_functions(session: Session) -> list[str]:
    """A function that no file declares any more still runs."""
    there = {
        name
        for (name,) in _ask(
            session, "select p.oid::regproc::text from pg_proc p where p.pronamespace = 'ops'::regnamespace"
        )
    }
    text = security.lock_text().lower()
    return [f"{name} is in the database and in no file." for name in sorted(there) if f"function {name}(" not in text]


def doors_of_the_login(session: Session) -> list[str]:
    """What the web login holds by itself: CONNECT, and the right to become an app role (ruling 2)."""
    [(superuser, bypass, creates, inherits, owns, temporary, schema, direct)] = _ask(
        session, "select r.rolsuper, r.rolbypassrls, r.rolcreaterole or r.rolcreatedb or r.rolreplication, r.rolinherit,"
        " exists (select 1 from pg_class where relowner = r.oid), has_database_privilege(r.rolname, current_database(), 'TEMP'),"
        " has_schema_privilege(r.rolname, 'public', 'CREATE') or has_schema_privilege(r.rolname, 'ops', 'CREATE'),"
        f" exists (select 1 from pg_class c, aclexplode(c.relacl) g where {_OURS} and g.grantee = r.oid)"
        " from pg_roles r where r.rolname = %s", [settings.WEB_LOGIN],
    )  # fmt: skip
    said = {
        "is a superuser": superuser, "goes round row security": bypass, "creates roles or databases": creates,
        "inherits rights without asking for them": inherits, "owns tables": owns, "makes temporary tables": temporary,
        "makes tables": schema, "is granted a table itself": direct,
    }  # fmt: skip
    return [f"The web login {sentence}." for sentence, is_so in said.items() if is_so]


def every_finding(session: Session) -> list[str]:
    checks = (
        undeclared_tables, tables_without_row_security, guardian_is_empty, wide_column_grants, rights_nobody_needs,
        careless_views, policies_for_everybody, careless_definers, strange_functions, doors_of_the_login,
    )  # fmt: skip
    return [sentence for check in checks for sentence in check(session)]
