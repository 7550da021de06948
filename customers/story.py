"""One timeline of a customer: what was done to them, their orders' main moments, mails and messages (A60).

A strand is one kind of moment. Apps above bring theirs; each is read under the reader's own rights, all in one query.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from customers.editing import LABELS
from ops import events
from ops.timeline import Change

PAGE = 30
_QUIET = frozenset({"merged_into_id", "public_id", "source", "external_id"})
_LABELS = {name: label.lower() for name, label in LABELS.items()} | {"keeper_id": "looked after by"}


@dataclass(frozen=True)
class Strand:
    """`sql` selects what `_COLUMNS` names, of the customer %(customer)s or of all of %(ids)s who were merged into them;
    the newest %(most)s are enough.

    `url` is where a moment's subject is, with {} for its id. `row` is event, change, or said: `name` is the sentence.
    """

    key: str
    label: str
    scopes: frozenset[str]
    sql: str
    icon: str = "dot"
    url: str = ""
    position: int = 100


_COLUMNS = "row, at, by_id, real_by_id, source, reason, txid, subject_id, title, name, old, new"
_strands: dict[str, Strand] = {}


def declare_strand(strand: Strand) -> None:
    _strands[strand.key] = strand


declare_strand(
    Strand(
        "changes", "Changes", frozenset({"customers_all", "customers_own"}), icon="pencil", position=90,
        sql="select 'event' as row, at, by_id, real_by_id, source, reason, txid, subject_id, '' as title, kind as name,"
        " data::text as old, '' as new from ops_event where noun = 'customer' and subject_id = any (%(ids)s)"
        " union all select 'change', history_date, history_user_id, history_real_uid, history_source,"
        " history_change_reason, history_txid, subject_id, '', field, old, new from customers_customer_changes"
        f" where subject_id = any (%(ids)s) and field <> all (array{sorted(_QUIET)})",
    )
)  # fmt: skip


@dataclass
class Moment:
    """What one transaction did to one thing."""

    strand: Strand
    at: datetime
    by_id: int | None
    real_by_id: int | None
    source: str
    reason: str
    subject_id: int
    title: str
    sentences: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    icon: str = ""
    by: str = ""
    real_by: str = ""

    @property
    def text(self) -> str:
        return "; ".join(self.sentences) or "changed them"

    @property
    def url(self) -> str:
        return self.strand.url.format(self.subject_id) if self.strand.url else ""


def strands_for(held: frozenset[str]) -> list[Strand]:
    """The kinds this person may see, in order."""
    mine = [strand for strand in _strands.values() if not strand.scopes.isdisjoint(held)]
    return sorted(mine, key=lambda strand: (strand.position, strand.key))


def story(
    customer_id: int, ids: Iterable[int], strands: Iterable[Strand], names: dict[int, str], page: int = 1
) -> tuple[list[Moment], bool]:
    """One page of moments, newest first, and whether there are older ones."""
    known = {strand.key: strand for strand in strands}
    if not known:
        return [], False
    told = " union all ".join(f"select '{key}' as strand, {_COLUMNS} from ({s.sql}) {key}" for key, s in known.items())
    # History has the wall clock, also in the demo's past: an event beside it says when it was.
    sql = (
        f"with told as materialized ({told}), heads as (select strand, subject_id, txid,"
        " coalesce(max(at) filter (where row <> 'change'), max(at)) as since from told group by 1, 2, 3"
        " order by since desc, txid desc limit %(size)s offset %(start)s)"
        f" select strand, h.since, {_COLUMNS} from told join heads h using (strand, subject_id, txid)"
        " order by h.since desc, txid desc, strand, at"
    )
    params: dict[str, Any] = {
        "customer": customer_id,
        "ids": list(ids),
        "size": PAGE + 1,
        "start": (page - 1) * PAGE,
        "most": page * PAGE + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    moments: dict[tuple[str, int, int], Moment] = {}
    for key, since, row, _, by_id, real_by_id, source, reason, txid, subject_id, title, name, old, new in rows:
        moment = moments.setdefault(
            (key, subject_id, txid),
            Moment(known[key], since, by_id, real_by_id, source or "", reason or "", subject_id, title or "",
                   by=names.get(by_id or 0, "Opsdeck"), real_by=names.get(real_by_id or 0, "")),
        )  # fmt: skip
        _tell(moment, row, name, old, new, names)
    found = list(moments.values())
    return found[:PAGE], len(found) > PAGE


def _tell(moment: Moment, row: str, name: str, old: str, new: str, names: dict[int, str]) -> None:
    if row == "event":
        moment.sentences.append(events.sentence(name, json.loads(old)))
        moment.icon = moment.icon or events.icon_of(name)
    elif row == "said":
        moment.sentences.append(name)
        moment.icon = moment.icon or moment.strand.icon
    else:
        moment.changes.append(Change(_LABELS.get(name, name), _shown(name, old, names), _shown(name, new, names)))


def _shown(name: str, value: Any, names: dict[int, str]) -> str:
    if value is None or value == "":
        return "—"
    if name == "keeper_id":
        return names.get(int(value), "somebody")
    return {"true": "yes", "false": "no"}.get(value, str(value))
