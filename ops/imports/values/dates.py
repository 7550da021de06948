"""Whether the day, the month or the year comes first is decided by evidence, once per column (I1).

Evidence, in this order: a number above 12 in one place; the order of the rows (files are mostly in order of time); the
other date columns of the same file. What is still open is asked, never guessed. How a cell is then read: days.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from re import Match

from ops.errors import Refused
from ops.imports.problems import Unreadable
from ops.imports.questions import Answer, Question
from ops.imports.values.days import (
    DMY,
    EPOCHS,
    MDY,
    ORDER_WORDS,
    PARTS,
    PIVOT,
    SERIAL,
    SERIAL_CELL,
    SERIALS,
    YMD,
    day_of,
    reader,
    year_of,
)  # fmt: skip

__all__ = ["DMY", "MDY", "YMD", "Evidence", "Orders", "decide", "reader", "weigh"]
_MARKS = "-/. "
_SHOWN = 3


@dataclass
class Evidence:
    """What the spellings of one column say about their order. Fed every cell once, in the order of the file."""

    column: str
    first_above: dict[str, int] = field(default_factory=dict)
    second_above: dict[str, int] = field(default_factory=dict)
    year_first: dict[str, int] = field(default_factory=dict)
    open_samples: dict[str, list[str]] = field(default_factory=dict)
    above_samples: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    samples: list[str] = field(default_factory=list)
    backwards: dict[str, int] = field(default_factory=lambda: {DMY: 0, MDY: 0})
    dates: dict[str, int] = field(default_factory=dict)
    serials: dict[str, int] = field(default_factory=dict)
    serials_above: int = 0
    centuries: set[bool] = field(default_factory=set)
    steps: int = 0
    _ends: dict[str, tuple[set[int], set[int]]] = field(default_factory=dict)
    _before: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    _last: str = ""
    _counted: tuple[dict[str, int], ...] = ()
    _mark: str = ""

    def see(self, cell: str) -> None:
        if cell != self._last:  # the lines of one order follow each other with the same date: read once, counted each
            self._last, self._counted = cell, ()
            if cell and len(self.samples) < _SHOWN and cell not in self.samples:
                self.samples.append(cell)
            if match := PARTS.match(cell):
                self._read(cell, match)
            elif (match := SERIAL_CELL.match(cell)) and int(match[1]) in SERIALS:
                self._mark, self._counted = SERIAL, (self.serials,)
                self.serials_above += (EPOCHS["1900"] + timedelta(days=int(match[1]))).day > 12
        for counts in self._counted:
            counts[self._mark] = counts.get(self._mark, 0) + 1

    def _read(self, cell: str, match: Match[str]) -> None:
        first, mark, second, year = int(match[1]), match[2], int(match[3]), year_of(match[4])
        self._mark, self._counted = mark, (self.dates,)
        if len(match[4]) == 2:
            self.centuries.add(year < 2000)
            firsts, thirds = self._ends.setdefault(mark, (set(), set()))
            firsts.add(first)
            thirds.add(int(match[4]))
        if first > 31:
            self._counted = (self.dates, self.year_first)
            return
        if first > 12 >= second:
            self._counted = (self.dates, self.first_above)
            _keep(self.above_samples.setdefault((mark, DMY), []), cell)
        elif second > 12 >= first:
            self._counted = (self.dates, self.second_above)
            _keep(self.above_samples.setdefault((mark, MDY), []), cell)
        elif first != second and max(first, second) <= 12:
            _keep(self.open_samples.setdefault(mark, []), cell)
        self._step((year, second, first) if second <= 12 else (year, first, second), DMY)
        self._step((year, first, second) if first <= 12 else (year, second, first), MDY)
        self.steps += 1

    def _step(self, day: tuple[int, int, int], order: str) -> None:
        before = self._before.get(order)
        self.backwards[order] += before is not None and day < before
        self._before[order] = day

    @property
    def marks(self) -> list[str]:
        return sorted({*self.first_above, *self.second_above, *self.year_first, *self.open_samples})

    def mixed(self, mark: str) -> bool:
        """More than a slip is written the other way round."""
        above = sorted((self.first_above.get(mark, 0), self.second_above.get(mark, 0)))
        return above[0] * 50 > above[1]

    def turned(self) -> bool:
        """A spreadsheet read what it could the wrong way round and left the rest as text: nothing is in both halves."""
        texts = sum(self.first_above.values()) + sum(self.second_above.values())
        serials = self.serials.get(SERIAL, 0)
        return min(texts, serials) >= 5 and not self.serials_above and not self.open_samples

    def order_of(self, mark: str) -> str | None:
        """The order of the dates written with this mark, as far as the dates themselves tell."""
        if self.year_first.get(mark) or self._years_stay(mark):
            return YMD
        above = self.first_above.get(mark, 0), self.second_above.get(mark, 0)
        if any(above):
            return DMY if above[0] > above[1] else MDY
        few, many = sorted(self.backwards.values())
        if self.steps >= 20 and many >= 5 and few * 10 <= many:
            return DMY if self.backwards[DMY] < self.backwards[MDY] else MDY
        return None

    def _years_stay(self, mark: str) -> bool:
        """With two-digit years: hardly anything changes in front and everything behind, so behind are the days."""
        firsts, thirds = self._ends.get(mark, (set(), set()))
        return len(firsts) <= 2 and len(thirds) > 14 and max(thirds, default=0) <= 31 and 0 not in thirds


def _keep(samples: list[str], cell: str) -> None:
    if len(samples) < _SHOWN and cell not in samples:
        samples.append(cell)


@dataclass(frozen=True)
class Orders:
    """The decision for each column and mark, and the sentences that say why.

    `samples` are three cells of each column as they would be read; `small_print` says what holds besides.
    """

    by_column: dict[str, dict[str, str]]
    notes: list[str]
    questions: list[Question] = field(default_factory=list)
    samples: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    small_print: list[str] = field(default_factory=list)


def decide(columns: Iterable[Evidence], told: str = "") -> Orders:
    """Raises Refused naming the column that could be either."""
    orders = weigh(columns, told)
    for question in orders.questions:
        raise Refused(question.refusal)
    return orders


def weigh(columns: Iterable[Evidence], told: str | Mapping[str, str] = "", *, epoch: str = "1900") -> Orders:
    """The order of each column as far as the evidence goes; what is open comes as questions.

    `told` is the answer for the whole file, or one for each column by its name. `epoch` is what the workbook says.
    """
    seen = list(columns)
    answers = told if isinstance(told, Mapping) else dict.fromkeys((e.column for e in seen), told)
    answers = {column: answer for column, answer in answers.items() if answer}
    own = {e.column: {mark: e.order_of(mark) for mark in e.marks} for e in seen}
    orders = Orders({}, [])
    for evidence in seen:
        column = evidence.column
        decided = orders.by_column[column] = {SERIAL: epoch} if evidence.serials else {}
        if answer := answers.get(column):
            decided |= {SERIAL: answer} if answer in EPOCHS else dict.fromkeys(_MARKS, answer)
        if not answer or answer in EPOCHS:
            _decide(evidence, own, decided, orders)
            if evidence.turned() and not answer:
                orders.questions.append(_turned(evidence))
        orders.samples[column] = read_as(evidence.samples, decided)
        orders.small_print.extend(_small_print(evidence, decided))
    if told and isinstance(told, str) and told not in EPOCHS:
        orders.notes.append(f"Dates are read {ORDER_WORDS[told]}, as told.")
    else:
        orders.notes.extend(f"“{c}” is read {ORDER_WORDS[a]}, as told." for c, a in answers.items() if a in ORDER_WORDS)
    return orders


def _decide(evidence: Evidence, own: dict[str, dict[str, str | None]], decided: dict[str, str], orders: Orders) -> None:
    column = evidence.column
    found: dict[str, str] = {}
    for mark, order in own[column].items():
        others = {known.get(mark) for known in own.values()} - {None}
        final = order or (others.pop() if len(others) == 1 else None)
        if evidence.mixed(mark):
            orders.questions.append(_mixed(evidence, mark))
        elif final is None and mark in evidence.open_samples:
            orders.questions.append(_either(evidence, mark))
        found[mark] = final or DMY
    decided |= found
    orders.notes.extend(_why(evidence, found, own[column]))


def _why(evidence: Evidence, decided: dict[str, str], own: dict[str, str | None]) -> list[str]:
    reasons = []
    for mark, order in decided.items():
        proof = evidence.first_above if order == DMY else evidence.second_above
        if order == YMD:
            reason = "the first number is above 31, or stays while the last one runs through the days"
        elif count := proof.get(mark, 0):
            place = "first" if order == DMY else "second"
            reason = f"in {count:,} of {evidence.dates[mark]:,} dates the {place} number is above 12"
        elif own[mark]:
            reason = "only so are the rows in order of time"
        else:
            reason = "as in the other columns of this file"
        reasons.append(f"“{evidence.column}” is read {ORDER_WORDS[order]}: {reason}.")
    return reasons


def _small_print(evidence: Evidence, decided: Mapping[str, str]) -> list[str]:
    said = []
    if evidence.centuries:
        said.append(
            f"“{evidence.column}” has years of two digits: 00 to {PIVOT - 1} are 2000 to {2000 + PIVOT - 1}, {PIVOT} to"
            f" 99 are {1900 + PIVOT} to 1999."
        )
    if count := evidence.serials.get(SERIAL, 0):
        said.append(
            f"{count:,} {'cell' if count == 1 else 'cells'} of “{evidence.column}” are bare numbers, as a spreadsheet"
            f" counts days; they are counted from {decided[SERIAL]}."
        )
    return said


# --- questions --------------------------------------------------------------------------------------------------


def read_as(samples: Sequence[str], orders: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Cells with the day that each would be; what is none says so."""
    return tuple((cell, _day_or_words(cell, orders)) for cell in samples)


