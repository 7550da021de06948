"""A row and its parts as they were at any moment, rebuilt from history under the reader's own rights (A15).

A noun declares its parts; the first is the row itself. A moment is one transaction: what its verb or move says of the
time is its time, else the history's own clock, exactly as in `ops.timeline`.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models

from ops.db.history import history_model
from ops.templatetags.ops import dated, dated_moment
from ops.timeline import Change, Entry, say

_QUIET = frozenset(
    {"version", "updated_at", "public_id", "row_sha256", "stage_since", "clock_since", "placed_on", "batch_id"}
)
NOTHING = "—"


@dataclass(frozen=True)
class Part:
    """Rows of `model` that belong to a subject: by the column `of`, or through the part `via` that this column names.

    `scopes` may read them (nobody is asked when empty); `title` names one row, as where it was added or taken away.
    """

    key: str
    model: type[models.Model]
    label: str
    of: str
    via: str = ""
    scopes: frozenset[str] = frozenset()
    title: Callable[[Any], str] = str

    @property
    def table(self) -> str:
        return f'public."{history_model(self.model)._meta.db_table}"'

    @property
    def pk(self) -> str:
        return str(self.model._meta.pk.column)


@dataclass(frozen=True)
class Past:
    """How a noun's past reads. `show` spells a value of a field; `page` and `past` are url names of the subject.

    `numbers` names subjects as people do, and `find` finds one by that name. `quiet` columns are never told of.
    """

    noun: str
    parts: tuple[Part, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    show: Callable[[str, Any, Mapping[int, str]], str] = lambda _name, value, _people: spelled(value)
    page: str = ""
    past: str = ""
    numbers: Callable[[Sequence[int]], Mapping[int, str]] = lambda _ids: {}
    quiet: frozenset[str] = frozenset()
    find: Callable[[str], int | None] = lambda _number: None

    def part(self, key: str) -> Part:
        return next(part for part in self.parts if part.key == key)

    def seen_by(self, held: frozenset[str]) -> list[Part]:
        return [part for part in self.parts if not part.scopes or part.scopes & held]

    def where(self, part: Part, row: str = "h") -> str:
        """The rows of the part that belong to the subject, whose id is the one parameter."""
        if not part.via:
            return f'{row}."{part.of}" = %s'
        over = self.part(part.via)
        return f'{row}."{part.of}" in (select v."{over.pk}" from {over.table} v where v."{over.of}" = %s)'

    def subject(self, part: Part) -> str:
        """The subject's id of a row `h` of the part."""
        if not part.via:
            return f'h."{part.of}"'
        over = self.part(part.via)
        return f'(select v."{over.of}" from {over.table} v where v."{over.pk}" = h."{part.of}" limit 1)'


@dataclass(frozen=True)
class Snapshot:
    """What there was at `at`: unsaved instances by part. A part that the reader may not see is not in it."""

    at: datetime
    rows: Mapping[str, Sequence[Any]]

    def all(self, key: str) -> Sequence[Any]:
        return self.rows.get(key, ())

    def one(self, key: str) -> Any:
        return next(iter(self.all(key)), None)


@dataclass(frozen=True)
class Difference:
    """One row that is not the same in two snapshots; `kind` is added, gone or changed."""

    part: str
    title: str
    kind: str
    changes: list[Change]


_pasts: dict[str, Past] = {}


def declare(past: Past) -> None:
    _pasts[past.noun] = past


def past_of(noun: str) -> Past:
    return _pasts[noun]


def every_past() -> Iterable[Past]:
    return _pasts.values()


# --- as of --------------------------------------------------------------------------------------------------------

_SAID = """said as materialized (select txid, request, min(at) as at from (
  select txid, request, at from ops_event where noun = %s and subject_id = %s
  union all select txid, request, at from ops_transition where noun = %s and subject_id = %s) r group by 1, 2)"""
