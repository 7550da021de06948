"""History that no writer can forget: rendered row triggers fill django-simple-history's tables (D16, rulings 12, 13).

Each history row carries the hash of the row before it (of the same object) and its own, over who and why and the row in
PostgreSQL's binary form: its columns in the order in which they were made, so that one added later does not break old
links, and free of every setting of the session. `manage.py verify_history` walks the chains.
"""

from collections.abc import Sequence
from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords


class HistoryRow(models.Model):
    """What history keeps beside the object's own columns."""

    # Null where the database had nothing to say: nulls stay out of the hash, empty texts would not.
    history_request = models.CharField(max_length=64, blank=True, null=True)  # noqa: DJ001
    history_source = models.CharField(max_length=20, blank=True, null=True)  # noqa: DJ001
    history_real_uid = models.BigIntegerField(null=True)
    history_login = models.CharField(max_length=63, null=True)  # noqa: DJ001
    history_txid = models.BigIntegerField(null=True)
    history_prev = models.BinaryField(max_length=32, null=True)
    history_hash = models.BinaryField(max_length=32, null=True)

    class Meta:
        abstract = True


class _Records(HistoricalRecords):  # type: ignore[misc]  # the library is untyped
    """django-simple-history indexes every key and unique column of a history table: each costs every write 1.3 µs.

    One index on (object, history_id), made by the security sync, serves reading one object's history and its chain.
    """

    def __init__(self, *, keep_index: Sequence[str], **options: Any) -> None:
        self.keep_index = keep_index
        super().__init__(**options)

    def copy_fields(self, model: type[models.Model]) -> dict[str, Any]:
        fields: dict[str, Any] = super().copy_fields(model)
        for name, field in fields.items():
            field.db_index = name in self.keep_index
        return fields

    def get_extra_fields(self, model: type[models.Model], fields: dict[str, Any]) -> dict[str, Any]:
        extra: dict[str, Any] = super().get_extra_fields(model, fields)
        extra["history_user"].db_index = False
        return extra


def records(*, keep_index: Sequence[str] = ()) -> HistoricalRecords:
    """`keep_index` names the columns by which a history table is read besides its own object."""
    return _Records(
        keep_index=keep_index,
        history_id_field=models.BigAutoField(),
        user_db_constraint=False,
        bases=[HistoryRow],
    )


# What the trigger adds to the row's own columns, and where PostgreSQL reads it.
_META = {
    "history_date": "clock_timestamp()",
    "history_type": "kind",
    "history_user_id": "nullif(current_setting('ops.uid', true), '')::bigint",
    "history_change_reason": "nullif(current_setting('ops.reason', true), '')",
    "history_request": "nullif(current_setting('ops.request', true), '')",
    "history_source": "nullif(current_setting('ops.source', true), '')",
    "history_real_uid": "nullif(current_setting('ops.real_uid', true), '')::bigint",
    "history_login": "session_user::text",
    "history_txid": "(pg_current_xact_id()::text)::bigint",
}


def _columns(model: type[models.Model]) -> list[str]:
    """Stored columns that a trigger copies; generated ones recompute themselves in the history table."""
    return [str(field.column) for field in model._meta.concrete_fields if not field.generated]


def history_model(model: type[models.Model]) -> type[models.Model]:
    kept: type[models.Model] = model.history.model  # type: ignore[attr-defined]
    return kept


def function_name(model: type[models.Model]) -> str:
    return f"h_{model._meta.db_table}"


def added_name(model: type[models.Model]) -> str:
    return f"ha_{model._meta.db_table}"


_HEAD = "returns trigger language plpgsql security definer\nset search_path = pg_catalog, public, pg_temp"


def _insert(model: type[models.Model], row: str, previous: str) -> str:
    """Up to its FROM: `row` and the meta `m` as one history row, hashed with what came before."""
    columns = _columns(model)
    into = ", ".join(f'"{c}"' for c in [*columns, *_META, "history_prev", "history_hash"])
    values = ", ".join([*(f'{row}."{c}"' for c in columns), *(f'm."{c}"' for c in _META)])
    before = "" if previous == "null" else f"coalesce({previous}, ''::bytea) || "
    return (
        f'insert into public."{history_model(model)._meta.db_table}" ({into})\n'
        f"  select {values}, {previous}, sha256({before}head || record_send({row}))"
    )


