"""Signs and codes of currencies as people put them before or behind an amount."""

import re
from functools import cache

from babel import Locale

from ops.imports.problems import Unreadable

# A sign that several currencies share is that of the column or of the shop; alone it decides nothing.
SHARED = {"$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"), "£": ("GBP", "EGP"), "¥": ("JPY", "CNY"),
          "kr": ("SEK", "NOK", "DKK"), "Rs": ("PKR", "INR", "LKR", "NPR"), "₨": ("PKR", "INR", "LKR", "NPR")}  # fmt: skip
OWN = {
    "€": "EUR", "₹": "INR", "US$": "USD", "CA$": "CAD", "C$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD",
    "HK$": "HKD", "S$": "SGD", "R$": "BRL", "MX$": "MXN", "₺": "TRY", "TL": "TRY", "KSh": "KES", "Ksh": "KES",
    "TSh": "TZS", "USh": "UGX", "₦": "NGN", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "₩": "KRW", "₫": "VND", "฿": "THB",
    "₱": "PHP", "₽": "RUB", "₪": "ILS", "৳": "BDT", "Dhs": "AED", "Dh": "AED", "د.إ": "AED", "SR": "SAR", "﷼": "SAR",
    "CHF": "CHF", "Fr.": "CHF", "US $": "USD", "R": "ZAR",
}  # fmt: skip
_WORDS = {"dollar": "USD", "dollars": "USD", "euro": "EUR", "euros": "EUR", "rupee": "PKR", "rupees": "PKR",
          "pound": "GBP", "pounds": "GBP", "sterling": "GBP"}  # fmt: skip
_DIGIT = re.compile(r"\d", re.ASCII)
_SIGN = re.compile(r"[-−+(]+\s*")
_SIGN_BEHIND = re.compile(r"\s*[-−)]+$")
_PRICE_END = re.compile(r"\s*/[-=]$")  # 1,500/- as bills in Pakistan and India say it
_FIRST_WORD = re.compile(r"[^\W\d_]{3}(?=[\s\d(+-]|$)")


@cache
def codes() -> frozenset[str]:
    """Every currency code that is in use, and those that were."""
    return frozenset(code for code in Locale.parse("en").currencies if code not in {"XXX", "XTS"})


@cache
def _marks() -> list[tuple[str, str]]:
    """What can stand beside a number, longest first, and the code or shared sign that it means."""
    shared = {sign: sign for sign in SHARED} | {"Rs.": "Rs", "₨.": "₨"}
    every = {**OWN, **shared, **{code: code for code in codes()}, **{f"{code}.": code for code in ("PKR", "INR")}}
    return sorted(((mark.casefold(), meant) for mark, meant in every.items()), key=lambda pair: -len(pair[0]))


def parted(cell: str) -> tuple[str, str]:
    """The cell without its currency, and the currency: a code, a sign that several share, or nothing."""
    if (cell[:1].isdigit() and cell[-1:].isdigit()) or not _DIGIT.search(cell):
        return cell, ""
    cell = _PRICE_END.sub("", cell)
    sign = _SIGN.match(cell)
    front = sign[0] if sign else ""
    back = _SIGN_BEHIND.search(cell)
    tail = back[0] if back else ""
    bare = cell[len(front) : len(cell) - len(tail)].strip()
    low = bare.casefold()
    if len(low) != len(bare):
        return cell, ""
    for mark, meant in _marks():
        if low.startswith(mark) and not (mark[-1:].isalpha() and low[len(mark) : len(mark) + 1].isalpha()):
            rest = bare[len(mark) :]
            return f"{front}{(rest.removeprefix('.') if mark[-1:].isalpha() else rest).strip()}{tail}", meant
        if low.endswith(mark) and not (mark[:1].isalpha() and low[-len(mark) - 1].isalpha()):
            return f"{front}{bare[: -len(mark)].strip()}{tail}", meant
    return cell, ""


def code_of(cell: str, home: str = "") -> str:
    """The three letters of a currency written as a code, sign or word. `home` decides between those sharing a sign."""
    text = cell.strip()
    if (upper := text.upper()) in codes():
        return upper
    if text in OWN or text in SHARED or text.rstrip(".") in SHARED:
        sign = text if text in OWN else text.rstrip(".")
        if sign in OWN:
            return OWN[sign]
        if home in SHARED[sign]:
            return home
        raise Unreadable(
            f"“{text}” is the sign of {', '.join(SHARED[sign])}; write the three letters.", "no_currency",
            "Write the three letters, like PKR.",
        )  # fmt: skip
    if text.casefold() in _WORDS:
        return _WORDS[text.casefold()]
    if (first := _FIRST_WORD.match(upper)) and first[0] in codes():
        return first[0]  # “USD - US Dollar”
    raise Unreadable("a currency is three letters, like PKR.", "no_currency", "Write the three letters, like PKR.")


def same(seen: str, column: str) -> bool:
    """A sign or code beside an amount says nothing else than its column."""
    return not seen or seen == column or column in SHARED.get(seen, ())
