"""Who may do what, read from the database that runs: its policies and grants, not the files that declare them (B10).

A policy's name is the sentence it enforces. Everybody may read the catalogue; the pages decide who is shown it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from django.apps import apps
from django.db import connection, models

from ops.db import security
from ops.db.actor import scope_role

OPERATIONS = ("select", "insert", "delete", "update")
_VERBS = {"select": "sees", "insert": "adds", "update": "changes", "delete": "takes away"}

_RULES = """
select tablename::text, policyname::text, lower(cmd), roles::text[], coalesce(qual, ''), coalesce(with_check, '')
  from pg_policies where schemaname = 'public' order by 1, 2
"""
_GRANTS = """
select c.relname::text, r.rolname::text, lower(a.privilege_type), null::text
  from pg_class c, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
 where c.relnamespace = 'public'::regnamespace and starts_with(r.rolname, %(prefix)s)
union all
select c.relname::text, r.rolname::text, lower(a.privilege_type), t.attname::text
  from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a join pg_roles r on r.oid = a.grantee
 where c.relnamespace = 'public'::regnamespace and starts_with(r.rolname, %(prefix)s)
"""
_TABLES = """
select c.relname::text, c.relrowsecurity, array(select a.attname::text from pg_attribute a
       where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum)
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
"""


# What a view reads, with its reader's own rights.
_VIEWS = """
select v.relname::text, array_agg(distinct t.relname::text)
  from pg_class v join pg_rewrite r on r.ev_class = v.oid
  join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
  join pg_class t on t.oid = d.refobjid and t.oid <> v.oid and t.relkind in ('r', 'p')
 where v.relnamespace = 'public'::regnamespace and v.relkind = 'v' group by 1
"""


@dataclass(frozen=True)
class Rule:
    """One row policy as the database has it; `using` says which rows are seen, `check` which may be written."""

    table: str
    name: str
    command: str
    scopes: frozenset[str]
    using: str
    check: str

    def on(self, operation: str) -> bool:
        return self.command in {operation, "all"}

    def every_row(self, operation: str) -> bool:
        wanted = (self.check or self.using) if operation == "insert" else self.using
        return wanted == "true"


@dataclass(frozen=True)
class Cell:
    """What one role may do with one table: `-` no right, `none` a right that no policy opens, `some` or `all` rows."""

    extent: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A rule as a sentence: 'sees and changes (stage, production note)' 'orders' 'the floor works on its stages'."""

    table: str
    subject: str
    does: str
    name: str
    every: bool
    using: str
    check: str


@dataclass(frozen=True)
class Policies:
    rules: tuple[Rule, ...]
    grants: dict[tuple[str, str], dict[str, frozenset[str] | None]]
    tables: dict[str, tuple[bool, tuple[str, ...]]]
    views: dict[str, tuple[str, ...]]

    @cached_property
    def by_table(self) -> dict[str, list[Rule]]:
        found: dict[str, list[Rule]] = {}
        for rule in self.rules:
            found.setdefault(rule.table, []).append(rule)
        return found

    def may(self, table: str, scopes: Iterable[str], operation: str) -> Cell:
        """The right by grant, and how far the policies open it, for whoever holds these scopes."""
        held = frozenset(scopes)
        given = [
            self.grants[table, scope][operation] for scope in held if operation in self.grants.get((table, scope), {})
        ]
        if not given:
            return Cell("-")
        columns: tuple[str, ...] = ()
        guarded, every = self.tables[table]
        if operation == "update" and all(one is not None for one in given):
            some = frozenset().union(*(one for one in given if one is not None))
            columns = tuple(name for name in every if name in some) if some != set(every) else ()
        if not guarded and table in self.views:
            seen = {self.may(base, held, "select").extent for base in self.views[table]}
            return Cell("all" if seen == {"all"} else "some", columns)
        if not guarded:
            table = history_of(table) or table
        mine = [
            rule for rule in self.by_table.get(table, []) if rule.on(operation) and not rule.scopes.isdisjoint(held)
        ]
        if not mine:
            return Cell("none", columns)
        return Cell("all" if any(rule.every_row(operation) for rule in mine) else "some", columns)

    def matrix(self, scopes: Iterable[str]) -> dict[str, dict[str, Cell]]:
        """Table by table; those of which this role has nothing are left out."""
        held = frozenset(scopes)
        rows = {table: {one: self.may(table, held, one) for one in OPERATIONS} for table in sorted(self.tables)}
        return {table: row for table, row in rows.items() if any(cell.extent != "-" for cell in row.values())}

    def lines(self, scope: str) -> list[Line]:
        """What holding this scope lets somebody do, a line a policy; history is seen with its row, so not said."""
        found = []
        for rule in self.rules:
            if scope not in rule.scopes or rule.name.startswith("history: "):
                continue
            does = self._does(rule, scope)
            if does:
                every = rule.every_row("select" if rule.on("select") else "insert")
                found.append(Line(rule.table, subject(rule.table), does, rule.name, every, rule.using, rule.check))
        return sorted(found, key=lambda line: (line.subject, line.name))

    def _does(self, rule: Rule, scope: str) -> str:
        given = self.grants.get((rule.table, scope), {})
        parts = []
        for operation in ("select", "insert", "update", "delete"):
            if operation not in given or not rule.on(operation):
                continue
            columns = given[operation]
            few = columns is not None and f" ({', '.join(label(rule.table, name) for name in sorted(columns))})"
            parts.append(f"{_VERBS[operation]}{few or ''}")
        return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else ""


