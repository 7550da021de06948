"""What long work there is. An app declares a kind in its ready(); the kernel knows none by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.cache import cache

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
    called: str = ""


# Keeps what came of it so far in `job.said`; called in the transaction of the change itself, and raises Stopped when
# somebody else has the job, or its person has cancelled it.
Keep = Callable[[int, dict[str, Any]], None]


@dataclass(frozen=True)
class Changes:
    """Work that changes rows, a few in each transaction: `work(job, by, keep)` goes on after what `job.said` has.

    `page(job)` is the address where its results are read, while it goes on too.
    """

    name: str
    work: Callable[[Job, User, Keep], None]
    page: Callable[[Job], str]
    icon: str = "list-checks"
    called: str = ""


_kinds: dict[str, Kind | Changes] = {}


def declare(kind: Kind | Changes) -> None:
    _kinds[kind.name] = kind


def kind_of(name: str) -> Kind | Changes:
    return _kinds[name]


def called(name: str) -> str:
    """A kind of work in words."""
    kind = _kinds.get(name)
    return kind.called if kind and kind.called else name.replace(".", " ").capitalize()


def result_page(job: Job) -> str:
    kind = _kinds.get(job.kind)
    return kind.page(job) if isinstance(kind, Changes) else ""


_WHISPERED_SECONDS = 3600
_AUDIBLE_SECONDS = 900


def whisper(job: int, done: int) -> None:
    """How far work is whose one transaction nobody can look into; forgotten by itself."""
    cache.set(f"progress:{job}", done, _WHISPERED_SECONDS)
    stir(job)


def stir(job: int) -> None:
    """At work, though nothing can be said of how far."""
    cache.set(f"progress:{job}:alive", 1, _AUDIBLE_SECONDS)


def hush(job: int, *, stop: bool = True) -> None:
    """Its person wants it to stop: said beside the row, for who is inside one long statement reads no row."""
    cache.set(f"progress:{job}:stop", int(stop), _WHISPERED_SECONDS)


def is_hushed(job: int) -> bool:
    return bool(cache.get(f"progress:{job}:stop"))


def is_heard(job: int) -> bool:
    """Whether it whispered lately: its row stands still, and it is at work all the same."""
    return bool(cache.get(f"progress:{job}:alive"))


def whispered(job: int) -> int:
    return int(cache.get(f"progress:{job}") or 0)
