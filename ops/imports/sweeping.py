"""Bytes and rows that nobody needs any more: of what was loaded a while ago, and of what nobody came back to.

What a load did, its problems and notes stay, and history, by which it is taken out again. What was decided on the way
- cells put right, what is the same as what - goes with the bytes that it was about.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Coalesce

from ops import clock
from ops.imports import kept, staging
from ops.imports.models import ImportBatch, ImportCell, ImportMatch

KEPT_DAYS = 30
_STRAY = timedelta(days=1)  # a folder without a load may be that of an upload that is just arriving


def sweep() -> int:
    """Returns how many loads let go of what they kept. What they did, and who did it, stays."""
    old = clock.now() - timedelta(days=KEPT_DAYS)
    let_go, decided = 0, _drop_decisions(old)
    for batch in ImportBatch.objects.filter(created_at__lt=old).order_by("pk").iterator(500):
        folder = kept.folder_of(batch)
        if not batch.is_over and _touched(folder, batch.created_at) < old:
            let_go += _forget(batch)
        elif batch.is_over and folder.is_dir() and (batch.applied_at or batch.created_at) < old:
            kept.drop(batch)
            decided.discard(batch.pk)
            let_go += 1
    let_go += len(decided)  # those whose bytes were gone already
    _drop_strays()
    return let_go


def _drop_decisions(old: datetime) -> set[int]:
    """Of loads that are over for so long; whose they were."""
    over = ImportBatch.objects.exclude(state__in=ImportBatch.OPEN).alias(since=Coalesce("applied_at", "created_at"))
    gone: set[int] = set()
    for model in (ImportCell, ImportMatch):
        rows = model.objects.filter(batch__in=over.filter(since__lt=old))
        gone |= set(rows.values_list("batch_id", flat=True).distinct())
        rows.delete()
    return gone


def _forget(batch: ImportBatch) -> bool:
    """Whether it did: what somebody came back to meanwhile, and loaded, keeps what it is."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select 1 from ops_importbatch where id = %s for update", [batch.pk])
        if not ImportBatch.objects.filter(pk=batch.pk).open().update(state=ImportBatch.State.REFUSED):
            return False
        staging.forget(batch)
        staging.forget_decisions(batch)
    kept.drop(batch)
    return True


def _touched(folder: Path, otherwise: datetime) -> datetime:
    return datetime.fromtimestamp(folder.stat().st_mtime, UTC) if folder.is_dir() else otherwise


def _drop_strays() -> None:
    """Of uploads whose request was cut off after their bytes were written."""
    root = Path(settings.LOADS_DIR)
    if not root.is_dir():
        return
    known = {str(public_id) for public_id in ImportBatch.objects.values_list("public_id", flat=True)}
    for folder in root.iterdir():
        if folder.name not in known and _touched(folder, clock.now()) < clock.now() - _STRAY:
            shutil.rmtree(folder, ignore_errors=True)
