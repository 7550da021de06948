"""Signs and codes of currencies as people put them before or behind an amount."""

import re
from functools import cache, lru_cache

from ops.imports.problems import Unreadable

# A sign that several currencies share is that of the column or of the shop; alone it decides nothing.
SHARED = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"), "£": ("GBP", "EGP"), "¥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK"), "Rs": ("PKR", "INR", "LKR", "NPR"), "₨": ("PKR", "INR", "LKR", "NPR"),
}  # fmt: skip
OWN = {
    "€": "EUR", "₹": "INR", "US$": "USD", "CA$": "CAD", "C$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD",
    "HK$": "HKD", "S$": "SGD", "R$": "BRL", "MX$": "MXN", "₺": "TRY", "TL": "TRY", "KSh": "KES", "Ksh": "KES",
    "TSh": "TZS", "USh": "UGX", "₦": "NGN", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "₩": "KRW", "₫": "VND", "฿": "THB",
    "₱": "PHP", "₽": "RUB", "₪": "ILS", "৳": "BDT", "Dhs": "AED", "Dh": "AED", "د.إ": "AED", "SR": "SAR", "﷼": "SAR",
    "CHF": "CHF", "Fr": "CHF", "US $": "USD", "R": "ZAR",
}  # fmt: skip
_IN_USE = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF
IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD
MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB
RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD
UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL HRK LTL LVL EEK DEM FRF ITL
"""
_CODES = frozenset(_IN_USE.split())
_WORDS = {"dollar": "USD", "dollars": "USD", "euro": "EUR", "euros": "EUR", "rupee": "PKR", "rupees": "PKR",
          "pound": "GBP", "pounds": "GBP", "sterling": "GBP"}  # fmt: skip
_DIGIT = re.compile(r"\d", re.ASCII)
_SIGN = re.compile(r"[-−+(]+\s*")
_SIGN_BEHIND = re.compile(r"\s*[-−)]+$")
_PRICE_END = re.compile(r"\s*/[-=]$")  # 1,500/- as bills in Pakistan and India say it
_EACH = re.compile(r"(?<=\d)\s*/\s*[^\W\d_]{1,10}\.?$")  # 12,500.00/Nos: what one costs
_FIRST_WORD = re.compile(r"[^\W\d_]{3}(?=[\s\d(+-]|$)")


def codes() -> frozenset[str]:
    """Every currency code that is in use."""
    return _CODES


@cache
def _marks() -> dict[str, str]:
    """What can stand beside a number, in small letters, and the code or shared sign that it means."""
    shared = {sign: sign for sign in SHARED}
    return {mark.casefold(): meant for mark, meant in {**dict.fromkeys(codes()), **OWN, **shared}.items()
            for meant in [meant or mark]}  # fmt: skip


@cache
def _beside() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A currency in front of a number and one behind it; letters only where no other letter follows or goes before."""
    marks = sorted(_marks(), key=len, reverse=True)
    either = "|".join(re.escape(mark) + (r"\.?" if mark[-1].isalpha() else "") for mark in marks)
    return (re.compile(rf"({either})(?![^\W\d_])\s*", re.IGNORECASE),
            re.compile(rf"\s*(?<![^\W\d_])({either})$", re.IGNORECASE))  # fmt: skip


@lru_cache(maxsize=20_000)
def parted(cell: str) -> tuple[str, str]:
    """The cell without its currency, and the currency: a code, a sign that several share, or nothing."""
    if (cell[:1].isdigit() and cell[-1:].isdigit()) or not _DIGIT.search(cell):
        return cell, ""
    cell = _EACH.sub("", _PRICE_END.sub("", cell))
    sign = _SIGN.match(cell)
    front = sign[0] if sign else ""
    back = _SIGN_BEHIND.search(cell)
    tail = back[0] if back else ""
    bare = cell[len(front) : len(cell) - len(tail)].strip()
    before, behind = _beside()
    if match := before.match(bare):
        rest = bare[match.end() :].strip()
    elif match := behind.search(bare):
        rest = bare[: match.start()]
    else:
        return cell, ""
    return f"{front.strip()}{rest}{tail.strip()}", _marks()[match[1].rstrip(".").casefold()]


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
