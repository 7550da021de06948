"""A header known again: which mapping a person chose for it last time. The order of the columns does not matter."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ops.imports.columns import named

# What the file of problem rows adds to the columns of the one it was taken from: corrected, it is known again.
ADDED = ("Line", "Problem")
_ADDED = frozenset(named(name) for name in ADDED)


def fingerprint(header: Sequence[str]) -> str:
    """The same for two headers with the same names, in any order, case and punctuation."""
    names = [name for name in _names(header).elements() if name not in _ADDED]
    return hashlib.sha256("\x1f".join(sorted(names)).encode()).hexdigest()


def _names(header: Sequence[str]) -> Counter[str]:
    # Of two columns with one name, neither is known again by it alone: they are counted.
    return Counter(name for column in header if (name := named(column)))


def found_again(names: Mapping[str, str], header: Sequence[str]) -> dict[str, int]:
    """Where the columns that were chosen by name stand; what is not there, or twice, is left to be asked again."""
    places: dict[str, list[int]] = {}
    for at, column in enumerate(header):
        places.setdefault(named(column), []).append(at)
    found = {key: places.get(named(name), []) for key, name in names.items()}
    return {key: at[0] for key, at in found.items() if len(at) == 1}


def lasting(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What was said of the columns. That of several lines the first counts leaves rows out: it is said of one file."""
    return {about: said for about, said in answers.items() if about != "first_wins"}
