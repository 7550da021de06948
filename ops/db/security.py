"""Who may see and do what, declared beside each app's models and installed in PostgreSQL after every migrate (D13).

`<app>/security.py` lists `tables`, `functions` and `views`. `declarations()` renders them to SQL objects with stable
keys; `ops.db.sync` installs the difference; `security.lock.sql` holds the rendered text, so that a review sees the
policy that will run. A name is the sentence that the rule enforces.
"""

import importlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

from ops.db import history
from ops.db.actor import scope_role
from ops.env import BASE_DIR

UID = "(select ops.uid())"
Scopes = str | Sequence[str]
ROW = "select, insert, update, delete"
# Rows of history `h` that no event tells of: what changed, what went, and whatever came in past the app.
WORTH_TELLING = "(h.history_type <> '+' or h.history_source is null)"


@dataclass(frozen=True)
class SqlObject:
    """One object in the database: how to make it and how to take it away."""

    key: str
    create: str
    drop: str
    reason: str = ""


def _to(scopes: Scopes) -> list[str]:
    return [scopes] if isinstance(scopes, str) else list(scopes)


def filled(sql: str) -> str:
    """Fill in what differs between installations: the role prefix and the shop's day."""
    for name, value in {
        "{prefix}": settings.ROLE_PREFIX,
        "{zone}": settings.TIME_ZONE,
        "{reset}": str(settings.DAY_RESET_MINUTES),
        "{web}": settings.WEB_LOGIN,
        "{owner}": settings.OWNER_LOGIN,
    }.items():
        sql = sql.replace(name, value)
    return sql


@dataclass(frozen=True)
class Policy:
    """`name` reads as a sentence. `using` says which rows are seen, `check` which may be written.

    Who sees a row sees its history too, unless `history` is False. A text says it of the history's own rows: parts that
    were taken away are still seen with what they were a part of.
    """

    name: str
    to: Scopes
    using: str | None = None
    check: str | None = None
    cmd: str = "all"
    history: bool | str = True

    def sql(self, table: str) -> str:
        roles = ", ".join(scope_role(scope) for scope in _to(self.to))
        text = f'create policy "{self.name}" on {table} for {self.cmd} to {roles}'
        if self.using is not None:
            text += f"\n  using ({self.using})"
        if self.check is not None:
            text += f"\n  with check ({self.check})"
        return text


@dataclass(frozen=True)
class Guard:
    """A trigger that refuses or records. `when` is all between the name and the table: "before update of stage"."""

    name: str
    when: str
    function: str
    args: tuple[str, ...] = ()
    each: str = "row"
    condition: str = ""
    constraint: bool = False
    rows: str = ""

    def sql(self, table: str) -> str:
        arguments = ", ".join(f"'{a}'" for a in self.args)
        kind = "constraint trigger" if self.constraint else "trigger"
        deferred = " deferrable initially deferred" if self.constraint else ""
        condition = f" when ({self.condition})" if self.condition else ""
        rows = f" referencing {self.rows}" if self.rows else ""
        return (
            f"create {kind} {self.name} {self.when} on {table}{deferred}{rows}"
            f" for each {self.each}{condition} execute function {self.function}({arguments})"
        )


@dataclass(frozen=True)
class Function:
    """A function or several, in a .sql file of the app. `reason` is why one of them may be SECURITY DEFINER.

    `execute` maps a signature to the scopes that may call it; everyone else may not. Unlisted functions are open.
    """

    path: str
    reason: str = ""
    execute: Mapping[str, Scopes] = field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        return filled((BASE_DIR / self.path).read_text())


@dataclass(frozen=True)
class Rendered(Function):
    """A function whose text follows from other declarations; `path` is where it is made."""

    render: Callable[[], str] = str

    @cached_property
    def text(self) -> str:
        return self.render()


@dataclass(frozen=True)
class View:
    """A view with the reader's own rights. `path` is a file with a SELECT; `grants` are the scopes that may read it."""

    name: str
    path: str
    to: Scopes
    called: str = ""


