"""Reads about people: what somebody may do and why, what happened to them, who opens a demo shop."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from accounts.models import SignIn, User
from accounts.overrides import Overrides
from ops import demo, events
from ops.access.roles import policybook
from ops.models import Event


@dataclass(frozen=True, slots=True)
class Right:
    """One scope with its sentence. `given_by` is 'role', 'added' or 'removed' (then the person does not hold it)."""

    key: str
    sentence: str
    given_by: str


@dataclass(frozen=True, slots=True)
class Happening:
    event: Event
    sentence: str
    icon: str


def rights_of(user: User) -> list[Right]:
    """Why this person can see what they see (A19): the role's rights, what was added, what was taken away."""
    own = Overrides.read(user.overrides)
    role = frozenset(user.role.scopes)
    rights = []
    for key, sentence in policybook().scopes.items():
        if key in own.remove and key in role:
            rights.append(Right(key, sentence, "removed"))
        elif key in role:
            rights.append(Right(key, sentence, "role"))
        elif key in own.add:
            rights.append(Right(key, sentence, "added"))
    return rights


@dataclass(frozen=True, slots=True)
class Seat:
    """One device on which somebody is signed in; never the key of the session."""

    ip: str
    user_agent: str
    began: datetime
    last_seen: datetime


def sessions_of(user: User) -> list[Seat]:
    """For who looks after people; asked through a function that shows no keys."""
    with connection.cursor() as cursor:
        cursor.execute("select ip, user_agent, began, last_seen from ops.sessions_of(%s)", [user.pk])
        return [Seat(*row) for row in cursor.fetchall()]


def sign_in_of(user: User) -> SignIn:
    """How and when they come in; an empty one for who was never asked and never came."""
    found: SignIn | None = SignIn.objects.filter(user=user).first()
    return found or SignIn(user=user)


def story_of(user: User, most: int = 50) -> list[Happening]:
    """What happened to this person's access, newest first; only what the reader may see."""
    rows = Event.objects.filter(noun="user", subject_id=user.pk).select_related("by").order_by("-pk")[:most]
    return [Happening(event, events.sentence(event.kind, event.data), events.icon_of(event.kind)) for event in rows]


def demo_sign_ins() -> list[User]:
    """The first demo person of every role; nobody unless OPS_DEMO says that this is a shop to look at."""
    if not settings.DEMO:
        return []
    people = User.objects.filter(email__endswith=f"@{demo.DOMAIN}", is_active=True).select_related("role")
    first: dict[str, User] = {}
    for person in people.order_by("role__position", "pk"):
        first.setdefault(person.role_id, person)
    return list(first.values())
