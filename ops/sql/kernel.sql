-- Who acts, what time it is, which business day, and the small things that guards share. Read by ops.db.security.

create or replace function ops.uid() returns bigint language sql stable parallel safe as
$$ select nullif(current_setting('ops.uid', true), '')::bigint $$;

-- The real clock, unless the *owner* has set ops.clock: so the demo shop lives through months, and the web cannot (ruling 11).
create or replace function ops.now() returns timestamptz language plpgsql stable as $$
declare moved text := nullif(current_setting('ops.clock', true), '');
begin
  if moved is null then return clock_timestamp(); end if;
  if session_user = (select pg_catalog.pg_get_userbyid(d.datdba) from pg_catalog.pg_database d
                      where d.datname = current_database()) then
    return moved::timestamptz;
  end if;
  return clock_timestamp();
end $$;

-- Zone first, then the reset: 04:59 belongs to the day before (T1). Twin of ops.clock.business_day.
create or replace function ops.business_day(at timestamptz, zone text, reset_minutes int) returns date
language sql immutable parallel safe as
$$ select ((at at time zone zone) - make_interval(mins => reset_minutes))::date $$;

create or replace function ops.shop_day(at timestamptz) returns date language sql stable parallel safe as
$$ select ops.business_day(at, '{zone}', {reset}) $$;

-- Append-only tables. TRUNCATE passes only in test databases, where the owner flushes between tests.
create or replace function ops.refuse() returns trigger language plpgsql as $$
begin
  if tg_op = 'TRUNCATE' and current_database() like 'test\_%' then return null; end if;
  raise exception '% of % is refused: its rows are never changed.', tg_op, tg_table_name
    using errcode = '23514', constraint = 'ops_guard_append_only';
end $$;

create or replace function ops.has_scope(scope text) returns boolean language sql stable as
$$ select case when coalesce(current_setting('role', true), 'none') in ('none', '') then false
          else pg_has_role(current_setting('role'), '{prefix}_s_' || scope, 'USAGE') end $$;

-- Version and time of the last change: the base of "somebody else changed this" (A3).
create or replace function ops.bump_version() returns trigger language plpgsql as $$
begin
  if new is distinct from old then
    new.version := old.version + 1;
    new.updated_at := ops.now();
  end if;
  return new;
end $$;

-- Ids only, after commit, to whoever listens. Past 50 rows of a transaction one 'bulk' message says it all (D26).
create or replace function ops.tell(noun text, id bigint, stage text, old_stage text, viewers text) returns void
language plpgsql as $$
declare told int := coalesce(nullif(current_setting('ops.told_' || noun, true), ''), '0')::int;
begin
  if told > 50 then return; end if;
  perform set_config('ops.told_' || noun, (told + 1)::text, true);
  if told = 50 then
    perform pg_notify('ops', noun || ' * * * *');
  else
    perform pg_notify('ops', concat_ws(' ', noun, id, coalesce(stage, '-'), coalesce(old_stage, '-'), viewers));
  end if;
end $$;
