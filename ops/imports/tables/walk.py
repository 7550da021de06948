"""One pass over the lines of a sheet: each is a row of a table, a header, or of a kind that is left out and named.

The pass decides from the lines seen so far and a few ahead, so it is the same every time and its memory is flat.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from ops.errors import Refused
from ops.imports.columns import named
from ops.imports.tables import cells as look
from ops.imports.tables.findings import Lines
from ops.imports.tables.headers import LOOK, MOST_COLUMNS, Header, Merge, Record, find_header

ROW, HEADER = "row", "header"
_AHEAD = 4
_BLANK = frozenset(" \t\xa0")
_SUSPECT = look.TOTAL_LETTERS | _BLANK


class Step(NamedTuple):
    """What a line is (`row`, `header`, or a kind of finding that leaves it out) and of which table."""

    what: str
    table: int
    first: int
    last: int
    cells: list[str]


class Walk:
    """`headers` grows while it walks: the main table first, then those pasted underneath."""

    def __init__(
        self, records: Iterable[Record], name: str, *, known: Collection[str] = (), merged: Sequence[Merge] = (),
        padded: bool = False,
    ) -> None:  # fmt: skip
        self._records, self._pending = iter(records), deque[Record]()
        self._name, self._padded = name, padded
        self.trimmed, self.spare = Lines(), 0
        sample = list(islice(self._records, LOOK))
        for record in sample:
            self._refuse_wide(record)
        self._pending.extend(sample)
        self.headers = [find_header(sample, known, merged)]
        self._now = 0
        self._written = [[cell.strip() for cell in self.headers[0].written]]
        self._names = {named(name) for name in self.headers[0].written if name}
        rows = [cells for first, _, cells in sample if first > self.headers[0].last and look.used(cells) > 1]
        self._words = max((len(cells[0].split()) for cells in rows), default=0)
        self._phones = look.phone_columns(rows, self.headers[0].width)

    def steps(self) -> Iterator[Step]:
        """Every line once, in the order of the file."""
        yield from self._above()
        pending, records, pad = self._pending, self._records, self._padded
        width, half, first_name, letters = self._shape()
        second = self._second_cell()
        blank_before = False
        while True:
            if pending:
                record = pending.popleft()
            elif (found := next(records, None)) is not None:
                record = found
            else:
                return
            first, last, cells = record
            if pad and len(cells) < (wide := self.headers[self._now].width):
                cells = cells + [""] * (wide - len(cells))
            elif 0 < width < len(cells) and cells[-1] == "" and not any(cells[width:]) and any(cells):
                cells = self._trim(first, cells, width)
            # Most lines are as wide as the header and half full: these take the short way.
            if (
                len(cells) == width and not blank_before and (start := cells[0] or cells[second])
                and cells.count("") <= half and start[0] not in letters and start != first_name
            ):  # fmt: skip
                yield Step(ROW, self._now, first, last, cells)
                continue
            what, cells = self._unusual(first, last, cells, blank_before=blank_before)
            blank_before = what in {"blank", "note"}
            yield Step(what, self._now, first, last, cells)
            if what == HEADER or (width > 0) == bool(self._now):
                width, half, first_name, letters = self._shape()

    def _shape(self) -> tuple[int, int, str, frozenset[str]]:
        header = self.headers[self._now]
        first_name = header.written[0] if header.written else ""
        letters = _SUSPECT if header.width > 1 else _BLANK
        # Of a table pasted underneath every line is looked at: it may be followed by one more.
        return -1 if self._now or not header.width else header.width, header.width // 2, first_name, letters

    def _second_cell(self) -> int:
        """Where a line begins whose first cell is blank: in the second, if the first column is mostly blank."""
        rows = [cells for _, _, cells in self._pending if cells]
        blank = sum(not cells[0] for cells in rows)
        return 1 if blank * 2 > len(rows) and self.headers[0].width > 1 else 0

    def _above(self) -> Iterator[Step]:
        """The lines before the names, and the names."""
        header = self.headers[0]
        while header.line and self._pending and self._pending[0][0] <= header.last:
            first, last, cells = self._pending.popleft()
            what = HEADER if first >= header.line else "preamble" if look.used(cells) else "blank"
            if what == "preamble" and first == 1 and (cells[0].lower().startswith("sep=") or cells[:1] == ["sep="]):
                what = "separator_line"
            yield Step(what, 0, first, last, cells)

    def _refuse_wide(self, record: Record) -> None:
        if len(record[2]) > MOST_COLUMNS and (n := look.used(record[2])) > MOST_COLUMNS:
            raise Refused(
                f"{self._name} has {n:,} columns (line {record[0]:,}); a table has at most {MOST_COLUMNS:,}."
                " Leave out those that nobody needs, or turn the sheet on its side."
            )

    def _unusual(self, first: int, last: int, cells: list[str], *, blank_before: bool) -> tuple[str, list[str]]:
        self._refuse_wide((first, last, cells))
        n = look.used(cells)
        header = self.headers[self._now]
        if not n or (n == 1 and cells[0].strip() == "\x1a"):  # the end mark of DOS
            return "blank", cells
        what = self._left_out(cells, n, header, blank_before=blank_before) or self._pasted(
            first, last, cells, n, header, blank_before=blank_before
        )
        if what:
            return what, cells
        self._resume(cells, n, header)
        width = self.headers[self._now].width
        if len(cells) > width and n <= width:
            cells = self._trim(first, cells, width)
        return ROW, cells

    def _trim(self, line: int, cells: list[str], width: int) -> list[str]:
        self.trimmed.add(line)
        self.spare = max(self.spare, len(cells) - width)
        return cells[:width]

    def _left_out(self, cells: list[str], n: int, header: Header, *, blank_before: bool) -> str:
        width = header.width
        written = self._written[self._now]
        if n > 1 and n == len(written) and [cell.strip() for cell in cells[:n]] == written:
            return "repeated_header"
        if width < 2:
            return ""
        if self._is_total(cells, n, header):
            return "totals"
        text = cells[0].strip()
        remark = text[:1] == "#" and text[1:].lstrip()[:1].isalpha()
        apart = n == 1 and width > 2 and self._stands_apart(text, header, blank_before=blank_before)
        if n == 1 and text and (remark or apart):
            return "note"
        # Behind a blank line, with next to nothing after it: what a program says about its own file.
        if blank_before and n * 3 <= width:
            after = [used for record in self._peek(_AHEAD) if (used := look.used(record[2]))]
            if len(after) <= 2 and all(used * 3 <= width for used in after) and not self._fits(cells, n, header):
                return "" if after and look.looks_like_names(cells) else "note"
        return ""

    def _fits(self, cells: list[str], n: int, header: Header) -> bool:
        """Whether a line is a sparse row: as wide as the table, with a value under a column of values, and no words."""
        filled = [at for at in range(n) if cells[at].strip()]
        phones = frozenset[int]() if self._now else self._phones
        words = any(at in header.typed and not look.is_value(cells[at]) for at in filled)
        return (
            len(filled) > 1
            and len(cells) >= header.width
            and not words
            and any(
                (at in header.typed and look.is_value(cells[at])) or (at in phones and look.is_phone(cells[at]))
                for at in filled
            )
        )

    def _closes(self, text: str, header: Header) -> bool:
        """Whether one cell at the very end is a remark: by its words, or because the first column has none like it."""
        return self._now > 0 or 0 in header.typed or len(text.split()) > self._words or look.is_remark(text)

    def _stands_apart(self, text: str, header: Header, *, blank_before: bool) -> bool:
        """One cell of words: a remark behind a blank line or at the very end, or the title of what comes below."""
        if " " in text or len(text) > 20:
            return blank_before or (not self._peek(1) and self._closes(text, header))
        following = [record[2] for record in self._peek(2)]
        return blank_before and len(following) == 2 and look.looks_like_names(following[0]) and any(
            map(look.is_value, following[1])
        )  # fmt: skip

    def _is_total(self, cells: list[str], n: int, header: Header) -> bool:
        at = next(i for i in range(n) if cells[i].strip())
        filled = [i for i in range(n) if cells[i].strip()]
        rest = [i for i in filled if i != at]
        others = [i for i in range(header.width) if i != at and i not in header.typed]
        if look.is_total_word(cells[at]):
            numbers = sum(look.is_number(cells[i]) for i in rest)
            if not all(look.is_count(cells[i]) or look.says_nothing(cells[i]) for i in rest):
                return False
            return numbers > 0 or len(filled) * 2 <= header.width
        if look.is_closing_words(cells[at]):
            few = len(filled) * 2 <= header.width
            bare = (bool(others) or few) and not any(i < n and cells[i].strip() for i in others)
            return bool(rest) and bare and all(look.is_number(cells[i]) for i in rest)
        # Sums without a word: numbers alone, in columns of numbers, before a blank line or the end.
        if at == 0 or len(filled) * 2 > header.width or not others or header.width < 4:
            return False
        if not all(i in header.typed and look.is_number(cells[i]) for i in filled) or (
            0 in header.typed and len(filled) < 2
        ):
            return False
        following = self._peek(1)
        return not following or not look.used(following[0][2])

    def _pasted(self, first: int, last: int, cells: list[str], n: int, header: Header, *, blank_before: bool) -> str:
        """A line of names under which other rows follow begins another table."""
        shares = any(named(cell) in self._names for cell in cells[:n] if cell.strip())
        if not (shares or blank_before) or not look.looks_like_names(cells):
            return ""
        following = [record for record in self._peek(_AHEAD) if look.used(record[2])]
        if not following:
            return ""
        alike = abs(look.used(following[0][2]) - n) <= (0 if n < 3 else 1)
        if not shares and (self._fits(cells, n, header) or not self._over_values(cells, n, following)):
            return ""
        if n != header.width:
            short = n * 2 <= header.width or self._now > 0 or blank_before
            begins = alike and short
        elif self._now and shares:
            begins = alike
        else:
            # As wide as the table: only where every column of values has a word, and the rows below have values.
            typed = [at for at in header.typed if at < n]
            words = bool(typed) and all(cells[at].strip() and not look.is_value(cells[at]) for at in typed)
            valued = any(look.is_value(cell) for cell in following[0][2])
            begins = words and alike and valued and (blank_before or shares)
        if not begins:
            return ""
        self._begin(first, last, cells, n, following)
        return HEADER

    @staticmethod
    def _over_values(cells: list[str], n: int, following: list[Record]) -> bool:
        """Whether a word stands over a number or a date: names that no one knows must at least do that."""
        return any(
            cells[i].strip() and i < len(record[2]) and look.is_value(record[2][i])
            for record in following
            for i in range(n)
        )

    def _begin(self, first: int, last: int, cells: list[str], n: int, following: list[Record]) -> None:
        """The header of a pasted table, found as any other: from its first lines alone."""
        found = find_header([(first, last, cells), *following])
        if found.line != first or found.last != last:
            names = tuple(cell.strip() for cell in cells[:n])
            found = Header(names, names, first, last, n)
        self.headers.append(found)
        self._written.append([cell.strip() for cell in found.written])
        self._now = len(self.headers) - 1
        if self._now > 200:
            raise Refused(f"{self._name} has more than 200 tables one under the other; load them one by one.")

    def _resume(self, cells: list[str], n: int, header: Header) -> None:
        """Rows as wide as the main table, with its values in their places, are its own again."""
        main = self.headers[0]
        if self._now and n > header.width and main.width - 1 <= n <= main.width:
            filled = sum(bool(cell.strip()) for cell in cells[:n])
            typed = [at for at in main.typed if at < n and cells[at].strip()]
            if filled * 2 > main.width and all(look.is_value(cells[at]) for at in typed):
                self._now = 0

    def _peek(self, n: int) -> list[Record]:
        while len(self._pending) < n and (record := next(self._records, None)) is not None:
            self._pending.append(record)
        return list(islice(self._pending, n))
