"""Taking a load out again, whatever it brought, as long as nobody has worked with it since.

The rule, and all of the work, is in ops/sql/undoing.sql: what the load was about must stand as it left it, with nothing
hanging on it; what it made along the way goes too, unless something else uses it now. Here it gets its words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from psycopg.errors import Diagnostic

from ops import asof, events
from ops.audit.sources import Source, every_source
from ops.db import history, security
from ops.db.actor import because as for_the_reason
from ops.errors import Refused, refusal_of
from ops.imports.applying import wait_for_turn
from ops.imports.checking import importing
from ops.imports.nouns import Noun, Report, noun_of, silent
from ops.models import Event, ImportBatch
from ops.templatetags.ops import moment

if TYPE_CHECKING:
    from accounts.models import User

MOST = 100
_UNDONE = re.compile(r"ops\.undone (\d+) (\d+)")
events.declare(events.Kind("load.undone", "took {file} out again: {what}", "undo-2"))


@dataclass(frozen=True)
class Stop:
    """One row that keeps a load from being undone: `what` happened to it or hangs on it."""

    noun: str
    name: str
    what: str
    by: str = ""
    at: datetime | None = None
    url: str = ""

    @property
    def sentence(self) -> str:
        who = f" by {self.by}" if self.by else ""
        when = f", {moment(self.at)}" if self.at else ""
        return f"{self.noun} {self.name}: {self.what}{who}{when}."


@dataclass(frozen=True)
class Stops:
    """The first of them, and how many there are."""

    first: Sequence[Stop] = ()
    count: int = 0


@dataclass(frozen=True)
class Undone:
    """How many rows of which table went, are as they were before, and stay though the load made them."""

    removed: Mapping[str, int] = field(default_factory=dict)
    restored: Mapping[str, int] = field(default_factory=dict)
    staying: Mapping[str, int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        said = [
            f"{_counted(self.removed)} removed" if _counted(self.removed) else "",
            f"{_counted(self.restored)} as before" if _counted(self.restored) else "",
            f"left here, used by something else or changed since: {_counted(self.staying)}"
            if _counted(self.staying) else "",
        ]  # fmt: skip
        return "; ".join(part for part in said if part) or "nothing to take out"


def stops(batch: ImportBatch, *, most: int = MOST) -> Stops:
    """What stands against undoing this load; none when it can go. Raises Refused for a load that is not one's own."""
    with _refusals(), connection.cursor() as cursor:
        cursor.execute("select s.*, count(*) over () from ops.load_stops(%s) s limit %s", [batch.pk, most])
        rows = cursor.fetchall()
    if not rows:
        return Stops()
    named = _Names(rows, type(batch.by))
    return Stops([named.stop(row) for row in rows], rows[0][-1])


def undo(batch: ImportBatch, *, by: User, because: str = "", report: Report = silent) -> Undone:
    """Applied to undone, all of it or nothing, in the caller's transaction."""
    if not by.has_scope("imports"):
        raise Refused("Your role may not load files, or undo what was loaded.")
    noun = noun_of(batch)
    if noun is None:
        raise Refused("What this file was loaded as is no longer known here, so it cannot be taken out.")
    if not noun.is_open_to(by):
        raise Refused(f"Your role may not load {noun.many} from files, or undo what was loaded.")
    if batch.by_id != by.pk:
        raise Refused(f"{batch.by} loaded {batch.file_name}; only they undo it.")
    with for_the_reason(because) if because else nullcontext():
        try:
            with transaction.atomic(), connection.cursor() as cursor, _heard(report):
                wait_for_turn(batch)
                standing = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
                contrary = _by_its_noun(standing, noun, by)
                cursor.execute("select ops.undo_load(%s)", [batch.pk])
                undone = Undone(**json.loads(cursor.fetchone()[0]))
                undone = replace(undone, restored={**undone.restored, **contrary})
        except DatabaseError as error:
            if (refused := _why_not(batch, error)) is None:
                raise
            raise refused from error
        batch.refresh_from_db()
        batch.notes = [*batch.notes, f"Undone: {undone.sentence}."]
        batch.save(update_fields=["notes"])
        events.record("load.undone", batch, file=batch.file_name, what=undone.sentence)
    return undone


@contextmanager
def _heard(report: Report) -> Iterator[None]:
    """How far the one statement is that does it: the database says so on the way."""

    def hear(said: Diagnostic) -> None:
        if found := _UNDONE.fullmatch(said.message_primary or ""):
            report(int(found[1]), int(found[2]))

    connection.connection.add_notice_handler(hear)
    try:
        yield
    finally:
        connection.connection.remove_notice_handler(hear)


def _by_its_noun(batch: ImportBatch, noun: Noun, by: User) -> Mapping[str, int]:
    """What history cannot take back because it is never changed: the noun has its own contrary of it."""
    takes_back = noun.undo
    if takes_back is None or batch.state != ImportBatch.State.APPLIED:
        return {}
    with importing():
        return takes_back(batch, by)


class _refusals:  # noqa: N801  used as a word
    """What the database refuses, as a sentence."""

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _where: object) -> None:
        if isinstance(error, DatabaseError) and (refused := refusal_of(error)):
            raise refused from error


def _why_not(batch: ImportBatch, error: DatabaseError) -> Refused | None:
    refused = refusal_of(error)
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if refused is None or name != "ops_guard_undo_touched":
        return refused
    found = stops(batch, most=3)
    more = f" And {found.count - len(found.first):,} more." if found.count > len(found.first) else ""
    return Refused(f"{refused.sentence} {' '.join(stop.sentence for stop in found.first)}{more}")


