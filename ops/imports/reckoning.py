"""Of several columns of amounts, which is that of a line? The one that quantity times price gives, row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ops.imports.columns import Column
from ops.imports.problems import Unreadable
from ops.imports.values.marks import proven
from ops.imports.values.numbers import plain_text

_CENT = Decimal("0.02")
_MOSTLY = 0.9
_ROWS = 200


@dataclass(frozen=True)
class Candidate:
    """One column of the file for one of the noun: how well it fits, from 0 to 1, and why. `named` is one whose name
    says it, whatever its cells are."""

    at: int
    header: str
    score: float
    reasons: tuple[str, ...]
    named: bool = False


def reckoned(
    columns: Sequence[Column], fitting: Mapping[str, Sequence[Candidate]], taken: Mapping[str, Candidate],
    sample: Sequence[Sequence[str]],
) -> dict[str, Candidate]:  # fmt: skip
    """The same choice, but for columns that are a product: one that is not gives way to one that is, or to none.

    None only where the first column of the noun shows rows of one thing that all repeat the amount: it is the thing's.
    """
    chosen = dict(taken)
    for column in columns:
        if not column.times or column.key not in chosen or any(key not in chosen for key in column.times):
            continue
        places = [chosen[key].at for key in column.times]
        now = chosen[column.key]
        less = chosen[column.less].at if column.less in chosen else None
        if _agree(sample, places, now.at, less) >= _MOSTLY or (now.score >= 1 and _taken_off(sample, places, now.at)):
            continue
        used = {one.at for key, one in chosen.items() if key != column.key}
        better = next((one for one in fitting[column.key] if one.at not in {*used, now.at}
                       and _agree(sample, places, one.at, less) >= _MOSTLY), None)  # fmt: skip
        if better is not None:
            chosen[column.key] = replace(
                better, score=max(better.score, now.score), reasons=(*better.reasons, "quantity times price gives it")
            )
        elif (key := chosen.get(columns[0].key)) is not None and _repeats(sample, key.at, places, now.at):
            del chosen[column.key]
    return chosen


def _agree(sample: Sequence[Sequence[str]], places: Sequence[int], at: int, less: int | None) -> float:
    """The share of rows in which the product is there, exact to a cent; 1 where nothing can be reckoned.

    A row from which something is taken off proves neither the amount before it nor the one after.
    """
    counted = right = 0
    for cells in sample[:_ROWS]:
        if less is not None and less < len(cells) and cells[less].strip(" 0.,%-\u2013"):
            continue
        product, amount = _product(cells, places), _number(cells, at)
        if product is not None and amount is not None:
            counted += 1
            right += abs(product - amount) <= _CENT
    return right / counted if counted else 1.0


def _taken_off(sample: Sequence[Sequence[str]], places: Sequence[int], at: int) -> bool:
    """Whether no row is worth more than its product: then something may have been taken off in a way nobody reads."""
    found = [(_product(cells, places), _number(cells, at)) for cells in sample[:_ROWS]]
    return all(product is None or amount is None or amount <= product + _CENT for product, amount in found)


def _repeats(sample: Sequence[Sequence[str]], key: int, places: Sequence[int], at: int) -> bool:
    """Whether all things of several rows have one amount on them all, although the rows themselves are worth different
    amounts in some."""
    amounts: dict[str, set[str]] = {}
    products: dict[str, set[Decimal | None]] = {}
    for cells in sample[:_ROWS]:
        if max(key, at) < len(cells) and (thing := cells[key].strip()):
            amounts.setdefault(thing, set()).add(cells[at].strip())
            products.setdefault(thing, set()).add(_product(cells, places))
    differing = [thing for thing, worth in products.items() if len(worth) > 1]
    return bool(differing) and all(len(amounts[thing] - {""}) == 1 for thing in differing)


def _product(cells: Sequence[str], places: Sequence[int]) -> Decimal | None:
    found = Decimal(1)
    for place in places:
        factor = _number(cells, place)
        if factor is None:
            return None
        found *= factor
    return found


def _number(cells: Sequence[str], at: int) -> Decimal | None:
    cell = cells[at].strip() if at < len(cells) else ""
    if not cell or cell.endswith("%"):
        return None
    try:
        return Decimal(plain_text(cell, "," if proven(cell) == "," else "."))
    except Unreadable:
        return None
