"""Saved views by mail: on the shop's morning, each as its reader sees it then (X2). Nothing in it, no mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from ops import clock, links, numbers, outbox
from ops.access.scopes import scopes_of
from ops.boards.ask import Ask
from ops.boards.cells import MONEY
from ops.boards.declare import BOARDS, Board, Part
from ops.boards.filters import NotHere
from ops.boards.lists import look_of
from ops.boards.read import Sorted, capped, count_words, details, first_ids, wanted
from ops.db.actor import Actor, acting_as, current_actor, for_user
from ops.models import SavedView
from ops.shop import is_working_day, setting
from ops.shop.reading import shown
from ops.standing.models import Mailing
from ops.templatetags.ops import day as spell_day
from ops.templatetags.ops import spell

if TYPE_CHECKING:
    from accounts.models import User

KIND = "view_mail"
ROWS = 40
_VALID = timedelta(days=90)


@dataclass(frozen=True)
class Cell:
    words: str
    right: bool
    url: str = ""


def is_due(now: datetime) -> bool:
    """From the hour on at which the shop's morning lists go out, on a working day."""
    day, local = clock.business_day(now), now.astimezone(clock.zone())
    return local.date() == day and local.hour >= setting("digest.hour", on=day) and is_working_day(day)


def mail_views(day: date) -> int:
    """Queue what is due; each mailing is a transaction of its own. Returns how many mails are new."""
    week = day - timedelta(days=day.weekday())
    due = Q(often="daily") & (Q(last_on=None) | Q(last_on__lt=day))
    due |= Q(often="weekly") & (Q(last_on=None) | Q(last_on__lt=week))
    waiting = list(Mailing.objects.filter(due).order_by("pk"))
    people = {person.pk: person for person in get_user_model().objects.active()}
    return sum(
        _tell(one, people[one.person_id], day, week if one.often == "weekly" else day)
        for one in waiting
        if one.person_id in people
    )


@transaction.atomic
def _tell(mailing: Mailing, person: User, day: date, period: date) -> bool:
    """The mark, and the mail it stands for, in one transaction: killed in between, neither is there."""
    if not outbox.run_once(KIND, period, str(mailing.pk)):
        return False
    if not Mailing.objects.filter(pk=mailing.pk).update(last_on=day):
        return False  # ended meanwhile; and who ends it now waits for this mail
    with acting_as(_as(person)):
        said = _read(person, mailing)
        if said is None:
            return False
        context, subject = said
        context |= {"person": person, "shop": shown("shop.name")}
        if "lost" not in context and settings.ORIGIN:
            token = links.issue(KIND, mailing.pk, valid_for=_VALID)
            context["end"] = _address(reverse("end_mailing", args=[token]))
        return outbox.queue(
            key=f"{KIND}:{period}:{mailing.pk}", kind=KIND, to=person.email, subject=subject, template="standing/mail",
            context=context,
        )  # fmt: skip


def _read(person: User, mailing: Mailing) -> tuple[dict[str, Any], str] | None:
    """What the mail says, under the reader's rights of this moment; None when there is nothing to say.

    What they may not open any more is said once: the mailing ends with it.
    """
    view = SavedView.objects.filter(pk=mailing.view_id).first()
    board = board_of(view.board) if view else None
    ask = _ask(board, person, view) if view and board else None
    if view is None or board is None or ask is None:
        Mailing.objects.filter(pk=mailing.pk).delete()
        why = f"The view “{mailing.name}” is not open to you any more, so it does not come by mail again."
        return {"lost": why}, f"“{mailing.name}” is not open to you any more"
    parts = _parts(ask, view.board)
    down, by = ask.sort.startswith("-"), ask.sorted_by.sort
    rows = [ask.in_order(part.rows, bounded=part.bounded) for part in parts]
    (shown,) = first_ids([Sorted(rows, by, down, 0, ROWS)])
    if not shown:
        return None
    count = capped({"rows": parts})["rows"]
    context = {
        "name": view.name, "plural": board.plural, "heads": [(c.label, c.kind.css == "n") for c in ask.columns],
        "rows": [_cells(ask, row) for row in details(ask, shown, wanted(ask.columns))],
        "count": count_words(count), "more": count > len(shown),
        "url": _address(reverse(view.board) + ask.query()),
    }  # fmt: skip
    words = board.noun if count == 1 else board.plural
    return context, f"{view.name}: {count_words(count)} {words}"


def _ask(board: Board, person: User, view: SavedView) -> Ask | None:
    if scopes_of(person).isdisjoint(board.scopes):
        return None
    try:
        ask = Ask.read(board, person, QueryDict(view.query))
    except NotHere:
        return None
    return ask


def _parts(ask: Ask, page: str) -> list[Part]:
    """A board shows what is live of a filter, a list everything."""
    lanes = ask.board.lanes if page == ask.board.url("board") else None
    return [Part(lanes.live(part.rows), part.bounded) for part in ask.parts] if lanes else ask.parts


def board_of(page: str) -> Board | None:
    """The board behind the url name of its list or its board."""
    return next((board for board in BOARDS.values() if page in board.pages), None)


def _cells(ask: Ask, row: dict[str, Any]) -> list[Cell]:
    look = look_of(ask)
    found = []
    for column in ask.columns:
        value = column.kind.plain(row[column.key], row, look)
        is_money = column.kind is MONEY or (isinstance(value, Decimal) and column.total)
        words = spell(value) if is_money else _words(value)
        url = _address(f"{look.prefix}{row['pk']}/") if column.key == ask.board.name else ""
        found.append(Cell(words, column.kind.css == "n", url))
    return found


def _words(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, Decimal):
        return numbers.number(value)
    if isinstance(value, date):
        return spell_day(value)
    return str(value)


def _address(path: str) -> str:
    return f"{settings.ORIGIN}{path}" if settings.ORIGIN else ""


def _as(person: User) -> Actor:
    actor = current_actor.get()
    return for_user(person, request=actor.request if actor else "", source="cron")
