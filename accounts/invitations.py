"""Asking somebody in by letter: a link that works once, until it ends, is sent again or is taken back (A23).

The database makes, checks and uses it (accounts/sql/invitations.sql): nobody reads a link, and nobody can invite
another to rights that are not theirs to give.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from ops import clock, events
from ops.db.actor import acting_as, door, for_link
from ops.errors import Refused

DAYS = 7


@dataclass(frozen=True)
class Invited:
    """Whom a link is for, as its page says it."""

    pk: int
    name: str
    email: str
    role: str


@transaction.atomic
def invite(person: User, *, by: User | None) -> tuple[str, datetime]:
    """The token, shown once and kept nowhere, and until when it works; links sent before end now."""
    token, until = secrets.token_urlsafe(24), clock.now() + timedelta(days=DAYS)

    with connection.cursor() as cursor:
        cursor.execute("select ops.invite(%s, %s, %s)", [person.pk, sha256(token.encode()).digest(), until])

    events.record("person.invited", person, until=f"{timezone.localtime(until):%-d %b}")
    return token, until


@transaction.atomic
def uninvite(person: User, *, by: User | None) -> None:
    """The link leads nowhere from now on."""
    with connection.cursor() as cursor:
        cursor.execute("select ops.uninvite(%s)", [person.pk])
        [open_until_now] = cursor.fetchone()
    if not open_until_now:
        raise Refused(f"No invitation of {person.name} is open.")

    events.record("person.uninvited", person)


def invited(token: str) -> Invited | None:
    """Looking uses nothing up: mail scanners look first."""
    with acting_as(for_link(token)), connection.cursor() as cursor:
        cursor.execute("select id, name, email, role from ops.invited()")
        row = cursor.fetchone()
    return Invited(*row) if row else None


@transaction.atomic
def accept(token: str, *, password: str) -> User:
    """Their own first password. Of two who follow the link at once, one gets an answer."""
    whom = invited(token)
    if whom is None:
        raise Refused("This invitation has ended. Ask for a new one.")
    try:
        password_validation.validate_password(password, User(name=whom.name, email=whom.email))
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password1") from None

    with acting_as(for_link(token)), connection.cursor() as cursor:
        cursor.execute("select ops.accept_invitation()")
        [pk] = cursor.fetchone()
    if pk is None:
        raise Refused("This invitation has ended. Ask for a new one.")
    with acting_as(door(pk)):
        person: User = User.objects.get(pk=pk)
        person.set_password(password)

        events.record("person.came_in", person)
        return person
