"""History that no writer can forget: rendered row triggers fill django-simple-history's tables (D16, rulings 12, 13).

Each history row carries the hash of the row before it (of the same object) and its own, over the row's content without
nulls, so that a column added later does not break old links. `manage.py verify_history` walks the chains.
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


def trigger_function(model: type[models.Model]) -> str:
    """One static function per table: generic ones re-plan on every row and cost four times as much (D16)."""
    table, history = model._meta.db_table, history_model(model)._meta.db_table
    pk = model._meta.pk.column
    columns = _columns(model)
    into = ", ".join(f'"{c}"' for c in [*columns, *_META, "history_prev", "history_hash"])
    values = ", ".join([*(f'r."{c}"' for c in columns), *(f'm."{c}"' for c in _META)])
    meta = ", ".join(_META.values())
    return f"""create or replace function ops.{function_name(model)}() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp set timezone = 'UTC' as $$
declare
  r public."{table}"%rowtype;
  m ops.history_meta;
  kind text := case tg_op when 'INSERT' then '+' when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row({meta});
  if tg_op <> 'INSERT' then
    select h.history_hash into previous from public."{history}" h
     where h."{pk}" = r."{pk}" order by h.history_id desc limit 1;
  end if;
  insert into public."{history}" ({into})
  values ({values}, previous, sha256(coalesce(previous, ''::bytea)
          || convert_to(jsonb_strip_nulls(to_jsonb(r) || to_jsonb(m))::text, 'UTF8')));
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


def broken_links(model: type[models.Model]) -> str:
    """A query for the history rows whose hash does not follow from their content and the row before."""
    history, pk = history_model(model)._meta.db_table, model._meta.pk.column
    return f"""select h.history_id from (
  select x.*, lag(x.history_hash) over (partition by x."{pk}" order by x.history_id) as before
    from public."{history}" x) h
 where h.history_hash is null
    or h.history_prev is distinct from (case when h.history_type = '+' then null else h.before end)
    or h.history_hash <> sha256(coalesce(h.history_prev, ''::bytea) || convert_to(jsonb_strip_nulls(
       to_jsonb(h) - 'history_id' - 'history_prev' - 'history_hash' - 'before')::text, 'UTF8'))
 order by h.history_id"""


def changes_name(model: type[models.Model]) -> str:
    return f"{model._meta.db_table}_changes"
