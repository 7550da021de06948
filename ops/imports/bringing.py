"""What arrives from a browser, once: the same files brought twice within a moment are one load."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from ops import clock
from ops.errors import Refused
from ops.imports import kept, work
from ops.imports.deciding import receive
from ops.imports.models import ImportBatch
from ops.imports.tables.sources import announced

if TYPE_CHECKING:
    from accounts.models import User

_TWICE = timedelta(minutes=1)


class _Twice(Exception):
    """Nothing of the second one is kept."""


def bring(files: Sequence[Any], *, by: User) -> tuple[ImportBatch, bool]:
    """The load of these uploads, looked into at once where they are small; and whether it was there already."""
    if not files:
        raise Refused("Choose a file.")
    if empty := next((file for file in files if not file.size), None):
        raise Refused(f"{empty.name} is empty: there is nothing in it.")
    size = sum(file.size for file in files)
    if size > kept.MOST_BYTES:
        raise Refused(f"Together these files are larger than {kept.MOST_BYTES >> 20:,} MB. Split the file.")
    small = size <= work.AT_ONCE_BYTES and _unpacked(files) <= work.AT_ONCE_BYTES
    before: list[ImportBatch] = []
    brought = [kept.Brought((file.name or "").replace("\0", ""), file.chunks(1 << 20)) for file in files]
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:  # of two presses the second waits for the first
                cursor.execute("select pg_advisory_xact_lock(hashtext('ops.imports.bring'), %s)", [by.pk])
            batch = receive(brought, by=by, detected=small)
            before += _before(batch)
            if before:
                kept.drop(batch)
                raise _Twice
            if not small:
                batch.save()
                work.begin(work.LOOK, batch, by)
    except _Twice:
        return before[0], True
    return batch, False


def _unpacked(files: Sequence[Any]) -> int:
    found = sum(announced(file, file.size, enough=work.AT_ONCE_BYTES) for file in files)
    for file in files:
        file.seek(0)
    return found


def _before(batch: ImportBatch) -> list[ImportBatch]:
    same = ImportBatch.objects.filter(
        by=batch.by, file_sha256=batch.file_sha256, file_name=batch.file_name, created_at__gt=clock.now() - _TWICE
    ).open().exclude(pk=batch.pk)  # fmt: skip
    mine = list(batch.files.values_list("sha256", flat=True))
    return [one for one in same[:5] if list(one.files.values_list("sha256", flat=True)) == mine]
