"""What the database says on channel `ops`, read strictly: any login may NOTIFY, so anything odd is dropped.

order 123 ready_to_ship in_production 17,18     order * * * *     scope 17 - - -
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

EVERY = "*"
_SHAPE = re.compile(
    r"([a-z][a-z_]{0,39}) (\d{1,19}|\*) (\S{1,63}) (\S{1,63})(?: (-|\*|\d{1,19}(?:,\d{1,19})*)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Note:
    """A noun, an id (None: many rows, ask again), the stage now and before, and who else may see the row."""

    noun: str
    id: int | None
    stage: str
    old: str
    viewers: frozenset[int]
    everyone: bool
    frame: bytes = field(compare=False)


def read(payload: str) -> Note | None:
    """The note a payload spells, or None when it spells none."""
    match = _SHAPE.fullmatch(payload)
    if match is None:
        return None
    noun, key, stage, old, viewers = match.groups()
    number = None if key == EVERY else int(key)
    # No list at all is nobody in particular: the safe way to read a row without an owner.
    people = frozenset() if viewers in {None, "-", EVERY} else frozenset(map(int, viewers.split(",")))
    return Note(noun, number, stage, old, people, viewers == EVERY, frame(noun, (number,)))


@lru_cache(maxsize=1024)
def frame(noun: str, ids: tuple[int | None, ...]) -> bytes:
    """One event for these ids, encoded once for all screens; a None among them means: ask for everything."""
    if None in ids:
        return event(noun, {"ids": [], "bulk": True})
    return event(noun, {"ids": list(ids)})


def together(notes: Iterable[Note]) -> bytes:
    """What waited in one queue, as one event a noun, each id once, in the order they came."""
    ids: dict[str, dict[int | None, None]] = {}
    for note in notes:
        ids.setdefault(note.noun, {})[note.id] = None
    return b"".join(frame(noun, tuple(found)) for noun, found in ids.items())


def event(name: str, data: dict[str, object]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
