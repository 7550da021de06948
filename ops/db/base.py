"""PostgreSQL backend that binds the current actor to every transaction (D1).

The binding travels with the first statement of each transaction, in one message and with SET LOCAL semantics: it costs
no journey of its own, and a pooled connection cannot carry an identity over. A statement without an actor runs as the
login role, which has no rights: it fails loudly.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.backends.postgresql import base

from ops.db.actor import Actor, current_actor

_BIND = (
    "SELECT set_config('ops.uid',%s,true), set_config('ops.request',%s,true), set_config('ops.reason',%s,true),"
    " set_config('ops.source',%s,true), set_config('ops.link',%s,true), set_config('ops.real_uid',%s,true),"
    " set_config('role',%s,true)"
)
_READ_ONLY = _BIND + ", set_config('transaction_read_only','on',true)"
_UNBOUND = ("", "", "", "", "", "", "none")
_Binding = tuple[str, tuple[str, ...]]


def _binding(actor: Actor | None) -> _Binding:
    """The statement that makes this transaction the actor's, and its values."""
    if actor is None:
        return _BIND, _UNBOUND
    uid, real = str(actor.uid or ""), str(actor.real_uid or "")
    values = (uid, actor.request, actor.reason, actor.source, actor.link, real, actor.role)
    return _READ_ONLY if actor.read_only else _BIND, values


def _may_follow(sql: Any, params: Any) -> bool:
    """Plain text can follow in one message; a savepoint stays alone: counts know it by its beginning."""
    return isinstance(sql, str) and not isinstance(params, dict) and not sql.startswith("SAVEPOINT")


class Cursor(base.Cursor):
    """Sends the binding ahead of the statement in the same message, and shows the results of the statement alone."""

    binding: _Binding | None = None

    def execute(self, query: Any, params: Sequence[Any] | None = None, **options: Any) -> Any:
        if self.binding is None:
            return super().execute(query, params, **options)  # type: ignore[misc]  # the stubs know an empty class
        (text, values), self.binding = self.binding, None
        own = query.replace("%", "%%") if params is None else query
        super().execute(f"{text};{own}", [*values, *(params or ())], **options)  # type: ignore[misc]
        self.nextset()  # type: ignore[attr-defined]
        return self


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._bound: Actor | None = None
        self.kept: dict[str, Any] = {}  # what this transaction has read and may go on using until it ends
        self.execute_wrappers.append(self._bind_first)

    # Every way in which a transaction or a savepoint begins or ends makes the binding stale.
    def _set_autocommit(self, autocommit: bool) -> None:
        self._bound, self.kept = None, {}
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # the stubs leave private hooks out

    def _commit(self) -> Any:
        self._bound, self.kept = None, {}
        return super()._commit()  # type: ignore[misc]

    def _rollback(self) -> Any:
        self._bound, self.kept = None, {}
        return super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self._bound = current_actor.get()  # going back binds nobody: a failed transaction takes no other statement
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._bound, self.kept = None, {}  # ROLLBACK TO undoes SET LOCAL, and what was written and read since

    def _close(self) -> Any:
        self._bound, self.kept = None, {}
        return super()._close()  # type: ignore[misc]

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        if params["cursor_factory"] is base.Cursor:
            params["cursor_factory"] = Cursor
        return params

    def _bind_first(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        actor = current_actor.get()
        if self._bound == actor if self.in_atomic_block else actor is None:
            return execute(sql, params, many, context)
        cursor = context["cursor"].cursor
        if isinstance(cursor, Cursor) and not many and _may_follow(sql, params):
            # Several statements in one message are one transaction of their own when none is open (pitfall 2).
            cursor.binding = _binding(actor)
            result = execute(sql, params, many, context)
        elif self.in_atomic_block:
            self._bind(actor)
            result = execute(sql, params, many, context)
        else:
            with self.wrap_database_errors, self.connection.transaction():
                self._bind(actor)
                return execute(sql, params, many, context)
        if self.in_atomic_block:
            self._bound = actor
        return result

    def _bind(self, actor: Actor | None) -> None:
        # psycopg's own cursor: below Django's wrappers and query counts, so its errors become Django's here.
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(*_binding(actor))
