"""What a cell looks like before anybody knows what its column is: a number or date, a name, a word for totals."""

import re
from collections.abc import Sequence
from functools import lru_cache

_NUMBER = re.compile(
    r"""[-+(\u2212]?\s*(?:[A-Z]{3}\s|(?:PKR|USD|EUR|GBP|INR|KES|KSh|US|Rs\.?)?\s?[₹₨€£$¥]?\s?)?[-+]?\s*\.?\d[\d\s.,'’]*(?:[eE][-+]?\d+)?"""
    r"""\s*(?:%|[₹₨€£$¥]|[A-Z]{3})?\s*[)-]?$"""
)
_DATE = re.compile(
    r"(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[-/ .][A-Za-z]{3,9}[-/ .,]+\d{2,4}|\d{1,2}:\d{2})"
    r"(?:[T ,]+\d{1,2}:\d{2}.*|:\d{2}.*|\s*[AaPp][Mm])?$"
)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.\w+$|https?://|[0-9a-f]{8}-[0-9a-f]{4}-", re.IGNORECASE)
_COUNT = re.compile(r"\d[\d.,'’ ]*\s?[^\W\d_]{1,7}\.?$")
_MISSING = {"na", "n/a", "null", "none", "nan", "-", "--", "?", "#n/a", "*", "****", "*****", "...", "nil"}
_TRUTHS = {"true", "false"}
TOTAL_LETTERS = frozenset("TtGgSsИиВв合小総总")
_TOTALS = re.compile(
    r"(?:(?:grand|sub|net|overall)[\s-]*)?(?:totals?|totaux|totale|subtotales?|sum|summe|suma|somme|somma|gesamt(?:summe)?|итого|"
    r"всего|合計|合计|小計|小计|总计|総計)(?:\s+(?:g[eé]n[eé]ral[e]?|geral|amount|sales|of|for|due|in|net|gross)\b.*)?\s*[:=]?$",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+?\(?\d[\d\s()./-]{5,18}\d$", re.ASCII)
_REMARK = re.compile(
    r"[*#(\[\u00a9\u2020-]|.*[:.!?]$|.*:\s|(?:source|notes?|printed|generated|exported|created|report|page|end of|"
    r"data|prepared|copyright|thank|total|as of|as on|e\.\s?&\s?o\.\s?e)\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(r".+\s(?:totals?|subtotals?)\s*:?$|totals?\s+(?:for|of)\s.+", re.IGNORECASE)


def is_value(cell: str) -> bool:
    """A number, a date, an address: what names of columns are not."""
    return len(cell) < 100 and _is_value(cell.strip())


@lru_cache(maxsize=32768)
def _is_value(text: str) -> bool:
    if not text:
        return False
    if (text[0].isdigit() or text[-1].isdigit() or text[-1] in "%)-") and (_NUMBER.match(text) or _DATE.match(text)):
        return True
    return text.lower() in _TRUTHS or bool(_ADDRESS.match(text) or _DATE.match(text))


def is_phone(cell: str) -> bool:
    text = cell.strip()
    return bool(_PHONE.match(text)) and 7 <= sum(letter.isdigit() for letter in text) <= 15


def phone_columns(rows: Sequence[Sequence[str]], width: int) -> frozenset[int]:
    """The places in which most of the cells that are filled are phone numbers."""
    found = set()
    for at in range(width):
        filled = [cells[at] for cells in rows if at < len(cells) and cells[at].strip()]
        if filled and sum(map(is_phone, filled)) * 2 > len(filled):
            found.add(at)
    return frozenset(found)


def is_remark(text: str) -> bool:
    """Words that close a sheet, by how they begin or end: “Source: …”, “Printed by …”, a whole sentence."""
    return bool(_REMARK.match(text))


def is_year(cell: str) -> bool:
    text = cell.strip()
    return len(text) == 4 and text.isdigit() and "1900" <= text <= "2100"


def are_years(cells: Sequence[str]) -> bool:
    """Three years or more, each once and in order: names of columns that are numbers."""
    years = [cell.strip() for cell in cells if is_year(cell)]
    return len(years) > 2 and (years == sorted(set(years)) or years == sorted(set(years), reverse=True))


def is_number(cell: str) -> bool:
    text = cell.strip()
    return bool(_NUMBER.match(text)) and any(letter.isdigit() for letter in text)


def is_count(cell: str) -> bool:
    """A number, also with what is counted behind it: “3 Nos”."""
    return is_number(cell) or bool(_COUNT.match(cell.strip()))


def says_nothing(cell: str) -> bool:
    """Blank, or one of the words for a value that is not there."""
    text = cell.strip()
    return not text or text.lower() in _MISSING


def used(cells: Sequence[str]) -> int:
    """How many cells there are up to the last that is not blank."""
    n = len(cells)
    while n and not cells[n - 1].strip():
        n -= 1
    return n


def is_total_word(cell: str) -> bool:
    return bool(_TOTALS.match(cell.strip()))


def is_closing_words(cell: str) -> bool:
    """“East Total”, “Total for chairs”: totals when the line has little else than numbers."""
    text = cell.strip()
    return len(text) < 80 and bool(_CLOSING.match(text))


def looks_like_names(cells: Sequence[str]) -> bool:
    """Two or more different short words without a value among them: what a line of column names is made of."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return (
        len(filled) >= 2
        and len(filled) >= used(cells) * 0.6
        and len(set(filled)) == len(filled)
        and not any(is_value(cell) or len(cell) > 80 for cell in filled)
    )
