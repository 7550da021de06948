"""Who is probably the same person: pairs with a score and the reasons. A suggestion only; people decide, and can undo.

The score is the logarithm (base 2) of the odds that two rows are one person, after Fellegi and Sunter: each field that
agrees weighs as much as agreeing by chance is rare, rare values more than frequent ones; what differs weighs against.
Only rows that share a key are compared at all, so thousands take seconds. `ops.customers_alike` finds the same by SQL
among the customers of the shop, by fewer signs; this reads files, and customers in memory.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from itertools import combinations, product
from math import log2

from ops.imports.values.likeness import folded, is_jaro_winkler, similarity, words

# From here a pair is suggested by itself: on both FEBRL data sets precision is above 0.99 (tests/customers).
SUGGESTED = 12.0
# From here it is worth showing beside a person who is being added.
POSSIBLE = 2.0
_ROOMY = 60  # a key that more rows share says nothing; such blocks are not compared
_PRIOR_ROWS = 200  # how many rows of experience the chances below are worth beside the rows themselves


@dataclass(frozen=True)
class Person:
    """What two rows are compared by; blank says nothing. `key` is the caller's."""

    key: str
    given: str = ""
    surname: str = ""
    street: str = ""
    number: str = ""
    city: str = ""
    postcode: str = ""
    region: str = ""
    born: str = ""
    identity: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Pair:
    one: str
    other: str
    score: float
    why: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"{', '.join(self.why)} agree" if len(self.why) > 1 else f"{''.join(self.why)} agrees"


@dataclass(frozen=True)
class _Field:
    """`chance` that two strangers agree in it, `kept` how often one person is written the same twice. That they nearly
    agree is `wide` times as likely: as many other values are one slip away."""

    label: str
    chance: float
    kept: float
    nearly: Callable[[str, str], bool] | None = None
    wide: int = 10

    @cached_property
    def nearly_weighs(self) -> float:
        return log2((1 - self.kept) * 0.7 / (self.chance * self.wide))

    @cached_property
    def differing_weighs(self) -> float:
        return log2((1 - self.kept) * (0.3 if self.nearly else 1))


def _slip(one: str, other: str) -> bool:
    """One digit wrong, missing or exchanged."""
    return sorted(one) == sorted(other) or (len(one) == len(other) and _differing(one, other) == 1)


