"""What somebody says of a row instead of acting: later, not now, not mine - and the overseer's answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from ops import clock, events
from ops.digests.duties import Duty
from ops.digests.models import Extension, HandBack, Snooze
from ops.errors import Refused
from ops.shop import setting

if TYPE_CHECKING:
    from accounts.models import User

_MOST_SNOOZED = 60


def extend(duty: Duty, subject: Any, *, by: User, until: date, reason: str) -> Extension:
    """Nobody is reminded of the row before `until` has passed; the reason stays with it."""
    kept = Extension.objects.select_for_update().filter(noun=duty.noun, subject_id=subject.pk).first()
    most = setting("digest.extend_days")

    today = clock.today()
    if until <= today or until > today + timedelta(days=most):
        raise Refused(f"Choose a day after today, at most {most} days ahead.", field="until")
    if not reason.strip():
        raise Refused("Say why it takes longer.", field="reason")

    kept = kept or Extension(noun=duty.noun, subject_id=subject.pk)
    kept.until, kept.reason = until, reason.strip()[:200]
    kept.save(update_fields=["until", "reason"] if kept.pk else None)

    events.record(f"{duty.noun}.extended", subject, until=f"{until:%-d %b %Y}", reason=kept.reason)
    return kept


def snooze(duty: Duty, subject: Any, *, by: User, until: date) -> None:
    """The row stays off this person's lists until that day."""
    today = clock.today()
    if until <= today or until > today + timedelta(days=_MOST_SNOOZED):
        raise Refused(f"Choose a day after today, at most {_MOST_SNOOZED} days ahead.", field="until")

    Snooze.objects.update_or_create(
        person=by, noun=duty.noun, subject_id=subject.pk, defaults={"until": until}
    )  # fmt: skip


def hand_back(duty: Duty, subject: Any, *, by: User, reason: str) -> None:
    """'Not mine': from now on the row waits for who sees all, who hand it on."""
    if by.has_scope(duty.oversees):
        raise Refused("You see all of them: hand it to somebody instead.")
    if not reason.strip():
        raise Refused("Say why it is not yours.", field="reason")

    _, new = HandBack.objects.get_or_create(
        noun=duty.noun, subject_id=subject.pk, person=by, defaults={"reason": reason.strip()[:200]}
    )

    if new:
        events.record(f"{duty.noun}.handed_back", subject, reason=reason.strip()[:200])


def insist(duty: Duty, subject: Any, *, by: User) -> None:
    """The overseer's answer to 'not mine': it is theirs after all."""
    if not by.has_scope(duty.oversees):
        raise Refused("Only who sees all of them decides whose it is.")

    gone, _ = HandBack.objects.filter(noun=duty.noun, subject_id=subject.pk).delete()

    if gone:
        events.record(f"{duty.noun}.insisted", subject)