def trigger_function(model: type[models.Model]) -> str:
    """Changed and deleted rows, one static function a table: generic ones re-plan on every row (D16)."""
    table, history = model._meta.db_table, history_model(model)._meta.db_table
    pk = model._meta.pk.column
    return f"""create or replace function ops.{function_name(model)}() {_HEAD} as $$
declare
  r public."{table}"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row({", ".join(_META.values())});
  head := record_send(m);
  select h.history_hash into previous from public."{history}" h
   where h."{pk}" = r."{pk}" order by h.history_id desc limit 1;
  {_insert(model, "r", "previous")};
  return null;
end $$"""


def added_function(model: type[models.Model]) -> str:
    """New rows, all of a statement at once: who and why are the same for all, and a new row has none before it."""
    return f"""create or replace function ops.{added_name(model)}() {_HEAD} as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row({", ".join(_META.values())});
  head := record_send(m);
  {_insert(model, "a", "null")} from added a;
  return null;
end $$"""


def changes_view(model: type[models.Model]) -> str:
    """Every field change, old and new, one row each: the previous row laterally, then unpivoted (D18)."""
    history = history_model(model)._meta.db_table
    pk = model._meta.pk.column
    quiet = {pk, "updated_at", "version"}
    pairs = ", ".join(
        f'(\'{f.column}\', p."{f.column}"::text, h."{f.column}"::text)'
        for f in model._meta.concrete_fields
        if f.column not in quiet
    )
    return f"""create view public."{changes_name(model)}" with (security_invoker = true) as
select h."{pk}" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."{history}" h
 cross join lateral (select * from public."{history}" x where x."{pk}" = h."{pk}" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values {pairs}) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new"""


def meta_type() -> str:
    """The composite type of what the trigger adds, made once before any trigger function."""
    kinds = {
        "history_date": "timestamptz",
        "history_user_id": "bigint",
        "history_real_uid": "bigint",
        "history_txid": "bigint",
    }
    fields = ", ".join(f"{name} {kinds.get(name, 'text')}" for name in _META)
    return f"create type ops.history_meta as ({fields})"


def row_order(model: type[models.Model]) -> str:
    """A query for the columns of the table as its rows are hashed: as they were made, later ones at the end."""
    return (
        "select attname from pg_catalog.pg_attribute where attnum > 0 and not attisdropped"
        f" and attrelid = 'public.\"{model._meta.db_table}\"'::regclass order by attnum"
    )


def broken_links(model: type[models.Model], columns: Sequence[str], where: str = "true") -> str:
    """A query for the history rows whose hash does not follow from their content and the row before.

    `where` picks whole chains among the rows `x`; `columns` is what `row_order` finds. A row from before the last
    columns came was hashed without them, and the first rows of all as JSON.
    """
    history, pk = history_model(model)._meta.db_table, model._meta.pk.column
    meta = ", ".join(f"h.{name}" for name in _META)
    shapes = [", ".join(f'h."{c}"' for c in columns[:most]) for most in range(len(columns), 0, -1)]
    now, *before = [
        f"sha256(coalesce(h.history_prev, ''::bytea) || record_send(row({meta})::ops.history_meta)"
        f" || record_send(row({shape})))"
        for shape in shapes
    ]
    return f"""select h.history_id from (
  select x.*, lag(x.history_hash) over (partition by x."{pk}" order by x.history_id) as before
    from public."{history}" x where {where}) h
 where h.history_hash is null
    or h.history_prev is distinct from (case when h.history_type = '+' then null else h.before end)
    or case when h.history_hash = {now} then false
            when h.history_hash = any (array[{", ".join(before)}]::bytea[]) then false
            else h.history_hash <> sha256(coalesce(h.history_prev, ''::bytea) || convert_to(jsonb_strip_nulls(
                   to_jsonb(h) - 'history_id' - 'history_prev' - 'history_hash' - 'before')::text, 'UTF8')) end
 order by h.history_id"""


def changes_name(model: type[models.Model]) -> str:
    return f"{model._meta.db_table}_changes"
