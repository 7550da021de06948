"""What the cells of one column look like, whatever the column is called: shares of e-mails, dates, numbers, phones."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from ops.imports.problems import Unreadable
from ops.imports.values.days import COMPACT, ISO, PARTS, day_of
from ops.imports.values.digits import western
from ops.imports.values.marks import proven
from ops.imports.values.numbers import plain_text
from ops.imports.values.yesno import yes_or_no_text

_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s.,;]+$")
_PHONE = re.compile(r"\+?[\d\s()./-]{7,20}$", re.ASCII)
_MOST_WORDS = 40


@dataclass(frozen=True)
class Profile:
    """`counts` by look of the filled cells; one cell may look like several things."""

    rows: int
    filled: int
    counts: dict[str, int] = field(default_factory=dict)

    def share(self, kind: str, *, percent: bool = False) -> float:
        """How many of the filled cells a column of this kind could read; 1 where any text will do.

        With `percent` the column's name says that its numbers are of a hundred.
        """
        kind = "decimal" if kind == "share" and percent else kind
        look = {"moment": "date", "day": "date", "decimal": "number", "integer": "number"}.get(kind, kind)
        if look not in {"date", "number", "share", "email", "phone", "yesno"}:
            return 1.0
        return self.counts.get(look, 0) / self.filled if self.filled else 0.0

    def oddly(self) -> str:
        """What nearly all cells are, when that is nothing a column of words would hold."""
        for look, words in (("email", "e-mail addresses"), ("date", "dates")):
            if self.filled >= 3 and self.counts.get(look, 0) >= 0.9 * self.filled:
                return words
        return ""


def profile_of(cells: Iterable[str]) -> Profile:
    counts: dict[str, int] = {}
    rows = filled = 0
    for cell in cells:
        rows += 1
        if text := western(cell.strip()):
            filled += 1
            for look in looks(text):
                counts[look] = counts.get(look, 0) + 1
    return Profile(rows, filled, counts)


def looks(cell: str) -> Iterable[str]:
    if len(cell) > _MOST_WORDS:
        if _EMAIL.match(cell):
            yield "email"
        return
    if _EMAIL.match(cell):
        yield "email"
        return
    dated = bool(ISO.match(cell) or PARTS.match(cell) or COMPACT.match(cell)) or _named_day(cell)
    if dated:
        yield "date"
    if _is_number(cell):
        yield "number"
        if cell.endswith("%") or _is_share(cell):
            yield "share"
    if not dated and _PHONE.match(cell) and 7 <= sum(letter.isdigit() for letter in cell) <= 15:
        yield "phone"
    if _is_yes_or_no(cell):
        yield "yesno"


def _named_day(cell: str) -> bool:
    if not any(letter.isalpha() for letter in cell) or not any(letter.isdigit() for letter in cell):
        return False
    try:
        day_of(cell, {})
    except Unreadable:
        return False
    return True


def _is_number(cell: str) -> bool:
    mark = proven(cell)
    try:
        plain_text(cell, "," if mark == "," else ".")
    except Unreadable:
        return False
    return True


def _is_share(cell: str) -> bool:
    try:
        return 0 <= Decimal(plain_text(cell, "," if proven(cell) == "," else ".")) <= 1
    except Unreadable:
        return False


def _is_yes_or_no(cell: str) -> bool:
    try:
        yes_or_no_text(cell)
    except Unreadable:
        return False
    return True
