"""What a person's home says of loads: their own that wait for them, and those of others that ended badly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from ops import clock
from ops.imports.models import ImportBatch

if TYPE_CHECKING:
    from accounts.models import User

FAILED = "failed"  # in a load's settings: the sentence with which its last work ended
_LATELY = timedelta(days=30)
_MOST = 100


@dataclass(frozen=True)
class Waiting:
    sentence: str
    url: str
    bad: bool = False


def waiting_for(user: User) -> list[Waiting]:
    """One query, for who loads files; nothing for anybody else."""
    if not user.has_scope("imports"):
        return []
    loads = ImportBatch.objects.visible_to(user).open().filter(created_at__gt=clock.now() - _LATELY)
    rows = list(loads.values_list("pk", "by_id", "by__name", "file_name", f"settings__{FAILED}")[:_MOST])
    mine = [row for row in rows if row[1] == user.pk]
    said = []
    if len(mine) == 1:
        failed = f" It ended so: {mine[0][4]}" if mine[0][4] else ""
        said.append(Waiting(f"1 load waits for you: {mine[0][3]}.{failed}", _page(mine[0][0]), bool(failed)))
    elif mine:
        said.append(Waiting(f"{len(mine)} loads wait for you.", reverse("imports:load_new")))
    said += [
        Waiting(f"A load of {by} ended badly: {name}. {failed}", _page(pk), bad=True)
        for pk, owner, by, name, failed in rows if owner != user.pk and failed
    ][:3]  # fmt: skip
    return said


def _page(pk: int) -> str:
    return reverse("imports:load_detail", args=[pk])