@dataclass(frozen=True)
class Table:
    """Rights of one table. `model` is a label, or `table` the name of a table that is not ours."""

    model: str = ""
    table: str = ""
    policies: Sequence[Policy] = ()
    grants: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    guards: Sequence[Guard] = ()
    # What its rows are called on pages, in the plural, where the model's own name is not how the shop says it.
    called: str = ""
    history: bool = False
    append_only: bool = False
    # Rows that the app adds have events of their own: their first history rows stay out of the audit and of its index.
    adds_are_told: bool = False
    indexes: Mapping[str, str] = field(default_factory=dict)
    why: str = ""

    @property
    def django_model(self) -> type[models.Model] | None:
        return apps.get_model(self.model) if self.model else None

    @property
    def name(self) -> str:
        return self.table or self.django_model._meta.db_table  # type: ignore[union-attr]

    def objects(self) -> Iterator[SqlObject]:
        name = f'public."{self.name}"'
        yield _row_security(self.name)
        for policy in self.policies:
            yield SqlObject(
                f"policy:{self.name}:{policy.name}",
                policy.sql(name),
                f'drop policy if exists "{policy.name}" on {name}',
            )
        yield from _grants(self.name, self.grants)
        for guard in self.guards:
            yield _trigger(self.name, guard)
        if self.append_only:
            yield from _append_only(self.name)
        for index, columns in self.indexes.items():
            yield _index(self.name, index, columns)
        if self.history:
            yield from self._history_objects()

    def _history_objects(self) -> Iterator[SqlObject]:
        model = self.django_model
        assert model is not None
        kept = history.history_model(model)._meta.db_table
        pk = model._meta.pk.column
        for name, when, text, rows in (
            (history.function_name(model), "after update or delete", history.trigger_function(model), ""),
            (history.added_name(model), "after insert", history.added_function(model), "new table as added"),
        ):
            yield SqlObject(
                f"function:ops.{name}()",
                text,
                f"drop function if exists ops.{name}() cascade",
                reason="writes history, which nobody else may write",
            )
            trigger = "zz_history_added" if rows else "zz_history"
            guard = Guard(trigger, when, f"ops.{name}", each="statement" if rows else "row", rows=rows)
            yield _trigger(self.name, guard)
        yield _row_security(kept)
        yield from _append_only(kept)
        yield _index(kept, f"{kept}_chain"[-63:], f'("{pk}", history_id)')
        # Which rows one transaction wrote, as a load: in the order of time: one page says it of a megabyte.
        yield _index(kept, f"{kept}_txid"[-63:], "using brin (history_txid) with (autosummarize = on)")
        told = f" where {WORTH_TELLING.replace('h.', '')}" if self.adds_are_told else ""
        yield _index(kept, f"{kept}_when"[-63:], f"(history_date, history_id){told}")
        readers: list[str] = []
        for policy in self.policies:
            if policy.cmd.lower() not in {"all", "select"} or not policy.history:
                continue
            seen = policy.history if isinstance(policy.history, str) else ""
            if not seen and policy.using == "true":
                seen = "true"
            seen = seen or f'exists (select 1 from public."{self.name}" x where x."{pk}" = "{kept}"."{pk}")'
            mine = Policy(f"history: {policy.name}"[:63], policy.to, using=seen, cmd="select")
            yield SqlObject(
                f"policy:{kept}:{mine.name}",
                mine.sql(f'public."{kept}"'),
                f'drop policy if exists "{mine.name}" on public."{kept}"',
            )
            readers += [scope for scope in _to(policy.to) if scope not in readers and scope in self.grants]
        checked = Policy("history: the chain is verified", "chain", using="true", cmd="select")
        yield SqlObject(
            f"policy:{kept}:{checked.name}",
            checked.sql(f'public."{kept}"'),
            f'drop policy if exists "{checked.name}" on public."{kept}"',
        )
        yield from _grants(kept, dict.fromkeys([*readers, "chain"], "select"))
        view = history.changes_name(model)
        yield SqlObject(
            f"view:{view}", history.changes_view(model), f'drop view if exists public."{view}"', reason="field changes"
        )
        yield from _grants(view, dict.fromkeys(readers, "select"))


def _index(table: str, name: str, columns: str) -> SqlObject:
    return SqlObject(
        f"index:{name}",
        f'create index if not exists "{name}" on public."{table}" {columns}',
        f'drop index if exists public."{name}"',
    )


def _row_security(table: str) -> SqlObject:
    return SqlObject(f"rows:{table}", f'alter table public."{table}" enable row level security', "")


def _grants(table: str, grants: Mapping[str, str | Sequence[str]]) -> Iterator[SqlObject]:
    for scope, rights in grants.items():
        for right in _to(rights):
            yield SqlObject(
                f"grant:{table}:{scope}:{right}",
                f'grant {right} on public."{table}" to {scope_role(scope)}',
                f'revoke {right} on public."{table}" from {scope_role(scope)}',
            )


