"""Prints, in words, every rule that the database holds: who may do what, which moves there are, what is refused."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ops.access.roles import ShippedRole, policybook
from ops.db import security
from ops.db.security import Policy, Table
from ops.env import BASE_DIR
from ops.lifecycle import Lifecycle, declared

LOCK = BASE_DIR / "security.lock.sql"


class Command(BaseCommand):
    help = "Print every rule the database holds. With --lock: also write security.lock.sql."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lock", action="store_true", help="Write the rendered rules to security.lock.sql.")

    def handle(self, *args: Any, lock: bool, **options: Any) -> None:
        for line in text():
            self.stdout.write(line)
        if lock:
            LOCK.write_text(security.lock_text())
            self.stdout.write(f"\nWritten: {LOCK.name}")


def text() -> Iterator[str]:
    book = policybook()
    yield from _title("Who may do what")
    for role in (*book.roles, *book.system):
        yield from _role(role)
    yield from _title("Moves")
    for lifecycle in declared():
        yield from _moves(lifecycle)
    yield from _title("What the database refuses, and what it does by itself")
    yield from _guards()
    yield from _title("What a person reads when a rule says no")
    for name, sentence in sorted(security.sentences().items()):
        yield f"  {name:<34}{sentence}"
    yield from _title("Functions that run with the owner's rights, and why")
    for name, reason in sorted(security.definers().items()):
        yield f"  {name:<40}{reason}"


def _title(words: str) -> Iterator[str]:
    yield from ("", words, "=" * len(words))


def _role(role: ShippedRole) -> Iterator[str]:
    yield from ("", f"{role.label} ({role.key})", f"  {role.why}")
    every = policybook().every_scope
    for scope in sorted(role.scopes):
        yield f"  - {scope}: {every[scope]}"
    for name in sorted({table.name for table in security.tables()}):
        parts = [table for table in security.tables() if table.name == name]
        rights = _rights(parts, role.scopes)
        if not rights:
            continue
        yield f"    {name}: {'; '.join(rights)}"
        for policy in _policies(parts, role.scopes):
            yield f"        {policy.name}{'' if policy.cmd == 'all' else f' ({policy.cmd})'}"


def _rights(tables: Iterable[Table], scopes: frozenset[str]) -> list[str]:
    rights: list[str] = []
    for table in tables:
        for scope, given in table.grants.items():
            if scope not in scopes:
                continue
            for right in [given] if isinstance(given, str) else given:
                whole = [right] if "(" in right else [part.strip() for part in right.split(",")]
                rights += [part for part in whole if part not in rights]
    return rights


def _policies(tables: Iterable[Table], scopes: frozenset[str]) -> list[Policy]:
    return [
        policy
        for table in tables
        for policy in table.policies
        if scopes & ({policy.to} if isinstance(policy.to, str) else set(policy.to))
    ]


def _moves(lifecycle: Lifecycle) -> Iterator[str]:
    labels = {stage.key: stage.label for stage in lifecycle.stages}
    yield from ("", f"{lifecycle.noun.capitalize()}")
    for stage in lifecycle.stages:
        limit = f", overdue after {stage.limit_hours} hours" if stage.limit_hours else ""
        chaser = f", chased by {stage.chaser}" if stage.chaser else ""
        yield f"  {stage.label} ({stage.category}{limit}{chaser})"
    for arrow in lifecycle.arrows:
        came = labels.get(arrow.from_stage, "(new)")
        kind = " - a step back" if arrow.undo else ""
        late = (
            f"; after {arrow.within_minutes} minutes only {', '.join(arrow.late_scopes)}"
            if arrow.within_minutes
            else ""
        )
        yield f"  {came} -> {labels[arrow.to_stage]}{kind}: {', '.join(arrow.scopes)}{late}"


def _guards() -> Iterator[str]:
    for table in sorted(security.tables(), key=lambda table: table.name):
        said = [f"{guard.when}: {guard.function}" for guard in table.guards]
        if table.append_only:
            said.append("rows are never changed, deleted or truncated")
        if table.history:
            said.append("every change is kept in history, chained")
        for sentence in said:
            yield f"  {table.name:<34}{sentence}"
