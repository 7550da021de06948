"""How alike two words are: trigrams as PostgreSQL's pg_trgm counts them, and typing mistakes. Always a suggestion."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil
from operator import ne

_WORDS = re.compile(r"[^\W_]+")
_SLACK = 1e-9
_TAKEN = "\x00"  # no letter
_LETTERS = str.maketrans({"ß": "ss", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})


def folded(text: str) -> str:
    """Without case and accents, as two spellings of one word are compared."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    return _WORDS.findall(folded(text))


def trigrams(text: str) -> frozenset[str]:
    """Of each word, with two blanks in front and one behind."""
    padded = [f"  {word} " for word in words(text)]
    return frozenset([word[i : i + 3] for word in padded for i in range(len(word) - 2)])


def similarity(one: str, other: str) -> float:
    """0 to 1, the same number as pg_trgm's similarity()."""
    return _shared(trigrams(one), trigrams(other))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def jaro_winkler(one: str, other: str) -> float:
    """0 to 1; forgiving of one wrong, missing or exchanged letter, and more so towards the end of a word."""
    if one == other:
        return 1.0 if one else 0.0
    if not one or not other:
        return 0.0
    ours, theirs = _in_common(one, other)
    if not ours:
        return 0.0
    swapped: float = sum(map(ne, ours, theirs)) / 2
    hits = len(ours)
    jaro = (hits / len(one) + hits / len(other) + (hits - swapped) / hits) / 3
    return jaro + _beginning(one, other) * 0.1 * (1 - jaro)


def is_jaro_winkler(one: str, other: str, at_least: float) -> bool:
    """Whether two words are so much alike. Most are not, and their letters alone say so, whatever their order."""
    if one == other:
        return bool(one)
    if not one or not other:
        return False
    bonus = _beginning(one, other) * 0.1
    shared = sum(min(one.count(letter), other.count(letter)) for letter in set(one))
    most = (shared / len(one) + shared / len(other) + 1) / 3
    return most + bonus * (1 - most) >= at_least - _SLACK and jaro_winkler(one, other) >= at_least


def _beginning(one: str, other: str) -> int:
    """How many of the first four letters are the same."""
    return next((i for i in range(min(len(one), len(other), 4)) if one[i] != other[i]), min(len(one), len(other), 4))


def _in_common(one: str, other: str) -> tuple[str, str]:
    """Letters that both have at nearly the same place, each counted once, in the order of the one and of the other."""
    near = max(len(one), len(other)) // 2 - 1
    left, ours = other, []
    for i, letter in enumerate(one):
        at = left.find(letter, max(0, i - near), i + near + 1)
        if at >= 0:
            ours.append(letter)
            left = f"{left[:at]}{_TAKEN}{left[at + 1 :]}"
    theirs = [letter for letter, rest in zip(other, left, strict=True) if rest == _TAKEN]
    return "".join(ours), "".join(theirs)


@dataclass
class Nearest:
    """Known words, to be asked for those most like a new one. Looks only at what shares a trigram."""

    known: Iterable[str]
    _grams: dict[str, frozenset[str]] = field(init=False, default_factory=dict)
    _having: dict[str, list[str]] = field(init=False, default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for word in dict.fromkeys(self.known):
            self._grams[word] = trigrams(word)
            for gram in self._grams[word]:
                self._having[gram].append(word)

    def to(self, text: str, *, at_least: float, most: int = 3) -> list[tuple[str, float]]:
        """The most alike first; equals are in the order of the alphabet.

        Who shares so much shares one of the rarest trigrams: all but the last few need not be looked up.
        """
        asked = trigrams(text)
        shared = max(1, ceil(at_least * len(asked) - _SLACK))
        rarest = sorted(asked, key=lambda gram: len(self._having.get(gram, ())))[: len(asked) - shared + 1]
        found = {word for gram in rarest for word in self._having.get(gram, ())}
        least, longest = at_least * len(asked) - _SLACK, len(asked) / max(at_least, _SLACK) + _SLACK
        candidates = [word for word in found if least <= len(self._grams[word]) <= longest]
        scored = ((word, _shared(asked, self._grams[word])) for word in candidates)
        return sorted((pair for pair in scored if pair[1] >= at_least), key=lambda pair: (-pair[1], pair[0]))[:most]
