"""Reads for the pages about roles: who has what, what a change would come to, what happened."""

from collections import Counter
from dataclasses import dataclass

from accounts.models import User
from accounts.overrides import Overrides
from accounts.queries import Happening
from ops import events
from ops.access.policies import OPERATIONS, Cell, Line, Policies, subject
from ops.access.roles import policybook
from ops.models import Event, Role


@dataclass(frozen=True)
class Right:
    """One scope: its sentence, what the database lets its holders do, and who they are."""

    key: str
    sentence: str
    lines: list[Line]
    people: list[User]
    roles: list[Role]


@dataclass(frozen=True)
class Row:
    """One table of the matrix for one role."""

    table: str
    subject: str
    cells: list[tuple[str, Cell]]


@dataclass(frozen=True)
class Change:
    """What saving would come to. `people` get or lose something with their next request."""

    gained: list[str]
    lost: list[str]
    people: list[User]

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost)


def roles_with_counts() -> list[tuple[Role, int]]:
    counted = Counter(User.objects.active().values_list("role_id", flat=True))
    return [(role, counted[role.key]) for role in Role.objects.order_by("position", "label")]


def rights(policies: Policies) -> dict[str, list[Right]]:
    """Every scope under its heading."""
    book, people, roles = policybook(), list(User.objects.active()), list(Role.objects.all())
    return {
        title: [
            Right(
                key,
                book.scopes[key],
                policies.lines(key),
                [person for person in people if key in person.scopes],
                [role for role in roles if key in role.scopes],
            )
            for key in keys
        ]
        for title, keys in book.grouped().items()
    }


def matrix(policies: Policies, role: Role) -> list[Row]:
    """Role x table x operation; histories follow their rows and are left out."""
    rows = policies.matrix(role.scopes)
    return [
        Row(table, subject(table), [(operation, cells[operation]) for operation in OPERATIONS])
        for table, cells in sorted(rows.items(), key=lambda pair: subject(pair[0]))
        if "_historical" not in table and not table.endswith("_changes")
    ]


def change_of(role: Role, wanted: frozenset[str]) -> Change:
    book, had = policybook().scopes, frozenset(role.scopes)
    said = {key: book.get(key, key) for key in had | wanted}
    people = [
        person
        for person in User.objects.active().filter(role=role)
        if Overrides.read(person.overrides).applied_to(wanted) != frozenset(person.scopes)
    ]
    return Change([said[key] for key in sorted(wanted - had)], [said[key] for key in sorted(had - wanted)], people)


def story_of_role(role: Role, most: int = 30) -> list[Happening]:
    rows = Event.objects.filter(noun="role", data__role=role.key).select_related("by").order_by("-pk")[:most]
    return [Happening(event, events.sentence(event.kind, event.data), events.icon_of(event.kind)) for event in rows]