# By then: what its verb or move says of the time, else its own clock. Two sets to look up in, never a join: of 500
# changes each would be compared with 500 sayings.
_ROW = "(coalesce(h.history_txid, 0), coalesce(h.history_request, ''))"
_BY_THEN = (
    f"({_ROW} in (select s.txid, s.request from said s where s.at <= %s)"
    f" or h.history_date <= %s and {_ROW} not in (select s.txid, s.request from said s))"
)


def as_of(noun: str, subject_id: int, at: datetime, held: frozenset[str]) -> Snapshot:
    """Every part as it was at `at`, in one query. What `held` may not read is left out before it is asked."""
    past = past_of(noun)
    parts = past.seen_by(held)
    chosen: list[str] = []
    params: list[Any] = [noun, subject_id, noun, subject_id]
    for part in parts:
        chosen.append(
            f"select '{part.key}', to_jsonb(k)::text from (select distinct on (h.\"{part.pk}\") h.* from {part.table} h"
            f' where {past.where(part)} and {_BY_THEN} order by h."{part.pk}", h.history_id desc) k'
            " where k.history_type <> '-'"
        )
        params += [subject_id, at, at]
    rows: dict[str, list[Any]] = {part.key: [] for part in parts}
    with connection.cursor() as cursor:
        cursor.execute(f"with {_SAID} " + " union all ".join(chosen), params)
        for key, text in cursor.fetchall():
            rows[key].append(_built(past.part(key).model, _read(text)))
    return Snapshot(at, rows)


def _read(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return found


def _built(model: type[models.Model], raw: Mapping[str, Any]) -> models.Model:
    """An instance with the values of its history row; a column that did not exist yet is None."""
    fields = model._meta.concrete_fields
    return model.from_db(None, [f.attname for f in fields], [_value(f, raw.get(str(f.column))) for f in fields])


def _value(of: Any, raw: Any) -> Any:
    kind = of.output_field if of.generated else of.target_field if of.is_relation else of
    value = kind.to_python(raw)
    # The database's own decimals: 2 is 2.000 where three are kept.
    if isinstance(value, Decimal) and getattr(kind, "decimal_places", None) is not None:
        return value.quantize(Decimal(1).scaleb(-kind.decimal_places))
    return value


# --- moments ------------------------------------------------------------------------------------------------------


def moments(noun: str, subject_id: int, held: frozenset[str]) -> list[Entry]:
    """Every transaction that touched the subject or a part that the reader may see, oldest first."""
    return _told(past_of(noun), subject_id, held, whole=False, people={})


def trail(noun: str, subject_id: int, held: frozenset[str], people: Mapping[int, str]) -> list[Entry]:
    """The same, each with every field it changed, old and new, and every part that it added or took away; for paper."""
    past = past_of(noun)

    def show(name: str, value: Any, names: Mapping[int, str]) -> str:
        if isinstance(value, date):
            return dated_moment(value) if isinstance(value, datetime) else dated(value)
        return past.show(name, value, names)

    return _told(replace(past, show=show), subject_id, held, whole=True, people=people)


def _told(past: Past, subject_id: int, held: frozenset[str], *, whole: bool, people: Mapping[int, str]) -> list[Entry]:
    noun, parts = past.noun, past.seen_by(held)
    content = "to_jsonb(h)::text" if whole else "''"
    asked = [
        "select 'event', at, by_id, real_by_id, source, reason, request, txid, kind, data::text, '', 0::bigint, id"
        " from ops_event where noun = %s and subject_id = %s",
        "select 'move', at, by_id, real_by_id, source, reason, request, txid, undo::text, from_stage, to_stage, 0, id"
        " from ops_transition where noun = %s and subject_id = %s",
    ]
    params: list[Any] = [noun, subject_id, noun, subject_id]
    for part in parts:
        asked.append(
            "select 'row', history_date, history_user_id, history_real_uid, history_source, history_change_reason,"
            f" coalesce(history_request, ''), history_txid, '{part.key}', history_type, {content}, h.\"{part.pk}\","
            f" history_id from {part.table} h where {past.where(part)}"
        )
        params.append(subject_id)
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(f"({one})" for one in asked) + " order by 2 desc, 13 desc", params)
        rows = cursor.fetchall()
    entries: dict[tuple[int, str], Entry] = {}
    for kind, at, by, real_by, source, reason, request, txid, a, b, c, _, _ in rows:
        entry = entries.get((txid, request))
        if entry is None:
            entry = entries[txid, request] = Entry(at, by, real_by, source or "psql", reason or "")
            entry.token = f"{txid}.{request}"
        if kind != "row":
            entry.at = at
            say(entry, noun, kind, a, b, c)
    if whole:
        _add_changes(past, rows, entries, people)
    return sorted(entries.values(), key=lambda entry: entry.at)


