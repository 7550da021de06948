"""What is wrong with one cell, in words that say where it is and what to do; and of what kind, so that alike are one.

Kinds are a closed list: a check counts by them, and `fixes.py` offers for each what mends all of it at once.
"""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

KEPT = 1000
KINDS = {
    "unreadable": "Cells that cannot be read",
    "blank": "Cells that must not be blank",
    "ragged": "Rows with too few or too many cells",
    "too_long": "Text that is too long",
    "no_date": "Cells that are no date",
    "no_such_day": "Days that do not exist",
    "no_time": "Times that cannot be read",
    "no_number": "Cells that are no number",
    "which_decimal": "Numbers that can be read in two ways",
    "out_of_range": "Numbers outside what the column allows",
    "shortened": "Numbers that a spreadsheet has shortened",
    "other_currency": "Amounts in another currency than their column",
    "no_currency": "Currencies that are not known",
    "no_rate": "Currencies without a rate",
    "no_email": "Cells that are no e-mail address",
    "no_phone": "Cells that are no phone number",
    "no_yes_or_no": "Cells that are neither yes nor no",
    "no_country": "Countries that are not known",
    "disagree": "Lines of one thing that do not agree",
    "refused": "What the shop's rules refuse",
}


class Unreadable(Exception):
    """A cell that its column cannot read; the sentence ends what a person is told about it, `todo` says what helps."""

    def __init__(self, sentence: str, kind: str = "unreadable", todo: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.kind = kind
        self.todo = todo


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    column: str
    value: str
    sentence: str
    kind: str = "unreadable"
    todo: str = ""

    def __str__(self) -> str:
        column = f", {self.column}" if self.column else ""
        return f"Line {self.line:,}{column}: {self.sentence}"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Problems:
    """Counts every problem and keeps the first thousand, so that a broken file of any size stays small here."""

    kept: list[Problem] = field(default_factory=list)
    count: int = 0
    by_kind: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(
        self, line: int, column: str, value: str, sentence: str, kind: str = "unreadable", todo: str = ""
    ) -> None:  # fmt: skip
        self.count += 1
        self.by_kind[kind, column] += 1
        if len(self.kept) < KEPT:
            # Some sentences say already what helps; nobody is told twice.
            self.kept.append(Problem(line, column, value[:120], sentence, kind, "" if todo in sentence else todo))

    def counted(self) -> list[dict[str, Any]]:
        """How many of each kind in each column, most first: what a check page lists, and a batch can keep."""
        ordered = sorted(self.by_kind.items(), key=lambda pair: (-pair[1], pair[0]))
        return [
            {"kind": kind, "column": column, "label": KINDS[kind], "count": count} for (kind, column), count in ordered
        ]
