"""One page of the audit: a query over all sources, newest first, going on from a key and never by counting rows."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from ops import asof, clock
from ops.audit.sources import Source, every_source, label_of, label_of_noun, sources_for
from ops.templatetags.ops import day, moment, plain
from ops.timeline import Change, Entry, say

PAGE = 60
# Through what a change came: the words of the filter, and what is stored.
KINDS = {
    "app": ("App", ("web", "admin")), "file": ("File", ("import", "undo")), "job": ("Job", ("cron", "task")),
    "link": ("Link", ("link",)), "database": ("In the database", ("psql", "")),
}  # fmt: skip
Key = tuple[datetime, int, int]


@dataclass(frozen=True)
class Asked:
    """What somebody looks for. `first` and `last` are business days; `subject` belongs to `noun`."""

    person: int | None = None
    noun: str = ""
    subject: int | None = None
    field: str = ""
    kind: str = ""
    reason: str = ""
    first: date | None = None
    last: date | None = None


@dataclass
class Hit:
    """One change: a verb's meaning, a move, or a row of history with its fields."""

    source: Source
    id: int
    noun: str
    subject: int | None
    what: str
    entry: Entry
    key: Key
    changes: list[Change] = field(default_factory=list)
    number: str = ""
    url: str = ""
    then: str = ""

    @property
    def label(self) -> str:
        return self.source.label or label_of_noun(self.noun)

    @property
    def text(self) -> str:
        if not self.source.has_history:
            return self.entry.text
        return {"+": "added", "-": "took away"}.get(self.what, "changed")


def page(
    asked: Asked, held: frozenset[str], *, before: Key | None, people: Mapping[int, str], most: int = PAGE
) -> list[Hit]:
    """At most `most` changes older than `before`, with their fields: two queries."""
    sql, params = _query(asked, held, before, most)
    if not sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        hits = [_hit(row, people) for row in cursor.fetchall()]
        _add_fields(cursor, hits, people)
    return hits


def _hit(row: Sequence[Any], people: Mapping[int, str]) -> Hit:
    rank, id_, noun, subject, at, by, real_by, source, reason, request, txid, what, data = row
    entry = Entry(at, by, real_by, source or "psql", reason or "", token=f"{txid}.{request}")
    entry.by, entry.real_by = people.get(by or 0, ""), people.get(real_by or 0, "")
    entry.by = entry.by or ("Opsdeck" if entry.source != "psql" else "The database's owner")
    if rank == 0:
        say(entry, noun, "event", what, data, "")
    elif rank == 1:
        undo, old, new = json.loads(data)
        try:
            say(entry, noun, "move", undo, old, new)
        except LookupError:  # a noun that is no longer installed
            entry.moves.append(f"moved it from {old} to {new}")
    number = int(subject) if (subject or "").isdigit() else None
    return Hit(every_source()[rank], id_, noun, number, what, entry, (at, rank, id_), number=subject or "")


def _query(asked: Asked, held: frozenset[str], before: Key | None, most: int) -> tuple[str, list[Any]]:
    parts, params = [], []
    for source in sources_for(held):
        if source.has_history and asked.noun and source.noun != asked.noun:
            continue
        if asked.field and not (asked.field in source.columns or (source.rank == 1 and asked.field == "stage")):
            continue
        where, values = _where(source, asked, before)
        parts.append(f"({_select(source)} where {where} order by {_order(source)} limit {most})")
        params += values
    if not parts:
        return "", []
    return f"select * from ({' union all '.join(parts)}) u order by 5 desc, 1, 2 desc limit {most}", params


def _select(source: Source) -> str:
    if source.has_history:
        return (
            f"select {source.rank}, h.history_id, '{source.noun}', ({source.subject})::text, h.history_date,"
            " h.history_user_id, h.history_real_uid, h.history_source, h.history_change_reason,"
            f" coalesce(h.history_request, ''), h.history_txid, h.history_type, '' from {source.table} h"
        )
    data = "kind, data::text" if source.rank == 0 else "'', json_build_array(undo::text, from_stage, to_stage)::text"
    return (
        f"select {source.rank}, id, noun::text, subject_id::text, at, by_id, real_by_id, source, reason, request, txid,"
        f" {data} from {source.table} h"
    )


def _names(source: Source) -> dict[str, str]:
    if source.has_history:
        return {"at": "h.history_date", "id": "h.history_id", "by": "h.history_user_id", "real": "h.history_real_uid",
                "source": "h.history_source", "reason": "h.history_change_reason"}  # fmt: skip
    return {"at": "h.at", "id": "h.id", "by": "h.by_id", "real": "h.real_by_id", "source": "h.source",
            "reason": "h.reason"}  # fmt: skip


