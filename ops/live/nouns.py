"""The nouns a screen can watch. An app declares its own; the kernel knows none."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


def _no_floor() -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Noun:
    """`key` opens payloads and names events, `plural` opens scope names, `floor` lists the floor stages of today."""

    key: str
    plural: str
    floor: Callable[[], Iterable[str]] = _no_floor


NOUNS: dict[str, Noun] = {}


def declare(key: str, plural: str, floor: Callable[[], Iterable[str]] = _no_floor) -> Noun:
    """`declare("order", "orders", floor=floor_stages)`; declaring the same noun twice replaces it."""
    NOUNS[key] = Noun(key, plural, floor)
    return NOUNS[key]
