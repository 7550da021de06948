"""Which line holds the names of the columns: on line one or on line nine, in one line or in two, or nowhere at all."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from ops.imports.columns import named
from ops.imports.tables.cells import are_years, is_value, is_year, says_nothing, used
from ops.imports.tables.findings import Finding, Lines, found

MOST_COLUMNS = 1000
LOOK = 200
_LOOK_FOR_HEADER = 50
_BELOW = 30
Record = tuple[int, int, list[str]]  # first line, last line, cells


@dataclass(frozen=True)
class Header:
    """Names of the columns: `written` as the file has them, `names` filled and made different.

    It stands on lines `line` to `last` (0: the file has none); rows have `width` cells. `typed` are the places under
    which numbers or dates stand.
    """

    names: tuple[str, ...]
    written: tuple[str, ...]
    line: int
    last: int
    width: int
    typed: frozenset[int] = frozenset()
    notes: tuple[Finding, ...] = field(default=(), compare=False)

    @property
    def columns(self) -> list[str]:
        """As the file has them, one for each cell of a row: blank where it has no name."""
        return [*self.written, *[""] * (self.width - len(self.written))]


def find_header(sample: Sequence[Record], known: Collection[str] = (), merged: Sequence["Merge"] = ()) -> Header:
    """The header of the beginning of a table; `known` are names that columns go by, where somebody knows them."""
    rows = [(i, record) for i, record in enumerate(sample) if used(record[2])]
    if not rows:
        return Header((), (), 0, 0, 0)
    width = _usual_width([cells for _, (_, _, cells) in rows])
    best = _best(rows, width, {named(name) for name in known})
    at = rows[best][0]
    first, last, cells = sample[at]
    below = [record[2] for _, record in rows[best + 1 : best + 1 + _BELOW]]
    typed = _typed(below, width)
    written = [cell.strip() for cell in cells[: used(cells)]]
    if not known and _is_data(cells, below, typed, rows[:best], width):
        first_typed = _typed([record[2] for _, record in rows[:_BELOW]], width)
        return _nameless(width, first_typed)
    if upper := _group_line(rows, best, merged):
        first = upper[0]
        written = _joined(upper[2], written, merged, upper[0])
    elif lower := _second_line(rows, best, merged, width):
        last = lower[1]
        written = _joined(written, [cell.strip() for cell in lower[2][: used(lower[2])]], merged, first)
        typed = _typed(below[1:], width)
    width = max(len(written), _sure_width(below, len(written)))
    return _header(written, first, last, width, typed)


@dataclass(frozen=True)
class Merge:
    """Cells that a sheet shows as one: lines and places, both ends included; the first holds the value."""

    first_line: int
    first: int
    last_line: int
    last: int


def _usual_width(rows: Sequence[list[str]]) -> int:
    """The commonest number of cells; of the beginning of a file the later part counts, as titles stand above."""
    body = rows[len(rows) // 3 :] if len(rows) > 6 else rows
    counts = Counter(used(cells) for cells in body)
    most = max(counts.values())
    return max(width for width, n in counts.items() if n >= most * 0.8)


def _best(rows: Sequence[tuple[int, Record]], width: int, known: set[str]) -> int:
    """Where in `rows` the header stands: by the names that are known, or by what stands above what."""
    if known:
        hits = [len(known & {named(cell) for cell in record[2] if cell}) for _, record in rows[:_LOOK_FOR_HEADER]]
        if max(hits) >= 1:
            return hits.index(max(hits))
    scores = [_likely([record[2] for _, record in rows], i, width) for i in range(min(len(rows), _LOOK_FOR_HEADER))]
    best = scores.index(max(scores))
    # Names that are repeated further down score better there, with cleaner rows below; they stand where they first do.
    return next(i for i in range(best + 1) if rows[i][1][2] == rows[best][1][2])


def _likely(rows: Sequence[list[str]], i: int, width: int) -> float:
    """How much line `i` is like names: as full as the rows, of words, over columns of values."""
    cells = rows[i][:MOST_COLUMNS]
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or (filled[0].startswith("#") and len(filled) < width):
        return 0.0
    fill = min(len(filled) / max(width, 1), 1.0)
    fill = 1.0 if fill >= 0.9 else fill
    years = are_years(filled)
    named_so = (cell for cell in filled if not (is_value(cell) or says_nothing(cell)) or (years and is_year(cell)))
    words = sum(len(cell) < 80 for cell in named_so) / len(filled)
    different = len(set(filled)) / len(filled)
    typed = _typed(rows[i + 1 : i + 1 + _BELOW], width)
    over = sum(at < len(cells) and bool(cells[at].strip()) and not is_value(cells[at]) for at in typed)
    contrast = over / len(typed) if typed else 0.0
    score = 2 * fill + words + contrast + different / 2
    # Far less than half as full as the rows: a title. Nothing below it: the last line of a small file.
    score *= 0.3 if fill < 0.4 else 1.0
    return score * (0.6 if i == len(rows) - 1 and i else 1.0)


def _typed(below: Sequence[list[str]], width: int) -> frozenset[int]:
    """Columns in which numbers, dates or addresses stand nearly always."""
    places: set[int] = set()
    for at in range(min(width, MOST_COLUMNS)):
        said = [cells[at] for cells in below if at < len(cells) and not says_nothing(cells[at])]
        if said and sum(map(is_value, said)) >= len(said) * 0.7:
            places.add(at)
    return frozenset(places)


def _is_data(
    cells: list[str],
    below: Sequence[list[str]],
    typed: frozenset[int],
    before: Sequence[tuple[int, Record]],
    width: int,
) -> bool:
    """Whether the best candidate is a row like those below: then the file has no names."""
    if not below:
        filled = [cell for cell in cells if cell.strip()]
        return sum(map(is_value, filled)) * 2 > len(filled)
    if any(used(record[2]) >= width * 0.8 and _matches(record[2], typed) for _, record in before):
        return bool(typed)
    said = [at for at in typed if at < len(cells) and not says_nothing(cells[at])]
    if not typed or not said:
        return False
    if all(is_value(cells[at]) for at in said):
        # Years over numbers are names; a first row of the same kind in every column is data.
        alike = sum(_shape(cells[at]) in {_shape(row[at]) for row in below if at < len(row)} for at in said)
        texts = [at for at in range(min(len(cells), width)) if at not in typed and cells[at].strip()]
        if not alike and len(said) > 2 and len(below) > 2:
            return False
        years = all(is_year(cells[at]) for at in said) and len(said) > 1
        return not years and (alike * 2 >= len(said) or not texts)
    return False


def _matches(cells: list[str], typed: frozenset[int]) -> bool:
    said = [at for at in typed if at < len(cells) and not says_nothing(cells[at])]
    return bool(said) and sum(is_value(cells[at]) for at in said) * 2 > len(said)


def _shape(cell: str) -> str:
    """Digits and letters made one: dates look like dates, codes like codes."""
    text = cell.strip()
    return "9" if text.isdigit() else "".join("9" if c.isdigit() else "a" if c.isalpha() else c for c in text)


def _group_line(rows: Sequence[tuple[int, Record]], best: int, merged: Sequence[Merge]) -> Record | None:
    """The line above, when it names groups of columns: fewer names, with blanks for those that belong to them."""
    if not best:
        return None
    above, here = rows[best - 1][1], rows[best][1]
    if _end(above, merged) + 1 < here[0]:
        return None
    upper, lower = above[2], here[2]
    names = [cell.strip() for cell in upper if cell.strip()]
    if any(is_value(cell) and not is_year(cell) for cell in names):
        return None
    # One name from the first column on is the title of the sheet, however far it is merged.
    title = len(names) == 1 and bool(upper[0].strip())
    across = not title and any(m.first_line == m.last_line == above[0] and m.last < used(lower) for m in merged)
    if len(names) < 2 and not (across and used(upper) < used(lower)):
        return None
    if names and names[0].startswith("#"):
        return None
    under = [cell.strip() for cell in lower]
    filled = [cell for cell in under if cell]
    doubled = len(set(filled)) < len(filled)
    blanks = [at for at in range(max(used(upper), len(filled))) if at >= len(under) or not under[at]]
    completed = bool(blanks) and all(at < len(upper) and upper[at].strip() for at in blanks)
    return above if (doubled or completed or across) and len(names) < max(len(filled) + len(blanks), 2) else None


def _end(record: Record, merged: Sequence[Merge]) -> int:
    """The last line that a line reaches to, its merged cells counted."""
    return max([record[1], *(m.last_line for m in merged if m.first_line == record[0])])


def _second_line(rows: Sequence[tuple[int, Record]], best: int, merged: Sequence[Merge], width: int) -> Record | None:
    """The line below, when it is words where all the others are values and completes names that are blank or double."""
    if best + 2 >= len(rows):
        return None
    here, below = rows[best][1], rows[best + 1][1]
    if _end(here, merged) + 1 < below[0]:
        return None
    typed = _typed([record[2] for _, record in rows[best + 2 : best + 2 + _BELOW]], width)
    cells = below[2]
    said = [cell for cell in cells if cell.strip()]
    over = [at for at in typed if at < len(cells) and cells[at].strip()]
    if not typed or not over or said[0].startswith("#") or any(is_value(cell) or says_nothing(cell) for cell in said):
        return None
    names = [cell.strip() for cell in here[2][: max(used(here[2]), used(cells))]]
    gaps = len([name for name in names if not name]) + len(names) - len(set(names))
    return below if gaps or (1 < len(said) < width and len(over) == len(said)) else None


def _joined(upper: Sequence[str], lower: Sequence[str], merged: Sequence[Merge], line: int) -> list[str]:
    """Each name of the lower line behind its group's; a group reaches to the next one, or as far as it is merged."""
    spans = {m.first: m.last for m in merged if m.first_line <= line <= m.last_line}
    names: list[str] = []
    group, until = "", -1
    for at in range(max(used(upper), len(lower))):
        own = upper[at].strip() if at < len(upper) else ""
        under = lower[at].strip() if at < len(lower) else ""
        if own:
            group, until = own, spans.get(at, at if spans else MOST_COLUMNS)
        reaches = group if at <= until and (own or under) else ""
        names.append(f"{reaches} {under}".strip() if reaches != under else under)
    return names


