"""Numbers that are names: order numbers, SKUs, barcodes, IMEIs. Text stays text, and damage by a spreadsheet is said.

A spreadsheet shortens long numbers (3.55E+14), takes the zeros in front, and leaves an apostrophe before what it was
told is text. The first cannot be undone, the second only where all others have one length, the third always (I1, R1).
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ops.imports.problems import Unreadable

SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,3}$", re.IGNORECASE | re.ASCII)
_QUOTED = re.compile(r"'(?=[\w#+-])")
_FORMULA_TEXT = re.compile(r'="([^"]*)"$')
_WHOLE = re.compile(r"(\d+)\.0+$", re.ASCII)


def identifier_text(cell: str) -> str:
    """As it is written, without the apostrophe or the ="…" that kept a spreadsheet's hands off it."""
    if SHORTENED.match(cell):
        raise Unreadable(
            f"a spreadsheet has shortened this number to {cell}; its last digits are lost. Format the column as text"
            " and export it again, or type the number.", "shortened",
            "Format the column as text and export the file again.",
        )  # fmt: skip
    if formula := _FORMULA_TEXT.match(cell):
        return formula[1]
    return cell[1:] if _QUOTED.match(cell) else cell


def imei_digits(cell: str) -> str:
    """Fifteen digits whose last one fits (Luhn). Sixteen lose the software version, fourteen get their check digit."""
    digits = re.sub(r"[\s/.-]", "", identifier_text(cell.strip()))
    if not digits.isascii() or not digits.isdigit() or not 14 <= len(digits) <= 16:
        raise Unreadable("an IMEI has 15 digits.", "unreadable", "Read it from the phone: *#06#.")
    if len(set(digits)) == 1 or digits.startswith("00000000"):
        raise Unreadable("this is no IMEI of a phone.", "unreadable", "Read it from the phone: *#06#.")
    check = luhn_digit(digits[:14])
    if len(digits) == 15 and digits[14] != check:
        raise Unreadable(
            f"the last digit of this IMEI should be {check}: one of its digits is wrong.", "unreadable",
            "Read it from the phone: *#06#.",
        )  # fmt: skip
    return digits[:14] + check


def luhn_digit(digits: str) -> str:
    doubled = (int(digit) * (2 if i % 2 == 0 else 1) for i, digit in enumerate(reversed(digits)))
    return str(-sum(n // 10 + n % 10 for n in doubled) % 10)


@dataclass
class Lengths:
    """Watches a column of identifiers for zeros that were lost in front. Fed every cell."""

    column: str
    by_length: Counter[int] = field(default_factory=Counter)
    shortened: list[str] = field(default_factory=list)
    short: dict[int, list[str]] = field(default_factory=dict)
    zeros: int = 0
    _last: str = ""

    def see(self, cell: str) -> None:
        if cell == self._last or not cell[:1].isdigit():  # lines of one thing follow each other
            return
        self._last = cell
        text = _WHOLE.sub(r"\1", cell)
        if text.isascii() and text.isdigit():
            self.by_length[len(text)] += 1
            self.zeros += text[0] == "0"
            kept = self.short.setdefault(len(text), [])
            if len(kept) < 3 and text not in kept:
                kept.append(text)
        elif SHORTENED.match(cell) and len(self.shortened) < 3:
            self.shortened.append(cell)

    def lost_zeros(self) -> tuple[int, list[str]] | None:
        """The length that nearly all have, and some that fall short of it; nothing when lengths say nothing."""
        if not self.by_length:
            return None
        usual, many = self.by_length.most_common(1)[0]
        shorter = [length for length in self.by_length if length < usual]
        fewer = sum(self.by_length[length] for length in shorter)
        total = sum(self.by_length.values())
        # Running numbers grow longer by themselves; a zero in front of some, or one length for nearly all, is a code.
        fixed = many * 20 >= total * 17 and usual >= 5
        if not fewer or not (fixed or self.zeros) or fewer * 4 > total or usual - min(shorter) > 3:
            return None
        return usual, [cell for length in sorted(shorter) for cell in self.short[length]][:3]


def note_of(lengths: Lengths) -> Iterable[str]:
    """What a check says of a column of identifiers."""
    if found := lengths.lost_zeros():
        usual, cells = found
        yield (
            f"In “{lengths.column}” nearly all numbers have {usual} digits, and some have fewer ({', '.join(cells)}):"
            " a spreadsheet may have taken the zeros in front."
        )
    if lengths.shortened:
        yield (
            f"In “{lengths.column}” a spreadsheet has shortened numbers ({', '.join(lengths.shortened)}); their last"
            " digits are lost."
        )
