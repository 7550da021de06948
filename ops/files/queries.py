"""What one person sees of the files of one row, in one query: for the panel of its page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse

from ops.files.models import File
from ops.files.nouns import NOUNS
from ops.lifecycle import life

if TYPE_CHECKING:
    from accounts.models import User


@dataclass
class Row:
    file: File
    by: str
    stage: str
    may_remove: bool

    @property
    def for_whom(self) -> str:
        return "" if self.file.visibility == File.Visibility.EVERYONE else self.file.get_visibility_display()


@dataclass
class Shelf:
    """The files of one row as one person sees them."""

    noun: str
    subject_id: int
    photos: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    add_url: str = ""
    zip_url: str = ""

    @property
    def count(self) -> int:
        return len(self.photos) + len(self.documents)

    @property
    def max_bytes(self) -> int:
        return int(settings.FILES_MAX_BYTES)

    @property
    def max_megabytes(self) -> int:
        return self.max_bytes // 1_000_000


def shelf(noun: str, subject: Any, user: User) -> Shelf:
    known = NOUNS[noun]
    levels = known.levels(user)
    made = Shelf(noun, subject.pk)
    stages = {stage.key: stage.label for stage in life(noun).stages}
    owns = known.keeps_all(user) or known.owns(user, subject)
    rows = File.objects.of(noun, subject.pk).filter(visibility__in=levels).annotate(added_by=F("by__name"))
    for file in rows:
        row = Row(file, file.added_by or "Opsdeck", stages.get(file.stage, ""), owns or file.by_id == user.pk)
        if file.removed_at is None:
            (made.photos if file.is_photo else made.documents).append(row)
        else:
            made.removed.append(row)
    if known.may_add(user):
        made.choices = [(level, File.Visibility(level).label) for level in levels]
        made.add_url = reverse(f"files:{noun}_add", args=[subject.pk])
    made.zip_url = reverse(f"files:{noun}_zip", args=[subject.pk])
    return made


def panel_of(noun: str) -> Any:
    """The `build` of a panel: `panels.declare(noun, "files", "files/panel.html", panel_of(noun), …)`."""

    def build(request: HttpRequest, subject: Any) -> dict[str, Any]:
        return {"shelf": shelf(noun, subject, request.user)}  # type: ignore[arg-type]

    return build
