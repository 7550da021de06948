"""Whom a text names: @ and a name as people write it, in full or the first name alone while it is one person's."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.db import connection

_AT = re.compile(r"(?<![\w@.])@(?=\w)")
_WORD = re.compile(r"[\w'’-]+")


@dataclass(frozen=True)
class Named:
    """People a text names. `unclear` are words that may mean several; `hidden` are names of who may not see the row."""

    told: frozenset[int] = frozenset()
    hidden: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()

    def sentences(self, subject: str) -> list[str]:
        """What the writer should know: who hears nothing of it, and why."""
        said = [f"{_listed(self.hidden)} will not be told: they may not see {subject}."] if self.hidden else []
        said += [
            f"Nobody was told by @{word}: several people are called that. Write the full name." for word in self.unclear
        ]
        return said


@dataclass
class _Found:
    people: list[int] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


def people_of(noun: str, subject_id: int) -> list[int]:
    """Who may see the row, for who may see it: those may be told."""
    with connection.cursor() as cursor:
        cursor.execute("select ops.thread_people(%s, %s)", [noun, subject_id])
        return list(cursor.fetchone()[0])


def named_in(text: str, noun: str, subject_id: int, *, by: int) -> Named:
    """Reads who works here only when there is an @ that may name somebody."""
    if not _AT.search(text):
        return Named()
    everybody = dict(get_user_model()._default_manager.filter(is_active=True).values_list("pk", "name"))
    seers = set(people_of(noun, subject_id))
    found = _read(text, everybody, seers)
    others = [pk for pk in dict.fromkeys(found.people) if pk != by]
    return Named(
        frozenset(pk for pk in others if pk in seers),
        tuple(everybody[pk] for pk in others if pk not in seers),
        tuple(dict.fromkeys(found.unclear)),
    )


def _read(text: str, everybody: Mapping[int, str], seers: Collection[int]) -> _Found:
    full: dict[str, list[int]] = {}
    first: dict[str, list[int]] = {}
    for pk, name in everybody.items():
        full.setdefault(name.casefold(), []).append(pk)
        first.setdefault(name.casefold().split()[0], []).append(pk)
    found = _Found()
    for at in _AT.finditer(text):
        rest = text[at.end() :].casefold()
        names = [name for name in full if rest.startswith(name) and not re.match(r"\w", rest[len(name) :])]
        if names:
            _take(found, full[max(names, key=len)], seers, max(names, key=len))
        elif (word := _WORD.match(rest)) and word[0] in first:
            _take(found, first[word[0]], seers, text[at.end() : at.end() + len(word[0])])
    return found


def _take(found: _Found, people: list[int], seers: Collection[int], word: str) -> None:
    """Of several of one name, the one who may see the row is meant."""
    meant = people if len(people) == 1 else [pk for pk in people if pk in seers]
    if len(meant) == 1:
        found.people += meant
    else:
        found.unclear.append(word)


def _listed(names: Collection[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
