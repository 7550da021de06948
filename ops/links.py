"""A random token for somebody who does not sign in; the database keeps its hash and checks it (ruling 2).

A page that a link opens shows on GET. What it does waits for a POST, whose verb runs `acting_as(for_link(token))` in
one transaction and begins with `use_link`.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Literal

from django.db import connection

from ops import clock
from ops.errors import Refused

State = Literal["open", "used", "ended", "unknown"]

_WHY_NOT = {
    "used": "This link was already used.",
    "ended": "This link has ended.",
    "unknown": "This link is not valid.",
}
_INSERT = (
    "insert into ops_signedlink (kind, subject_id, token_sha256, expires_at, uses_left, revoked_at)"
    " values (%s, %s, %s, %s, %s, %s)"
)


def issue(kind: str, subject_id: int, *, valid_for: timedelta, uses: int | None = None) -> str:
    """The token, which is shown once and kept nowhere. Who may make which kind is a policy of the kind's app."""
    assert uses is None or uses > 0, "a link that acts acts at least once"
    token = secrets.token_urlsafe(24)
    # Plain INSERT: nobody may read the table, so nothing can be returned from it.
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT, [kind, subject_id, sha256(token.encode()).digest(), clock.now() + valid_for, uses, None]
        )
    return token


def issue_many(kind: str, subject_ids: Sequence[int], *, valid_for: timedelta, uses: int | None = None) -> list[str]:
    """A token for each row, in the order of the rows, in one journey."""
    tokens = [secrets.token_urlsafe(24) for _ in subject_ids]
    hashes = [sha256(token.encode()).digest() for token in tokens]
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into ops_signedlink (kind, subject_id, token_sha256, expires_at, uses_left)"
            " select %s, l.subject_id, l.hash, %s, %s from unnest(%s::bigint[], %s::bytea[]) l(subject_id, hash)",
            [kind, clock.now() + valid_for, uses, list(subject_ids), hashes],
        )
    return tokens


def state(kind: str) -> State:
    """What the link of the acting actor is good for, so that its page can say why it opens nothing."""
    with connection.cursor() as cursor:
        cursor.execute("select ops.link_state(%s)", [kind])
        said: State = cursor.fetchone()[0]
    return said


def use_link(kind: str) -> int:
    """Takes one use of the acting link and returns its subject, in the transaction of what it allows.

    Of two at the same moment the second waits and is refused. The link goes on opening its row until the transaction
    ends; rolled back, it is unused again.
    """
    with connection.cursor() as cursor:
        cursor.execute("select ops.use_link(%s)", [kind])
        subject: int | None = cursor.fetchone()[0]
    if subject is None:
        raise Refused(_WHY_NOT.get(state(kind), _WHY_NOT["ended"]))
    return subject


def revoke(kind: str, subject_id: int) -> None:
    """Ends every link of this kind to this row; whoever may make one may. Links made afterwards are not touched."""
    # A row that is revoked from the start: the policies of INSERT judge it, and the table's trigger ends the others.
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [kind, subject_id, secrets.token_bytes(32), now + timedelta(days=1), 0, now])
