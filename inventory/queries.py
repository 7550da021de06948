"""One thing at one place: its other places, and its moves with what was on hand after each."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum, Window

from accounts.models import User
from inventory.models import Level, Move
from ops.access.scopes import has_any

PAGE = 50


@dataclass(frozen=True)
class LevelPage:
    """`costs` says whether the person sees what received stock cost; `moves` have `after`, and `unit_cost` for them."""

    level: Level
    others: Sequence[Level]
    moves: Sequence[Move]
    page: int
    older: bool
    works: bool
    costs: bool
    total: Decimal


def seen(user: User) -> QuerySet[Level]:
    return Level.objects.visible_to(user).select_related("item", "location")


def level_page(level: Level, user: User, *, page: int = 1) -> LevelPage:
    """In a constant number of queries, however many moves there are."""
    costs = has_any(user, "costs_all", "costs_read")
    start = (page - 1) * PAGE
    moves = list(_moves(level, user, costs=costs)[start : start + PAGE + 1])
    places = list(seen(user).filter(item=level.item_id).order_by("location_id"))
    return LevelPage(
        level, places if len(places) > 1 else [], moves[:PAGE], page, len(moves) > PAGE,
        works=user.has_scope("stock_all"), costs=costs, total=sum((one.on_hand for one in places), Decimal(0)),
    )  # fmt: skip


def _moves(level: Level, user: User, *, costs: bool) -> QuerySet[Any]:
    rows: QuerySet[Any] = Move.objects.visible_to(user).filter(item=level.item_id, location=level.location_id)
    rows = rows.select_related("by", "reverses").annotate(after=Window(Sum("quantity"), order_by=F("pk").asc()))
    if costs:
        rows = rows.annotate(unit_cost=F("cost__unit_cost"))
    return rows.order_by("-pk")
