"""The page of a row as it was: which moment is asked for, what differs from another, the parts as they stood (A15).

A noun that has more to show than its fields draws its own page around it, as orders do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from ops import asof, clock
from ops.access.scopes import scopes_of
from ops.asof import Difference, Snapshot
from ops.given import whole
from ops.timeline import Entry

_AROUND = 25


@dataclass(frozen=True)
class Row:
    """One row of a part as it stood: its title where there may be several, and what it said."""

    part: str
    title: str
    facts: list[tuple[str, str]]


@dataclass
class PastPage:
    """`here` is the last moment up to `at`, -1 before the first; `changes` are against `since` or that moment's own."""

    noun: str
    subject_id: int
    at: datetime
    moments: list[Entry]
    here: int
    held: frozenset[str]
    people: Mapping[int, str]
    shown: Snapshot
    since: datetime | None = None
    before: Snapshot | None = None
    changes: list[Difference] = field(default_factory=list)

    @property
    def now(self) -> Entry | None:
        return self.moments[self.here] if self.here >= 0 else None

    @property
    def earlier(self) -> Entry | None:
        return self.moments[self.here - 1] if self.here > 0 else None

    @property
    def later(self) -> Entry | None:
        return self.moments[self.here + 1] if self.here + 1 < len(self.moments) else None

    @property
    def last(self) -> int:
        return len(self.moments) - 1

    @property
    def near(self) -> list[Entry]:
        """The moments around, the newest first: a long story is walked by the slider."""
        middle = max(self.here, 0)
        start = max(min(middle - _AROUND, len(self.moments) - 2 * _AROUND), 0)
        return self.moments[start : start + 2 * _AROUND][::-1]

    @property
    def rows(self) -> list[Row]:
        """Every row of every part that the reader may see, with what it said; what was not filled in is left out."""
        past, found = asof.past_of(self.noun), []
        for part in past.seen_by(self.held):
            for row in self.shown.all(part.key):
                facts = asof.facts(past, part, row, self.people)
                found.append(Row(part.label, "" if part is past.parts[0] else part.title(row), facts))
        return found


def when_of(text: str) -> datetime | None:
    """A moment as an address or the browser's own field says it; without a zone it is the shop's."""
    try:
        at = parse_datetime(text.strip())
        if at is None:
            return None
        return at.astimezone(clock.zone()) if timezone.is_aware(at) else timezone.make_aware(at, clock.zone())
    except (ValueError, OverflowError):
        return None


def asked(request: HttpRequest, moments: list[Entry]) -> datetime:
    """What `at` says, or the moment that the slider stands on; otherwise the last."""
    tick = whole(request.GET.get("tick", ""), digits=5)
    if moments and tick is not None:
        return moments[min(tick, len(moments) - 1)].at
    return when_of(request.GET.get("at", "")) or (moments[-1].at if moments else clock.now())


def past_page(noun: str, subject_id: int, request: HttpRequest) -> PastPage:
    """As of the moment that the address asks for, with what differs from `and`, or what that moment changed."""
    held = scopes_of(request.user)
    moments = asof.moments(noun, subject_id, held)
    return page_at(
        noun, subject_id, held, moments, at=asked(request, moments), since=when_of(request.GET.get("and", ""))
    )


def page_at(
    noun: str, subject_id: int, held: frozenset[str], moments: list[Entry], *, at: datetime, since: datetime | None
) -> PastPage:
    people: dict[int, str] = dict(get_user_model()._base_manager.values_list("pk", "name"))
    for entry in moments:
        entry.by, entry.real_by = people.get(entry.by_id or 0, "Opsdeck"), people.get(entry.real_by_id or 0, "")
    here = max((place for place, entry in enumerate(moments) if entry.at <= at), default=-1)
    shown = asof.as_of(noun, subject_id, at, held)
    made = PastPage(noun, subject_id, at, moments, here, held, people, shown, since=since)
    before = since or (made.earlier.at if made.earlier else None)
    if before is not None:
        made.before = asof.as_of(noun, subject_id, before, held)
        made.changes = between(noun, made.before, shown, people)
    return made


def between(noun: str, one: Snapshot, other: Snapshot, people: Mapping[int, str]) -> list[Difference]:
    """From the earlier of the two to the later, whichever was asked for first."""
    first, second = sorted((one, other), key=lambda snapshot: snapshot.at)
    return asof.difference(noun, first, second, people)
