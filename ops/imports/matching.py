"""Which column of a file is which column of a noun: suggested with a reason each, and asked where it is not sure.

Names count first, in all their spellings; what the cells hold supports or contradicts them. No column of the file goes
to two places in silence, and what fits nowhere is listed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ops.imports.columns import Column, Spelling
from ops.imports.profiles import Profile, profile_of
from ops.imports.questions import Answer, Question
from ops.imports.reckoning import Candidate, reckoned
from ops.imports.understanding import says_percent
from ops.imports.values.likeness import jaro_winkler, words

SURE = 0.85  # from here a suggestion stands unless somebody objects
NEAR = 0.66  # below it a name only has a word in common: no column is begun with that may as well be left out
ASKED = 0.4  # below it is none
WIDE = 300  # of a table wider than this only whole names are compared
APART = 0.1  # of two candidates nearer than this neither is sure
_BRACKETS = re.compile(r"[(\[{].*?[)\]}]")
_HUMPS = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])")
_SHORTEST_TYPO = 5
# Before a name these say whose or which it is, and no more: “Customer City”. A group of a two-line header does so.
_WHOSE = frozenset(
    {"customer", "client", "buyer", "recipient", "billing", "bill", "shipping", "ship", "delivery", "item", "product"}
)
_LOOKS = {
    "email": ("an e-mail address", "e-mail addresses"), "moment": ("a date", "dates"), "day": ("a date", "dates"),
    "decimal": ("a number", "numbers"), "integer": ("a number", "numbers"), "share": ("a share", "shares up to 100%"),
    "phone": ("a phone number", "phone numbers"), "yesno": ("yes or no", "yes or no"),
}  # fmt: skip
_TELLING = {"email", "moment", "day"}  # kinds that cells alone can suggest; numbers of anything look like phones


@dataclass(frozen=True)
class Suggestion:
    """What is suggested for one column of the noun; `at` is None when nothing fits. Not sure means: ask."""

    column: Column
    chosen: Candidate | None
    sure: bool
    others: tuple[Candidate, ...] = ()

    @property
    def at(self) -> int | None:
        return self.chosen.at if self.chosen else None


@dataclass(frozen=True)
class Matching:
    """`suggestions` in the order of the noun's columns; `unmatched` are columns of the file that fit nowhere."""

    suggestions: tuple[Suggestion, ...]
    unmatched: tuple[tuple[int, str], ...]

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each column is, as far as that is sure."""
        return {s.column.key: s.chosen.at for s in self.suggestions if s.chosen and s.sure}

    def begun(self, either: Sequence[Sequence[str]] = ()) -> dict[str, int]:
        """What a person finds chosen: all but what a file may leave out and nothing more than a word speaks for.

        Of each group in `either` one must be there, so the best of them is, however near.
        """
        found = {s.column.key: s.chosen for s in self.suggestions if s.chosen}
        required = {s.column.key for s in self.suggestions if s.column.required}
        for keys in either:
            required.update(sorted(found.keys() & keys, key=lambda key: -found[key].score)[:1])
        return {key: one.at for key, one in found.items() if key in required or one.named or one.score >= NEAR}

    @cached_property
    def missing(self) -> list[str]:
        """Labels of columns that must be there and for which nothing is suggested."""
        return [s.column.label for s in self.suggestions if s.column.required and not s.chosen]

    def questions(self) -> list[Question]:
        """One for each suggestion that is not sure: which column of the file is it, or none?"""
        return [_question(s) for s in self.suggestions if s.chosen and not s.sure]


def match(header: Sequence[str], rows: Iterable[Sequence[str]], columns: Sequence[Column]) -> Matching:
    """Suggestions for a header and some hundred rows below it."""
    sample = [row for _, row in zip(range(500), rows, strict=False)]
    profiles = [profile_of(row[at] for row in sample if at < len(row)) for at in range(len(header))]
    near = len(header) <= WIDE
    fitting = {
        column.key: sorted(
            (c for at, name in enumerate(header) if (c := _candidate(at, name, profiles[at], column, near=near))),
            key=lambda c: (-c.score, c.at),
        )
        for column in columns
    }  # fmt: skip
    taken = reckoned(columns, fitting, _dealt(columns, fitting), sample)
    suggestions = tuple(_suggestion(column, taken.get(column.key), fitting) for column in columns)
    used = {candidate.at for candidate in taken.values()}
    unmatched = tuple((at, name) for at, name in enumerate(header) if name.strip() and at not in used)
    return Matching(suggestions, unmatched)


def _dealt(columns: Sequence[Column], fitting: dict[str, list[Candidate]]) -> dict[str, Candidate]:
    """The best pairs first; what is taken is taken, on both sides."""
    order = {column.key: i for i, column in enumerate(columns)}
    pairs = [(candidate, key) for key, candidates in fitting.items() for candidate in candidates]
    taken: dict[str, Candidate] = {}
    used: set[int] = set()
    for candidate, key in sorted(pairs, key=lambda pair: (-pair[0].score, order[pair[1]], pair[0].at)):
        if key not in taken and candidate.at not in used:
            taken[key] = candidate
            used.add(candidate.at)
    return taken


def _suggestion(column: Column, chosen: Candidate | None, fitting: dict[str, list[Candidate]]) -> Suggestion:
    if chosen is None:
        return Suggestion(column, None, sure=False, others=tuple(fitting[column.key][:3]))
    others = [candidate for candidate in fitting[column.key] if candidate.at != chosen.at]
    rivals = [candidate for candidate in others if candidate.score > chosen.score - APART]
    elsewhere = [
        candidate for key, candidates in fitting.items() if key != column.key
        for candidate in candidates if candidate.at == chosen.at and candidate.score > chosen.score - APART
    ]  # fmt: skip
    sure = chosen.score >= SURE and not rivals and not elsewhere
    return Suggestion(column, chosen, sure, tuple(others[:3]))


def _candidate(at: int, header: str, profile: Profile, column: Column, *, near: bool) -> Candidate | None:
    score, reason = _by_name(header, column, near=near)
    named = score >= SURE
    share, look = profile.share(column.kind, percent=says_percent(header)), _LOOKS.get(column.kind)
    reasons = [reason] if reason else []
    if profile.rows and not profile.filled:
        score = min(score, 0.6)
        reasons.append("but every cell is blank")
    elif look and profile.filled:
        if share < 0.5 and reason:
            score = 0.5 if score >= SURE else score * 0.5
            count = round(share * profile.filled)
            reasons.append(f"but only {count} of {profile.filled} cells are {look[1]}" if count else
                           f"but no cell is {look[0]}")  # fmt: skip
        elif share >= 0.95 and (reason or column.kind in _TELLING):
            score = max(min(score + 0.05, 1.0), 0.45)
            reasons.append(f"every cell is {look[0]}" if share == 1 else f"nearly all cells are {look[1]}")
    elif column.kind == "text" and reason and (odd := profile.oddly()):
        score = min(score, 0.6)
        reasons.append(f"but its cells are {odd}")
    return Candidate(at, header.strip(), round(score, 3), tuple(reasons), named) if score >= ASKED else None


def _by_name(header: str, column: Column, *, near: bool) -> tuple[float, str]:
    """The best of all the names a column goes by."""
    asked, bare = _compact(header), _compact(_BRACKETS.sub(" ", header))
    if not asked:
        return 0.0, ""
    best = (0.0, "")
    for name in (Spelling(column.label, "English"), *column.names):
        known = _compact(name.text)
        if known == asked:
            return 1.0, _says(name, column)
        if near:
            best = max(best, _near(header, asked, bare, known, name), key=lambda found: found[0])
    if _compact(column.key) == asked:
        return 1.0, f"the name is “{column.key}”"
    return best


def _near(header: str, asked: str, bare: str, known: str, name: Spelling) -> tuple[float, str]:
    if known == bare:
        return 0.97, f"the name is “{name.text}”, with something in brackets"
    theirs, ours = _words(header), _words(name.text)
    if sorted(theirs) == sorted(ours):
        return 0.93, f"the words are those of “{name.text}”"
    if (
        len(known) >= _SHORTEST_TYPO
        and abs(len(known) - len(asked)) <= len(known) // 6
        and (alike := jaro_winkler(asked, known)) >= 0.94
    ):
        return 0.82 * alike, f"the name is almost “{name.text}”"
    if theirs[-len(ours) :] == ours and _WHOSE.issuperset(theirs[: -len(ours)]):
        return 0.75, f"the name is “{name.text}” with whose it is before"
    if len(known) > 2 and _inside(ours, theirs):
        return 0.4 + 0.4 * len(known) / len(asked), f"the name has “{name.text}” in it"
    return 0.0, ""


def _inside(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return any(theirs[i : i + len(ours)] == ours for i in range(len(theirs) - len(ours) + 1))


def _says(name: Spelling, column: Column) -> str:
    foreign = name.language not in {"English", ""}
    return f"the name is “{name.text}”" + (f", {name.language} for “{column.label}”" if foreign else "")


@lru_cache(maxsize=20_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(words(_HUMPS.sub(" ", text)))


@lru_cache(maxsize=20_000)
def _compact(text: str) -> str:
    return "".join(words(text))


def _question(suggestion: Suggestion) -> Question:
    chosen = suggestion.chosen
    assert chosen is not None
    candidates = (chosen, *suggestion.others)
    why = "; ".join(chosen.reasons)
    return Question(
        "which_column", suggestion.column.key,
        f"Is “{chosen.header}” the {suggestion.column.label}? {why[:1].upper()}{why[1:]}.",
        (*(Answer(str(c.at), f"“{c.header}”: {'; '.join(c.reasons)}") for c in candidates),
         Answer("", "It is not in this file")),
    )  # fmt: skip