def _sure_width(below: Sequence[list[str]], written: int) -> int:
    """Rows that are mostly wider than the header make the table wider: its last columns have no name."""
    wide = [used(cells) for cells in below if used(cells) > written]
    if not wide or len(wide) * 2 <= len(below) or used(below[0]) <= written:
        return written
    return Counter(wide).most_common(1)[0][0]


def _header(written: list[str], first: int, last: int, width: int, typed: frozenset[int]) -> Header:
    notes = []
    if first != last:
        notes.append(found("two_line_header", f"The names of the columns stand on lines {first:,} and {last:,},"
            f" and are"
                           " joined."))  # fmt: skip
    else:
        notes.append(found("header", f"The names of the columns stand on line {first:,}."))
    blank = [at for at in range(width) if at >= len(written) or not written[at]]
    if blank:
        listed = ", ".join(f"{at + 1:,}" for at in blank[:8])
        more = f" and {len(blank) - 8:,} more" if len(blank) > 8 else ""
        notes.append(
            found(
                "blank_names",
                f"Column {listed}{more} {'has' if len(blank) == 1 else 'have'} no name.",
                count=len(blank),
            )
        )
    doubles = [name for name, n in Counter(name for name in written if name).items() if n > 1]
    if doubles:
        shown = ", ".join(f"“{name[:40]}”" for name in doubles[:5])
        notes.append(
            found(
                "duplicate_names",
                f"More than one column is called {shown}; the later ones are numbered.",
                count=len(doubles),
            )
        )
    return Header(_different(written, width), tuple(written), first, last, width, typed, tuple(notes))


def _nameless(width: int, typed: frozenset[int]) -> Header:
    note = found(
        "no_header", "The columns have no names: already the first line is a row. They are called by their number."
    )
    return Header(_different([], width), (), 0, 0, width, typed, (note,))


def _different(written: Sequence[str], width: int) -> tuple[str, ...]:
    names: list[str] = []
    seen: set[str] = set()
    for at in range(width):
        base = " ".join(written[at].split())[:200] if at < len(written) and written[at] else f"Column {at + 1}"
        name, n = base, 1
        while name.casefold() in seen:
            n += 1
            name = f"{base} ({n})"
        seen.add(name.casefold())
        names.append(name)
    return tuple(names)


def before(sample: Sequence[Record], header: Header) -> Iterator[tuple[Lines, str]]:
    """The lines above the names that hold words: a preamble, with its first words."""
    lines, words = Lines(), ""
    for first, last, cells in sample:
        if first >= (header.line or 1):
            break
        if used(cells):
            lines.add(first, last)
            words = words or " ".join(cell.strip() for cell in cells if cell.strip())
    if lines:
        yield lines, words
