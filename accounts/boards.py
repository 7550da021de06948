"""The list of people: everybody who signs in sees who works here, and nothing of what they may do."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.html import format_html

from accounts.models import User
from ops.boards import DAY, Add, Board, Choice, Column, Flag, Kind, Look, Search, View
from ops.boards.cells import Row
from ops.models import Role
from ops.templatetags import ops as tags


def _name(value: str, row: Row, look: Look) -> str:
    """Who was deactivated is pale: the name stays on what they did, the person is not here any more."""
    shown = value if row["is_active"] else format_html('<span class="dim">{}</span>', value)
    return format_html("{} {}", tags.avatar(value), shown)


def _signs_in(value: bool, row: Row, look: Look) -> str:
    return "Yes" if value else "Deactivated"


def _signs_in_html(value: bool, row: Row, look: Look) -> str:
    return "Yes" if value else format_html('<span class="tag warn">{}</span>', "Deactivated")


def _same(value: Any, row: Row, look: Look) -> str:
    return str(value)


def named(rows: QuerySet[User], words: str, user: User) -> QuerySet[User]:
    return rows.filter(Q(name__icontains=words) | Q(email__icontains=words))


def _roles(user: User) -> list[tuple[str, str]]:
    return list(Role.objects.order_by("position", "label").values_list("key", "label"))


PEOPLE = Board(
    key="people",
    space="people",
    list_name="person_list",
    detail_name="person_detail",
    noun="person",
    plural="people",
    title="People",
    scopes={"staff"},
    rows=lambda user: User.objects.visible_to(user),
    columns=[
        Column("name", "Name", kind=Kind(_name, _same), sort="name", css="", needs={"is_active": "is_active"}),
        Column("role", "Role", "role__label", sort="role__position", css="f-r"),
        Column("email", "E-mail", sort="email", css="f-2"),
        Column("joined", "Joined", "joined_at", kind=DAY, sort="joined_at"),
        Column(
            "last",
            "Last came in",
            "signin__last_at",
            kind=DAY,
            scopes={"people_admin"},
            sort="signin__last_at",
            blank=True,
        ),
        Column(
            "active", "Signs in", "is_active", kind=Kind(_signs_in_html, _signs_in), sort="is_active", css="f-2 f-r"
        ),
    ],
    filters=[
        Search(
            key="q",
            label="Search",
            hint="Name or e-mail",
            where=named,
        ),
        Choice(key="role", label="Role", options=_roles, field="role", many=True),
        Flag(
            key="came",
            label="Has come in",
            yes=Q(signin__last_at__isnull=False),
            no=Q(signin__last_at__isnull=True),
            scopes={"people_admin"},
        ),
        Flag(key="active", label="Signs in", yes=Q(is_active=True), no=Q(is_active=False)),
    ],
    sort="name",
    name="name",
    empty="People who sign in will be listed here.",
    views=[
        View("All", ""),
        View("Sign in", "active=1"),
        View("Deactivated", "active=0"),
        View("Not yet in", "active=1&came=0", scopes={"people_admin"}),
    ],
    add=Add("Add a person", "/people/add/", {"people_admin"}, icon="user-plus"),
)
