"""One file and its companions as rows of values: the plan is made once, then every line takes the same short way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ops import clock
from ops.errors import Refused
from ops.exports.sheets import armed
from ops.imports.columns import Clean, Column, named, places_in
from ops.imports.contents import Contents
from ops.imports.fixes import Fix
from ops.imports.presets import Join, Preset
from ops.imports.problems import Problems, Unreadable
from ops.imports.purses import purse_of
from ops.imports.shaping import Shaper
from ops.imports.sheets import Sheet, find_table
from ops.imports.tables.workbooks import Row, Workbook
from ops.imports.understanding import Told, Understanding, Watch, of_numbers

_MOST_JOINED = 500_000
_MOST_KNOWN = 5_000
Values = list[str | None]


@dataclass
class _Joined:
    """A companion file in memory: key to cells."""

    on: int
    rows: dict[str, list[str]]
    blank: list[str]


class _Step(NamedTuple):
    """One column that the file has: its place in the values and in the cells, how it is read, and what was read."""

    place: int
    at: int
    how: Clean
    column: Column
    known: dict[str, str]
    above: list[str]


@dataclass(frozen=True)
class Decisions:
    """What people said about one file. `corrections` by line and place in the header, `mends` by kind and column.

    With `ask`, what the file leaves open stays in the reading's questions; without, it is refused. `by_content` makes
    each row one thing that is known again by what it says.
    """

    dates: Told = ""
    marks: Told = ""
    currencies: Told = ""
    corrections: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    mends: Mapping[tuple[str, str], Sequence[Fix]] = field(default_factory=dict)
    ask: bool = False
    by_content: bool = False


_UNDECIDED = Decisions()


@dataclass
class Reading:
    """A file understood: `notes` say how, `problems` fill while rows are read."""

    sheet: Sheet
    columns: tuple[Column, ...]
    positions: dict[str, int]
    fixed: dict[str, str]
    either: Sequence[tuple[str, ...]]
    joined: list[_Joined] = field(default_factory=list)
    shaper: Shaper | None = None
    understanding: Understanding = field(default_factory=lambda: Watch([]).understood())
    notes: list[str] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    decisions: Decisions = field(default_factory=Decisions)

    def header_of(self, column: Column) -> str:
        """What the file calls the column, for sentences."""
        at = self.positions.get(column.key)
        return column.label if at is None or at >= len(self.sheet.header) else self.sheet.header[at]

    def cells(self, notes: list[str] | None = None) -> Iterator[Row]:
        rows = self._joined()
        return self.shaper.rows(rows, notes) if self.shaper else rows

    def _corrected(self) -> Iterator[Row]:
        corrections = self.decisions.corrections
        for line, row in self.sheet.rows():
            if line in corrections:
                said = corrections[line]
                row = [said.get(at, cell) for at, cell in enumerate(row)]
            yield line, row

    def _joined(self) -> Iterator[Row]:
        for line, row in self._corrected() if self.decisions.corrections else self.sheet.rows():
            for join in self.joined:
                row = row + join.rows.get(row[join.on].strip(), join.blank) if join.on < len(row) else row
            yield line, row

    def rows(self) -> Iterator[tuple[int, bool, Values]]:
        """Line, whether it is refused, and its values in the order of the columns."""
        zone, width = clock.zone(), len(self.sheet.header) + sum(len(join.blank) for join in self.joined)
        width += len(self.shaper.more) if self.shaper else 0
        plan: list[_Step] = []
        key_step: _Step | None = None
        for i, column in enumerate(self.columns):
            at = self.positions.get(column.key, -1)
            if at >= 0:
                how = self.understanding.cleaner(column, self.header_of(column), zone)
                plan.append(_Step(i, at, how, column, {}, []))
                key_step = plan[0] if plan[0].place == 0 else None
        blank: Values = [self.fixed.get(column.key) for column in self.columns]
        either = [tuple(self._index(key) for key in pair) for pair in self.either]
        contents = Contents() if self.decisions.by_content else None
        purse = purse_of(self)
        for line, cells in self.cells(self.notes):
            if len(cells) != width:
                short = len(cells) - (width - len(self.sheet.header) if len(cells) > len(self.sheet.header) else 0)
                self.problems.add(line, "", "", f"it has {short} cells where the header has {len(self.sheet.header)}.",
                                  "ragged", "Count its cells: one too many or too few.")  # fmt: skip
                yield line, True, self._short(cells, key_step)
                continue
            refused, values = self._values(line, cells, plan, blank, either)
            if purse is not None and purse.fill(line, cells, values, self.problems):
                refused = True
            if contents is not None:
                values[0] = contents.key_of(values)
            yield line, refused, values

    def _values(
        self, line: int, cells: list[str], plan: list[_Step], blank: Values, either: Sequence[tuple[int, ...]]
    ) -> tuple[bool, Values]:
        values = blank.copy()
        refused = False
        for step in plan:
            i, at, how, column, known, _ = step
            cell = there if type(there := cells[at]) is str else of_numbers(there, column.kind)
            # Most cells have been read before: cities, products, days.
            if (value := known.get(cell)) is not None:
                values[i] = value
            elif stripped := armed(cell.strip()):
                try:
                    value = how(stripped)
                except Unreadable as wrong:
                    value, mended = self._mended(step, stripped, wrong)
                    if not mended:
                        said = f"“{stripped[:60]}”: {wrong.sentence}"
                        self.problems.add(line, self.header_of(column), stripped, said, wrong.kind, wrong.todo)
                        refused = True
                values[i] = value
                if value is not None and len(known) < _MOST_KNOWN:
                    known[cell] = value
            elif column.required and values[i] is None:
                if (value := self._filled(step)) is None:
                    self.problems.add(line, self.header_of(column), "", "this is blank.", "blank", "Fill it in.")
                    refused = True
                values[i] = value
            if self.decisions.mends and values[i] is not None:
                step.above[:] = [values[i] or ""]
        for pair in either:
            if not refused and all(values[i] is None for i in pair):
                *most, last = (self.header_of(self.columns[i]) for i in pair)
                names = f"{', '.join(most)} and {last}"
                self.problems.add(line, names, "", "this is blank.", "blank", "Fill in one of them.")
                refused = True
        return refused, values

    def _mended(self, step: _Step, cell: str, wrong: Unreadable) -> tuple[str | None, bool]:
        """What a person chose for problems of this kind in this column, where it makes the cell readable."""
        for fix in self.decisions.mends.get((wrong.kind, self.header_of(step.column)), ()):
            if fix.mends is None:
                continue
            after = fix.mends(cell).strip()
            if not after and not step.column.required:
                return None, True
            try:
                return step.how(after), True
            except Unreadable:
                continue
        return None, False

    def _filled(self, step: _Step) -> str | None:
        chosen = self.decisions.mends.get(("blank", self.header_of(step.column)), ())
        return step.above[0] if step.above and any(fix.rows == "fill_above" for fix in chosen) else None

    def _short(self, cells: list[str], step: _Step | None) -> Values:
        """Of a ragged row only the key is kept, read as on every row, so that what it belongs to is refused as a
        whole."""
        return [self._key_of(cells, step) if step else None, *[None] * (len(self.columns) - 1)]

    def _key_of(self, cells: list[str], step: _Step) -> str | None:
        cell = armed(cells[step.at].strip()) if step.at < len(cells) else ""
        if not cell:
            return self._filled(step)
        try:
            return step.how(cell)
        except Unreadable as wrong:
            return self._mended(step, cell, wrong)[0]

    def _index(self, key: str) -> int:
        return next(i for i, column in enumerate(self.columns) if column.key == key)


def understand(
    main: Path, companions: dict[str, Path], preset: Preset, columns: tuple[Column, ...],
    either: Sequence[tuple[str, ...]], decisions: Decisions = _UNDECIDED, *, name: str = "",
    fixed: dict[str, str] | None = None, book: Workbook | None = None,
) -> Reading:  # fmt: skip
    """Find the table, its columns and the order of its dates. Raises Refused for a wrong, cut or undecidable file."""
    every = {key: [*preset.columns.get(key, ())] for key in (c.key for c in columns)}
    # Names with a file in front come from companions.
    own = [name for names in every.values() for name in names]
    needed = (
        [] if companions or preset.shape.made else _required(columns, every, either, {**preset.fixed, **(fixed or {})})
    )
    sheet = find_table(main, own, needed, name=name, book=book)
    reading = Reading(
        sheet, columns, {}, {**preset.fixed, **(fixed or {})}, either, notes=[*sheet.notes], decisions=decisions
    )
    header = [*sheet.header]
    for join in preset.joins:
        if join.file in companions:
            reading.joined.append(_join(join, companions[join.file], header))
            reading.notes.append(f"{join.file} is joined by “{join.by}”.")
    if not preset.shape.is_plain:
        reading.shaper = Shaper(preset.shape, header)
        header += reading.shaper.more
    places = places_in(header)
    for column in columns:
        at = next((places[named(name)] for name in every[column.key] if named(name) in places), None)
        if at is not None:
            reading.positions[column.key] = at
    _stand_in(reading)
    _refuse_missing(reading, preset, companions)
    _understand_cells(reading, decisions.dates or preset.dates)
    return reading


def understand_mapped(
    sheet: Sheet, mapping: Mapping[str, int], columns: tuple[Column, ...], either: Sequence[tuple[str, ...]],
    decisions: Decisions, *, fixed: dict[str, str] | None = None,
) -> Reading:  # fmt: skip
    """A table whose columns a person has named: column keys to places in its header."""
    reading = Reading(sheet, columns, {}, fixed or {}, either, notes=[*sheet.notes], decisions=decisions)
    reading.positions = {key: at for key, at in mapping.items() if at < len(sheet.header)}
    _stand_in(reading)
    there = reading.positions.keys() | reading.fixed.keys() | ({columns[0].key} if decisions.by_content else set())
    labels = {column.key: column.label for column in columns}
    missing = [column.label for column in columns if column.required and column.key not in there]
    missing += [" or ".join(labels[key] for key in keys) for keys in either if there.isdisjoint(keys)]
    if missing:
        raise Refused(f"Say which column is: {', '.join(missing)}.")
    _understand_cells(reading, decisions.dates)
    return reading


def _stand_in(reading: Reading) -> None:
    """What a file has no column for, and another of its columns says well enough: an item's code for its name."""
    labels = {column.key: column.label for column in reading.columns}
    found: dict[str, int] = {}
    for column in reading.columns:
        if column.key in reading.positions or column.key in reading.fixed:
            continue
        if other := next((key for key in column.otherwise if key in reading.positions), ""):
            found[column.key] = reading.positions[other]
            reading.notes.append(f"The file has no column for {column.label}: {labels[other]} stands for it.")
    reading.positions = {**found, **reading.positions}


