"""Rows as a program exports them, to rows that each say all there is to say: what a preset declares beyond names.

Blanks under a first row are filled from it, rows that are no business of the noun are left out with a sentence, and
columns are made from others. Everything streams: only the rows of one thing are held at a time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ops.imports.columns import named, places_in
from ops.imports.made import Group, Made, Step, made_from, step_of
from ops.imports.problems import Unreadable
from ops.imports.values.numbers import decimal_text

Row = tuple[int, list[str]]
_SHOWN = 3
_KEYS = {"one_thing", "made", "leave_out", "repeated_rows", "add_up", "say"}


@dataclass(frozen=True)
class LeaveOut:
    """Rows whose `column` is one of `words`, or filled when there are none; `why` ends the sentence about them."""

    column: str
    words: frozenset[str]
    why: str


@dataclass(frozen=True)
class Shape:
    """What a preset says of the rows. `key` names the column by which rows belong together, `fill` what is blank on
    all but the first of them."""

    key: str = ""
    fill: tuple[str, ...] = ()
    made: tuple[Made, ...] = ()
    leave_out: tuple[LeaveOut, ...] = ()
    drop_repeated: bool = False
    add_up: Mapping[str, str] = field(default_factory=dict)
    say: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        return self == Shape()


KEYS = frozenset(_KEYS)


def shape_from(book: Mapping[str, Any]) -> Shape:
    """Raises ValueError for what a preset cannot say."""
    thing = book.get("one_thing", {})
    if thing and "key" not in thing:
        raise ValueError("one_thing says the key by which rows belong together.")
    if book.get("repeated_rows", "keep") not in {"keep", "leave out"}:
        raise ValueError("repeated_rows are “keep” or “leave out”.")
    outs = tuple(
        LeaveOut(said["column"], frozenset(word.casefold() for word in said.get("is", ())), said.get("why", ""))
        for said in book.get("leave_out", [])
    )
    made = tuple(made_from(name, said) for name, said in book.get("made", {}).items())
    return Shape(
        thing.get("key", ""), tuple(thing.get("fill", ())), made, outs, book.get("repeated_rows") == "leave out",
        dict(book.get("add_up", {})), dict(book.get("say", {})),
    )  # fmt: skip


class Shaper:
    """A shape for one header. `more` are the names of the columns it adds, in their order."""

    def __init__(self, shape: Shape, header: Sequence[str]) -> None:
        self.shape, self.width = shape, len(header)
        places = places_in(header)
        self.more: list[str] = []
        self._steps: list[Step] = []
        for made in shape.made:
            if step := step_of(made, lambda name: places.get(named(name))):
                self._steps.append(step)
                places[named(made.name)] = self.width + len(self.more)
                self.more.append(made.name)
        self._at: Callable[[str], int | None] = lambda name: places.get(named(name))
        self._key = self._at(shape.key) if shape.key else None
        self._fill = [at for name in shape.fill if (at := self._at(name)) is not None]

    def rows(self, rows: Iterable[Row], notes: list[str] | None = None) -> Iterator[Row]:
        """The shaped rows; sentences about what was done are added to `notes` at the end."""
        said = _Said(self.shape, self._at)
        for group in self._groups(rows, said):
            if len(group[0][1]) != self.width:  # whoever reads the row says that it is ragged
                line, cells = group[0]
                yield line, cells + [""] * len(self.more) if len(cells) > self.width else cells
                continue
            whole = [cells for _, cells in group]
            for step in self._steps:
                for cells, cell in zip(whole, step(whole), strict=True):
                    cells.append(cell)
            if said.looks:
                said.look(whole, self._name(group))
            yield from (row for row in group if not said.left_out(row)) if said.outs else group
        if notes is not None:
            notes += said.notes()

    def _name(self, group: Sequence[Row]) -> str:
        return group[0][1][self._key].strip() if self._key is not None else f"line {group[0][0]:,}"

    def _groups(self, rows: Iterable[Row], said: "_Said") -> Iterator[list[Row]]:
        """Rows that follow each other and have one key, filled from their first; others alone."""
        group: list[Row] = []
        seen: set[int] = set()
        for line, given in rows:
            cells = list(given)
            if self._key is None or len(cells) != self.width:
                if group:
                    yield group
                    group = []
                yield [(line, cells)]
                continue
            first = group[0][1] if group else None
            if first is not None and cells[self._key].strip() in {"", first[self._key].strip()}:
                self._filled(cells, first)
                group.append((line, cells))
                continue
            if group:
                yield group
                group = []
            if self.shape.drop_repeated:
                mark = hash(tuple(cells))
                if mark in seen:
                    said.repeated.append(line)
                    continue
                seen.add(mark)
            group = [(line, cells)]
        if group:
            yield group

    def _filled(self, cells: list[str], first: list[str]) -> None:
        assert self._key is not None
        for at in (self._key, *self._fill):
            if not cells[at].strip():
                cells[at] = first[at]


class _Said:
    """Counts what a shape leaves out and what does not add up, for the sentences about it."""

    def __init__(self, shape: Shape, at: Callable[[str], int | None]) -> None:
        self.outs = [(out, place) for out in shape.leave_out if (place := at(out.column)) is not None]
        self.sums = [(whole, w, p) for whole, part in shape.add_up.items()
                     if (w := at(whole)) is not None and (p := at(part)) is not None]  # fmt: skip
        self.say = [(column, words, place) for column, words in shape.say.items() if (place := at(column)) is not None]
        self.looks = bool(self.sums or self.say)
        self.counts: Counter[str] = Counter()
        self.differ: dict[str, list[str]] = {}
        self.found: dict[str, Counter[str]] = {column: Counter() for column, _, _ in self.say}
        self.totals: dict[str, Decimal] = {}
        self.repeated: list[int] = []

    def left_out(self, row: Row) -> bool:
        for out, place in self.outs:
            text = row[1][place].strip()
            if (text.casefold() in out.words) if out.words else bool(text):
                said = "is blank" if not text else f"is “{text[:40].casefold()}”" if out.words else "is filled"
                self.counts[f"“{out.column}” {said}: {out.why}"] += 1
                return True
        return False

    def look(self, group: Group, name: str) -> None:
        for whole, at, part in self.sums:
            self._compare(whole, group[0][at], [cells[part] for cells in group], name)
        for column, _, at in self.say:
            if text := group[0][at].strip():
                try:
                    self.totals[column] = self.totals.get(column, Decimal(0)) + Decimal(decimal_text(text))
                except Unreadable:
                    if len(self.found[column]) < _SHOWN or text in self.found[column]:
                        self.found[column][text] += 1

    def _compare(self, column: str, said: str, parts: list[str], name: str) -> None:
        if not said.strip():
            return
        try:
            whole = Decimal(decimal_text(said.strip()))
            lines = sum((Decimal(decimal_text(part)) for part in parts if part), Decimal(0))
        except Unreadable:
            return  # said where the cell is read
        if whole != lines:
            self.differ.setdefault(column, []).append(f"{name}: {whole}, its lines {lines}")

    def notes(self) -> Iterator[str]:
        for reason, count in self.counts.items():
            yield f"{count:,} {'row is' if count == 1 else 'rows are'} left out, {reason}."
        if self.repeated:
            lines = ", ".join(f"{line:,}" for line in self.repeated[:_SHOWN])
            more = "" if len(self.repeated) <= _SHOWN else " and more"
            yield (
                f"{len(self.repeated):,} {'row' if len(self.repeated) == 1 else 'rows'} that stood in the file before,"
                f" cell by cell, {'is' if len(self.repeated) == 1 else 'are'} left out (line {lines}{more})."
            )
        for column, cases in self.differ.items():
            things = "1 case" if len(cases) == 1 else f"{len(cases):,} cases"
            yield f"In {things} “{column}” is not what the lines add up to ({'; '.join(cases[:_SHOWN])})."
        for column, words, _ in self.say:
            if total := self.totals.get(column):
                yield words.replace("{}", f"{total:,f}")
            elif self.found[column]:
                yield words.replace("{}", ", ".join(f"“{text}”" for text in self.found[column]))
