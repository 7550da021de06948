"""PostgreSQL backend that binds the current actor to every transaction (D1).

One statement runs before the first query of each transaction, with SET LOCAL semantics: a pooled connection cannot
carry an identity over. A statement without an actor runs as the login role, which has no rights: it fails loudly.
"""

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base

from ops.db.actor import Actor, current_actor

_BIND = (
    "SELECT set_config('ops.uid',%s,true), set_config('ops.request',%s,true), set_config('ops.reason',%s,true),"
    " set_config('ops.source',%s,true), set_config('ops.link',%s,true), set_config('ops.real_uid',%s,true),"
    " set_config('role',%s,true)"
)
_UNBOUND = ("", "", "", "", "", "", "none")


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._bound: Actor | None = None
        self.execute_wrappers.append(self._bind_first)

    # Every way in which a transaction or a savepoint begins or ends makes the binding stale.
    def _set_autocommit(self, autocommit: bool) -> None:
        self._bound = None
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # the stubs leave private hooks out

    def _commit(self) -> Any:
        self._bound = None
        return super()._commit()  # type: ignore[misc]

    def _rollback(self) -> Any:
        self._bound = None
        return super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self._bound = current_actor.get()  # going back binds nobody: a failed transaction takes no other statement
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._bound = None  # ROLLBACK TO undoes SET LOCAL

    def _close(self) -> Any:
        self._bound = None
        return super()._close()  # type: ignore[misc]

    def _bind_first(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        actor = current_actor.get()
        if self.in_atomic_block:
            if self._bound != actor:
                self._bind(actor)
                self._bound = actor
            return execute(sql, params, many, context)
        if actor is None:
            return execute(sql, params, many, context)
        # Autocommit: this statement gets a transaction of its own, or SET LOCAL would do nothing (pitfall 2).
        with self.wrap_database_errors, self.connection.transaction():
            self._bind(actor)
            return execute(sql, params, many, context)

    def _bind(self, actor: Actor | None) -> None:
        # psycopg's own cursor: below Django's wrappers and query counts, so its errors become Django's here.
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            if actor is None:
                cursor.execute(_BIND, _UNBOUND)
                return
            uid, real = str(actor.uid or ""), str(actor.real_uid or "")
            cursor.execute(_BIND, (uid, actor.request, actor.reason, actor.source, actor.link, real, actor.role))
            if actor.read_only:
                cursor.execute("SET LOCAL transaction_read_only = on")
