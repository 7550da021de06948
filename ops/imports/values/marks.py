"""Whether the comma or the point parts the decimals is decided once per column from all its cells, or asked (C17).

A cell proves its mark when both marks are in it, when one is there twice, or when other than three digits follow it.
“1.234” alone proves nothing: a column of nothing else is a question.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ops.imports.problems import Unreadable
from ops.imports.questions import Answer, Question
from ops.imports.values.currencies import SHARED, parted, same
from ops.imports.values.numbers import BLANKS, SCIENTIFIC, plain_text

POINT, COMMA = ".", ","
_WORDS = {POINT: "the point is for decimals", COMMA: "the comma is for decimals"}
_SHOWN = 3
_ENOUGH = 1000  # after so many points, and no comma, only a cell with a comma is looked at closely
_MOST_KNOWN = 5000
_DIGITS = frozenset("0123456789")
_OPEN = re.compile(r"[1-9]\d{0,2}([.,])\d{3}$", re.ASCII)
_ONE = re.compile(r"\d*([.,])\d*$", re.ASCII)
_GROUPS = {POINT: re.compile(r"\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?$", re.ASCII),
           COMMA: re.compile(r"\d{1,3}(\.\d{3})+(,\d*)?$", re.ASCII)}  # fmt: skip

BLANKS_GONE = str.maketrans("", "", "".join(BLANKS))


def proven(cell: str) -> str:
    """The decimal mark that this number proves; "?" when it can be read both ways, nothing when it has no mark."""
    text = parted(cell)[0].removesuffix("%").strip("+-−() \u00a0\u202f")
    grouped = any(blank in text for blank in BLANKS)
    text = text.translate(BLANKS_GONE)
    if "." not in text and "," not in text:
        return ""
    if one := _ONE.match(text):
        return one[1] if grouped or not _OPEN.match(text) else "?"
    for mark, form in _GROUPS.items():
        if form.match(text):
            return mark
    return ""


@dataclass
class Marks:
    """What the numbers of one column say about their decimal mark and their currencies. Fed every cell."""

    column: str
    proofs: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    samples: list[str] = field(default_factory=list)
    currencies: Counter[str] = field(default_factory=Counter)
    numbers: int = 0
    settled: bool = False
    _known: dict[str, tuple[str, str]] = field(default_factory=dict)

    def see(self, cell: str) -> None:
        if not cell:
            return
        self.numbers += 1
        if cell.isascii() and cell.isdigit() and self.samples:
            return
        if self.settled and "," not in cell and cell[0] in _DIGITS and cell[-1] in _DIGITS:
            self.proofs[POINT] += "." in cell
            return
        known = self._known.get(cell)
        if known is None:
            known = proven(cell), parted(cell)[1]
            if len(self._known) < _MOST_KNOWN:
                self._known[cell] = known
            self._sample(cell)
            kept = self.examples.setdefault(known[0], [])
            if len(kept) < _SHOWN and cell not in kept:
                kept.append(cell)
        mark, currency = known
        if mark:
            self.proofs[mark] += 1
            self.settled = self.proofs[POINT] > _ENOUGH and not self.proofs[COMMA]
        if currency:
            self.currencies[currency] += 1

    def _sample(self, cell: str) -> None:
        if len(self.samples) < _SHOWN and cell not in self.samples:
            self.samples.append(cell)

    def mark(self) -> str | None:
        """None when it is to be asked; a column without any mark is read with the point."""
        points, commas = self.proofs[POINT], self.proofs[COMMA]
        if points and commas:
            # A slip or two do not turn a column; they come out as problems, line by line.
            few, many = sorted((points, commas))
            return None if few * 50 > many else (POINT if points > commas else COMMA)
        if points or commas:
            return POINT if points else COMMA
        return None if self.proofs["?"] else POINT


@dataclass(frozen=True)
class Styles:
    """The decimal mark of each column, why, what is open, and three cells of each as they would be read."""

    by_column: dict[str, str]
    notes: list[str]
    questions: list[Question]
    samples: dict[str, tuple[tuple[str, str], ...]]
    currencies: dict[str, Counter[str]]


def weigh(columns: Iterable[Marks], told: str | Mapping[str, str] = "") -> Styles:
    """`told` is the mark that parts decimals in the whole file, or one for each column by its name."""
    seen = list(columns)
    known = dict(told) if isinstance(told, Mapping) else dict.fromkeys((m.column for m in seen if told), told)
    own = {marks.column: known.get(marks.column) or marks.mark() for marks in seen}
    styles = Styles({}, [], [], {}, {})
    for marks in seen:
        column, mark = marks.column, own[marks.column]
        if mark is None and not (marks.proofs[POINT] or marks.proofs[COMMA]):
            mark = _as_others(column, own)
        if mark is None:
            styles.questions.append(_question(marks))
        elif marks.proofs[POINT] or marks.proofs[COMMA] or marks.proofs["?"]:
            styles.notes.extend(_why(marks, mark, told=column in known))
        styles.by_column[column] = mark or POINT
        styles.samples[column] = read_as(marks.samples, mark or POINT)
        styles.currencies[column] = marks.currencies
    return styles


def _as_others(column: str, own: Mapping[str, str | None]) -> str | None:
    """A comma for decimals in one column of a file is one in all of them; the point proves nothing of the kind."""
    others = {mark for name, mark in own.items() if name != column and mark}
    return COMMA if others == {COMMA} else None


def _why(marks: Marks, mark: str, *, told: bool) -> list[str]:
    if told:
        return [f"In “{marks.column}” {_WORDS[mark]}, as told."]
    if mark == POINT and not marks.proofs[COMMA]:
        return []  # as everything here is written: nothing to say
    if count := marks.proofs[mark]:
        return [f"In “{marks.column}” {_WORDS[mark]}: {count:,} of {marks.numbers:,} numbers can be read no other way."]
    return [f"In “{marks.column}” {_WORDS[mark]}, as in the other columns of this file."]


def read_as(samples: Sequence[str], mark: str) -> tuple[tuple[str, str], ...]:
    return tuple((cell, _number_or_words(cell, mark)) for cell in samples)


def _number_or_words(cell: str, mark: str) -> str:
    try:
        return plain_text(cell, mark)
    except Unreadable as wrong:
        return wrong.sentence


def _question(marks: Marks) -> Question:
    mixed = bool(marks.proofs[POINT] and marks.proofs[COMMA])
    if mixed:
        samples = [*marks.examples.get(POINT, [])[:2], *marks.examples.get(COMMA, [])[:1]]
        sentence = (
            f"Column “{marks.column}” writes decimals with a point ({marks.proofs[POINT]:,} times, like “{samples[0]}”)"
            f" and with a comma ({marks.proofs[COMMA]:,} times, like “{samples[-1]}”). Say which one counts; the"
            " others become problems to look at."
        )
    else:
        samples = marks.examples["?"]
        sentence = (
            f"Column “{marks.column}” has numbers like “{samples[0]}” and nothing that tells thousands from decimals."
            " Say which they are."
        )
    return Question(
        "mixed_decimals" if mixed else "decimal_mark", marks.column, sentence,
        tuple(Answer(mark, _WORDS[mark], read_as(samples, mark)) for mark in (POINT, COMMA)),
        told_by="--decimals point or --decimals comma",
    )  # fmt: skip


def currency_question(column: str, found: Counter[str], own: str) -> Question | None:
    """Asked when cells of a column name another currency than its own, and no other column says which holds (C17)."""
    if all(same(sign, own) for sign in found):
        return None
    sentence = f"The amounts of “{column}” name other currencies than {own}: {_counted(found)}. Say what they are in."
    return Question("mixed_currencies", column, sentence, _currency_answers(found, own))


def unclear_currency(column: str, found: Counter[str], home: str) -> Question | None:
    """Asked when nothing says what a sign means that several currencies share, and the shop's is none of them."""
    unclear = [sign for sign in found if sign in SHARED and home not in SHARED[sign]]
    if not unclear:
        return None
    signs = " and ".join(f"{sign}, which is that of {', '.join(SHARED[sign])}" for sign in unclear)
    sentence = f"The amounts of “{column}” name {signs}. Say what they are in."
    return Question("mixed_currencies", column, sentence, _currency_answers(found, home))


