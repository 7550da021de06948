"""Write a message, change it, remove it. What may never be is in sql/threads.sql, who may in the nouns' security.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from ops import clock, events
from ops.errors import Conflict, FieldConflict, Refused
from ops.files import actions as files
from ops.files.intake import Content
from ops.notices.actions import tell
from ops.threads.mentions import named_in
from ops.threads.models import LONGEST, Message
from ops.threads.nouns import EDIT_MINUTES, NOUNS

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Written:
    """A message that stands, and what its writer should know of who is told."""

    message: Message
    notes: list[str] = field(default_factory=list)


def write(
    text: str,
    *,
    by: User,
    noun: str,
    subject: Any,
    visibility: str = Message.Visibility.INTERNAL,
    key: UUID | None = None,
    attached: Sequence[Content] = (),
) -> Written:
    """One message for each `key`: a form that comes twice gets the message that it has made already.

    Files are prepared outside of the transaction (ops.files.intake) and kept with the message, for its readers.
    """
    room = NOUNS[noun]
    if not room.may_write(by):
        raise Refused("You may read here, not write.")
    if visibility == Message.Visibility.CUSTOMER and not room.informs(by, subject):
        raise Refused(
            f"Only who looks after {subject} writes to the customer. Write it internally.", field="visibility"
        )
    said = readable(text) or ", ".join(content.name for content in attached)
    _check(said, visibility)

    named = named_in(said, noun, subject.pk, by=by.pk)
    row = Message(noun=noun, subject_id=subject.pk, visibility=visibility, text=said, key=key, by=by,
                  mentions=sorted(named.told))  # fmt: skip
    with transaction.atomic():
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            there = Message.objects.filter(by=by, key=key).first() if key else None
            if there is None:
                raise error
            if (there.text, there.visibility, there.subject_id) != (said, visibility, subject.pk):
                raise Refused(
                    "What you sent before has arrived after all, with other words. It stands above: edit it,"
                    " or write another message.", field="text",
                ) from error  # fmt: skip
            return Written(there)
        for content in attached:
            files.keep(content, by=by, noun="message", subject_id=row.pk)
        _tell(named.told, subject, row.pk)
        events.record("message.sent" if row.is_for_customer else "message.written", row)
    row.refresh_from_db()
    return Written(row, named.sentences(str(subject)))


def edit(message: Message, *, by: User, text: str, version: int) -> Written:
    """Its words alone, by who wrote it, for a while. Whom the new words name and the old did not is told."""
    locked = _locked(message, by, "changed")
    if locked.by_id != by.pk:
        raise Refused("Only who wrote a message changes its words.")
    said = readable(text)
    _check(said, locked.visibility)
    if locked.version != version and locked.text != said:
        clash = FieldConflict("text", "Message", "", locked.text, said)
        raise Conflict(
            "This message was changed in another window. Below is what you typed; above is what stands.", [clash]
        )
    if locked.text == said:
        return Written(locked)

    subject = _subject(locked, by)
    named = named_in(said, locked.noun, locked.subject_id, by=by.pk)
    fresh = named.told - set(locked.mentions)
    Message.objects.filter(pk=locked.pk).update(text=said, mentions=sorted({*locked.mentions, *named.told}))
    _tell(fresh, subject, locked.pk)

    events.record("message.edited", locked)
    locked.refresh_from_db()
    return Written(locked, named.sentences(str(subject)))


def remove(message: Message, *, by: User) -> Message:
    """Its words go, that it was there stays. Twice is once."""
    there = Message.objects.visible_to(by).filter(pk=message.pk).first()
    if there is not None and there.removed_at is not None:
        return there
    locked = _locked(message, by, "removed")

    # The database empties it and says who and when.
    Message.objects.filter(pk=locked.pk).update(removed_at=clock.now())

    events.record("message.removed", locked)
    locked.refresh_from_db()
    return locked


_FIXED = f"A message can be {{}} for {EDIT_MINUTES} minutes. Write another one, or ask a manager to remove it."


def readable(text: str) -> str:
    """As it is kept: one kind of line end, no blanks around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _check(said: str, visibility: str) -> None:
    if visibility not in Message.Visibility.values:
        raise Refused("Choose who reads the message.", field="visibility")
    if not said:
        raise Refused("Write something first.", field="text")
    if "\x00" in said:
        raise Refused("The message holds a character that cannot be kept (a null byte). Take it out.", field="text")
    if len(said) > LONGEST:
        over = len(said) - LONGEST
        most = f"{LONGEST:,} is the most"
        raise Refused(f"The message is {over:,} characters too long: {most}. Shorten it, or attach a file.")


def _locked(message: Message, by: User, what: str) -> Message:
    """The policies say whose it is and how long: a row that they hide from changes is not there to be locked."""
    locked = Message.objects.locked().filter(pk=message.pk).first()
    if locked is None:
        there = Message.objects.visible_to(by).filter(pk=message.pk).first()
        if there is not None and there.by_id == by.pk:
            raise Refused(_FIXED.format(what))
        raise Refused("This message is not yours. Ask who wrote it, or a manager.")
    if locked.removed_at is not None:
        raise Refused("This message was removed meanwhile.")
    return locked


def _subject(message: Message, by: User) -> Any:
    subject = NOUNS[message.noun].subjects(by).filter(pk=message.subject_id).first()
    if subject is None:
        raise Refused("What this message is about is not yours to see any more.")
    return subject


def _tell(people: Iterable[int], subject: Any, message: int) -> None:
    """The notice names the message; its words are read where it is shown (queries.first_words)."""
    told = sorted(people)
    if told:
        tell(told, "message.mentioned", subject, mail=True, message=message)