def live() -> Policies:
    """Asked of the catalogue each time: what the page says is what the next statement meets."""
    prefix = scope_role("")
    with connection.cursor() as cursor:
        cursor.execute(_RULES)
        rules = tuple(
            Rule(
                table,
                name,
                command,
                frozenset(r.removeprefix(prefix) for r in roles if r.startswith(prefix)),
                using,
                check,
            )
            for table, name, command, roles, using, check in cursor.fetchall()
        )
        cursor.execute(_GRANTS, {"prefix": prefix})
        grants: dict[tuple[str, str], dict[str, frozenset[str] | None]] = {}
        for table, role, right, column in cursor.fetchall():
            mine = grants.setdefault((table, role.removeprefix(prefix)), {})
            if column is None:
                mine[right] = None
            elif mine.get(right, frozenset()) is not None:
                mine[right] = (mine.get(right) or frozenset()) | {column}
        cursor.execute(_TABLES)
        tables = {name: (guarded, tuple(columns)) for name, guarded, columns in cursor.fetchall()}
        cursor.execute(_VIEWS)
        views = {name: tuple(bases) for name, bases in cursor.fetchall() if not name.endswith("_changes")}
    return Policies(rules, grants, tables, views)


def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def history_of(view: str) -> str:
    """The history table that a `_changes` view reads, with the reader's own rights."""
    from ops.db import history

    model = _models().get(view.removesuffix("_changes")) if view.endswith("_changes") else None
    return history.history_model(model)._meta.db_table if model is not None else ""


# Tables that have no model of ours, in words.
_SUBJECTS = {"django_session": "sessions", "django_admin_log": "the log of the system admin pages"}


@cache
def _called() -> dict[str, str]:
    """What the apps say their rows are called; the model's own name where they say nothing."""
    said = {one.name: one.called for one in security.tables() if one.called}
    return said | {one.name: one.called for one in security.views() if one.called}


def subject(table: str) -> str:
    """What the rows of a table are called."""
    if view := history_of(table):
        return f"{subject(table.removesuffix('_changes'))}: changes field by field" if view else table
    model = _models().get(table)
    if model is None:
        return _SUBJECTS.get(table, table.replace("_", " "))
    if called := _called().get(table):
        return called
    name = str(model._meta.verbose_name_plural)
    return name.replace("historical ", "history of ", 1) if name.startswith("historical ") else name


def label(table: str, column: str) -> str:
    """What a column is called."""
    model = _models().get(table)
    fields = {one.column: one for one in model._meta.concrete_fields} if model else {}
    return str(fields[column].verbose_name) if column in fields else column.replace("_", " ")


__all__ = ["OPERATIONS", "Cell", "Line", "Policies", "Rule", "history_of", "label", "live", "subject"]
