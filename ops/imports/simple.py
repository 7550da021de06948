"""The loader of nouns of which one row of a file is one thing: customers, products, opening stock.

An app brings three statements (`<app>/sql/import_<noun>_*.sql`): what is there now, how new things are made, how
changed ones are changed. Rows are staged already; a blank cell leaves what is here as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection

from ops.db.security import filled
from ops.db.texts import sql_of
from ops.imports import staging
from ops.imports.columns import Column
from ops.imports.models import ImportBatch, ImportItem
from ops.imports.nouns import Report, noun_named
from ops.imports.problems import KEPT
from ops.imports.telling import tell, untell

if TYPE_CHECKING:
    from accounts.models import User

_WEIGH = """
with rows as materialized ({rows}),
keyed as materialized (select r.*, {key} as key from rows r),
existing as ({existing}),
packed as (
  select key, min(line) as first_line, count(*) as rows, bool_or(refused) as refused,
         count(distinct {packed}) > 1 as differing
    from keyed where key is not null group by key),
found as (
  select p.*, e.subject_id,
         case when e.subject_id is not null then jsonb_strip_nulls(jsonb_build_object({changes})) end as changes
    from packed p join keyed k on k.line = p.first_line left join existing e on e.key = p.key)
insert into ops_importitem (batch_id, key, verdict, subject_id, first_line, rows, changes, reason)
select %(batch)s, key,
       case when refused or differing then 'refused' when subject_id is null then 'new'
            when changes = '{}'::jsonb then 'same' else 'changed' end,
       subject_id, first_line, rows, changes, case when differing and not refused then 'twice' else '' end
  from found
"""
_REFUSE = """
with rows as materialized ({rows}),
keyed as materialized (select r.*, {key} as key from rows r),
items as (select i.* from ops_importitem i where i.batch_id = %(batch)s and i.verdict <> 'refused'),
reasons (key, column_key, value, kind, sentence) as ({refuse}),
refused as (
  update ops_importitem i set verdict = 'refused', reason = r.sentence
    from (select distinct on (key) key, sentence from reasons order by key, column_key) r
   where i.batch_id = %(batch)s and i.key = r.key)
select i.first_line, r.column_key, r.value, r.kind, r.sentence
  from reasons r join ops_importitem i on i.batch_id = %(batch)s and i.key = r.key order by 1, 2
"""
_TWICE = """
with rows as materialized ({rows}),
keyed as materialized (select r.*, {key} as key from rows r)
select i.key, (array_agg(k.line order by k.line))[:%(most_alike)s], (array_agg(distinct k.{first}::text))[:3],
       {differing}, count(*), (sum(count(*)) over ())::int
  from ops_importitem i join keyed k on k.key = i.key
 where i.batch_id = %(batch)s and i.reason = 'twice' group by i.key order by min(k.line) limit %(most)s
"""
_FIRST = """
with rows as materialized ({rows}),
keyed as materialized (select r.*, {key} as key from rows r)
select count(*), (array_agg(key order by line))[:3] from (
  select key, min(line) as line from keyed where key is not null
   group by key having count(distinct {alike}) > 1 and not bool_or(refused)) several
