"""What is wrong with one cell, in words that say where it is and what to do."""

from dataclasses import asdict, dataclass, field
from typing import Any

KEPT = 1000


class Unreadable(Exception):
    """A cell that its column cannot read; the sentence ends what a person is told about it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    column: str
    value: str
    sentence: str

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

    def add(self, line: int, column: str, value: str, sentence: str) -> None:
        self.count += 1
        if len(self.kept) < KEPT:
            self.kept.append(Problem(line, column, value[:120], sentence))