def _day_or_words(cell: str, orders: Mapping[str, str]) -> str:
    try:
        return day_of(cell, orders)[0].isoformat()
    except Unreadable as wrong:
        return wrong.sentence


def _answers(samples: Sequence[str]) -> tuple[Answer, ...]:
    return tuple(
        Answer(order, ORDER_WORDS[order], read_as(samples, dict.fromkeys(_MARKS, order))) for order in (DMY, MDY)
    )


def _either(evidence: Evidence, mark: str) -> Question:
    samples = evidence.open_samples[mark]
    return Question(
        "order_of_dates", evidence.column,
        f"Column “{evidence.column}” could be day first or month first: “{samples[0]}” and every other date in it reads"
        " both ways. Say which.",
        _answers(samples), {"mark": mark}, told_by="--dates dmy (day first) or --dates mdy",
    )  # fmt: skip


def _mixed(evidence: Evidence, mark: str) -> Question:
    samples = [*evidence.above_samples.get((mark, DMY), [])[:2], *evidence.above_samples.get((mark, MDY), [])[:1]]
    return Question(
        "mixed_dates", evidence.column,
        f"Column “{evidence.column}” has dates with the day first and dates with the month first, all written with"
        f" “{mark}”. Make them one kind and load the file again.",
        _answers(samples), {"mark": mark, "day_first": evidence.first_above.get(mark, 0),
                            "month_first": evidence.second_above.get(mark, 0)},
    )  # fmt: skip


def _turned(evidence: Evidence) -> Question:
    texts = [cell for cells in evidence.above_samples.values() for cell in cells][:_SHOWN]
    return Question(
        "turned_dates", evidence.column,
        f"In column “{evidence.column}” every date that is text has a day above 12, and every bare number a day up to"
        " 12: a spreadsheet has read half of the dates with day and month exchanged. Export the file again with the"
        " column as text, or say that the numbers are right as they are.",
        (Answer("1900", "the numbers are right as they are", read_as(evidence.samples, {SERIAL: "1900"} | dict.fromkeys(
            _MARKS, DMY if evidence.first_above else MDY))),),
        {"texts": texts}, told_by="--dates 1900",
    )  # fmt: skip
