"""A column as an object: what it is called, whether it must be there, how a cell becomes a value or a sentence."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ops.imports import numbers
from ops.imports.problems import Unreadable

Kind = Literal["text", "decimal", "share", "integer", "moment", "day", "email"]
Clean = Callable[[str], str | None]
_SPACES = re.compile(r"[\s\x00-\x1f\x7f]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+$")
SQL_TYPES: dict[Kind, str] = {
    "text": "text", "decimal": "numeric", "share": "numeric", "integer": "bigint", "moment": "timestamptz",
    "day": "date", "email": "text",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """`shared`: the same on all lines of one thing (an order's date); `most`: letters that fit.

    `names` are what the column is called where no preset says otherwise. `clean` replaces the reading of its kind.
    """

    key: str
    label: str
    kind: Kind = "text"
    required: bool = False
    shared: bool = False
    most: int = 200
    names: tuple[str, ...] = ()
    clean: Clean | None = None

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.kind]

    def cleaner(self, dates: Clean | None = None) -> Clean:
        """How this column reads a cell that is not blank; date kinds need the reader their evidence led to."""
        if self.clean is not None:
            return self.clean
        if self.kind in {"moment", "day"}:
            if dates is None:
                raise ValueError(f"Column {self.key} needs a reader of dates.")
            return dates
        return {
            "text": self._text, "decimal": numbers.decimal_text, "share": numbers.percent_text,
            "integer": _integer, "email": _email,
        }[self.kind]  # fmt: skip

    def _text(self, cell: str) -> str:
        """Text stays text, also what looks like a formula; line breaks and tabs become blanks."""
        text = cell if cell.isprintable() else _SPACES.sub(" ", cell).strip()
        if len(text) > self.most:
            raise Unreadable(f"this is {len(text)} letters long; {self.most} fit.")
        return text


def _integer(cell: str) -> str:
    text = numbers.decimal_text(cell)
    whole, _, part = text.partition(".")
    if part.strip("0"):
        raise Unreadable("this is not a whole number.")
    return whole


def _email(cell: str) -> str:
    if not _EMAIL.match(cell) or len(cell) > 254:
        raise Unreadable("this is not an e-mail address.")
    return cell.lower()


def named(text: str) -> str:
    """A column name as it is compared: without case, blanks and marks."""
    return re.sub(r"[\W_]+", "", text.casefold())
