"""Installs what security.py files declare: roles, then the difference between what is declared and what is there.

Runs as the owner after every migrate, in one transaction. What is no longer declared is dropped first (D13, ruling 19).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from ops.access.roles import policybook
from ops.db import security
from ops.db.actor import acting_as, builtin_role, scope_role
from ops.db.security import SqlObject

_GROUND = """
create schema if not exists ops;
grant usage on schema ops, public to public;
create table if not exists ops.installed (
  key text primary key, sha text not null, sql text not null, undo text not null);
create table if not exists ops.catalog (key text primary key, sha text not null);
create table if not exists ops.scopes (key text primary key, why text not null, system boolean not null);
create table if not exists ops.gives (scope text not null, given text not null, primary key (scope, given));
grant select on ops.scopes, ops.gives, ops.installed, ops.catalog to public;
"""

# New functions are open to everybody, and whoever may make a temporary table could hang a definer trigger on it and
# write forged history through it. A trigger that exists fires without EXECUTE: ours need neither door.
_SHUT = """
do $$ declare f regprocedure; begin
  execute format('revoke temporary on database %I from public', current_database());
  for f in select p.oid from pg_proc p where p.prosecdef and p.pronamespace = 'ops'::regnamespace
            and exists (select 1 from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0)
  loop execute format('revoke all on function %s from public', f); end loop;