def _order(source: Source) -> str:
    name = _names(source)
    return f"{name['at']} desc, {name['id']} desc"


def _where(source: Source, asked: Asked, before: Key | None) -> tuple[str, list[Any]]:
    name, said, params = _names(source), ["true" if asked.subject is not None else source.only], list[Any]()
    if asked.subject is not None:
        said.append(source.of_subject if source.has_history else "h.noun = %s and h.subject_id = %s")
        params += [asked.subject] if source.has_history else [asked.noun, asked.subject]
    elif asked.noun and not source.has_history:
        said.append("h.noun = %s")
        params.append(asked.noun)
    if asked.person is not None:
        said.append(f"(%s in ({name['by']}, {name['real']}))")
        params.append(asked.person)
    if asked.kind in KINDS:
        said.append(f"coalesce({name['source']}, '') = any (%s)")
        params.append(list(KINDS[asked.kind][1]))
    if asked.reason:
        said.append(f"{name['reason']} ilike %s")
        params.append("%" + asked.reason.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%")
    if asked.field and source.has_history:
        said.append(
            f'h.history_type = \'~\' and h."{asked.field}" is distinct from (select p."{asked.field}" from'
            f' {source.table} p where p."{source.pk}" = h."{source.pk}" and p.history_id < h.history_id'
            " order by p.history_id desc limit 1)"
        )
    for since, sign in ((asked.first, ">="), (asked.last and asked.last + timedelta(days=1), "<")):
        if since:
            said.append(f"{name['at']} {sign} %s")
            params.append(_begin(since))
    if before is not None:
        at, rank, id_ = before
        if source.rank == rank:
            said.append(f"({name['at']}, {name['id']}) < (%s, %s)")
            params += [at, id_]
        else:
            said.append(f"{name['at']} {'<' if source.rank < rank else '<='} %s")
            params.append(at)
    return " and ".join(said), params


def _begin(on: date) -> datetime:
    """When a business day begins."""
    reset = timedelta(minutes=settings.DAY_RESET_MINUTES)
    return timezone.make_aware(datetime.combine(on, time()) + reset, clock.zone())


def _add_fields(cursor: Any, hits: Sequence[Hit], people: Mapping[int, str]) -> None:
    """The fields of every changed row of the page, in one query over the `_changes` views."""
    by_source: dict[Source, list[Hit]] = {}
    for hit in hits:
        if hit.what == "~":
            by_source.setdefault(hit.source, []).append(hit)
    if not by_source:
        return
    parts, params = [], []
    for source, some in by_source.items():
        parts.append(
            f"select {source.rank}, history_id, field, old, new from {source.view} where history_id = any (%s)"
        )
        params.append([hit.id for hit in some])
    cursor.execute(" union all ".join(parts), params)
    found = {(hit.source.rank, hit.id): hit for hit in hits}
    for rank, history_id, name, old, new in cursor.fetchall():
        hit = found[rank, history_id]
        if name in hit.source.columns:
            was, now = _apart(old, new)
            spell = _speller(hit.source, name, people)
            hit.changes.append(Change(label_of(hit.noun, name), spell(was), spell(now), name, new))


def _apart(old: str | None, new: str | None) -> tuple[str | None, str | None]:
    """Of two lists only what one has and the other has not: rights are two dozen words."""
    if not all(text is not None and text.startswith("{") and text.endswith("}") for text in (old, new)):
        return old, new
    was, now = ((text or "")[1:-1].split(",") for text in (old, new))
    return ", ".join(w for w in was if w not in now), ", ".join(w for w in now if w not in was)


def _speller(source: Source, name: str, people: Mapping[int, str]) -> Any:
    def spell(value: str | None) -> str:
        if value and name in source.people:
            return people.get(int(value), "somebody")
        if value and name in source.numbers:
            return plain(Decimal(value))
        if value and name in source.instants and (at := parse_datetime(value)):
            return moment(at)
        if value and name in source.days and (on := parse_date(value)):
            return day(on)
        return {"true": "yes", "false": "no"}.get(value or "", asof.spelled(value))

    return spell


def every(asked: Asked, held: frozenset[str], people: Mapping[int, str], *, most: int) -> Iterator[Hit]:
    """All of it, page after page, at most `most`: for a file."""
    before: Key | None = None
    while most > 0:
        hits = page(asked, held, before=before, people=people, most=min(2_000, most))
        if not hits:
            return
        yield from hits
        before, most = hits[-1].key, most - len(hits)
