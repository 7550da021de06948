"""Why somebody sees a row, and why not: the policies of the database, asked in the database, as that person (A19).

What is asked is the USING text of each policy, with the person's own uid and role bound; no rule is said a second time
in Python. A noun plugs in with `declare`: its rows, what belongs to them, and the facts that make an answer readable.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.db import connection, models, transaction
from django.db.models import Model

from ops.access.policies import Policies, Rule, live, subject
from ops.access.roles import policybook
from ops.db.actor import acting_as, builtin_role, current_actor, for_user


class Person(Protocol):
    pk: int
    name: str
    scopes: list[str]
    db_role: str
    is_active: bool


# (person, row) -> what is true of both: "the agent is Sana". Read under the rights of whoever asks.
Facts = Callable[[Any, Any], list[str]]
# (whoever asks, what they typed) -> the row they mean, if they may see it.
Find = Callable[[Any, str], Model | None]


@dataclass(frozen=True)
class Part:
    """Rows that hang on the subject, in a table of their own: its amount, its costs."""

    label: str
    model: type[models.Model]
    column: str


@dataclass(frozen=True)
class Explained:
    noun: str
    rows: Callable[[Any], models.QuerySet[Any]]
    find: Find
    facts: Facts
    parts: tuple[Part, ...]
    url_name: str


@dataclass(frozen=True)
class Reason:
    """A policy with what it is worth here. `scope` is what the person holds, or would have to hold, for it."""

    sentence: str
    scope: str
    does: str
    right: str


@dataclass(frozen=True)
class Answer:
    """`because`: policies that pass; `held_back`: the person's own that do not; `would`: what others would."""

    label: str
    sees: bool
    because: tuple[Reason, ...]
    held_back: tuple[Reason, ...]
    would: tuple[Reason, ...]


_nouns: dict[str, Explained] = {}


def declare(
    noun: str,
    *,
    rows: Callable[[Any], models.QuerySet[Any]],
    find: Find,
    facts: Facts,
    url_name: str,
    parts: Iterable[tuple[str, type[models.Model], str]] = (),
) -> None:
    _nouns[noun] = Explained(noun, rows, find, facts, tuple(Part(*part) for part in parts), url_name)


def noun(key: str) -> Explained | None:
    return _nouns.get(key)


def nouns() -> list[Explained]:
    return list(_nouns.values())


def seen_by(explained: Explained, people: Sequence[Person], row: Model) -> list[tuple[Person, Answer]]:
    """Everybody's answer about the row itself."""
    policies = live()
    table = row._meta.db_table
    return [(person, _answer(policies, person, "", table, _key(row), row.pk)) for person in people]


def why(explained: Explained, person: Person, row: Model) -> list[Answer]:
    """The row and each of its parts, for one person."""
    policies = live()
    first = _answer(policies, person, str(row), row._meta.db_table, _key(row), row.pk, would=True)
    parts = [
        _answer(policies, person, part.label, part.model._meta.db_table, part.column, row.pk, would=True)
        for part in explained.parts
    ]
    return [first, *parts]


def _answer(
    policies: Policies, person: Person, label: str, table: str, column: str, pk: int, *, would: bool = False
) -> Answer:
    held = frozenset(person.scopes) if person.is_active else frozenset()
    rules = [rule for rule in policies.by_table.get(table, []) if rule.on("select")]
    mine = [rule for rule in rules if not rule.scopes.isdisjoint(held)]
    passes: list[bool] = []
    sees = False
    if mine and policies.may(table, held, "select").extent != "-":
        with acting_as(for_user(person)):
            sees, *passes = _ask(table, column, pk, mine)
    others = [rule for rule in rules if rule not in mine] if would else []
    return Answer(
        label or subject(table),
        sees,
        tuple(_reason(policies, rule, held) for rule, passed in zip(mine, passes, strict=False) if passed),
        tuple(_reason(policies, rule, held) for rule, passed in _pairs(mine, passes) if not passed),
        tuple(_reason(policies, rule, frozenset()) for rule in others if _would(rule, person, table, column, pk)),
    )


def _key(row: Model) -> str:
    assert row._meta.pk is not None
    return str(row._meta.pk.column)


def _pairs(rules: list[Rule], passes: list[bool]) -> list[tuple[Rule, bool]]:
    return list(zip(rules, passes or [False] * len(rules), strict=True))


def _would(rule: Rule, person: Person, table: str, column: str, pk: int) -> bool:
    """Whether the rule would open the row to this person: asked with their uid, in the narrowest role that has it."""
    asking = current_actor.get()
    having = [role for role in policybook().roles if role.scopes & rule.scopes]
    if asking is None or not having:
        return False
    narrowest = min(having, key=lambda role: len(role.scopes))
    with acting_as(replace(asking, uid=person.pk, role=builtin_role(narrowest.key))):
        _, passed = _ask(table, column, pk, [rule])
    return passed


def _ask(table: str, column: str, pk: int, rules: list[Rule]) -> list[bool]:
    """One statement: is there such a row for me, and for which of these conditions."""
    row = f'select 1 from public."{table}" where "{column}" = %s'
    asked = [f"exists ({row})", *(f"exists ({row} and ({_literal(rule.using or 'true')}))" for rule in rules)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(asked)}", [pk] * len(asked))
        answer = cursor.fetchone()
    return [bool(one) for one in answer or ()]


def _literal(condition: str) -> str:
    return condition.replace("%", "%%")


def _reason(policies: Policies, rule: Rule, held: frozenset[str]) -> Reason:
    book = policybook().scopes
    scope = min((rule.scopes & held) or (rule.scopes & book.keys()) or rule.scopes)
    does = next((line.does for line in policies.lines(scope) if (line.table, line.name) == (rule.table, rule.name)), "")
    return Reason(rule.name, scope, does, book.get(scope, scope))
