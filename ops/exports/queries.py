"""Which templates a person may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from ops.boards.ask import Ask
from ops.boards.filters import NotHere
from ops.exports.models import Template
from ops.given import id_of

if TYPE_CHECKING:
    from accounts.models import User


def seen_by(person: User) -> QuerySet[Template]:
    return Template.objects.filter(Q(owner=person) | Q(shared=True))


def template_of(ask: Ask, text: str) -> Template:
    """The template with this id. Raises NotHere when it is gone, not theirs, or has no column that they may see."""
    pk = id_of(text)
    found = seen_by(ask.user).filter(pk=pk, board=ask.board.key).first() if pk is not None else None
    if found is None:
        raise NotHere("This export template is gone, or it is not yours. Choose another.")
    if not found.shown_to(ask):
        raise NotHere(f"None of the columns of “{found.name}” are yours to see.")
    return found