# --- words ------------------------------------------------------------------------------------------------------


class _Names:
    """Names of rows and people for some stops, of each table asked once, under the reader's own rights."""

    def __init__(self, rows: Sequence[Sequence[Any]], people: Any) -> None:
        self.subjects = _subjects({(rel, pk) for _, _, _, rel, pk, *_ in rows})
        ids: dict[str, set[int]] = {}
        for noun, subject in self.subjects.values():
            ids.setdefault(noun, set()).add(subject)
        self.numbers = {noun: _numbers(noun, sorted(subjects)) for noun, subjects in ids.items()}
        self.events = Event.objects.in_bulk([pk for kind, rel, pk, *_ in rows if rel == Event._meta.db_table])
        self.made = _made({(rel, pk) for kind, rel, pk, *_ in rows if kind == "hangs"})
        who = {by for *_, by, _, _ in rows} | {event.by_id for event in self.events.values()}
        who |= {by for by, _ in self.made.values()}
        self.people = people._base_manager.in_bulk([pk for pk in who if pk])

    def stop(self, row: Sequence[Any]) -> Stop:
        kind, rel, pk, on_rel, on_id, by, at, _ = row
        noun, subject = self.subjects[on_rel, on_id]
        what = kind
        if kind == "hangs":
            what, (by, at) = f"there is {_called(rel)} of it", self.made.get((rel, pk), (None, None))
            if event := self.events.get(pk) if rel == Event._meta.db_table else None:
                what, by, at = events.sentence(event.kind, event.data), event.by_id, event.at
        elif (part := _label(rel)) and not _is_head(rel):
            what = f"{part.lower()} {kind}"
        return Stop(
            noun=_word(noun), name=self.numbers[noun].get(subject, f"no. {subject}"), what=what,
            by=str(self.people.get(by, "")), at=at, url=_page(noun, subject),
        )  # fmt: skip


@cache
def _by_table() -> dict[str, tuple[Any, Source]]:
    """Model and source of each table with history, by its name."""
    sources = {source.table: source for source in every_source()}
    found = {}
    for table in security.tables():
        if table.history:
            kept = history.history_model(table.django_model)._meta.db_table  # type: ignore[arg-type]
            found[table.name] = (table.django_model, sources[f'public."{kept}"'])
    return found


def _past(noun: str) -> asof.Past | None:
    return next((past for past in asof.every_past() if past.noun == noun), None)


def _label(rel: str) -> str:
    return _by_table()[rel][1].label if rel in _by_table() else ""


def _is_head(rel: str) -> bool:
    model, source = _by_table()[rel]
    past = _past(source.noun)
    return past is None or past.parts[0].model is model


def _subjects(rows: Collection[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, int]]:
    """The noun and id of what each row is a part of, by table and id of the row."""
    found: dict[tuple[str, int], tuple[str, int]] = {}
    for rel, ids in _of_each_table(rows).items():
        source = _by_table()[rel][1]
        known = dict(_first_in_history(source, source.subject, ids))
        found |= {(rel, pk): (source.noun, known.get(pk) or pk) for pk in ids}
    return found


def _of_each_table(rows: Collection[tuple[str, int]]) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = {}
    for rel, pk in sorted(rows):
        ids.setdefault(rel, []).append(pk)
    return ids


def _first_in_history(source: Source, columns: str, ids: Sequence[int]) -> Any:
    """The id of each row, and what its first history says."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'select distinct on (h."{source.pk}") h."{source.pk}", {columns} from {source.table} h'
            f' where h."{source.pk}" = any(%s) order by h."{source.pk}", h.history_id',
            [[*ids]],
        )
        return cursor.fetchall()


def _numbers(noun: str, ids: Sequence[int]) -> Mapping[int, str]:
    past = _past(noun)
    if past and (found := past.numbers(ids)):
        return found
    model = next((model for model, source in _by_table().values() if source.noun == noun), None)
    return {row.pk: str(row) for row in model._base_manager.filter(pk__in=ids)} if model else {}


def _made(rows: Collection[tuple[str, int]]) -> dict[tuple[str, int], tuple[int | None, datetime | None]]:
    """By whom and when each row came, where history says so."""
    found: dict[tuple[str, int], tuple[int | None, datetime | None]] = {}
    for rel, ids in _of_each_table(rows).items():
        if rel in _by_table():
            told = _first_in_history(_by_table()[rel][1], "h.history_user_id, h.history_date", ids)
            found |= {(rel, pk): (by, at) for pk, by, at in told}
    return found


def _word(noun: str) -> str:
    past = _past(noun)
    return past.parts[0].label if past else noun.capitalize()


def _page(noun: str, pk: int) -> str:
    past = _past(noun)
    return reverse(past.page, args=[pk]) if past and past.page else ""


def _called(rel: str) -> str:
    """One row of a table, in words: "an order", "a parcel"."""
    table = next((t for t in security.tables() if t.name == rel and t.model), None)
    name = str(table.django_model._meta.verbose_name) if table else "something"  # type: ignore[union-attr]
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _counted(tables: Mapping[str, int]) -> str:
    """12 orders, 3 customers: what a load is about first, and the parts of things not by themselves."""
    found = []
    heads = {rel: model for rel, (model, _) in reversed(_by_table().items()) if _is_head(rel)}
    heads |= {table.name: table.django_model for table in security.tables() if table.model and not table.history
              and table.name not in _by_table()}  # fmt: skip
    for rel, model in heads.items():
        if count := tables.get(rel, 0):
            found.append(f"{count:,} {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}")
    return ", ".join(found)
