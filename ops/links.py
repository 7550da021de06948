"""A random token for somebody who does not sign in; the database keeps its hash and checks it (ruling 2)."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.db import connection

from ops import clock


def make_link(kind: str, subject_id: int, *, days: int) -> str:
    """The token, which is shown once and kept nowhere. Who may make which kind is a policy of the kind's app."""
    token = secrets.token_urlsafe(24)
    with connection.cursor() as cursor:
        # Plain INSERT: nobody may read the table, so nothing can be returned from it.
        cursor.execute(
            "insert into ops_signedlink (kind, subject_id, token_sha256, expires_at) values (%s, %s, %s, %s)",
            [kind, subject_id, sha256(token.encode()).digest(), clock.now() + timedelta(days=days)],
        )
    return token