"""
_MOST_ALIKE = 20
_SEVERAL = "Several lines say different things of"


def _and(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


@dataclass(frozen=True)
class SimpleLoader:
    """`existing` SELECTs `key`, `subject_id` and the noun's columns by their keys; it may read `keyed`, the file.

    `key` is what names a row, an expression over r. `new` and `changed` are files of statements run in their order over
    {rows} and ops_importitem; `refuse` SELECTs key, column_key, value, kind and sentence of what the rules refuse.
    Columns in `still` are read but never compared; with `spelled` rows of one key may spell it differently. `sums` are
    added up by verdict. `near` fills ImportMatch.
    """

    folder: Path
    columns: tuple[Column, ...]
    existing: str
    new: tuple[str, ...]
    changed: tuple[str, ...] = ()
    refuse: str = ""
    key: str = ""
    still: frozenset[str] = frozenset()
    spelled: bool = False
    sums: tuple[str, ...] = ()
    near: Callable[[ImportBatch], None] | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    def weigh(self, batch: ImportBatch) -> None:
        with connection.cursor() as cursor:
            cursor.execute("delete from ops_importitem where batch_id = %s", [batch.pk])
            cursor.execute(self._text(_WEIGH, batch), self._said(batch))
            cursor.execute("analyze ops_importitem")
            twice, untold = self._twice(cursor, batch)
            tell(batch, [*twice, *self._refused(cursor, batch)], untold=untold)
            batch.counts |= self._counted(cursor, batch)
            kept = [note for note in batch.notes if not note.startswith(_SEVERAL)]
            batch.notes = [*kept, *self._first_lines(cursor, batch)]
        if self.near:
            self.near(batch)

    def weigh_again(self, batch: ImportBatch) -> None:
        """From the staged rows, as the first time: what others changed since is in it."""
        untell(batch)
        self.weigh(batch)

    def apply(self, batch: ImportBatch, by: User, report: Report) -> None:
        steps = [*(self.new if batch.counts["new"] else ()), *(self.changed if batch.counts["changed"] else ())]
        with connection.cursor() as cursor:
            for done, name in enumerate(steps):
                report(done, len(steps))
                cursor.execute(self._text(sql_of(self.folder / name), batch), self._said(batch))

    # --- statements ---

    @property
    def row_key(self) -> str:
        return self.key or f"r.{self.columns[0].key}"

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {column.key: column.label for column in self.columns}

    def _said(self, batch: ImportBatch) -> dict[str, Any]:
        return {"batch": batch.pk, "source": batch.source}

    def _text(self, template: str, batch: ImportBatch) -> str:
        there = [c.key for c in self.columns if c.key in {*batch.settings["columns"], *batch.fixed}]
        compared = [key for key in there if key not in self.still]
        changes = ", ".join(
            f"'{key}', case when k.{key} is not null and k.{key} is distinct from e.{key}"
            f" then jsonb_build_array(e.{key}::text, k.{key}::text) end"
            for key in compared
        )
        alike = f"row({', '.join(self._said_alike(there))})"
        words = {
            "{existing}": sql_of(self.folder / self.existing),
            "{refuse}": sql_of(self.folder / self.refuse) if self.refuse else "",
            "{rows}": staging.typed_rows(self.columns), "{key}": self.row_key,
            "{changes}": changes, "{packed}": "row(true)" if self._first_wins(batch) else alike, "{alike}": alike,
            "{first}": self.columns[0].key, "{differing}": self._differing(there), **self.words,
        }  # fmt: skip
        for word, meaning in words.items():
            template = template.replace(word, meaning)
        return filled(template)

    # --- what is said of it ---

    def _first_wins(self, batch: ImportBatch) -> bool:
        """A person lets the first of the rows of one thing count."""
        return self.columns[0].label in batch.answers.get("first_wins", ())

    def _said_alike(self, there: Sequence[str]) -> list[str]:
        """What rows of one thing must say alike."""
        return ["true", *(key for key in there if key != self.columns[0].key)] if self.spelled else [*there]

    def _first_lines(self, cursor: Any, batch: ImportBatch) -> list[str]:
        """What was left out because the first line counts stays to be read in the load."""
        if not self._first_wins(batch):
            return []
        cursor.execute(self._text(_FIRST, batch), self._said(batch))
        count, keys = cursor.fetchone()
        if not count:
            return []
        things = f"1 {noun_named(batch.noun).one}" if count == 1 else f"{count:,} {noun_named(batch.noun).many}"
        names = ", ".join(f"“{key}”" for key in keys)
        return [f"{_SEVERAL} {things}; the first line counts ({names})."]

    def _differing(self, there: Sequence[str]) -> str:
        """Of rows of one key the columns in which they differ, besides how it is spelled."""
        cases = [f"case when count(distinct coalesce(k.{key}::text, '')) > 1 then '{key}' end"
                 for key in there if key != self.columns[0].key]  # fmt: skip
        return f"array_remove(array[{', '.join(cases)}]::text[], null)"

    def _twice(self, cursor: Any, batch: ImportBatch) -> tuple[list[dict[str, Any]], Counter[tuple[str, str]]]:
        """A problem at each of the rows, for whoever puts one right sees all of them; and how many are not among them:
        no more are made than are kept."""
        cursor.execute("select 1 from ops_importitem where batch_id = %s and reason = 'twice' limit 1", [batch.pk])
        if cursor.fetchone() is None:
            return [], Counter()
        most = {"most": KEPT, "most_alike": _MOST_ALIKE}
        cursor.execute(self._text(_TWICE, batch), {**self._said(batch), **most})
        column = self._labels[self.columns[0].key]
        found: list[dict[str, Any]] = []
        every = 0
        for key, lines, spelled, differing, count, every in cursor.fetchall():  # noqa: B007  the last is of all
            if len(found) >= KEPT:
                break
            said = {
                "column": column, "value": key, "kind": "disagree", "todo": "Keep the one that is right.",
                "sentence": self._twice_said(key, lines, count, spelled, differing),
            }  # fmt: skip
            found += [{"line": line, **said} for line in lines[: KEPT - len(found)]]
        cursor.execute(
            "update ops_importitem set reason = 'It stands in several rows, and they say different things.'"
            " where batch_id = %s and reason = 'twice'", [batch.pk],
        )  # fmt: skip
        return found, Counter({("disagree", column): every - len(found)})

    def _twice_said(
        self, key: str, lines: Sequence[int], count: int, spelled: Sequence[str], differing: Sequence[str]
    ) -> str:
        more = [f"{count - 3:,} more"] if count > 3 else []
        names = f", spelled {_and([f'“{name}”' for name in spelled])}" if len(spelled) > 1 else ""
        labels = [self._labels[name] for name in differing]
        what = f", and they say different things: {_and(labels)}." if labels else ": which of them counts?"
        return f"“{key}” stands in lines {_and([*(f'{line:,}' for line in lines[:3]), *more])}{names}{what}"

    def _refused(self, cursor: Any, batch: ImportBatch) -> list[dict[str, Any]]:
        if not self.refuse:
            return []
        cursor.execute(self._text(_REFUSE, batch), self._said(batch))
        return [
            {
                "line": line, "column": self._labels.get(key, key), "value": value or "", "kind": kind, "todo": "",
                "sentence": sentence,
            }
            for line, key, value, kind, sentence in cursor.fetchall()
        ]  # fmt: skip

    def _counted(self, cursor: Any, batch: ImportBatch) -> dict[str, Any]:
        sums = "".join(f", sum(r.{key})" for key in self.sums)
        cursor.execute(
            f"with rows as ({staging.typed_rows(self.columns)}) select i.verdict, count(*){sums} from ops_importitem i"
            " join rows r on r.line = i.first_line where i.batch_id = %(batch)s group by 1", {"batch": batch.pk},
        )  # fmt: skip
        counts: dict[str, Any] = dict.fromkeys(ImportItem.Verdict.values, 0)
        totals: dict[str, dict[str, Any]] = {}
        for verdict, items, *amounts in cursor.fetchall():
            counts[verdict] = items
            said = ("" if amount is None else str(amount) for amount in amounts)
            totals[verdict] = {"lines": items, **dict(zip(self.sums, said, strict=True))}
        lost = f"select count(*) from ({staging.typed_rows(self.columns)}) r where ({self.row_key}) is null"
        cursor.execute(lost, {"batch": batch.pk})
        return {**counts, "lost_lines": cursor.fetchone()[0], "totals": totals}
