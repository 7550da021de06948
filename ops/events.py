"""What a verb meant: one row in the same transaction, with a sentence for people. Timeline and mails hang on it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

from ops.models import Event


@dataclass(frozen=True)
class Kind:
    """`sentence` says what happened, without the name: "shipped it with {carrier}"; `personal` can be forgotten."""

    name: str
    sentence: str
    icon: str = "dot"
    personal: frozenset[str] = field(default_factory=frozenset)


_kinds: dict[str, Kind] = {}


def declare(*kinds: Kind) -> None:
    for kind in kinds:
        _kinds[kind.name] = kind


def kind_of(name: str) -> Kind:
    return _kinds[name]


def every_kind() -> Mapping[str, Kind]:
    return _kinds


def noun_of(subject: models.Model) -> str:
    return subject._meta.model_name or ""


def record(kind: str, subject: models.Model, **data: Any) -> None:
    """Who, when and where from are stamped by the database. Raises KeyError for a kind that no app declares."""
    _insert(kind, noun_of(subject), subject.pk, data)


def record_about(noun: str, kind: str, **data: Any) -> None:
    """For what has a key in words and no number, such as a role: `data` names it."""
    _insert(kind, noun, 0, data)


def _insert(kind: str, noun: str, subject_id: int, data: Mapping[str, Any]) -> None:
    _kinds[kind]
    with connection.cursor() as cursor:
        # Plain INSERT: RETURNING would need the reader's policies to pass, and some record what they may not read.
        cursor.execute(
            f"insert into {Event._meta.db_table} (kind, noun, subject_id, data, source, reason, request, txid)"
            " values (%s, %s, %s, %s::jsonb, '', '', '', 0)",
            [kind, noun, subject_id, json.dumps(data, default=str)],
        )


def moment_of(subject: models.Model) -> str:
    """Names what this transaction has recorded about the subject, for taking it back; empty when that is nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select txid || '.' || request from {Event._meta.db_table} where noun = %s and subject_id = %s"
            " and txid = (pg_current_xact_id()::text)::bigint"
            " and request = coalesce(current_setting('ops.request', true), '') order by id desc limit 1",
            [noun_of(subject), subject.pk],
        )
        found = cursor.fetchone()
    return found[0] if found else ""


def sentence(kind: str, data: Mapping[str, Any]) -> str:
    """What happened, in words; a kind that is no longer declared still reads."""
    known = _kinds.get(kind)
    if known is None:
        return kind.partition(".")[2].replace("_", " ")
    return known.sentence.format_map(_Lenient(data))


def icon_of(kind: str) -> str:
    known = _kinds.get(kind)
    return known.icon if known else "dot"


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
