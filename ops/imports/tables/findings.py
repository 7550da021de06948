"""What was noticed while a file was read, in words and with line numbers: how it is written, what was left out, doubts.

Nothing is silently swallowed: every line of a file is a row, a header, or counted by a finding that leaves it out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Weight = Literal["how", "left_out", "doubt"]
_KEPT = 100
_NAMED = 4

# Every kind there is. `how` says how the file was read, `left_out` names lines that are no rows, `doubt` asks a
# person to look: the lines are read, and may not be what was meant.
KINDS: dict[str, Weight] = {
    "encoding": "how", "mixed_encoding": "doubt", "nul": "doubt", "mixed_newlines": "how",
    "delimiter": "how", "quoting": "how", "broken_quotes": "doubt", "separator_line": "left_out",
    "compressed": "how", "member": "left_out",
    "header": "how", "two_line_header": "how", "no_header": "doubt", "blank_names": "doubt",
    "duplicate_names": "doubt", "preamble": "left_out", "repeated_header": "left_out",
    "blank": "left_out", "totals": "left_out", "note": "left_out", "second_table": "how",
    "narrower": "doubt", "wider": "doubt", "columns_change": "doubt", "trailing_blank_columns": "how",
    "nearly_empty": "doubt", "cut_off": "doubt", "no_rows": "doubt",
    "hidden": "how", "merged": "how", "formulas": "how", "formulas_without_value": "doubt", "errors": "doubt",
    "external_links": "how", "macros": "how", "old_dates": "how", "out_of_range_dates": "doubt",
}  # fmt: skip


@dataclass
class Lines:
    """Numbers of lines as ranges: counts them all and keeps the first hundred ranges, so that it stays small."""

    count: int = 0
    ranges: list[list[int]] = field(default_factory=list)
    complete: bool = True

    def add(self, first: int, last: int | None = None) -> None:
        last = first if last is None else last
        self.count += last - first + 1
        if self.complete and self.ranges and self.ranges[-1][1] == first - 1:
            self.ranges[-1][1] = last
        elif len(self.ranges) < _KEPT:
            self.ranges.append([first, last])
        else:
            self.complete = False

    def __bool__(self) -> bool:
        return self.count > 0

    def __iter__(self) -> Iterator[int]:
        for first, last in self.ranges:
            yield from range(first, last + 1)

    @property
    def first(self) -> int:
        return self.ranges[0][0]

    @property
    def words(self) -> str:
        """“line 7”, “lines 2 to 5 and 9”, “412 lines, the first 3, 7, 12 and 31”."""
        spans = [f"{a:,}" if a == b else f"{a:,} to {b:,}" for a, b in self.ranges[:_NAMED]]
        listed = spans[0] if len(spans) == 1 else f"{', '.join(spans[:-1])} and {spans[-1]}"
        if len(self.ranges) > _NAMED or not self.complete:
            return f"{self.count:,} lines, the first {listed}"
        return f"{'line' if self.count == 1 else 'lines'} {listed}"


@dataclass(frozen=True)
class Finding:
    """One thing noticed. `count` is what the sentence counts: lines, cells or members."""

    kind: str
    sentence: str
    lines: Lines = field(default_factory=Lines)
    count: int = 1

    @property
    def weight(self) -> Weight:
        return KINDS[self.kind]

    def __str__(self) -> str:
        return self.sentence


def found(kind: str, sentence: str, lines: Lines | None = None, count: int | None = None) -> Finding:
    """A finding of a declared kind; its count is that of its lines unless told otherwise."""
    if kind not in KINDS:
        raise KeyError(kind)
    lines = lines or Lines()
    return Finding(kind, sentence, lines, count if count is not None else max(lines.count, 1))


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]
