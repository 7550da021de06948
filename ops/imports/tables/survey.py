"""What a whole sheet holds, learned in one pass: its tables, how many rows each has, and every line that is no row."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ops.imports.tables.findings import Finding, Lines, capital, found
from ops.imports.tables.headers import Header
from ops.imports.tables.walk import HEADER, ROW, Walk

_RUN = 10
_SAMPLES = 20
_SAMPLE_ROWS = 200  # enough to say what a column holds


@dataclass
class Found:
    """One table of a sheet: its header, how many rows it has, between which lines, and a few of them."""

    header: Header
    rows: int = 0
    first: int = 0
    last: int = 0
    sample: list[list[str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass
class Survey:
    """`lines` counts every line by what it is: rows, headers and each kind left out."""

    tables: list[Found]
    findings: list[Finding]
    lines: dict[str, int]
    last_what: str = ROW
    last_cells: int = 0


class _Ragged:
    """Rows that are not as wide as their header: alone they are damage, in long runs the columns change."""

    def __init__(self) -> None:
        self.narrower, self.wider, self.blank_ends, self.nearly_empty = Lines(), Lines(), Lines(), Lines()
        self.runs: list[tuple[int, Lines]] = []

    def add(self, line: int, width: int, expected: int) -> None:
        (self.narrower if width < expected else self.wider).add(line)
        if self.runs and self.runs[-1][0] == width and self.runs[-1][1].ranges[-1][1] >= line - 2:
            self.runs[-1][1].add(line)
        elif len(self.runs) < _SAMPLES or self.runs[-1][1].count < _RUN:
            if self.runs and self.runs[-1][1].count < _RUN:
                self.runs.pop()
            self.runs.append((width, Lines(1, [[line, line]])))

    def findings(self, expected: int) -> Iterator[Finding]:
        for width, lines in self.runs:
            if lines.count >= _RUN:
                yield found(
                    "columns_change",
                    f"From line {lines.first:,} to line {lines.ranges[-1][1]:,} the rows have {width} cells"
                    f" where the header has"
                    f" {expected}: the columns change there.", lines,
                )  # fmt: skip
        if self.narrower:
            yield found("narrower", f"{capital(self.narrower.words)}: fewer cells than the {expected} of the header.",
                        self.narrower)  # fmt: skip
        if self.wider:
            yield found(
                "wider", f"{capital(self.wider.words)}: more cells than the {expected} of the header.", self.wider
            )
        if self.nearly_empty:
            yield found("nearly_empty", f"{capital(self.nearly_empty.words)}: a row with one cell and nothing else.",
                        self.nearly_empty)  # fmt: skip


class _Aside:
    def __init__(self) -> None:
        self.lines = Lines()
        self.samples: list[str] = []

    def add(self, first: int, last: int, cells: list[str]) -> None:
        self.lines.add(first, last)
        if len(self.samples) < _SAMPLES:
            self.samples.append(" ".join(cell.strip() for cell in cells if cell.strip())[:80])


def survey(walk: Walk) -> Survey:
    """Read the sheet once to its end."""
    tables = [Found(walk.headers[0])]
    ragged = [_Ragged()]
    aside: dict[str, _Aside] = {}
    lines = {ROW: 0, HEADER: 0}
    width, now, table, uneven = tables[0].header.width, 0, tables[0], ragged[0]
    last_cells, last_what = 0, ROW
    for what, number, first, last, cells in walk.steps():
        if what is not ROW:
            lines[what] = lines.get(what, 0) + last - first + 1
            if what == HEADER and number == len(tables):
                tables.append(Found(walk.headers[number]))
                ragged.append(_Ragged())
            elif what != HEADER:
                aside.setdefault(what, _Aside()).add(first, last, cells)
            last_what, last_cells = what, len(cells)
            continue
        if number != now or table.header.line != walk.headers[number].line:
            now, table, uneven = number, tables[number], ragged[number]
            width = table.header.width
        lines[ROW] += last - first + 1
        table.rows += 1
        if not table.first:
            table.first = first
        table.last = last
        last_what, last_cells = what, len(cells)
        if table.rows <= _SAMPLE_ROWS:
            table.sample.append(cells)
        if last_cells != width:
            uneven.add(first, last_cells, width)
        elif not cells[-1] and width > 3 and sum(map(bool, cells)) == 1:
            uneven.nearly_empty.add(first)
    _conclude(tables, ragged, walk)
    return Survey(tables, [*_left_out(aside), *_pasted(tables)], lines, last_what, last_cells)


def _conclude(tables: list[Found], ragged: list[_Ragged], walk: Walk) -> None:
    for table, uneven in zip(tables, ragged, strict=True):
        table.findings += [*table.header.notes, *uneven.findings(table.header.width)]
        if not table.rows:
            table.findings.append(found("no_rows", "There are names of columns and no rows under them."))
    if walk.trimmed:
        spare = "a blank cell" if walk.spare == 1 else f"{walk.spare} blank cells"
        tables[0].findings.append(
            found(
                "trailing_blank_columns",
                f"{capital(walk.trimmed.words)}: {spare} behind the last column, left out.",
                walk.trimmed,
            )
        )


def _left_out(aside: dict[str, _Aside]) -> Iterator[Finding]:
    words = {
        "preamble": ("above the names of the columns", "stands", "stand"),
        "separator_line": ("naming the mark between the cells", "stands", "stand"),
        "totals": ("of totals", "is", "are"),
        "note": ("of words beside the table", "is", "are"),
        "repeated_header": ("that repeats the names of the columns", "is", "are"),
    }
    for kind, seen in aside.items():
        many = seen.lines.count > 1
        if kind == "blank":
            yield found("blank", f"{capital(seen.lines.words)}: blank, and left out.", seen.lines)
            continue
        what = words[kind][0]
        shown = f" (“{seen.samples[0][:60]}”)" if seen.samples and seen.samples[0] else ""
        if many:
            what = what.replace("that repeats", "that repeat").replace("naming", "that name")
            sentence = f"{capital(seen.lines.words)} are lines {what}{shown} and are left out."
        else:
            sentence = f"Line {seen.lines.first:,} is a line {what}{shown} and is left out."
        yield found(kind, sentence, seen.lines)


def _pasted(tables: list[Found]) -> Iterator[Finding]:
    for table in tables[1:]:
        names = ", ".join(name for name in table.header.written if name)[:80]
        lines = Lines()
        lines.add(table.header.line, max(table.last, table.header.last))
        yield found(
            "second_table",
            f"Line {table.header.line:,}: another table begins under this one (“{names}”, {table.rows:,}"
            f" {'row' if table.rows == 1 else 'rows'}). It is read as a table of its own.", lines, count=1,
        )  # fmt: skip
