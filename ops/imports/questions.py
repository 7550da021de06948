"""What a file does not say about itself and nobody here guesses: asked once per column, with what each answer means."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """One way to read the column: its key is what `told` takes, the samples are cells with what they would become."""

    key: str
    label: str
    samples: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Question:
    """`kind` is one of order_of_dates, mixed_dates, turned_dates, decimal_mark, mixed_decimals, mixed_currencies,
    which_column. `sentence` says what is open and why; the answers are all there are. `told_by` is what tells it to the
    command."""

    kind: str
    column: str
    sentence: str
    answers: tuple[Answer, ...]
    data: dict[str, Any] = field(default_factory=dict)
    told_by: str = ""

    @property
    def refusal(self) -> str:
        """For who is not there to answer."""
        return f"{self.sentence} For the command: {self.told_by}." if self.told_by else self.sentence

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