def currency_note(column: str, found: Counter[str], home: str) -> str:
    """Where the cells say it all themselves; nothing when it is what everybody here would take them for."""
    if all(same(sign, home) for sign in found):
        return ""
    return f"The amounts of “{column}” name their currencies: {_counted(found)}. Each counts in its own."


def _currency_answers(found: Counter[str], own: str) -> tuple[Answer, ...]:
    """`each`, or `each:CAD` where a sign is that of several currencies and it is not the first of them."""
    unclear = [sign for sign in found if sign in SHARED and own not in SHARED[sign]]
    said = ", ".join(f"{sign} is {SHARED[sign][0]}" for sign in unclear)
    each = "each cell is in the currency that it names" + (f", where {said}" if said else "")
    others = [
        Answer(f"each:{code}", f"each cell is in the currency that it names, where {unclear[0]} is {code}")
        for code in (SHARED[unclear[0]][1:] if len(unclear) == 1 else ())
    ]
    return (Answer("each", each), *others, Answer("column", f"all are in {own}, whatever the cells say"))


def _counted(found: Counter[str]) -> str:
    return ", ".join(f"{sign} {count:,} times" for sign, count in found.most_common())


def shortened(cell: str) -> bool:
    return bool(SCIENTIFIC.match(cell.strip()))
