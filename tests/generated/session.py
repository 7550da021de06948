"""A plain psycopg connection on which somebody is bound as the web process binds them, and whose every try is undone."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

BIND = (
    "select set_config('ops.uid', %s, true), set_config('ops.request', 'generated', true),"
    " set_config('ops.link', %s, true), set_config('role', %s, true)"
)
DENIED = "permission denied"


@dataclass(frozen=True)
class Who:
    """Somebody of the matrix: a person of a role, or what runs without a person."""

    key: str
    db_role: str
    uid: int | None = None
    link: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of one statement: its rows, or why it was refused."""

    rows: Sequence[tuple[Any, ...]] = ()
    count: int = 0
    code: str = ""
    rule: str = ""
    said: str = ""

    @property
    def ok(self) -> bool:
        return not self.code

    @property
    def denied(self) -> bool:
        """By a missing grant, not by a row policy."""
        return self.code == "42501" and "row-level security" not in self.said

    @property
    def not_this_row(self) -> bool:
        return self.code == "42501" and "row-level security" in self.said

    @property
    def why(self) -> str:
        """The name of the rule that refused; 'permission denied' when it came to none."""
        return self.rule or (DENIED if self.code == "42501" else self.code)


class Session:
    """`attempt` binds, runs one statement (and what was deferred), and undoes it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    @contextmanager
    def bound(self, who: Who | None) -> Iterator[psycopg.Cursor[Any]]:
        with self.connection.transaction(force_rollback=True), self.connection.cursor() as cursor:
            if who is not None:
                cursor.execute(BIND, [str(who.uid or ""), who.link, who.db_role])
            yield cursor

    def attempt(
        self, who: Who | None, statement: str, values: Sequence[Any] = (), *, before: Sequence[str] = ()
    ) -> Outcome:
        try:
            with self.bound(who) as cursor:
                for first in before:
                    cursor.execute(first)  # type: ignore[call-overload]
                cursor.execute(statement, values)  # type: ignore[call-overload]
                rows = cursor.fetchall() if cursor.description else []
                count = cursor.rowcount
                cursor.execute("set constraints all immediate")
                return Outcome(rows=rows, count=count)
        except psycopg.Error as error:
            return Outcome(
                code=error.sqlstate or "?",
                rule=error.diag.constraint_name or "",
                said=error.diag.message_primary or str(error),
            )

    def rows(self, who: Who | None, table: str) -> list[dict[str, Any]] | None:
        """The rows that `who` sees; None when the database refuses the question."""
        seen = self.attempt(who, f'select to_jsonb(x) from public."{table}" x')
        assert seen.ok or seen.denied, seen.said
        return None if seen.denied else [row for (row,) in seen.rows]