def _required(
    columns: tuple[Column, ...], names: dict[str, list[str]], either: Sequence[tuple[str, ...]], fixed: dict[str, str]
) -> list[tuple[str, list[str]]]:
    single = [(c.label, names[c.key]) for c in columns if c.required and c.key not in fixed]
    labels = {c.key: c.label for c in columns}
    pairs = [(labels[keys[0]], [name for key in keys for name in names[key]])
             for keys in either if fixed.keys().isdisjoint(keys)]  # fmt: skip
    return [(label, known) for label, known in (*single, *pairs) if known]


def _refuse_missing(reading: Reading, preset: Preset, companions: dict[str, Path]) -> None:
    there = reading.positions.keys() | reading.fixed.keys()
    missing = [c.label for c in reading.columns if c.required and c.key not in there]
    missing += [keys[0] for keys in reading.either if there.isdisjoint(keys)]
    if not missing:
        return
    absent = [join.file for join in preset.joins if join.file not in companions and not join.optional]
    beside = f" {', '.join(absent)} should lie beside it." if absent else ""
    raise Refused(f"{reading.sheet.name} has no column for {', '.join(missing)}.{beside}")


def _join(join: Join, path: Path, header: list[str]) -> _Joined:
    places = places_in(header)
    if named(join.by) not in places:
        raise Refused(f"There is no column “{join.by}” to join {join.file} by.")
    sheet = find_table(path, [join.key], [("to join it by", [join.key])], name=join.file)
    key = sheet.positions[named(join.key)]
    rows: dict[str, list[str]] = {}
    for line, cells in sheet.rows():
        if len(cells) != len(sheet.header):
            raise Refused(f"{join.file}, line {line:,}: {len(cells)} cells where the header has {len(sheet.header)}.")
        if len(rows) >= _MOST_JOINED:
            raise Refused(f"{join.file} has more than {_MOST_JOINED:,} rows; join the files before loading.")
        rows.setdefault(cells[key].strip(), cells)
    header += [f"{join.stem}.{column}" for column in sheet.header]
    return _Joined(places[named(join.by)], rows, [""] * len(sheet.header))


def _understand_cells(reading: Reading, dates: Told) -> None:
    """All rows are looked at before any is read. Raises Refused for what the file does not say and nobody was asked."""
    there = [(column, reading.header_of(column), reading.positions[column.key]) for column in reading.columns
             if column.key in reading.positions]  # fmt: skip
    watch = Watch(there)
    watch.see_all(reading.cells())
    said = reading.decisions
    currency = "" if "currency" in reading.positions else reading.fixed.get("currency", "")
    reading.understanding = watch.understood(dates, said.marks, told_currencies=said.currencies, currency=currency)
    if not said.ask:
        for question in reading.understanding.questions:
            raise Refused(question.refusal)
    reading.notes += reading.understanding.notes