end $$
"""


@dataclass(frozen=True)
class Report:
    made: list[str]
    dropped: list[str]

    def __str__(self) -> str:
        return f"security: {len(self.made)} made, {len(self.dropped)} dropped"


def sync(using: str = "default") -> Report:
    connection = connections[using]
    with acting_as(None), transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('ops.security'))")
        cursor.execute("set local check_function_bodies = off")
        cursor.execute(_GROUND)
        _roles(cursor)
        wanted = security.declarations() if _complete(cursor) else []
        report = _install(cursor, wanted)
        cursor.execute(_SHUT)
        if wanted:
            _remember_catalog(cursor)
    return report


def release(using: str = "default", *, everything: bool = False) -> None:
    """Take views away before columns change, or everything on the way back. Without policies nobody sees a row."""
    with acting_as(None), transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("select to_regclass('ops.installed') is not null")
        if not cursor.fetchone()[0]:
            return
        wanted = "" if everything else " where key like 'view:%%' or key like 'grant:%%'"
        cursor.execute(f"select key, undo from ops.installed{wanted}")
        installed = dict(cursor.fetchall())
        views = {key.split(":")[1] for key in installed if key.startswith("view:")}
        for key in sorted(installed, key=_last_made_first):
            if everything or key.startswith("view:") or key.split(":")[1] in views:
                _drop(cursor, key, installed[key])


def _last_made_first(key: str) -> int:
    order = ("grant", "view", "trigger", "policy", "index", "execute", "rows", "function", "file", "type")
    return order.index(key.split(":")[0])


def _complete(cursor: CursorWrapper) -> bool:
    """Whether every declared table exists; half-way through a migration nothing is granted, so nothing leaks."""
    names = [table.name for table in security.tables()]
    cursor.execute(
        "select count(*) from unnest(%s::text[]) n where to_regclass(format('public.%%I', n)) is null", [names]
    )
    row = cursor.fetchone()
    return row is not None and row[0] == 0


def _roles(cursor: CursorWrapper) -> None:
    book = policybook()
    cursor.execute("delete from ops.scopes")
    cursor.executemany(
        "insert into ops.scopes values (%s, %s, %s)",
        [(key, why, key in book.system_scopes) for key, why in book.every_scope.items()],
    )
    cursor.execute("delete from ops.gives")
    cursor.executemany(
        "insert into ops.gives values (%s, %s)", [(key, one) for key, given in book.gives.items() for one in given]
    )
    cursor.execute("select rolname from pg_roles where rolname like %s", [f"{settings.ROLE_PREFIX}\\_%"])
    there = {name for (name,) in cursor.fetchall()}
    cursor.execute("select current_user")
    owner = cursor.fetchone()[0]
    for name in [scope_role(scope) for scope in book.every_scope]:
        if name not in there:
            _create_role(cursor, name)
    shipped_roles = (*book.roles, *book.system)
    for name in there - {builtin_role(shipped.key) for shipped in shipped_roles}:
        if name.startswith(builtin_role("")):
            _compose(cursor, name, set())  # a role that is no longer shipped keeps no right
    for shipped in shipped_roles:
        name = builtin_role(shipped.key)
        if name not in there:
            _create_role(cursor, name)
        _compose(cursor, name, {scope_role(scope) for scope in shipped.scopes})
        cursor.execute(f'grant "{name}" to "{settings.WEB_LOGIN}" with inherit false, set true')
        cursor.execute(f'grant "{name}" to "{owner}" with inherit false, set true')


def _create_role(cursor: CursorWrapper, name: str) -> None:
    """Roles belong to the whole cluster: another database may be making the same one right now (ruling 24)."""
    cursor.execute(
        f"""do $$ begin create role "{name}" nologin;
        exception when duplicate_object or unique_violation then null; end $$"""
    )


def _compose(cursor: CursorWrapper, role: str, scopes: set[str]) -> None:
    cursor.execute(
        "select s.rolname from pg_auth_members m join pg_roles s on s.oid = m.roleid"
        " join pg_roles r on r.oid = m.member where r.rolname = %s",
        [role],
    )
    has = {name for (name,) in cursor.fetchall()}
    for scope in sorted(scopes - has):
        cursor.execute(f'grant "{scope}" to "{role}" with inherit true, set false')
    for scope in sorted(has - scopes):
        cursor.execute(f'revoke "{scope}" from "{role}"')


def _install(cursor: CursorWrapper, wanted: list[SqlObject]) -> Report:
    cursor.execute("select key, sha, undo from ops.installed")
    installed = {key: (sha, undo) for key, sha, undo in cursor.fetchall()}
    declared = {made.key: made for made in wanted}
    lost = _lost(cursor) if wanted else set()
    stale = [
        key for key, (sha, _) in installed.items() if key not in declared or sha != _sha(declared[key]) or key in lost
    ]
    for key in reversed(stale):
        _drop(cursor, key, installed[key][1])
    fresh = [made for made in wanted if made.key not in installed or made.key in stale]
    for made in fresh:
        if made.drop and not made.key.startswith(("grant:", "type:", "execute:")):
            cursor.execute(made.drop)
        cursor.execute(made.create)
        cursor.execute(
            "insert into ops.installed values (%s, %s, %s, %s)", [made.key, _sha(made), made.create, made.drop]
        )
    return Report([made.key for made in fresh], stale)


def _lost(cursor: CursorWrapper) -> set[str]:
    """What somebody took away or changed since the last sync: it is installed again, not taken for what was meant."""
    present = _catalog(cursor)
    cursor.execute("select key, sha from ops.catalog")
    return {key for key, sha in cursor.fetchall() if present.get(key) != sha}


def _drop(cursor: CursorWrapper, key: str, undo: str) -> None:
    kind, table = key.split(":")[:2]
    gone = kind in {"policy", "grant", "trigger"} and not _exists(cursor, table)
    if kind == "execute":
        gone = not _callable(cursor, table)
    if undo and not gone:
        cursor.execute(undo)
    cursor.execute("delete from ops.installed where key = %s", [key])


def _exists(cursor: CursorWrapper, table: str) -> bool:
    cursor.execute("select to_regclass(format('public.%%I', %s::text)) is not null", [table])
    row = cursor.fetchone()
    return bool(row and row[0])


def _callable(cursor: CursorWrapper, signature: str) -> bool:
    cursor.execute("select to_regprocedure(%s) is not null", [signature])
    row = cursor.fetchone()
    return bool(row and row[0])


def _sha(made: SqlObject) -> str:
    return hashlib.sha256(made.create.encode()).hexdigest()[:16]


# --- drift ------------------------------------------------------------------------------------------------------

_CATALOG = """
select 'policy:' || tablename || ':' || policyname,
       concat_ws('|', permissive, roles::text, cmd, qual, with_check) from pg_policies where schemaname = 'public'
union all select 'rows:' || relname, relrowsecurity::text || relforcerowsecurity::text from pg_class
 where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
union all select 'acl:' || relname,
       coalesce((select string_agg(a, ',' order by a) from unnest(relacl::text[]) a), '')
  from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')
