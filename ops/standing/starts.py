"""What a page opens with when its address names no filter: one's own start, else that of one's role (X2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.http import QueryDict

from ops.boards.ask import EVERY, Ask
from ops.boards.declare import Board
from ops.boards.filters import NotHere
from ops.standing.models import Start

if TYPE_CHECKING:
    from accounts.models import User


def start_of(board: Board, page: str, user: User) -> str:
    """The query string to open with; empty for everything. A start that one's rights do not reach is passed over."""
    mine = Q(person=user) | Q(role_id=user.role_id)
    rows = Start.objects.filter(mine, board=page).order_by(F("person_id").asc(nulls_last=True))
    for query in rows.values_list("query", flat=True):
        if not query:
            return ""
        try:
            found = Ask.read(board, user, QueryDict(query)).query()
        except NotHere:
            continue
        return "" if found == EVERY else found
    return ""
