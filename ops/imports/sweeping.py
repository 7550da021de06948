"""Bytes and rows that nobody needs any more: of what was loaded a while ago, and of what nobody came back to."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from ops import clock
from ops.imports import kept, staging
from ops.imports.models import ImportBatch

KEPT_DAYS = 30
_STRAY = timedelta(days=1)  # a folder without a load may be that of an upload that is just arriving


def sweep() -> int:
    """Returns how many loads let go of what they kept. What they did, and who did it, stays."""
    old = clock.now() - timedelta(days=KEPT_DAYS)
    let_go = 0
    for batch in ImportBatch.objects.filter(created_at__lt=old).order_by("pk").iterator(500):
        folder = kept.folder_of(batch)
        if not batch.is_over and _touched(folder, batch.created_at) < old:
            let_go += _forget(batch)
        elif batch.is_over and folder.is_dir() and (batch.applied_at or batch.created_at) < old:
            kept.drop(batch)
            let_go += 1
    _drop_strays()
    return let_go


def _forget(batch: ImportBatch) -> bool:
    """Whether it did: what somebody came back to meanwhile, and loaded, keeps what it is."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select 1 from ops_importbatch where id = %s for update", [batch.pk])
        if not ImportBatch.objects.filter(pk=batch.pk).open().update(state=ImportBatch.State.REFUSED):
            return False
        staging.forget(batch)
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
