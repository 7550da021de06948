"""SKUs that mean one product though they are spelled differently: suggested with a reason, never merged (C16).

What a person decided once is an alias; the mapping of aliases is passed in, and answers before anything is compared.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from ops.imports.values.identifiers import SHORTENED
from ops.imports.values.likeness import Nearest, folded, jaro_winkler, similarity, words

ALIKE = 0.45  # of trigrams; below it a suggestion is noise
_SLIP, _WORD = 0.9, 4  # how alike two words of so many letters are when one is the other mistyped
_BY_SKU, _BY_CODE, _BY_NAME, _BOTH = 0.9, 0.7, 0.75, 0.2
_SAME_NAME = 50
_MARKS = re.compile(r"[\W_]+")
_WHOLE = re.compile(r"\d+\.0+$", re.ASCII)
_RUNS = re.compile(r"\d+|[^\W\d_]+")
_DIGITS = frozenset("0123456789")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


def loose(sku: str) -> str:
    """Without case, accents, blanks and marks."""
    text = sku.strip().removeprefix("'")
    return _MARKS.sub("", folded(text.partition(".")[0] if _WHOLE.match(text) else text))


def key(sku: str) -> str:
    """As SKUs are compared: loose, and each run of digits without the zeros in front of it."""
    text = sku.strip().removeprefix("'")
    text = text.partition(".")[0] if _WHOLE.match(text) else text
    return _MARKS.sub("", _ZEROS.sub("", folded(text)))


@dataclass(frozen=True)
class Likely:
    """A known SKU that may be meant, how sure that is from 0 to 1, and why."""

    sku: str
    score: float
    why: str


@dataclass(frozen=True)
class Found:
    """`sku` when it is certain: written exactly so, or an alias that a person gave. Else what may be meant."""

    asked: str
    sku: str = ""
    why: str = ""
    likely: tuple[Likely, ...] = ()


@dataclass
class Skus:
    """The SKUs of the shop, asked one by one. `names` (SKU to product) and `aliases` (file's to shop's) help."""

    known: Iterable[str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._exact = dict.fromkeys(self.known)
        self._by_loose: dict[str, list[str]] = defaultdict(list)
        self._by_key: dict[str, list[str]] = defaultdict(list)
        for sku in self._exact:
            self._by_loose[loose(sku)].append(sku)
            self._by_key[key(sku)].append(sku)

    @cached_property
    def _near(self) -> Nearest:
        return Nearest(self._exact)

    @cached_property
    def _near_names(self) -> Nearest:
        return Nearest(self.names.values())

    @cached_property
    def _named(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for sku, name in self.names.items():
            found[_said(name)].append(sku)
        return found

    @cached_property
    def _numbers(self) -> list[tuple[int, str]]:
        return sorted((int(known), known) for known in self._exact if known.isascii() and known.isdigit())

    def find(self, asked: str, name: str = "", *, at_least: float = 0.0) -> Found:
        """Exact, then alias, then suggestions; `name` is what the file calls the product. Its name alone suggests no
        more than 0.75, for sizes and colours of one thing share it; so does a SKU in which another number stands."""
        sku = asked.strip()
        if sku in self._exact:
            return Found(asked, sku, "it is written the same")
        if (meant := self.aliases.get(sku)) in self._exact and meant is not None:
            return Found(asked, meant, f"“{sku}” was said to be {meant}")
        likely: dict[str, Likely] = {}
        for one in self._suggested(sku, name, at_least):
            if one.score >= at_least and (one.sku not in likely or likely[one.sku].score < one.score):
                likely[one.sku] = one
        return Found(asked, likely=tuple(sorted(likely.values(), key=lambda one: (-one.score, one.sku))[:3]))

    def _suggested(self, sku: str, name: str, at_least: float) -> Iterable[Likely]:
        yield from self._spelled(sku)
        yield from self._shortened(sku)
        yield from self._alike(sku, at_least)
        yield from self._mistyped(sku, name)
        if at_least <= _BY_NAME:
            yield from self._called(name)

    def _spelled(self, sku: str) -> Iterable[Likely]:
        if not (bare := loose(sku)):
            return
        for known in self._by_loose.get(bare, ()):
            yield Likely(known, 0.98, "only capitals, blanks or dashes differ")
        for known in self._by_key.get(key(sku), ()):
            yield Likely(known, 0.92, "only zeros in front differ, as a spreadsheet takes them")

    def _shortened(self, sku: str) -> Iterable[Likely]:
        """3.65275E+11 was one of the numbers that begin so."""
        if not SHORTENED.match(sku):
            return
        digits, _, power = sku.upper().replace(",", ".").partition("E+")
        size, places = Decimal(sku.upper().replace(",", ".")), len(digits.partition(".")[2])
        near = Decimal(10) ** (int(power) - places) / 2
        at = bisect_left(self._numbers, (int(size - near), ""))
        fitting = [known for number, known in self._numbers[at : at + 8] if abs(number - size) <= near]
        for known in fitting[:4]:
            yield Likely(known, 0.8 if len(fitting) == 1 else 0.5, f"{sku} is {known}, shortened by a spreadsheet")

    def _alike(self, sku: str, at_least: float) -> Iterable[Likely]:
        for known, score in self._near.to(sku, at_least=max(ALIKE, at_least / _BY_SKU)):
            weight = _BY_SKU if is_slip(sku, known) else _BY_CODE
            yield Likely(known, round(score * weight, 2), "it is spelled almost the same")

    def _mistyped(self, sku: str, name: str) -> Iterable[Likely]:
        """A product of the same name whose SKU differs by a slip of the fingers."""
        if not (said := _said(name)):
            return
        for known in self._named.get(said, ())[:_SAME_NAME]:
            if is_slip(sku, known) and (score := similarity(sku, known)) >= ALIKE:
                why = "the product has the same name here, and the SKU is spelled almost the same"
                yield Likely(known, round(min(score * _BY_SKU + _BOTH, 0.95), 2), why)

    def _called(self, name: str) -> Iterable[Likely]:
        if not name.strip():
            return
        for found, score in self._near_names.to(name, at_least=0.6):
            for known in self._named[_said(found)][:2]:
                why = f"the product is called “{found}” here" if score == 1 else f"it is called almost so: “{found}”"
                yield Likely(known, round(score * _BY_NAME, 2), why)


def is_slip(one: str, other: str) -> bool:
    """Whether two SKUs differ in nothing that tells products apart: another number, a size, a colour do."""
    mine, theirs = Counter(_parts(one)), Counter(_parts(other))
    only_mine, only_theirs = sorted((mine - theirs).elements()), sorted((theirs - mine).elements())
    if len(only_mine) != len(only_theirs):
        return False
    return all(
        min(len(a), len(b)) >= _WORD and not (set(a + b) & _DIGITS) and jaro_winkler(a, b) >= _SLIP
        for a, b in zip(only_mine, only_theirs, strict=True)
    )


def _parts(sku: str) -> list[str]:
    return [part for word in words(sku) for part in _RUNS.findall(_ZEROS.sub("", word))]


def _said(name: str) -> str:
    return " ".join(words(name))
