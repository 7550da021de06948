"""Countries and cities as people write them: a country becomes its two letters, a city one spelling. No maps."""

from functools import cache

from babel import Locale

from ops.imports.problems import Unreadable
from ops.imports.values.likeness import folded, words

_LANGUAGES = ("en", "de", "fr", "es", "pt", "tr", "it", "nl", "ur", "ar")
_OTHERS = {"uk": "GB", "u k": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "great britain": "GB",
           "usa": "US", "u s a": "US", "u s": "US", "america": "US", "uae": "AE", "u a e": "AE", "holland": "NL",
           "deutschland": "DE", "ksa": "SA", "pak": "PK", "turkey": "TR", "south korea": "KR", "russia": "RU",
           "ivory coast": "CI", "czech republic": "CZ"}  # fmt: skip


@cache
def _names() -> dict[str, str]:
    known: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():
                known.setdefault(" ".join(words(name)), code)
    return known | _OTHERS


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for name in Locale.parse("en").territories if len(code := str(name)) == 2 and code.isalpha())


def country_code(cell: str) -> str:
    """Two letters for a name in ten languages or a code."""
    text = cell.strip()
    if len(text) == 2 and text.upper() in _codes() and text.upper() != "UK":
        return text.upper()
    if code := _names().get(" ".join(words(text))):
        return code
    raise Unreadable("this country is not known here.", "no_country", "Write its name in English, or two letters.")


def city_name(cell: str) -> str:
    """One blank between words, and no shouting: LAHORE is Lahore. Mixed case stays as somebody wrote it."""
    text = " ".join(cell.split()).strip(" ,.")
    return text.title() if (text.isupper() and len(text) > 3) or text.islower() else text


def city_key(cell: str) -> str:
    """As cities are compared."""
    return " ".join(words(cell)) or folded(cell)
