"""A column as an object: what it is called, whether it must be there, how a cell becomes a value or a sentence."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ops.imports.problems import Unreadable
from ops.imports.values.identifiers import SHORTENED, identifier_text
from ops.imports.values.numbers import decimal_text, percent_text
from ops.imports.values.places import country_code
from ops.imports.values.yesno import yes_or_no_text

Kind = Literal[
    "text", "identifier", "decimal", "share", "integer", "moment", "day", "email", "phone", "yesno", "country"
]
Clean = Callable[[str], str | None]
_SPACES = re.compile(r"[\s\x00-\x1f\x7f]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+$")
SQL_TYPES: dict[Kind, str] = {
    "text": "text", "identifier": "text", "decimal": "numeric", "share": "numeric", "integer": "bigint",
    "moment": "timestamptz", "day": "date", "email": "text", "phone": "text", "yesno": "boolean", "country": "text",
}  # fmt: skip
NUMBERS: frozenset[Kind] = frozenset({"decimal", "share", "integer"})
DATES: frozenset[Kind] = frozenset({"moment", "day"})


class Spelling(NamedTuple):
    """A name that a column goes by, and in which language."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Column:
    """`shared`: the same on all lines of one thing (an order's date); `most`: letters that fit.

    `names` are what the column is called where no preset says otherwise. `clean` replaces the reading of its kind; a
    phone needs one, for its country is the shop's. With `takes_shortened`, 3.6E+11 is read as it stands: the noun finds
    out which number it was. `otherwise` names columns of which the first that a file has stands in for this one where
    it is not there, and a note says so. `times` names the columns whose product it is, where that of `less` takes
    nothing off.
    """

    key: str
    label: str
    kind: Kind = "text"
    required: bool = False
    shared: bool = False
    most: int = 200
    names: tuple[Spelling, ...] = ()
    takes_shortened: bool = False
    clean: Clean | None = None
    otherwise: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    less: str = ""

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.kind]

    def cleaner(self, dates: Clean | None = None, numbers: Callable[[str], str] | None = None) -> Clean:
        """How this column reads a cell that is not blank. Date kinds need the reader their evidence led to; number
        kinds may have one that writes the cell as everybody here writes numbers, before it is read."""
        own = self._own(dates)
        if numbers is None or self.kind not in NUMBERS:
            return own
        return lambda cell: own(numbers(cell))

    def _own(self, dates: Clean | None) -> Clean:
        if self.clean is not None:
            return self.clean
        if self.kind in DATES:
            if dates is None:
                raise ValueError(f"Column {self.key} needs a reader of dates.")
            return dates
        if self.kind == "phone":
            raise ValueError(f"Column {self.key} needs a reader of phone numbers.")
        return {
            "text": self._text, "identifier": self._identifier, "decimal": decimal_text, "share": percent_text,
            "integer": _integer, "email": _email, "yesno": yes_or_no_text, "country": country_code,
        }[self.kind]  # fmt: skip

    def _text(self, cell: str) -> str:
        """Text stays text, also what looks like a formula; line breaks and tabs become blanks."""
        text = cell if cell.isprintable() else _SPACES.sub(" ", cell).strip()
        if len(text) > self.most:
            raise Unreadable(f"this is {len(text)} letters long; {self.most} fit.", "too_long", "Shorten it.")
        return text

    def _identifier(self, cell: str) -> str:
        if self.takes_shortened and SHORTENED.match(cell):
            return cell.upper()
        return self._text(identifier_text(cell))


def _integer(cell: str) -> str:
    text = decimal_text(cell)
    whole, _, part = text.partition(".")
    if part.strip("0"):
        raise Unreadable("this is not a whole number.", "no_number", "Write a whole number.")
    return whole


def _email(cell: str) -> str:
    if not _EMAIL.match(cell) or len(cell) > 254:
        raise Unreadable(
            "this is not an e-mail address.", "no_email", "Write it like ayesha@shop.pk, or leave it blank."
        )
    return cell.lower()


def named(text: str) -> str:
    """A column name as it is compared: without case, blanks and marks."""
    return re.sub(r"[\W_]+", "", text.casefold())


def places_in(header: Sequence[str]) -> dict[str, int]:
    """Names as they are compared, to where they stand; of two equal names the first."""
    return {named(name): at for at, name in reversed(list(enumerate(header))) if name}