def _add_changes(past: Past, rows: Sequence[Any], entries: Mapping[Any, Entry], people: Mapping[int, str]) -> None:
    """Each history row against the one before it of the same row: the oldest first, part by part."""
    before: dict[tuple[str, int], Any] = {}
    order = {part.key: at for at, part in enumerate(past.parts)}
    kept = sorted((r for r in rows if r[0] == "row"), key=lambda r: (order[r[8]], r[12]))
    for _, _, _, _, _, _, request, txid, key, kind, text, pk, _ in kept:
        part, entry = past.part(key), entries[txid, request]
        now, was = _built(part.model, _read(text)), before.get((key, pk))
        if kind == "-" or (kind == "+" and part is not past.parts[0]):
            old, new = (part.title(now), NOTHING) if kind == "-" else (NOTHING, part.title(now))
            entry.changes.append(Change(part.label.lower(), old, new))
        elif kind == "~" and was is not None:
            entry.changes += changes_between(past, part, was, now, people)
        before[key, pk] = None if kind == "-" else now


# --- difference ---------------------------------------------------------------------------------------------------


def changes_between(past: Past, part: Part, old: Any, new: Any, people: Mapping[int, str]) -> list[Change]:
    found = []
    for one in part.model._meta.concrete_fields:
        name, was, now = one.attname, getattr(old, one.attname), getattr(new, one.attname)
        if was == now or name in _QUIET or name in past.quiet or one.primary_key:
            continue
        found.append(
            Change(past.labels.get(name, spaced(name)), past.show(name, was, people), past.show(name, now, people))
        )
    return found


def facts(past: Past, part: Part, row: Any, people: Mapping[int, str]) -> list[tuple[str, str]]:
    """What one row says, label by label; what is not filled in is left out."""
    found = []
    for one in part.model._meta.concrete_fields:
        name, value = one.attname, getattr(row, one.attname)
        # Which subject the row belongs to need not be said on its own page.
        if value in (None, "") or name in _QUIET or name in past.quiet or one.primary_key or name == part.of:
            continue
        found.append((past.labels.get(name, spaced(name)), past.show(name, value, people)))
    return found


def difference(noun: str, first: Snapshot, second: Snapshot, people: Mapping[int, str]) -> list[Difference]:
    """Field by field and row by row, what is not the same; parts in their declared order."""
    past, found = past_of(noun), []
    for part in past.parts:
        old, new = ({row.pk: row for row in one.all(part.key)} for one in (first, second))
        for pk in dict.fromkeys([*old, *new]):
            was, now = old.get(pk), new.get(pk)
            if was is None or now is None:
                kind = "gone" if now is None else "added"
                found.append(Difference(part.label, part.title(was or now), kind, []))
            elif changes := changes_between(past, part, was, now, people):
                found.append(Difference(part.label, part.title(now), "changed", changes))
    return found


def spaced(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ")


def spelled(value: Any) -> str:
    """A value without any knowledge of its field."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
