"""Amounts and quantities as people write them: blanks, thousands marks, brackets, a currency sign. Exact or refused."""

import re
from decimal import Decimal

from ops.imports.problems import Unreadable

_PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,8})?$", re.ASCII)
_SIGNS = re.compile(
    r"(?:US|CA|AU)?[$£€¥₨₹]|\b(?:Rs\.?|PKR|USD|EUR|GBP|KES|KSh|INR)(?=[\s\d.-])|(?<=\d)\s*(?:PKR|USD|EUR|GBP)$",
    re.IGNORECASE,
)
_BLANKS = str.maketrans("", "", "\u00a0\u202f\u2009 '’")
_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?$", re.ASCII)
_SCIENTIFIC = re.compile(r"-?\d+([.,]\d+)?e[+-]?\d+$", re.IGNORECASE | re.ASCII)


def decimal_text(cell: str) -> str:
    """The number as PostgreSQL reads it, with every decimal the cell has. Raises Unreadable rather than guess."""
    if _PLAIN.match(cell):
        return cell
    text = _SIGNS.sub("", cell).translate(_BLANKS)
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    elif text.endswith("-") and text.count("-") == 1:
        text = f"-{text[:-1]}"
    text = text.replace("−", "-").removeprefix("+")
    if _SCIENTIFIC.match(text):
        raise Unreadable("a spreadsheet has shortened this number; format the column as a number and export again.")
    if _THOUSANDS.match(text) and (text.count(",") > 1 or "." in text):
        text = text.replace(",", "")
    elif "," in text:
        raise Unreadable("is the comma for thousands or for decimals? Write it with a point: 1234.56.")
    if not _PLAIN.match(text):
        raise Unreadable("this is not a number.")
    return text


def percent_text(cell: str) -> str:
    """A share between 0 and 1; `20%` is 0.2."""
    text = decimal_text(cell.removesuffix("%").strip())
    share = Decimal(text) / 100 if cell.endswith("%") else Decimal(text)
    if not 0 <= share <= 1:
        raise Unreadable("a discount is between 0 and 1, or between 0% and 100%.")
    return f"{share:f}"
