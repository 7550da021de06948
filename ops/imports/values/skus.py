"""SKUs that mean one product though they are spelled differently: suggested with a reason, never merged (C16).

What a person decided once is an alias; the mapping of aliases is passed in, and answers before anything is compared.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ops.imports.values.identifiers import SHORTENED
from ops.imports.values.likeness import Nearest, folded

ALIKE = 0.45  # of trigrams; below it a suggestion is noise
_MARKS = re.compile(r"[\W_]+")
_WHOLE = re.compile(r"\d+\.0+$", re.ASCII)
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
        self._near = Nearest(self._exact)
        self._near_names = Nearest(self.names.values())
        self._named: dict[str, list[str]] = defaultdict(list)
        for sku, name in self.names.items():
            self._named[name].append(sku)

    def find(self, asked: str, name: str = "") -> Found:
        """Exact, then alias, then suggestions; `name` is what the file calls the product."""
        sku = asked.strip()
        if sku in self._exact:
            return Found(asked, sku, "it is written the same")
        if (meant := self.aliases.get(sku)) in self._exact and meant is not None:
            return Found(asked, meant, f"“{sku}” was said to be {meant}")
        likely: dict[str, Likely] = {}
        for one in (*self._spelled(sku), *self._shortened(sku), *self._alike(sku), *self._called(name)):
            if one.sku not in likely or likely[one.sku].score < one.score:
                likely[one.sku] = one
        return Found(asked, likely=tuple(sorted(likely.values(), key=lambda one: (-one.score, one.sku))[:3]))

    def _spelled(self, sku: str) -> Iterable[Likely]:
        for known in self._by_loose.get(loose(sku), ()):
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
        fitting = [
            known for known in self._exact if known.isascii() and known.isdigit() and abs(int(known) - size) <= near
        ]
        for known in fitting[:4]:
            yield Likely(known, 0.8 if len(fitting) == 1 else 0.5, f"{sku} is {known}, shortened by a spreadsheet")

    def _alike(self, sku: str) -> Iterable[Likely]:
        for known, score in self._near.to(sku, at_least=ALIKE):
            yield Likely(known, round(score * 0.9, 2), "it is spelled almost the same")

    def _called(self, name: str) -> Iterable[Likely]:
        if not name.strip():
            return
        for found, score in self._near_names.to(name, at_least=0.6):
            for known in self._named[found][:2]:
                why = f"the product is called “{found}” here" if score == 1 else f"it is called almost so: “{found}”"
                yield Likely(known, round(score * 0.85, 2), why)
