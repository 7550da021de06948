"""A duty: which rows of a noun wait for whom. Declared by the noun's app; the lists, mails and links are made here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Row:
    """One line of a list, read as the person it is for: what they may not see cannot get into their mail."""

    subject_id: int
    name: str
    stage: str
    what: str
    why: str
    late_by: timedelta
    path: str
    step: str = ""
    note: str = ""
    rush: bool = False


@dataclass(frozen=True)
class Duty:
    """`waiting` are a person's rows, worst first, with everybody active given; the board's filter asks the same.

    `step` says the verb that moves a row on without asking for anything, or nothing; `done` is that verb. `empty` are
    the rows of roles in which nobody active can act. `idle` are kinds of events that are looking, not acting.
    """

    key: str
    noun: str
    plural: str
    scopes: frozenset[str]
    oversees: str
    path: str
    waiting: Callable[[User, Sequence[User]], QuerySet[Any]]
    rows: Callable[[User, Sequence[int]], list[Row]]
    step: Callable[[Any, User], str]
    done: Callable[[Any, User], object]
    empty: Callable[[Sequence[User]], Mapping[str, Sequence[int]]]
    names: Callable[[User, Sequence[int]], Mapping[int, tuple[str, str]]]
    idle: tuple[str, ...] = ()


_duties: dict[str, Duty] = {}


def declare(duty: Duty) -> None:
    _duties[duty.key] = duty


def duty_of(key: str) -> Duty | None:
    return _duties.get(key)


def every_duty() -> Mapping[str, Duty]:
    return _duties
