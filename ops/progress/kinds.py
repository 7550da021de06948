"""What long work there is. An app declares a kind in its ready(); the kernel knows none by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accounts.models import User
    from ops.progress.models import Job

Report = Callable[[int], None]


class Stopped(Exception):
    """The person has cancelled: raised by the report, so that the work ends where it is."""


@dataclass(frozen=True)
class Result:
    """The file that came of it."""

    data: bytes
    name: str
    type: str


@dataclass(frozen=True)
class Kind:
    """`work(asked, by, report)` does it outside any transaction; it changes nothing, so it may start again.

    `record` writes what happened, in the transaction that marks the job done: exactly once a job.
    """

    name: str
    work: Callable[[dict[str, Any], User, Report], Result]
    record: Callable[[Job], None] | None = None
    icon: str = "file-down"


_kinds: dict[str, Kind] = {}


def declare(kind: Kind) -> None:
    _kinds[kind.name] = kind


def kind_of(name: str) -> Kind:
    return _kinds[name]
