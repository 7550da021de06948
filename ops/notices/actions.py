"""Telling people: from other rooms, by mail, and what a person does with their own notices."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, models, transaction
from django.urls import reverse

from ops import clock, events, outbox
from ops.db.actor import acting_as, current_actor, for_user
from ops.errors import Refused, attempt
from ops.events import noun_of
from ops.notices import subjects
from ops.notices.models import Letter, Mute, Notice, Preference, Rule, Watch
from ops.notices.queries import shown
from ops.shop import shown as rule

if TYPE_CHECKING:
    from accounts.models import User

_MOST_LINES = 30
_MOST_LETTERS = 200


def tell(
    people: "Iterable[int | User]", kind: str, subject: models.Model | None = None, *, mail: bool = False, **data: Any
) -> int:
    """A notice for each of `people` who may see `subject`; never for who says it, nor for who muted the kind.

    `kind` is declared as events are (ops.events.declare), and its sentence reads `data`. Once a person, row, kind and
    transaction. Returns how many are told.
    """
    events.kind_of(kind)
    ids = [one if isinstance(one, int) else one.pk for one in people]
    noun, pk = (noun_of(subject), subject.pk) if subject is not None else ("", None)
    with connection.cursor() as cursor:
        cursor.execute(
            "select ops.tell_people(%s::bigint[], %s, %s, %s, %s::jsonb, %s)",
            [ids, kind, noun, pk, json.dumps(data, default=str), mail],
        )
        return int(cursor.fetchone()[0])


# --- one's own ----------------------------------------------------------------------------------------------------


def read(by: "User", pks: Iterable[int] | None = None) -> int:
    """Mark these as read, or all."""
    mine = Notice.objects.visible_to(by).unread()
    if pks is not None:
        mine = mine.filter(pk__in=list(pks))
    return mine.update(read_at=clock.now())


def mute(by: "User", topic: str) -> None:
    """Hear no more of one rule (`rule:12`) or kind (`kind:…`)."""
    if not topic.startswith(("rule:", "kind:")) or len(topic) > 80:
        raise Refused("There is nothing like that to mute.")
    Mute.objects.bulk_create([Mute(person=by, topic=topic)], ignore_conflicts=True)


def unmute(by: "User", topic: str) -> None:
    Mute.objects.filter(person=by, topic=topic).delete()


def prefer_mail(by: "User", *, mail: bool) -> None:
    """Mails at once, or only in the app."""
    Preference.objects.bulk_create(
        [Preference(person=by, mail=mail)], update_conflicts=True, unique_fields=["person"], update_fields=["mail"]
    )


def watch(noun: str, pk: int, *, by: "User") -> None:
    """Follow one row: each move, and whatever anybody is told of it, while the person may see it."""
    with attempt():
        Watch.objects.bulk_create([Watch(person=by, noun=noun, subject_id=pk)], ignore_conflicts=True)


def unwatch(noun: str, pk: int, *, by: "User") -> None:
    Watch.objects.filter(person=by, noun=noun, subject_id=pk).delete()


# --- rules --------------------------------------------------------------------------------------------------------


def add_rule(
    *, by: "User", noun: str, on: str, key: str, to: str, role: str | None = None, channel: str = "in_app"
) -> Rule:
    """A rule of the shop's own. What is doubled or makes no sense the database refuses."""
    return Rule.objects.create(noun=noun, on=on, key=key, to=to, role_id=role, channel=channel)


def change_rule(rule: Rule, *, by: "User", active: bool, channel: str) -> Rule:
    if rule.to == Rule.To.CUSTOMER:
        channel = Rule.Channel.MAIL
    rule.active, rule.channel = active, channel
    rule.save(update_fields=["active", "channel"])
    return rule


def drop_rule(rule: Rule, *, by: "User") -> None:
    if rule.builtin:
        raise Refused("This rule came with the product. Switch it off instead.")
    rule.delete()


# --- mails --------------------------------------------------------------------------------------------------------


def mail_notices() -> int:
    """One mail a person with all that they are owed by mail just now. Returns how many mails are new."""
    owed = Notice.objects.filter(mail=True, mailed_at=None).order_by().values_list("person_id", flat=True).distinct()
    return sum(_mail(person) for person in sorted(owed))


@transaction.atomic
def _mail(person_id: int) -> bool:
    """The mail and the mark in one transaction; a second worker finds the rows taken. What was read is not mailed."""
    rows = list(
        Notice.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(person_id=person_id, mail=True, mailed_at=None)
        .order_by("pk")[:500]
    )
    if not rows:
        return False
    person: Any = get_user_model()._default_manager.get(pk=person_id)
    Notice.objects.filter(pk__in=[row.pk for row in rows], mail=True, mailed_at=None).update(mailed_at=clock.now())
    unread = [row for row in rows if row.read_at is None]
    if not unread or not person.is_active:
        return False
    actor = current_actor.get()
    with acting_as(for_user(person, request=actor.request if actor else "", source="cron")):
        told = (line for line in shown(person, unread) if not line.gone)
        lines = [line for line in told if line.url or line.rows > 1 or not line.subject_id]
        if not lines:
            return False
        first = lines[0]
        subject = f"{first.title}: {first.text}" if len(lines) == 1 else f"{len(lines)} things happened"
        context = {
            "person": person, "lines": lines[:_MOST_LINES], "more": max(0, len(lines) - _MOST_LINES),
            "origin": settings.ORIGIN, "shop": rule("shop.name"), "choose": reverse("notices:choices"),
        }  # fmt: skip
        return outbox.queue(
            key=f"notices:{person.pk}:{rows[0].pk}", kind="notices.told", to=person.email, subject=subject,
            template="emails/notices", context=context,
        )  # fmt: skip


def write_letters() -> int:
    """What customers are owed, a transaction each; two workers never write the same one. Returns how many are new."""
    return sum(_write_next() for _ in range(min(_MOST_LETTERS, Letter.objects.filter(state="due").count())))


@transaction.atomic
def _write_next() -> bool:
    due = Letter.objects.select_for_update(skip_locked=True).filter(state=Letter.State.DUE).order_by("pk").first()
    if due is None:
        return False
    noun = subjects.noun(due.noun)
    queued = bool(noun and noun.write and noun.write(due.subject_id, due.kind))
    state, why = (Letter.State.QUEUED, "") if queued else (Letter.State.DROPPED, "no longer true, or written before")
    Letter.objects.filter(pk=due.pk).update(state=state, why=why)
    return queued


def sweep() -> int:
    """Remove what is older than the policy of sweeping keeps. Returns how many rows went."""
    return Notice.objects.all().delete()[0] + Letter.objects.all().delete()[0]