def _trigger(table: str, guard: Guard) -> SqlObject:
    return SqlObject(
        f"trigger:{table}:{guard.name}",
        guard.sql(f'public."{table}"'),
        f'drop trigger if exists {guard.name} on public."{table}"',
    )


def _append_only(table: str) -> Iterator[SqlObject]:
    yield _trigger(table, Guard("aa_append_only", "before update or delete", "ops.refuse"))
    yield _trigger(table, Guard("aa_append_only_all", "before truncate", "ops.refuse", each="statement"))


def _modules() -> Iterator[object]:
    for config in apps.get_app_configs():
        if (
            Path(config.path).is_relative_to(BASE_DIR)
            and ".venv" not in config.path
            and find_spec(f"{config.name}.security")
        ):
            yield importlib.import_module(f"{config.name}.security")


def tables() -> list[Table]:
    return [table for module in _modules() for table in getattr(module, "tables", [])]


def readers_of(table: str) -> frozenset[str]:
    """The scopes that may select from a table or a history table at all."""
    start = f"grant:{table}:"
    return frozenset(
        made.key.removeprefix(start).partition(":")[0]
        for declared in tables() for made in declared.objects()
        if made.key.startswith(start) and "select" in made.create.partition(" on ")[0]
    )  # fmt: skip


def functions() -> list[Function]:
    return [function for module in _modules() for function in getattr(module, "functions", [])]


def views() -> list[View]:
    return [view for module in _modules() for view in getattr(module, "views", [])]


def sentences() -> dict[str, str]:
    """Names of constraints and guards, with what a person reads when they refuse."""
    return {name: text for module in _modules() for name, text in getattr(module, "sentences", {}).items()}


def declarations() -> list[SqlObject]:
    """Everything that must be in the database, in the order in which it is made."""
    made = [SqlObject("type:ops.history_meta", history.meta_type(), "drop type if exists ops.history_meta cascade")]
    for function in functions():
        made.append(SqlObject(f"file:{function.path}", function.text, "", reason=function.reason))
        for signature, scopes in function.execute.items():
            roles = ", ".join(scope_role(scope) for scope in _to(scopes))
            allow = f"grant execute on function {signature} to {roles};" if roles else ""
            made.append(
                SqlObject(
                    f"execute:{signature}",
                    f"revoke all on function {signature} from public; {allow}".strip(),
                    f"revoke all on function {signature} from {roles}" if roles else "",
                )
            )
    for view in views():
        text = (BASE_DIR / view.path).read_text()
        made.append(
            SqlObject(
                f"view:{view.name}",
                f'create view public."{view.name}" with (security_invoker = true) as\n{filled(text)}',
                f'drop view if exists public."{view.name}"',
            )
        )
        made.extend(_grants(view.name, dict.fromkeys(_to(view.to), "select")))
    for table in tables():
        made.extend(table.objects())
    return list({declared.key: declared for declared in made}.values())


def definers() -> dict[str, str]:
    """Every declared SECURITY DEFINER function with why it is one; the catalogue must hold these and no others."""
    found: dict[str, str] = {}
    for made in declarations():
        for text in re.split(r"(?i)(?=create or replace function )", made.create):
            head = re.match(r"(?i)create or replace function (ops\.\w+)\(", text)
            if head and re.search(r"(?i)\bsecurity definer\b", text.partition("$$")[0]):
                found[head[1]] = made.reason
    return found


def lock_text() -> str:
    """The rendered rules as one reviewable file, with the prefix that every installation replaces."""
    header = (
        "-- Rendered from */security.py by `make rules`. Do not edit: a test compares it with what will be installed.\n"
    )
    parts = []
    for made in declarations():
        why = f"-- definer: {made.reason}\n" if made.reason else ""
        parts.append(f"-- {made.key}\n{why}{made.create};\n")
    return (
        header
        + "\n"
        + "\n".join(parts).replace(f"{settings.ROLE_PREFIX}_s_", "od_s_").replace(f"{settings.ROLE_PREFIX}_", "od_")
    )


__all__ = [
    "ROW", "UID", "Function", "Guard", "Policy", "Rendered", "SqlObject", "Table", "View", "declarations", "filled",
]  # fmt: skip
