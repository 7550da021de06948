"""What can come in from files. An app declares its nouns in ready(); the kernel knows none by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ops.errors import Refused
from ops.imports.columns import Column
from ops.imports.models import ImportBatch
from ops.imports.presets import Preset

if TYPE_CHECKING:
    from accounts.models import User

Report = Callable[[int, int], None]  # so many done, of so many


def silent(done: int, of: int) -> None:
    """Nobody is watching."""


class Loader(Protocol):
    """What only a noun knows of loading: what its staged rows would do, and doing it. Both are statements on sets.

    `row_key` is what names a row in a file, an expression over r: its columns by their keys.
    """

    @property
    def row_key(self) -> str: ...

    def weigh(self, batch: ImportBatch) -> None:
        """Items with their verdicts from the staged rows, reasons into batch.problems, counts and totals."""

    def weigh_again(self, batch: ImportBatch) -> None:
        """The same just before it is applied, under the lock of the source: others have worked since."""

    def apply(self, batch: ImportBatch, by: User, report: Report) -> None:
        """In the caller's transaction, as the person bound."""


@dataclass(frozen=True)
class Noun:
    """`columns` begin with what names one thing in a file; of each group in `either` one must be there.

    `scopes` are needed all, besides “imports”; `page` is where the things of a load are listed; `event` what its story
    calls a load. `differences` says old and new of changed items by their keys, where items do not keep their changes;
    with `by_content` rows without a number can each be one thing. `undo` takes a load back where history alone cannot,
    and gives how many rows of which table are as before. With `only_known` a file is taken for it by a program's
    columns alone, never because some of its columns are called alike.
    """

    key: str
    one: str
    many: str
    columns: tuple[Column, ...]
    loader: Loader
    scopes: tuple[str, ...]
    event: str
    page: Callable[[ImportBatch], str]
    either: Sequence[tuple[str, ...]] = ()
    presets: Callable[[], Mapping[str, Preset]] = dict
    differences: Callable[[ImportBatch, Sequence[str]], Mapping[str, Mapping[str, tuple[str, str]]]] | None = None
    by_content: bool = False
    undo: Callable[[ImportBatch, User], Mapping[str, int]] | None = None
    position: int = 50
    only_known: bool = False

    def preset(self, key: str) -> Preset | None:
        return self.presets().get(key)

    @property
    def programs(self) -> list[Preset]:
        """Those whose files are known, by what they are called."""
        return sorted(self.presets().values(), key=lambda preset: preset.label)

    def is_open_to(self, user: User) -> bool:
        return all(user.has_scope(scope) for scope in ("imports", *self.scopes))

    def require(self, user: User) -> None:
        """Raises Refused for who may not load it."""
        if not self.is_open_to(user):
            raise Refused(f"Your role may not load {self.many} from files.")

    def labels(self) -> dict[str, str]:
        return {column.key: column.label for column in self.columns}


_nouns: dict[str, Noun] = {}


def declare(noun: Noun) -> None:
    _nouns[noun.key] = noun


def noun_named(key: str) -> Noun:
    """Raises KeyError for a noun that nobody declared."""
    return _nouns[key]


def noun_of(batch: ImportBatch) -> Noun | None:
    """None for a load of what nobody declares any more."""
    return _nouns.get(batch.noun)


def nouns_of(user: User) -> list[Noun]:
    """What this person may load, in the order of the floors they live on."""
    return sorted((noun for noun in _nouns.values() if noun.is_open_to(user)), key=lambda noun: noun.position)


def every() -> list[Noun]:
    return sorted(_nouns.values(), key=lambda noun: noun.position)
