"""Who may be told about a row. What a viewer may not see is never sent: not even its id.

The SQL twin of this rule is each noun's SELECT policies; the page asks those again before it shows anything.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from ops.live.notes import Note, frame


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one person sees into one noun."""

    everything: bool = False
    own: bool = False
    floor: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.everything or self.own or bool(self.floor)


NOWHERE = Reach()


def reach(scopes: AbstractSet[str], plural: str, floor: Iterable[str] = (), own: str = "") -> Reach:
    """`<plural>_all` and `_read` see everything, `_floor` the floor stages, `_own` what names the person a viewer.

    `own` names another scope for the last, when everybody who signs in has rows of their own.
    """
    if f"{plural}_all" in scopes or f"{plural}_read" in scopes:
        return Reach(everything=True)
    on_the_floor = frozenset(floor) if f"{plural}_floor" in scopes else frozenset()
    return Reach(own=(own or f"{plural}_own") in scopes, floor=on_the_floor)


def heard(note: Note, uid: int, sees: Reach) -> Note | None:
    """The note as this person may hear it: whole, without its id, or not at all.

    A row that left the person's sight is still told (old stage, old viewers), so that its card goes away.
    """
    if note.id is None:
        return note if sees else None
    on_the_floor = note.stage in sees.floor or note.old in sees.floor
    if sees.everything or on_the_floor or (sees.own and uid in note.viewers):
        return note
    if sees.own and note.everyone:
        # More viewers than the payload can name: the person may or may not be one, so the id stays here.
        return replace(note, id=None, frame=frame(note.noun, (None,)))
    return None
