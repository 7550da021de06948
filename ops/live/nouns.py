"""The nouns a screen can watch. An app declares its own; the kernel knows none."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True, slots=True)
class Noun:
    """`key` opens payloads and names events, `plural` opens scope names, `floor` lists the floor stages of today.

    `own` is the scope that hears of one's own rows, where that is not `<plural>_own`.
    """

    key: str
    plural: str
    floor: Callable[[], Iterable[str]]
    own: str


NOUNS: dict[str, Noun] = {}


def declare(key: str, plural: str, floor: Callable[[], Iterable[str]] | None = None, own: str = "") -> Noun:
    """`declare("order", "orders")` in the app's ready(); the floor is where the noun's lifecycle works or is ready."""
    NOUNS[key] = Noun(key, plural, floor or partial(floor_of, key), own or f"{plural}_own")
    return NOUNS[key]


def floor_of(key: str) -> list[str]:
    """The stages in which whoever works on the floor sees rows of this noun."""
    from ops.lifecycle import life  # reads models, so only once the apps stand

    return [stage.key for stage in life(key).in_category("working", "ready")]
