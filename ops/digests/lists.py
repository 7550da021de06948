"""Writing the morning's lists: for each person one mail of at most twenty rows, once a working day (B26, B27, B28)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Count, Q, Window
from django.urls import reverse

from ops import clock, links, outbox
from ops.access.scopes import scopes_of
from ops.db.actor import Actor, acting_as, current_actor, for_user
from ops.digests.duties import Duty, Row, every_duty
from ops.digests.models import DigestDay, EmptyRole, Listed
from ops.models import Role
from ops.shop import is_working_day, setting, shown

if TYPE_CHECKING:
    from accounts.models import User

KIND = "digest_row"
_MAIL = "digest"


@dataclass(frozen=True)
class Part:
    """One duty of one person: the rows that are shown, how many there are in all, and where they are listed."""

    duty: Duty
    rows: list[Row]
    many: int
    hands_back: bool

    @property
    def more(self) -> int:
        return self.many - len(self.rows)

    @property
    def url(self) -> str:
        return f"{settings.ORIGIN}{self.duty.path}" if settings.ORIGIN else ""


@dataclass(frozen=True)
class Line:
    """A row with the addresses that act on it; without an origin there are none."""

    row: Row
    link: str
    act: str


def is_due(now: datetime) -> bool:
    """From the shop's hour on, on a working day whose lists are not all written. Read under the job's role."""
    day, local = clock.business_day(now), now.astimezone(clock.zone())
    if local.date() != day or local.hour < setting("digest.hour", on=day) or not is_working_day(day):
        return False
    return not DigestDay.objects.filter(day=day).exists()


def write_lists(day: date) -> int:
    """Queue the day's mails; whoever has been told today is not told again. Returns how many are new.

    Each person is a transaction of their own, so that a run that is killed goes on where it was.
    """
    people = list(get_user_model().objects.active().order_by("pk"))
    told = sum(_tell(person, people, day) for person in people)
    told += sum(_tell_of_empty_roles(duty, people) for duty in every_duty().values())
    DigestDay.objects.bulk_create([DigestDay(day=day, mails=told)], ignore_conflicts=True)
    return told


@transaction.atomic
def _tell(person: User, people: Sequence[User], day: date) -> bool:
    """The mark, and the mail it stands for, in one transaction: killed in between, neither is there."""
    mine = [duty for duty in every_duty().values() if not duty.scopes.isdisjoint(scopes_of(person))]
    if not mine or not outbox.run_once(_MAIL, day, str(person.pk)):
        return False
    job = _job()
    most = setting("digest.rows")
    with acting_as(_as(person, job)):
        parts = [part for duty in mine if (part := _part(duty, person, people, most)).many]
    parts = _worst(parts, most)
    if not parts:
        return False
    tokens = iter(_list(person, parts, day))
    with acting_as(_as(person, job)):
        lines = [(part, [_line(row, next(tokens)) for row in part.rows]) for part in parts]
        many = sum(part.many for part in parts)
        first = parts[0].rows[0]
        return outbox.queue(
            key=f"{_MAIL}:{day}:{person.pk}", kind=_MAIL, to=person.email, template="digests/mail",
            subject=f"{many} {parts[0].duty.plural} wait for you" if many > 1 else f"{first.name} waits for you",
            context={"person": person, "parts": lines, "many": many, "plural": parts[0].duty.plural,
                     "shop": shown("shop.name")},
        )  # fmt: skip


def _part(duty: Duty, person: User, people: Sequence[User], most: int) -> Part:
    waiting = duty.waiting(person, people)
    found = list(waiting.annotate(many=Window(Count("*"))).values_list("pk", "many")[:most])
    ids, many = [pk for pk, _ in found], found[0][1] if found else 0
    rows = duty.rows(person, ids) if ids else []
    return Part(duty, rows, many, hands_back=not person.has_scope(duty.oversees))


def _worst(parts: list[Part], most: int) -> list[Part]:
    """Of several duties together, the worst rows: a mail stays short whatever somebody is responsible for."""
    if sum(len(part.rows) for part in parts) <= most:
        return [part for part in parts if part.rows]
    bar = sorted((row.late_by for part in parts for row in part.rows), reverse=True)[most - 1]
    left, kept = most, []
    for part in parts:
        rows = [row for row in part.rows if row.late_by >= bar][:left]
        left -= len(rows)
        kept.append(replace(part, rows=rows))
    return [part for part in kept if part.rows]


def _list(person: User, parts: list[Part], day: date) -> list[str]:
    """Keeps what is listed, as the job, and makes the links that act on it."""
    rows = [(part.duty, row) for part in parts for row in part.rows]
    listed = Listed.objects.bulk_create(
        Listed(
            day=day, person=person, role=person.role_id, duty=duty.key, noun=duty.noun, subject_id=row.subject_id,
            position=position,
        )
        for position, (duty, row) in enumerate(rows, start=1)
    )  # fmt: skip
    lasts = timedelta(days=setting("digest.link_days"))
    return links.issue_many(KIND, [one.pk for one in listed], valid_for=lasts, uses=1)


def _line(row: Row, token: str) -> Line:
    if not settings.ORIGIN:
        return Line(row, "", "")
    return Line(row, f"{settings.ORIGIN}{row.path}", f"{settings.ORIGIN}{reverse('digest_row', args=[token])}")


def _tell_of_empty_roles(duty: Duty, people: Sequence[User]) -> int:
    """Who sees all is told once that nobody can act in a role, and again only after somebody could (B28)."""
    empty = {role: ids for role, ids in duty.empty(people).items() if ids}
    with transaction.atomic():
        EmptyRole.objects.filter(noun=duty.noun).exclude(role__in=empty).delete()
    return sum(_tell_of_empty_role(duty, role, ids, people) for role, ids in empty.items())


@transaction.atomic
def _tell_of_empty_role(duty: Duty, role: str, ids: Sequence[int], people: Sequence[User]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into digests_emptyrole (noun, role) values (%s, %s) on conflict do nothing returning id",
            [duty.noun, role],
        )
        new = cursor.fetchone()
    if new is None:
        return 0
    label = Role.objects.filter(key=role).values_list("label", flat=True).first() or role
    job, most, told = _job(), setting("digest.rows"), 0
    for person in people:
        if not person.has_scope(duty.oversees):
            continue
        with acting_as(_as(person, job)):
            rows = duty.rows(person, ids[:most])
            context = {"person": person, "role": label, "rows": [_plain(row) for row in rows], "many": len(ids),
                       "more": len(ids) - len(rows), "plural": duty.plural, "shop": shown("shop.name")}  # fmt: skip
            told += outbox.queue(
                key=f"{_MAIL}.empty:{new[0]}:{person.pk}", kind=f"{_MAIL}.empty", to=person.email, context=context,
                subject=f"Nobody works as {label} now", template="digests/empty_mail",
            )  # fmt: skip
    return told


def _plain(row: Row) -> Line:
    return Line(row, f"{settings.ORIGIN}{row.path}" if settings.ORIGIN else "", "")


def _job() -> Actor:
    actor = current_actor.get()
    assert actor is not None
    return actor


def _as(person: User, job: Actor) -> Actor:
    return for_user(person, request=job.request, source="cron")


def rates(rows: Any) -> list[dict[str, Any]]:
    """Listed and acted on within a day, by role and person."""
    return list(
        rows.order_by().values("role", "person_id", "person__name")
        .annotate(listed=Count("pk"), acted_on=Count("pk", filter=Q(acted=True)))
        .order_by("role", "person__name", "person_id")
    )  # fmt: skip
