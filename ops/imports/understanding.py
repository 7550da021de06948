"""How the columns of one file are read, from all its rows at once: dates, marks, identifiers; and what is open."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from django.conf import settings

from ops.imports.columns import DATES, NUMBERS, Clean, Column
from ops.imports.problems import Unreadable
from ops.imports.questions import Question
from ops.imports.tables.sheet_cells import Stored
from ops.imports.values import dates, marks
from ops.imports.values.digits import western
from ops.imports.values.identifiers import Lengths, note_of
from ops.imports.values.likeness import words
from ops.imports.values.numbers import number_reader, plain_text

_PERCENT = frozenset({"percent", "percentage", "pct", "prozent", "pourcent", "porcentaje", "percentuale", "procent"})
_COUNTED = NUMBERS | DATES | {"phone"}
CURRENCY = "currency"  # the column of a file that says what its rows are in
_MOST_SHARES = 1000
Told = str | Mapping[str, str]


@dataclass(frozen=True)
class Understanding:
    """The decisions by name of the file's column. `questions` are open: ask them, and understand again with answers."""

    orders: dates.Orders
    styles: marks.Styles
    notes: tuple[str, ...]
    questions: tuple[Question, ...]
    small_print: tuple[str, ...] = ()
    percents: frozenset[str] = frozenset()

    @property
    def samples(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Three cells of each column of dates or numbers, and what each would become."""
        return {**self.styles.samples, **self.orders.samples}

    def cleaner(self, column: Column, name: str, zone: ZoneInfo) -> Clean:
        """How the cells of this column are read; `name` is what the file calls it."""
        day = dates.reader(self.orders.by_column.get(name, {}), zone, with_time=column.kind == "moment")
        mark = self.styles.by_column.get(name)
        numbers = number_reader(mark) if mark else None
        if numbers and name in self.percents:
            numbers = _as_percent(numbers)
        how = column.cleaner(day if column.kind in DATES else None, numbers)
        return (lambda cell: how(western(cell))) if column.kind in _COUNTED else how


def of_numbers(cell: str, kind: str = "decimal") -> str:
    """The cell as a column of numbers has it: what a sheet holds as a number is no question of thousands."""
    return cell.proving() if kind in NUMBERS and isinstance(cell, Stored) else cell


def _as_percent(numbers: Callable[[str], str]) -> Callable[[str], str]:
    return lambda cell: text if (text := numbers(cell)).endswith("%") else f"{text}%"


def says_percent(name: str) -> bool:
    """Whether the name of a column says that its numbers are of a hundred."""
    return "%" in name or not _PERCENT.isdisjoint(words(name))


class _Sees(Protocol):
    def see(self, cell: str) -> None: ...


@dataclass
class Shares:
    """What stands in a column whose name says percent: 10 is 10%, but where all are 0.1 the sheet has reckoned so."""

    column: str
    cells: set[str] = field(default_factory=set)

    def see(self, cell: str) -> None:
        if cell and len(self.cells) < _MOST_SHARES:
            self.cells.add(cell)

    def of_a_hundred(self, mark: str) -> bool:
        """Whether the numbers are; a sign of their own decides, cell by cell, before."""
        return any(number > 1 for number in self.numbers(mark))

    def note(self, mark: str) -> str:
        """How they are read, with what may be otherwise; nothing where each says it with a sign of its own."""
        found = self.numbers(mark)
        small = sorted(number for number in found if 0 < number <= 1)
        if any(number > 1 for number in found):
            said = f"The numbers of “{self.column}” are percent, as its name says: 10 is 10%."
            return f"{said} So {small[0]:f} is {small[0]:f}%: look whether that is meant." if small else said
        if not small:
            return ""
        return (
            f"The numbers of “{self.column}” are all 1 or less, so they are read as shares: {small[0]:f} is"
            f" {(small[0] * 100).normalize():f}%. If {small[0]:f}% is meant, write the sign behind it."
        )

    def numbers(self, mark: str) -> list[Decimal]:
        """What stands there without a sign of its own."""
        found: list[Decimal] = []
        for cell in self.cells:
            if not cell.endswith("%"):
                try:
                    found.append(Decimal(plain_text(cell, mark)))
                except Unreadable:
                    continue
        return found


@dataclass
class Watch:
    """Sees every row of a file once, before any is read. `places` are columns with the file's names and positions."""

    places: Sequence[tuple[Column, str, int]]
    days: list[tuple[int, dates.Evidence]] = field(init=False)
    numbers: list[tuple[int, marks.Marks]] = field(init=False)
    names: list[tuple[int, Lengths]] = field(init=False)
    shares: list[tuple[int, "Shares"]] = field(init=False)

    def __post_init__(self) -> None:
        kinds = {"day": DATES, "number": NUMBERS, "name": {"identifier"}, "share": {"share"}}
        of = {look: [(name, at) for column, name, at in self.places if column.kind in kinds[look]] for look in kinds}
        self.days = [(at, dates.Evidence(name)) for name, at in of["day"]]
        self.numbers = [(at, marks.Marks(name)) for name, at in of["number"]]
        self.names = [(at, Lengths(name)) for name, at in of["name"]]
        self.shares = [(at, Shares(name)) for name, at in of["share"] if says_percent(name)]

    def see_all(self, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        watched: list[tuple[int, _Sees]] = [*self.days, *self.numbers, *self.names, *self.shares]
        for _, cells in rows:
            width = len(cells)
            for at, evidence in watched:
                if at < width:
                    cell = cells[at]
                    if type(cell) is not str and isinstance(evidence, marks.Marks | Shares):
                        cell = of_numbers(cell)
                    evidence.see(western(cell.strip()))

    def understood(
        self, told_dates: Told = "", told_marks: Told = "", *, told_currencies: Told = "", currency: str = "",
        epoch: str = "1900",
    ) -> Understanding:  # fmt: skip
        """What the evidence says. What was told holds for the whole file, or by the name of a column.

        `currency` is that of all amounts, where no column of the file says it: cells that name another are asked about.
        Where nothing says it, what a cell names holds for its row, and is asked about where it could be several.
        """
        orders = dates.weigh([evidence for _, evidence in self.days], told_dates, epoch=epoch)
        styles = marks.weigh([seen for _, seen in self.numbers], told_marks)
        notes = [*orders.notes, *styles.notes, *(note for _, lengths in self.names for note in note_of(lengths))]
        percents = frozenset(seen.column for _, seen in self.shares if seen.of_a_hundred(styles.by_column[seen.column]))
        notes += [note for _, seen in self.shares if (note := seen.note(styles.by_column[seen.column]))]
        asked = list(self._of_currencies(styles, told_currencies, currency, notes))
        return Understanding(
            orders,
            styles,
            tuple(notes),
            (*orders.questions, *styles.questions, *asked),
            tuple(orders.small_print),
            percents,
        )

    def _of_currencies(
        self, styles: marks.Styles, told: Told, currency: str, notes: list[str]
    ) -> Iterable[Question]:  # fmt: skip
        """Nothing to ask where a column of the file says the currency of each row."""
        if any(column.key == CURRENCY for column, _, _ in self.places):
            return
        for name, found in styles.currencies.items():
            if not found or (told if isinstance(told, str) else told.get(name)):
                continue
            if currency:
                question = marks.currency_question(name, found, currency)
            else:
                question = marks.unclear_currency(name, found, settings.SHOP_CURRENCY)
                if question is None and (note := marks.currency_note(name, found, settings.SHOP_CURRENCY)):
                    notes.append(note)
            if question:
                yield question
