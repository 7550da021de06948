"""One story of a row: what verbs meant, stage moves and field changes, each once, by transaction (ruling 12)."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from ops import events
from ops.lifecycle import life

_MOST = 400
_QUIET = frozenset({"customer_id", "batch_id", "stage_since", "clock_since", "placed_on", "public_id", "row_sha256"})


# Through what a change came, in words.
WAYS = {
    "web": "App",
    "import": "File",
    "undo": "File taken out again",
    "cron": "Job",
    "task": "Job",
    "link": "Link",
    "psql": "In the database",
    "": "In the database",
}


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str
    field: str = ""
    raw: str | None = None


@dataclass
class Entry:
    """What one transaction did: a sentence, and the fields it changed."""

    at: datetime
    by_id: int | None
    real_by_id: int | None
    source: str
    reason: str
    sentences: list[str] = field(default_factory=list)
    moves: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    icon: str = ""
    by: str = ""
    real_by: str = ""
    token: str = ""
    can_go_back: bool = False

    @property
    def way(self) -> str:
        return WAYS.get(self.source, self.source)

    @property
    def text(self) -> str:
        if self.sentences:
            return "; ".join(self.sentences)
        return "; ".join(self.moves) or "changed it"


@dataclass(frozen=True)
class ChangeSource:
    """A `<table>_changes` view that belongs to the story; `only` are its fields, or empty for all."""

    view: str
    subject_id: int


_parts: dict[str, str] = {}


def declare_part(noun: str, table: str) -> None:
    """Rows of `table` (noun, subject_id) stand beside others: their events are told in their subject's story."""
    _parts[noun] = table


def story(
    noun: str,
    subject_id: int,
    sources: Sequence[ChangeSource],
    *,
    labels: Mapping[str, str],
    show: Callable[[str, str | None], str],
    also: Iterable[tuple[str, int]] = (),
) -> list[Entry]:
    """Newest first, in one query under the reader's own rights. `also` are other subjects' events, like a load's."""
    sql, params = _query(noun, subject_id, sources, list(also))
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    entries: dict[tuple[int, str, int | None], Entry] = {}
    for kind, at, by_id, real_by_id, source, reason, request, txid, name, old, new in rows:
        entry = entries.setdefault((txid, request, by_id), Entry(at, by_id, real_by_id, source or "", reason or ""))
        entry.token = f"{txid}.{request or ''}"
        if kind != "change":  # what the verb says of itself; history has the wall clock, also in the demo's past
            entry.at = at
            say(entry, noun, kind, name, old, new)
        elif name not in _QUIET and name != "stage":
            label = labels.get(name, name.removesuffix("_id").replace("_", " "))
            entry.changes.append(Change(label, show(name, old), show(name, new), name, new))
    told = [entry for entry in entries.values() if entry.sentences or entry.moves or entry.changes]
    return sorted(told, key=lambda entry: entry.at, reverse=True)


def _query(
    noun: str, subject_id: int, sources: Sequence[ChangeSource], also: list[tuple[str, int]]
) -> tuple[str, list[Any]]:
    parts = [
        "select 'event', at, by_id, real_by_id, source, reason, request, txid, kind, data::text, '' from ops_event"
        " where noun = %s and subject_id = %s",
        "select 'move', at, by_id, real_by_id, source, reason, request, txid, undo::text, from_stage, to_stage"
        " from ops_transition where noun = %s and subject_id = %s",
    ]
    params: list[Any] = [noun, subject_id, noun, subject_id]
    for other_noun, other_id in also:
        parts.append(parts[0])
        params += [other_noun, other_id]
    for part, table in _parts.items():
        parts.append(
            parts[0].replace(
                "subject_id = %s", f"subject_id in (select id from {table} where noun = %s and subject_id = %s)"
            )
        )
        params += [part, noun, subject_id]
    for source in sources:
        parts.append(
            "select 'change', history_date, history_user_id, history_real_uid, history_source, history_change_reason,"
            f" history_request, history_txid, field, old, new from {source.view} where subject_id = %s"
        )
        params.append(source.subject_id)
    return " union all ".join(f"({part})" for part in parts) + f" order by 2 desc limit {_MOST}", params


def say(entry: Entry, noun: str, kind: str, name: str, old: str, new: str) -> None:
    """Add an event (its kind and data) or a move (whether back, from, to) to what the entry says."""
    if kind == "move":
        entry.moves.append(_move_sentence(noun, name, old, new))
        return
    entry.sentences.append(events.sentence(name, json.loads(old)))
    entry.icon = entry.icon or events.icon_of(name)


def _move_sentence(noun: str, undo: str, old: str, new: str) -> str:
    stages = {stage.key: stage.label for stage in life(noun).stages}
    if not old:
        return f"brought it in as {stages.get(new, new)}"
    verb = "moved it back" if undo == "true" else "moved it"
    return f"{verb} from {stages.get(old, old)} to {stages.get(new, new)}"
