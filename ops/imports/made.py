"""Columns that a file does not have and a preset makes from those it has: joined, multiplied, looked up inside a cell.

Each kind takes the rows of one thing (an order's lines) and gives one cell for each. What cannot be reckoned stays as
it is written, so that the reading of the column says what is wrong with it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache
from typing import Any

from ops.imports.problems import Unreadable
from ops.imports.values.currencies import parted
from ops.imports.values.numbers import decimal_text

Group = Sequence[Sequence[str]]
Step = Callable[[Group], list[str]]
KINDS = ("first_of", "together", "times", "plus", "minus", "inside", "currency_of", "leaf", "share_of")
_MORE = {"first_of": {"or"}, "leaf": {"by"}, "share_of": {"over", "down_to"}}


@dataclass(frozen=True)
class Made:
    """A new column: its name, the kind of making, and the columns it is made of."""

    name: str
    kind: str
    of: tuple[str, ...]
    more: Mapping[str, str]


def made_from(name: str, said: Mapping[str, Any]) -> Made:
    """Raises ValueError for what is no way of making a column."""
    kinds = [kind for kind in KINDS if kind in said]
    if len(kinds) != 1:
        raise ValueError(f"column {name} is made in one of these ways: {', '.join(KINDS)}.")
    (kind,) = kinds
    more = {key: str(value) for key, value in said.items() if key != kind}
    if unknown := sorted(more.keys() - _MORE.get(kind, set())):
        raise ValueError(f"column {name}: {', '.join(unknown)} is nothing that {kind} knows.")
    of = said[kind]
    return Made(name, kind, (of,) if isinstance(of, str) else tuple(of), more)


def step_of(made: Made, at: Callable[[str], int | None]) -> Step | None:
    """How the column is made from a file whose columns stand `at` these places; None when it cannot be."""
    places = [at(name) for name in made.of]
    if made.kind == "inside":
        return _inside(places[0], made.of[1:]) if places[0] is not None else None
    there = [place for place in places if place is not None]
    if made.kind == "share_of":
        over, down_to = at(made.more.get("over", "")), at(made.more.get("down_to", ""))
        return _share(there, over, down_to) if there and over is not None else None
    if made.kind == "first_of" and not there and "or" in made.more:
        return lambda group: [made.more["or"] for _ in group]
    if not there or (made.kind == "times" and len(there) < len(places)) or (made.kind == "minus" and places[0] is None):
        return None
    row = {
        "first_of": _first_of(there, made.more.get("or", "")), "together": _together(there), "times": _times(there),
        "plus": _plus(there), "minus": _minus(there), "currency_of": _currency_of(there),
        "leaf": _leaf(there[0], made.more.get("by", ">")),
    }[made.kind]  # fmt: skip
    return lambda group: [row(cells) for cells in group]


def _first_of(places: list[int], otherwise: str) -> Callable[[Sequence[str]], str]:
    return lambda cells: next((cells[at] for at in places if cells[at].strip()), otherwise)


def _together(places: list[int]) -> Callable[[Sequence[str]], str]:
    return lambda cells: " ".join(text for at in places if (text := cells[at].strip().removeprefix("'")))


def _currency_of(places: list[int]) -> Callable[[Sequence[str]], str]:
    return lambda cells: next((found for at in places if (found := parted(cells[at].strip())[1])), "")


def _leaf(place: int, by: str) -> Callable[[Sequence[str]], str]:
    """Of a path like “Clothing > Hoodies” the last step; of several paths, parted by commas, the first counts."""
    return lambda cells: cells[place].partition(",")[0].rpartition(by)[2].strip()


@lru_cache(maxsize=20_000)
def _number(cell: str) -> Decimal:
    return Decimal(decimal_text(cell.strip())) if cell.strip() else Decimal(0)


def _times(places: list[int]) -> Callable[[Sequence[str]], str]:
    def row(cells: Sequence[str]) -> str:
        if not all(cells[at].strip() for at in places):
            return ""
        found = Decimal(1)
        try:
            for at in places:
                found *= _number(cells[at])
        except Unreadable:
            return " × ".join(cells[at].strip() for at in places)
        return f"{found:f}"

    return row


def _plus(places: list[int]) -> Callable[[Sequence[str]], str]:
    def row(cells: Sequence[str]) -> str:
        if not any(cells[at].strip() for at in places):
            return ""
        try:
            return f"{sum((_number(cells[at]) for at in places), Decimal(0)):f}"
        except Unreadable:
            return " + ".join(cells[at].strip() for at in places)

    return row


def _minus(places: list[int]) -> Callable[[Sequence[str]], str]:
    def row(cells: Sequence[str]) -> str:
        if not cells[places[0]].strip():
            return ""
        try:
            # Some programs write what is taken off with a minus, some without.
            return f"{_number(cells[places[0]]) - sum((abs(_number(cells[at])) for at in places[1:]), Decimal(0)):f}"
        except Unreadable:
            return " − ".join(cells[at].strip() for at in places)

    return row


def _inside(place: int, path: Sequence[str]) -> Step:
    def row(cells: Sequence[str]) -> str:
        try:
            found: Any = json.loads(cells[place])
        except ValueError:
            return ""
        for key in path:
            found = found.get(key, "") if isinstance(found, dict) else ""
        return str(found) if isinstance(found, str | int | float) else ""

    return lambda group: [row(cells) for cells in group]


def _share(of: list[int], over: int, down_to: int | None) -> Step:
    """What is taken off a whole thing, shared out over its rows by their amounts, so that the parts add up exactly."""

    def shares(group: Group) -> list[str]:
        try:
            weights = [_number(cells[over]) for cells in group]
            named = sum((abs(_number(cells[at])) for cells in group for at in of), Decimal(0))
            end = next((_number(cells[down_to]) for cells in group if cells[down_to].strip()), None) if (
                down_to is not None) else None  # fmt: skip
        except Unreadable:
            return [""] * len(group)
        off = named if end is None else sum(weights) - end
        if not 0 < off <= named or sum(weights) <= 0:
            return [""] * len(group)
        return [f"{part:f}" for part in shared_out(off, weights)]

    return shares


def shared_out(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """By largest remainder, in the smallest unit that the amount itself is written in (M1)."""
    exponent = min(-2, int(amount.as_tuple().exponent))
    unit, whole = Decimal(1).scaleb(exponent), sum(weights, Decimal(0))
    exact = [amount * weight / whole for weight in weights]
    parts = [part.quantize(unit, ROUND_DOWN) for part in exact]
    missing = int((amount - sum(parts)) / unit)
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[:missing]:
        parts[i] += unit
    return parts