union all select 'colacl:' || c.relname || '.' || a.attname, a.attacl::text
  from pg_attribute a join pg_class c on c.oid = a.attrelid
 where c.relnamespace = 'public'::regnamespace and a.attacl is not null
union all select 'trigger:' || c.relname || ':' || t.tgname, t.tgenabled::text || pg_get_triggerdef(t.oid)
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
 where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
union all select 'function:' || p.oid::regprocedure::text, pg_get_functiondef(p.oid) || coalesce(p.proacl::text, '')
  from pg_proc p where p.pronamespace = 'ops'::regnamespace
union all select 'schema:' || nspname, coalesce(nspacl::text, '') from pg_namespace where nspname in ('public', 'ops')
union all select 'view:' || relname, coalesce(reloptions::text, '') || pg_get_viewdef(oid) from pg_class
 where relnamespace = 'public'::regnamespace and relkind = 'v'
"""


def _catalog(cursor: CursorWrapper) -> dict[str, str]:
    cursor.execute(_CATALOG)
    return {key: hashlib.sha256((text or "").encode()).hexdigest()[:16] for key, text in cursor.fetchall()}


def _remember_catalog(cursor: CursorWrapper) -> None:
    cursor.execute("delete from ops.catalog")
    cursor.executemany("insert into ops.catalog values (%s, %s)", sorted(_catalog(cursor).items()))


def drift(using: str = "default") -> list[str]:
    """What differs between the declarations and the database, one sentence each; empty when they agree."""
    with acting_as(None), transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("select key, sha from ops.installed")
        installed = dict(cursor.fetchall())
        cursor.execute("select key, sha from ops.catalog")
        remembered = dict(cursor.fetchall())
        present = _catalog(cursor)
        roles = [*_strange_roles(cursor)]
    declared = {made.key: _sha(made) for made in security.declarations()}
    return [
        *_differences(declared, installed, "is declared but not installed", "is installed but not declared"),
        *_differences(remembered, present, "has gone from the database", "appeared in the database"),
        *roles,
    ]


def _strange_roles(cursor: CursorWrapper) -> Iterable[str]:
    """Roles are cluster-wide, so they are compared with roles.yaml itself and not with what was installed."""
    cursor.execute(
        "select r.rolname, array_agg(s.rolname::text order by s.rolname) from pg_auth_members m"
        " join pg_roles s on s.oid = m.roleid join pg_roles r on r.oid = m.member"
        " where r.rolname like %s or r.rolname like %s group by 1",
        [f"{settings.ROLE_PREFIX}\\_r\\_%", f"{settings.ROLE_PREFIX}\\_s\\_%"],
    )
    has = {name: set(given) for name, given in cursor.fetchall()}
    book = policybook()
    should = {builtin_role(r.key): {scope_role(s) for s in r.scopes} for r in (*book.roles, *book.system)}
    for name in sorted(has.keys() | should.keys()):
        yield from (
            f"Role {name} has {s}, which roles.yaml does not say."
            for s in sorted(has.get(name, set()) - should.get(name, set()))
        )
        yield from (f"Role {name} lacks {s}." for s in sorted(should.get(name, set()) - has.get(name, set())))
    cursor.execute(
        "select rolname from pg_roles where rolname like %s"
        " and (rolsuper or rolbypassrls or rolcanlogin or rolcreaterole)",
        [f"{settings.ROLE_PREFIX}\\_%"],
    )
    yield from (f"Role {name} may sign in or go round row security." for (name,) in cursor.fetchall())


def _differences(ours: dict[str, str], theirs: dict[str, str], missing: str, extra: str) -> Iterable[str]:
    yield from (f"{key} {missing}." for key in sorted(ours.keys() - theirs.keys()))
    yield from (f"{key} {extra}." for key in sorted(theirs.keys() - ours.keys()))
    yield from (f"{key} was changed." for key in sorted(ours.keys() & theirs.keys()) if ours[key] != theirs[key])


def definers(using: str = "default") -> list[str]:
    """Every SECURITY DEFINER function there is, by name: each must have its reason in security.lock.sql (ruling 35)."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select p.oid::regprocedure::text from pg_proc p where p.prosecdef"
            " and p.pronamespace in ('ops'::regnamespace, 'public'::regnamespace) order by 1"
        )
        return [re.sub(r"\s+", " ", name) for (name,) in cursor.fetchall()]
