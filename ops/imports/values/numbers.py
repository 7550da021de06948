"""Amounts and quantities as people write them: blanks, thousands marks, brackets, a currency sign. Exact or refused.

`decimal_text` reads one cell by itself and refuses what could be two numbers. Where a whole column was looked at
(marks.py), `plain_text` reads its cells with the decimal mark that the column has.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial

from ops.imports.problems import Unreadable
from ops.imports.values.currencies import parted

_PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,8})?$", re.ASCII)
BLANKS = ("\u00a0", "\u202f", "\u2009", "\u2007", " ", "'", "’", "٬")  # fmt: skip
_NO_BLANKS = str.maketrans("", "", "".join(BLANKS))
_GROUPED_BY_BLANKS = re.compile(
    r"\d{1,3}([\u00a0\u202f\u2009\u2007 '’٬]\d{2,3})*[\u00a0\u202f\u2009\u2007 '’٬]\d{3}(?!\d)"
)
# Thousands, and the Indian lakh and crore: 1,23,45,678.
_THOUSANDS = re.compile(r"-?(\d{1,3}(,\d{3})+|\d{1,2}(,\d{2})*,\d{3})(\.\d+)?$", re.ASCII)
SCIENTIFIC = re.compile(r"-?\d+([.,]\d+)?e[+-]?\d+$", re.IGNORECASE | re.ASCII)


def decimal_text(cell: str) -> str:
    """The number as PostgreSQL reads it, with every decimal the cell has. Raises Unreadable rather than guess."""
    if _PLAIN.match(cell):
        return cell
    text = _signed(cell)
    if _THOUSANDS.match(text) and (text.count(",") > 1 or "." in text):
        text = text.replace(",", "")
    elif "," in text:
        raise Unreadable(
            "is the comma for thousands or for decimals? Write it with a point: 1234.56.", "which_decimal",
            "Say for the whole column what the comma is.",
        )  # fmt: skip
    return _checked(text)


def plain_text(cell: str, mark: str) -> str:
    """The same for a cell of a column whose decimal mark is known. A mark where none can stand is refused."""
    if mark == "." and _PLAIN.match(cell):
        return cell
    if cell.endswith("%"):
        return plain_text(cell[:-1].strip(), mark) + "%"
    text = _signed(cell)
    if mark == ",":
        if "." in text and "," in text and text.index(",") < text.rindex("."):
            raise Unreadable(*_OTHER_WAY)
        if "." in text and not _THOUSANDS.match(text.translate(_SWAPPED)):
            raise Unreadable(*_OTHER_WAY)
        text = text.translate(_SWAPPED)
    elif "," in text and not _THOUSANDS.match(text):
        raise Unreadable(*_OTHER_WAY)
    return _checked(text.replace(",", ""))


_SWAPPED = str.maketrans(",.", ".,")
_OTHER_WAY = (
    "it is written otherwise than the rest of the column: thousands and decimals do not fit together.",
    "which_decimal", "Write it like the other cells of the column.",
)  # fmt: skip


def number_reader(mark: str) -> Callable[[str], str]:
    """From a cell to the text that every column reads."""
    return partial(plain_text, mark=mark)


def _signed(cell: str) -> str:
    """Without currency, with the minus in front, and without blanks where they part thousands."""
    text, _ = parted(cell)
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        text = f"-{parted(text[1:-1])[0].strip()}"
    elif text.endswith(("-", "−")) and text.count("-") + text.count("−") == 1:
        text = f"-{parted(text[:-1].strip())[0].strip()}"
    text = text.replace("−", "-").removeprefix("+")
    minus, text = ("-", text[1:].lstrip()) if text.startswith("-") else ("", text)
    if minus:
        text = parted(text)[0].strip()
    if any(blank in text for blank in BLANKS):
        if not _GROUPED_BY_BLANKS.match(text):
            raise Unreadable("this is not a number.", "no_number", "Write digits alone, like 1234.56.")
        text = text.translate(_NO_BLANKS)
    if SCIENTIFIC.match(text):
        raise Unreadable(
            "a spreadsheet has shortened this number; format the column as a number and export again.", "shortened",
            "Format the column as a number and export the file again.",
        )  # fmt: skip
    return minus + text


def _checked(text: str) -> str:
    if text.startswith((".", "-.")):
        text = text.replace(".", "0.", 1)
    text = text.removesuffix(".")
    if not _PLAIN.match(text):
        raise Unreadable("this is not a number.", "no_number", "Write digits alone, like 1234.56.")
    return text


def percent_text(cell: str) -> str:
    """A share between 0 and 1; `20%` is 0.2."""
    text = decimal_text(cell.removesuffix("%").strip())
    share = Decimal(text) / 100 if cell.endswith("%") else Decimal(text)
    if not 0 <= share <= 1:
        raise Unreadable("a discount is between 0 and 1, or between 0% and 100%.", "out_of_range")
    return f"{share:f}"
