"""What notices are about. Each noun's app says how its rows read for one person; who may not see one gets no words."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Subject:
    title: str
    url: str
    hint: str = ""


Read = Callable[[Any, Collection[int]], Mapping[int, Subject]]
Write = Callable[[int, str], bool]


@dataclass(frozen=True)
class Noun:
    """`read` finds rows as a person may see them; `write` queues the letter of one row and says whether it did."""

    key: str
    plural: str
    read: Read
    write: Write | None = None


_nouns: dict[str, Noun] = {}


def declare(key: str, plural: str, read: Read, write: Write | None = None) -> None:
    _nouns[key] = Noun(key, plural, read, write)


def noun(key: str) -> Noun | None:
    return _nouns.get(key)


def every_noun() -> Collection[Noun]:
    return _nouns.values()


def read(user: Any, noun_key: str, ids: Collection[int]) -> Mapping[int, Subject]:
    found = _nouns.get(noun_key)
    return found.read(user, ids) if found and ids else {}
