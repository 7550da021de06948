"""Which currency each row is in, where its amounts say so: “Rs 5”, “KSh 20”, “€3”. What they contradict is a problem.

A sign that several currencies share means that of the row, else the shop's, else what a person answered for the column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from ops.imports.columns import NUMBERS
from ops.imports.problems import Problems
from ops.imports.understanding import CURRENCY
from ops.imports.values.currencies import SHARED, parted, same

if TYPE_CHECKING:
    from ops.imports.reading import Reading

_ALL_ALIKE = "column"  # the answer that takes no notice of what cells name


@dataclass(frozen=True)
class _Amounts:
    """A column in which cells name currencies; `usual` is what a shared sign was said to be."""

    at: int
    name: str
    usual: str


@dataclass(frozen=True)
class Purse:
    """`place` is that of the currency among a row's values; None where the noun has none and all is in `home`."""

    place: int | None
    said: bool
    home: str
    columns: tuple[_Amounts, ...]

    def fill(self, line: int, cells: Sequence[str], values: list[str | None], problems: Problems) -> bool:
        """The row's currency into its values; whether the row is refused, because amounts name two."""
        own = values[self.place] if self.place is not None else self.home
        firm = own if self.said or self.place is None else None
        named = ""
        for column in self.columns:
            cell = cells[column.at].strip()
            sign = parted(cell)[1]
            if not sign or (firm is not None and same(sign, firm)):
                continue
            if firm is not None:
                _refuse(line, column.name, cell, f"{_in(sign)}, and its row is in {firm}", problems)
                return True
            meant = self._meant(sign, own or self.home, column.usual)
            if named and meant != named:
                _refuse(line, column.name, cell, f"{meant}, and another amount of its row in {named}", problems)
                return True
            named = meant
        if named and self.place is not None:
            values[self.place] = named
        return False

    @staticmethod
    def _meant(sign: str, own: str, usual: str) -> str:
        several = SHARED.get(sign)
        if several is None:
            return sign
        return own if own in several else usual if usual in several else several[0]


def _refuse(line: int, name: str, cell: str, said: str, problems: Problems) -> None:
    sentence = f"“{cell[:60]}”: this is in {said}."
    problems.add(line, name, cell, sentence, "other_currency", "Write all amounts of a row in one currency.")


def _in(sign: str) -> str:
    return " or ".join(SHARED[sign][:3]) if sign in SHARED else sign


def purse_of(reading: Reading) -> Purse | None:
    """None when no cell of the file names a currency, or a person has said to take no notice of them."""
    place = next((i for i, column in enumerate(reading.columns) if column.key == CURRENCY), None)
    told, columns = reading.decisions.currencies, []
    for column in reading.columns:
        at, name = reading.positions.get(column.key, -1), reading.header_of(column)
        if at < 0 or column.kind not in NUMBERS or not reading.understanding.styles.currencies.get(name):
            continue
        answer = told if isinstance(told, str) else told.get(name, "")
        if answer == _ALL_ALIKE:
            continue
        columns.append(_Amounts(at, name, answer.partition(":")[2]))
    if not columns:
        return None
    home = reading.fixed.get(CURRENCY, settings.SHOP_CURRENCY)
    return Purse(place, CURRENCY in reading.positions, home, tuple(columns))
