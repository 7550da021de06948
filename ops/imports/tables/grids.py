"""A grid: lines of cells with their numbers, before anybody knows where its tables are: a text, or a sheet."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ops.errors import Refused
from ops.imports.tables.dialects import Dialect, beginning, find_dialect
from ops.imports.tables.files import Text
from ops.imports.tables.findings import Finding, found
from ops.imports.tables.headers import Merge, Record

_MOST_SHEETS = 300


class Grid(Protocol):
    """What can be surveyed. `padded`: blank ends mean nothing, so rows are made as wide as their header."""

    @property
    def name(self) -> str: ...

    @property
    def padded(self) -> bool: ...

    @property
    def hidden(self) -> bool: ...

    def records(self) -> Iterator[Record]: ...

    def merged(self) -> Sequence[Merge]: ...

    def findings(self) -> list[Finding]:
        """What was noticed, complete once the records were read to their end."""
        ...


class BrokenQuotes(Exception):
    """The quotation marks of a text do not fit together from this line on."""

    def __init__(self, line: int, *, unclosed: bool) -> None:
        super().__init__(line, unclosed)
        self.line, self.unclosed = line, unclosed


@dataclass(frozen=True)
class TextGrid:
    """A text and the way its cells are parted."""

    text: Text
    dialect: Dialect
    broken: Finding | None = None
    padded: bool = False
    hidden: bool = False

    @property
    def name(self) -> str:
        return self.text.name

    def records(self) -> Iterator[Record]:
        """Rows as csv reads them, with the lines they stand on. Raises BrokenQuotes, or Refused for a fault."""
        line = 1
        with self.text.lines() as lines:
            reader = self.dialect.reader(lines)
            try:
                for cells in reader:
                    last = reader.line_num
                    yield line, last, cells
                    line = last + 1
            except UnicodeDecodeError as error:
                raise Refused(
                    f"{self.name}, after line {line:,}: these bytes are not {self.text.how}, or the file was"
                    f" cut off inside"
                    " a letter. Export it again."
                ) from error
            except csv.Error as error:
                self._fail(line, str(error), error)

    def _fail(self, line: int, words: str, error: Exception) -> None:
        if "field larger" in words:
            raise Refused(
                f"{self.name}, line {line:,}: one cell holds more than {csv.field_size_limit():,} letters, or a"
                f" quotation"
                " mark is opened there and never closed. Export it again."
            ) from error
        raise BrokenQuotes(line, unclosed="unexpected end" in words) from error

    def merged(self) -> Sequence[Merge]:
        return ()

    def findings(self) -> list[Finding]:
        return [*self.text.findings, *([self.broken] if self.broken else [])]

    def mended(self, fault: BrokenQuotes) -> "TextGrid":
        """The same text read with patience: marks in the wrong place, or one that closes nothing, are letters."""
        if fault.unclosed:
            sentence = (
                f"{self.name}, line {fault.line:,}: a quotation mark is opened and never closed. All quotation"
                f" marks are"
                " read as letters; look at that line."
            )
            return replace(self, dialect=replace(self.dialect, quoted=False), broken=found("broken_quotes", sentence))
        sentence = (
            f"{self.name}, line {fault.line:,}: the quotation marks do not fit together; they are read as well"
            f" as they"
            " can be. Look at that line."
        )
        return replace(self, dialect=replace(self.dialect, strict=False), broken=found("broken_quotes", sentence))


def refuse_sheets(name: str, count: int) -> None:
    """Raises Refused for more sheets than are read: each costs a reading of the whole file."""
    if count > _MOST_SHEETS:
        raise Refused(f"{name} has {count:,} sheets; at most {_MOST_SHEETS} are read.")


def grid_of(text: Text) -> TextGrid:
    """The text with the mark and the quotes that fit its beginning best."""
    return TextGrid(text, find_dialect(beginning(text)))
