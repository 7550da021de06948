"""Keep a file, remove it, put it back, say who sees it.

What may never be is in sql/files.sql, who may is in each noun's security.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from ops import clock, events
from ops.errors import Refused, attempt
from ops.files.intake import Content, prepare
from ops.files.models import File
from ops.files.nouns import NOUNS
from ops.files.uploads import Upload

if TYPE_CHECKING:
    from accounts.models import User


def keep(
    upload: Upload | bytes | Content,
    name: str = "",
    by: User | None = None,
    *,
    noun: str,
    subject_id: int,
    visibility: str = File.Visibility.EVERYONE,
    stage: str = "",
) -> File:
    """Keep a file beside a row. Call it outside a transaction, or hand it what `intake.prepare` has made outside.

    The same content, seen by the same people, is kept once: whoever adds it again gets the file that is there.
    """
    if by is not None and visibility not in NOUNS[noun].levels(by):
        raise Refused("Choose who may see the file: you cannot keep it for people whose files you do not see yourself.")
    content = upload if isinstance(upload, Content) else prepare(upload, name)

    there = File.objects.of(noun, subject_id).filter(sha256=content.sha256, visibility=visibility, removed_at=None)
    row = File(
        noun=noun, subject_id=subject_id, name=content.name, sha256=content.sha256, size=content.size,
        content_type=content.content_type, kind=content.kind, width=content.width, height=content.height, stage=stage,
        visibility=visibility, by=by,
    )  # fmt: skip
    with transaction.atomic():
        if known := there.first():
            return known
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            # Somebody kept the same content a moment ago; any other rule is for the caller to hear.
            if known := there.first():
                return known
            raise error
        events.record("file.added", row, name=row.name)
    row.refresh_from_db()
    return row


def remove_file(file: File, *, by: User | None, reason: str) -> File:
    """Out of sight, with a reason; the content stays, so that it can be put back."""
    locked = _locked(file, by)
    if locked.removed_at is not None:
        return locked
    if not reason.strip():
        raise Refused(f"Say why {locked.name} is removed.", field="reason")

    File.objects.filter(pk=locked.pk).update(removed_at=clock.now(), removed_reason=reason.strip()[:200])

    events.record("file.removed", locked, name=locked.name, reason=reason.strip()[:200])
    locked.refresh_from_db()
    return locked


def restore_file(file: File, *, by: User | None) -> File:
    locked = _locked(file, by)
    if locked.removed_at is None:
        return locked

    File.objects.filter(pk=locked.pk).update(removed_at=None)

    events.record("file.restored", locked, name=locked.name)
    locked.refresh_from_db()
    return locked


def show_file_to(file: File, *, by: User | None, visibility: str) -> File:
    """Change who sees it; nobody hides a file from themselves, nor shows it to people whose files they do not see."""
    locked = _locked(file, by)
    if visibility not in (NOUNS[file.noun].levels(by) if by is not None else File.Visibility.values):
        raise Refused("Choose who may see the file: you cannot keep it for people whose files you do not see yourself.")
    if locked.removed_at is not None:
        raise Refused(f"{locked.name} was removed. Put it back first.")
    if locked.visibility == visibility:
        return locked

    with attempt():
        File.objects.filter(pk=locked.pk).update(visibility=visibility)

    locked.refresh_from_db()
    events.record("file.shown_to", locked, name=locked.name, whom=locked.get_visibility_display().lower())
    return locked


def _locked(file: File, by: User | None) -> File:
    """The policies say whose file it is: a row that they hide from changes is not there to be locked."""
    works = by is None or NOUNS[file.noun].may_add(by)
    locked = File.objects.locked().filter(pk=file.pk).first() if works else None
    if locked is None:
        raise Refused(f"{file.name} is not yours to change. Ask who added it, or a manager.")
    return locked
