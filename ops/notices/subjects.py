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


@dataclass(frozen=True)
class Quote:
    """What a kind quotes: `read` finds the words of what is named in `data[key]`, under the reader's rights of now.

    A notice keeps no words of others: who corrects or removes them does so in every bell. `gone` stands for those
    that are no longer there; a mail does not tell of them.
    """

    key: str
    read: Callable[[Any, Collection[int]], Mapping[int, str]]
    gone: str


_nouns: dict[str, Noun] = {}
_quotes: dict[str, Quote] = {}


def declare(key: str, plural: str, read: Read, write: Write | None = None) -> None:
    _nouns[key] = Noun(key, plural, read, write)


def noun(key: str) -> Noun | None:
    return _nouns.get(key)


def every_noun() -> Collection[Noun]:
    return _nouns.values()


def declare_quote(kind: str, quote: Quote) -> None:
    _quotes[kind] = quote


def quote_of(kind: str) -> Quote | None:
    return _quotes.get(kind)


def read(user: Any, noun_key: str, ids: Collection[int]) -> Mapping[int, Subject]:
    found = _nouns.get(noun_key)
    return found.read(user, ids) if found and ids else {}
