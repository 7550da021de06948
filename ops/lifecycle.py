"""A noun's life: stages and arrows, declared in stages.py, kept as rows, enforced by one guard (A4, ruling 16)."""

import importlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec

from django.apps import apps
from django.core.cache import cache
from django.db import connections

from ops.access.roles import policybook
from ops.db.actor import acting_as
from ops.errors import Refused


@dataclass(frozen=True)
class StageDef:
    key: str
    label: str
    glyph: str
    category: str
    chaser: str | None = None
    limit_hours: int | None = None


@dataclass(frozen=True)
class ArrowDef:
    """`scopes` may make the move; from_stage "" is the way in; `undo` marks a step back.

    With `within_minutes`, only `late_scopes` may still make it later than that after the move before.
    """

    from_stage: str
    to_stage: str
    scopes: Sequence[str]
    undo: bool = False
    within_minutes: int | None = None
    late_scopes: Sequence[str] = ()


@dataclass(frozen=True)
class Lifecycle:
    noun: str
    stages: Sequence[StageDef]
    arrows: Sequence[ArrowDef] = field(default_factory=tuple)


@dataclass(frozen=True)
class StageRow:
    """A stage as the shop has it now."""

    key: str
    label: str
    glyph: str
    category: str
    position: int
    limit_hours: int | None
    chaser_id: str | None


@dataclass(frozen=True)
class Life:
    """The stages and arrows of one noun as they are in the database."""

    noun: str
    stages: tuple[StageRow, ...]
    arrows: tuple[ArrowDef, ...]

    def stage(self, key: str) -> StageRow:
        return next(stage for stage in self.stages if stage.key == key)

    def in_category(self, *categories: str) -> tuple[StageRow, ...]:
        return tuple(stage for stage in self.stages if stage.category in categories)

    def arrow(self, from_stage: str, to_stage: str) -> ArrowDef | None:
        return next((a for a in self.arrows if (a.from_stage, a.to_stage) == (from_stage, to_stage)), None)

    def moves(self, from_stage: str, scopes: frozenset[str]) -> list[ArrowDef]:
        return [a for a in self.arrows if a.from_stage == from_stage and not scopes.isdisjoint(a.scopes)]


_CACHE_SECONDS = 60
_MEMO_SECONDS = 2.0
_memo: dict[str, tuple[float, Life]] = {}


def life(noun: str) -> Life:
    """Asked many times a page: remembered in the process for two seconds, in the cache for a minute.

    `forget` is called when a stage is edited. A page that is two seconds behind does no harm: the guard decides.
    """
    until, here = _memo.get(noun, (0.0, None))
    if here is not None and time.monotonic() < until:
        return here
    found: Life | None = cache.get(f"life:{noun}")
    if found is None:
        found = _read(noun)
        cache.set(f"life:{noun}", found, _CACHE_SECONDS)
    _memo[noun] = (time.monotonic() + _MEMO_SECONDS, found)
    return found


def forget(noun: str) -> None:
    _memo.pop(noun, None)
    cache.delete(f"life:{noun}")


def _read(noun: str) -> Life:
    from ops.models import Arrow, Stage

    stages = Stage.objects.filter(noun=noun).order_by("position")
    return Life(
        noun,
        tuple(StageRow(s.key, s.label, s.glyph, s.category, s.position, s.limit_hours, s.chaser_id) for s in stages),
        tuple(
            ArrowDef(a.from_stage, a.to_stage, tuple(a.scopes), a.undo, a.within_minutes, tuple(a.late_scopes))
            for a in Arrow.objects.filter(noun=noun)
        ),
    )


def require(noun: str, number: str, from_stage: str, to_stage: str, scopes: frozenset[str]) -> ArrowDef:
    """The application's lock on a move; the guard trigger is the database's. Raises Refused."""
    here = life(noun)
    arrow = here.arrow(from_stage, to_stage)
    if arrow is None:
        raise Refused(f"{number} is {here.stage(from_stage).label.lower()}; it cannot go to {_label(here, to_stage)}.")
    if scopes.isdisjoint(arrow.scopes):
        raise Refused(f"Your role may not move {number} to {_label(here, to_stage)}.")
    return arrow


def _label(here: Life, key: str) -> str:
    return next((s.label.lower() for s in here.stages if s.key == key), key)


# --- shipped rows -----------------------------------------------------------------------------------------------


def declared() -> Iterator[Lifecycle]:
    for config in apps.get_app_configs():
        if config.name.partition(".")[0] in {"django", "allauth"} or not find_spec(f"{config.name}.stages"):
            continue
        yield importlib.import_module(f"{config.name}.stages").lifecycle


def sync_shipped_rows(using: str) -> int:
    """Write shipped roles, stages and arrows. Words and limits that the shop has changed are left as they are."""
    with acting_as(None), connections[using].cursor() as cursor:
        cursor.execute("select to_regclass('public.ops_role') is null or to_regclass('public.ops_arrow') is null")
        if cursor.fetchone()[0]:
            return 0
        count = 0
        for position, role in enumerate(policybook().roles):
            cursor.execute(
                "insert into ops_role (key, label, why, scopes, home, builtin, position)"
                " values (%s,%s,%s,%s,%s,true,%s)"
                " on conflict (key) do update set label = excluded.label, why = excluded.why, scopes = excluded.scopes,"
                " home = excluded.home, position = excluded.position where ops_role.builtin and (ops_role.label,"
                " ops_role.why, ops_role.scopes, ops_role.home, ops_role.position) is distinct from"
                " (excluded.label, excluded.why, excluded.scopes, excluded.home, excluded.position)",
                [role.key, role.label, role.why, sorted(role.scopes), role.home, position],
            )
            count += cursor.rowcount
        for lifecycle in declared():
            count += _sync_lifecycle(cursor, lifecycle)
            forget(lifecycle.noun)
        for config in apps.get_app_configs():
            if config.name.partition(".")[0] not in {"django", "allauth"} and find_spec(f"{config.name}.shipped_rows"):
                count += importlib.import_module(f"{config.name}.shipped_rows").write(cursor)
    return count


def _sync_lifecycle(cursor, lifecycle: Lifecycle) -> int:  # type: ignore[no-untyped-def]
    count = 0
    for position, stage in enumerate(lifecycle.stages, start=1):
        cursor.execute(
            "insert into ops_stage (noun, key, label, glyph, category, position, chaser_id, limit_hours, builtin)"
            " values (%s,%s,%s,%s,%s,%s,%s,%s,true) on conflict (noun, key) do nothing",
            [lifecycle.noun, stage.key, stage.label, stage.glyph, stage.category, position * 10, stage.chaser,
             stage.limit_hours],
        )  # fmt: skip
        count += cursor.rowcount
    for arrow in lifecycle.arrows:
        cursor.execute(
            "insert into ops_arrow (noun, from_stage, to_stage, scopes, undo, within_minutes, late_scopes, builtin)"
            " values (%s,%s,%s,%s,%s,%s,%s,true)"
            " on conflict (noun, from_stage, to_stage) do nothing",
            [
                lifecycle.noun,
                arrow.from_stage,
                arrow.to_stage,
                list(arrow.scopes),
                arrow.undo,
                arrow.within_minutes,
                list(arrow.late_scopes),
            ],
        )
        count += cursor.rowcount
    return count
