"""The words of a message as a page shows them: addresses, numbers of rows and names become what they are, nothing else
becomes anything. Every piece is escaped by itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ops.threads.nouns import REFERENCES

_URL = re.compile(r"https?://[^\s<>\"'`]+", re.IGNORECASE)
_AFTER = ".,;:!?…"
_PAIRS = {")": "(", "]": "["}
_LONG_URL = 60


def references_in(texts: Iterable[str], user: Any) -> dict[str, str]:
    """Where the rows are that these texts name by number, for who may see them: at most one query a kind."""
    joined = "\n".join(texts)
    found: dict[str, str] = {}
    for reference in REFERENCES:
        words = {word.upper() for word in re.findall(rf"(?<![\w-]){reference.pattern}(?![\w-])", joined, re.IGNORECASE)}
        if words:
            found |= reference.find(user, words)
    return found


def rich(text: str, *, names: Collection[str] = (), links: Mapping[str, str] | None = None) -> SafeString:
    """`names` are shown as people, `links` maps numbers to their pages."""
    links = links or {}
    words = _marks(names, links)
    parts: list[SafeString] = []
    place = 0
    for match in _URL.finditer(text):
        url = _trimmed(match[0])
        parts += [_inner(text[place : match.start()], words, links), _link(url)]
        place = match.start() + len(url)
    parts.append(_inner(text[place:], words, links))
    return format_html_join("", "{}", ((part,) for part in parts))


def marked(text: str, query: str, around: int = 160) -> SafeString:
    """Where a text says what was looked for: some words around the first hit, each hit marked."""
    asked = sorted({word for word in re.findall(r"\w+", query.casefold()) if word}, key=len, reverse=True)
    flat = " ".join(text.split())
    if not asked:
        return format_html("{}", flat[:around])
    hits = re.compile("|".join(re.escape(word) for word in asked), re.IGNORECASE)
    first = hits.search(flat)
    start = max(0, first.start() - around // 3) if first else 0
    piece = flat[start : start + around]
    parts: list[SafeString] = [format_html("{}", "… " if start else "")]
    place = 0
    for hit in hits.finditer(piece):
        parts += [format_html("{}", piece[place : hit.start()]), format_html("<mark>{}</mark>", hit[0])]
        place = hit.end()
    parts.append(format_html("{}{}", piece[place:], " …" if start + around < len(flat) else ""))
    return format_html_join("", "{}", ((part,) for part in parts))


def _marks(names: Collection[str], links: Mapping[str, str]) -> re.Pattern[str] | None:
    known = [rf"(?<![\w@.])@{re.escape(name)}(?!\w)" for name in sorted(names, key=len, reverse=True)]
    known += [rf"(?<![\w@.])@{re.escape(name.split()[0])}(?!\w)" for name in names if name.split()]
    known += [rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in sorted(links, key=len, reverse=True)]
    return re.compile("|".join(known), re.IGNORECASE) if known else None


def _inner(text: str, words: re.Pattern[str] | None, links: Mapping[str, str]) -> SafeString:
    if words is None:
        return format_html("{}", text)
    parts: list[SafeString] = []
    place = 0
    for match in words.finditer(text):
        parts.append(format_html("{}", text[place : match.start()]))
        said = match[0]
        if said.startswith("@"):
            parts.append(format_html('<span class="mention">{}</span>', said))
        else:
            parts.append(format_html('<a class="link num" href="{}">{}</a>', links[said.upper()], said))
        place = match.end()
    parts.append(format_html("{}", text[place:]))
    return format_html_join("", "{}", ((part,) for part in parts))


def _trimmed(url: str) -> str:
    """Without the full stop of its sentence, and without a bracket that was opened before it."""
    while url and (url[-1] in _AFTER or (url[-1] in _PAIRS and url.count(url[-1]) > url.count(_PAIRS[url[-1]]))):
        url = url[:-1]
    return url


def _link(url: str) -> SafeString:
    shown = url if len(url) <= _LONG_URL else f"{url[:_LONG_URL]}…"
    return format_html(
        '<a class="link" href="{}" target="_blank" rel="nofollow noopener noreferrer">{}</a>', url, shown
    )