def _differing(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


@lru_cache(maxsize=200_000)
def _misspelled(one: str, other: str) -> bool:
    return is_jaro_winkler(one, other, 0.88)


@lru_cache(maxsize=200_000)
def _like_street(one: str, other: str) -> bool:
    return similarity(one, other) >= 0.5 or is_jaro_winkler(one.replace(" ", ""), other.replace(" ", ""), 0.92)


def _like_mail(one: str, other: str) -> bool:
    return one.partition("@")[2] == other.partition("@")[2] and _misspelled(one, other)


_FIELDS: dict[str, _Field] = {
    "given": _Field("first name", 1 / 200, 0.8, _misspelled),
    "surname": _Field("last name", 1 / 1000, 0.8, _misspelled),
    "street": _Field("street", 1 / 3000, 0.7, _like_street),
    "number": _Field("house number", 1 / 80, 0.8),
    "city": _Field("city", 1 / 300, 0.8, _like_street),
    "postcode": _Field("postcode", 1 / 1000, 0.8, _slip),
    "region": _Field("region", 1 / 5, 0.9),
    "born": _Field("date of birth", 1 / 20_000, 0.9, _slip, 30),
    "identity": _Field("identity number", 1e-6, 0.93, _slip, 80),
    "phone": _Field("phone", 1e-5, 0.7, _slip, 80),
    "email": _Field("e-mail", 1e-6, 0.7, _like_mail),
}
_OTHER_NAME = {"given": "surname", "surname": "given"}
# In this order values are looked at that may nearly agree: what takes least time comes first.
_CHEAPEST_FIRST = (
    "number", "region", "phone", "postcode", "born", "identity", "email", "city", "surname", "given", "street",
)  # fmt: skip
_NAMES = tuple(field.name for field in fields(Person) if field.name != "key")


def pairs(people: Iterable[Person], *, at_least: float = SUGGESTED) -> list[Pair]:
    """Those who may be one, the surest first."""
    rows = [_plain(person) for person in people]
    return _Odds(rows).surest(_candidates(rows), at_least)


def like(person: Person, known: Sequence[Person], *, at_least: float = POSSIBLE, most: int = 3) -> list[Pair]:
    """Whom of those who are known a new one may be; `one` of each pair is the new one."""
    found = pairs_with([person], known, at_least=at_least)
    return found[:most]


def pairs_with(new: Sequence[Person], known: Sequence[Person], *, at_least: float = SUGGESTED) -> list[Pair]:
    """Pairs of somebody new with somebody known, the surest first; the new among themselves are not compared."""
    rows = [_plain(person) for person in (*new, *known)]
    return _Odds(rows).surest(_crossing(rows, len(new)), at_least)


def _plain(person: Person) -> Person:
    said = {name: " ".join(words(text)) if (text := getattr(person, name)) else "" for name in _NAMES}
    for name in ("postcode", "born", "identity", "number"):
        said[name] = said[name].replace(" ", "")
    said["phone"] = "".join(letter for letter in person.phone if letter.isdigit())[-9:]
    said["email"] = folded(person.email.strip())
    if not said["number"]:
        said["number"] = next((word for word in said["street"].split() if word[0].isdigit()), "")
        said["street"] = " ".join(word for word in said["street"].split() if word != said["number"])
    return Person(person.key, **said)


def _candidates(rows: Sequence[Person]) -> set[tuple[int, int]]:
    """Rows that share at least one key: a number, or two halves of a name, a place or a birthday."""
    return {pair for block in _blocks(rows) for pair in combinations(block, 2)}


def _crossing(rows: Sequence[Person], first_known: int) -> set[tuple[int, int]]:
    """The same between those before and those after only: a file's own rows are not compared with each other."""
    found: set[tuple[int, int]] = set()
    for block in _blocks(rows):
        at = bisect_left(block, first_known)
        found.update(product(block[:at], block[at:]))
    return found


def _blocks(rows: Sequence[Person]) -> list[list[int]]:
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        for key in _keys(row):
            blocks[key].append(i)
    return [block for block in blocks.values() if 1 < len(block) <= _ROOMY]


def _keys(row: Person) -> Iterator[tuple[str, ...]]:
    yield from ((name, value) for name in ("identity", "phone", "email", "born") if (value := getattr(row, name)))
    given, surname = sorted((row.given[:4], row.surname[:4]))
    if given and surname:
        yield "names", given, surname
    for part in (row.given[:3], row.surname[:3]):
        if part and row.postcode:
            yield "name and place", part, row.postcode
        if part and row.city:
            yield "name and city", part, row.city[:5]
    if row.postcode and row.number:
        yield "door", row.postcode, row.number
    street = sorted(word for word in row.street.split() if len(word) > 4)
    if len(street) > 1:
        yield "street", *street[:2]


class _Odds:
    """What it says among these rows that two of them agree, or differ."""

    def __init__(self, rows: Sequence[Person]) -> None:
        self.rows, self.start = rows, -log2(max(len(rows), 2))
        self.counts = {name: Counter(getattr(row, name) for row in rows) for name in _NAMES}
        used = [name for name in _CHEAPEST_FIRST if self.counts[name].keys() - {""}]
        self.used = [(_FIELDS[name], name in _OTHER_NAME, self.counts[name], dict[str, float]()) for name in used]
        self.said = [tuple(getattr(row, name) for name in used) for row in rows]

    def surest(self, candidates: Iterable[tuple[int, int]], at_least: float) -> list[Pair]:
        near = (pair for pair in candidates if self._can_reach(at_least, *pair))
        found = (self._compared(self.rows[i], self.rows[j]) for i, j in sorted(near))
        return sorted((p for p in found if p.score >= at_least), key=lambda pair: (-pair.score, pair.one, pair.other))

    def _can_reach(self, at_least: float, i: int, j: int) -> bool:
        """False where the score must stay below: of most pairs what agrees exactly says so, and the little that may
        nearly agree is looked at letter by letter only as long as it could change that."""
        one, other = self.rows[i], self.rows[j]
        straight = one.given == other.given or one.surname == other.surname
        if not straight and (one.given == other.surname or one.surname == other.given):
            return True  # they may stand in each other's place
        best, unsure = self.start + 0.01, []  # scores are rounded
        for (field, is_name, counts, known), ours, theirs in zip(self.used, self.said[i], self.said[j], strict=True):
            if not ours or not theirs:
                continue
            if ours == theirs:
                if (weight := known.get(ours)) is None:
                    weight = known[ours] = self._weight(field, ours, ours, counts)[0]
                best += weight
            elif field.nearly:
                best += field.nearly_weighs
                if straight or not is_name:
                    unsure.append((field, ours, theirs))
            else:
                best += field.differing_weighs
        for field, ours, theirs in unsure:
            if best < at_least:
                break
            if field.nearly and not field.nearly(ours, theirs):
                best += field.differing_weighs - field.nearly_weighs
        return best >= at_least

    def _compared(self, one: Person, other: Person) -> Pair:
        score, why = self.start, []
        swapped = _swapped(one, other)
        for name, field in _FIELDS.items():
            ours = getattr(one, name)
            theirs = getattr(other, _OTHER_NAME.get(name, name) if swapped else name)
            if not ours or not theirs:
                continue
            weight, agrees = self._weight(field, ours, theirs, self.counts[name])
            score += weight
            if agrees and weight > 1:
                why.append(field.label)
        return Pair(one.key, other.key, round(score, 2), tuple(why))

    def _weight(self, field: _Field, ours: str, theirs: str, counts: Counter[str]) -> tuple[float, bool]:
        """Bits for or against. Beyond the two themselves, whoever else has the value makes it say less."""
        if ours == theirs:
            others = max(counts[ours] - 2, 0)
            chance = (others + field.chance * _PRIOR_ROWS) / (len(self.rows) + _PRIOR_ROWS)
            return log2(field.kept / max(chance, field.chance / 10)), True
        if field.nearly and field.nearly(ours, theirs):
            return field.nearly_weighs, True
        return field.differing_weighs, False


def _swapped(one: Person, other: Person) -> bool:
    """First and last name stand in each other's place."""
    straight = one.given == other.given or one.surname == other.surname
    return not straight and _misspelled(one.given, other.surname) and _misspelled(one.surname, other.given)
