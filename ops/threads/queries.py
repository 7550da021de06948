"""A thread as one person reads it: the newest messages with their writers, files and links, in one query or two."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from ops import clock
from ops.files.models import File
from ops.threads.models import LONGEST, Message
from ops.threads.nouns import EDIT_MINUTES, NOUNS, Noun
from ops.threads.words import references_in, rich

if TYPE_CHECKING:
    from accounts.models import User

_FIRST_WORDS = 120
NEWEST = 20
MOST = 200
LONG_THREAD = 8  # from so many on one looks for words instead of reading
_FOUND = 50


@dataclass
class Line:
    """One message as one person may read it. Nothing of a removed one is here but who wrote and who removed it."""

    pk: int
    by: str
    text: SafeString
    message: Message
    files: list[dict[str, Any]]
    removed_by: str
    may_edit: bool
    may_remove: bool
    whatsapp: str = ""


@dataclass
class Thread:
    """`said` is what was typed and could not be taken; `key` names the form, so that it is taken once."""

    noun: str
    subject: Any
    lines: list[Line]
    more: bool
    url: str
    count: int = 0
    write_url: str = ""
    people_url: str = ""
    informs: bool = False
    read_at: str = ""
    text: str = ""
    visibility: str = Message.Visibility.INTERNAL
    error: str = ""
    notes: list[str] = field(default_factory=list)
    key: UUID = field(default_factory=uuid4)
    longest: int = LONGEST
    minutes: int = EDIT_MINUTES

    @property
    def is_long(self) -> bool:
        return self.count >= LONG_THREAD

    @property
    def oldest(self) -> int:
        return self.lines[-1].pk if self.lines else 0


def thread(
    noun: str, subject: Any, user: User, *, before: int | None = None, since: int | None = None, only: int | None = None
) -> Thread:
    """The newest messages; those older than `before`; all back to `since`; or `only` one."""
    room = NOUNS[noun]
    rows = _rows(Message.objects.of(noun, subject.pk))
    if only is not None:
        rows = rows.filter(pk=only)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if since is not None:
        rows = rows.filter(pk__gte=since)
    most = MOST if since is not None else NEWEST
    found = list(rows[: most + 1])
    made = Thread(
        noun, subject, lines(found[:most], room, subject, user), more=len(found) > most or since is not None,
        url=reverse(f"threads:{noun}", args=[subject.pk]), count=len(found), read_at=room.read_at,
    )  # fmt: skip
    if room.may_write(user):
        made.write_url = reverse(f"threads:{noun}_write", args=[subject.pk])
        made.people_url = reverse(f"threads:{noun}_people", args=[subject.pk])
        made.informs = room.informs(user, subject)
    return made


def _kept() -> ArraySubquery:
    """The files of each message, in the same query."""
    files = File.objects.filter(noun="message", subject_id=OuterRef("pk"), removed_at=None).order_by("pk")
    one = JSONObject(id="pk", name="name", kind="kind", size="size", width="width", height="height")
    return ArraySubquery(files.values(one=one))


def _rows(messages: QuerySet[Message]) -> Any:
    among = Func(F("pk"), OuterRef("mentions"), template="(%(expressions)s))", arg_joiner=" = any (",
                 output_field=BooleanField())  # fmt: skip
    people = get_user_model()._default_manager.filter(among)
    return messages.order_by("-pk").annotate(
        writer=F("by__name"),
        remover=F("removed_by__name"),
        kept=_kept(),
        named=ArraySubquery(people.values("name")),
    )


def lines(found: list[Any], room: Noun, subject: Any, user: User) -> list[Line]:
    standing = [row.text for row in found if row.removed_at is None]
    links = references_in(standing, user)
    phone = room.phone(user, subject) if any(row.is_for_customer and row.removed_at is None for row in found) else ""
    keeps, now = room.keeps_all(user), clock.now()
    made = []
    for row in found:
        stands = row.removed_at is None
        fresh = row.by_id == user.pk and now <= row.at + timedelta(minutes=EDIT_MINUTES)
        made.append(
            Line(
                row.pk, row.writer or "Opsdeck", rich(row.text, names=row.named, links=links), row,
                list(row.kept) if stands else [], row.remover or "Opsdeck", stands and fresh,
                stands and (fresh or keeps), whatsapp_url(phone, row.text) if stands and row.is_for_customer else "",
            )
        )  # fmt: skip
    return made


def whatsapp_url(phone: str, text: str) -> str:
    """Opens WhatsApp with the words for this number; empty without one."""
    digits = phone.removeprefix("+")
    return f"https://wa.me/{digits}?text={quote(text, safe='')}" if digits else ""


def found_in(noun: str, subject_id: int, query: str) -> list[Any]:
    """The newest messages of one thread that hold these words; a thread is short enough to be read for them."""
    rows = Message.objects.of(noun, subject_id).filter(removed_at=None).order_by("-pk")
    for word in query.split()[:8]:
        rows = rows.filter(text__icontains=word)
    return list(rows.annotate(writer=F("by__name"))[:_FOUND])


def first_words(user: User, ids: Collection[int]) -> dict[int, str]:
    """How these messages begin, as they stand now; nothing of a removed one."""
    rows = Message.objects.visible_to(user).filter(pk__in=ids, removed_at=None).order_by()
    return {pk: _beginning(" ".join(text.split())) for pk, text in rows.values_list("pk", "text")}


def _beginning(text: str) -> str:
    if len(text) <= _FIRST_WORDS:
        return text
    return f"{text[:_FIRST_WORDS].rsplit(maxsplit=1)[0]} …"


def panel_of(noun: str) -> Any:
    """The `build` of a panel: `panels.declare(noun, "thread", "threads/panel.html", panel_of(noun), …)`."""

    def build(request: HttpRequest, subject: Any) -> dict[str, Any]:
        return {"url": reverse(f"threads:{noun}", args=[subject.pk])}

    return build


@dataclass(frozen=True)
class Note:
    """What a customer reads who holds a link: the words and the files, and nobody's name."""

    at: datetime
    text: SafeString
    files: list[dict[str, Any]]


def notes_for_link(most: int = 50) -> list[Note]:
    """Newest first, for the acting link; its policies say which there are."""
    rows = Message.objects.order_by("-pk").annotate(kept=_kept())[:most]
    return [Note(row.at, rich(row.text), row.kept) for row in rows]
