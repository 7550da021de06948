-- Stages move along arrows and nowhere else, whoever writes: the app, the admin, psql (A4). tg_argv[0] is the noun.
create or replace function ops.guard_stage() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  came text := case when tg_op = 'INSERT' then '' else old.stage end;
  who text := coalesce(nullif(current_setting('role', true), ''), 'none');
  arrow ops_arrow;
  scope text;
  may boolean := who = 'none';
begin
  if tg_op = 'UPDATE' and new.stage = old.stage then return new; end if;
  select a.* into arrow from ops_arrow a
   where a.noun = tg_argv[0] and a.from_stage = came and a.to_stage = new.stage;
  if not found then
    raise exception 'This % cannot go from % to %.', tg_argv[0],
      coalesce((select lower(s.label) from ops_stage s where s.noun = tg_argv[0] and s.key = came), 'nothing'),
      coalesce((select lower(s.label) from ops_stage s where s.noun = tg_argv[0] and s.key = new.stage), new.stage)
      using errcode = '23514', constraint = 'ops_guard_stage';
  end if;
  -- A loop, not a query: it is asked for every row of a load.
  if not may then
    foreach scope in array arrow.scopes loop
      may := may or pg_has_role(who, '{prefix}_s_' || scope, 'USAGE');
    end loop;
  end if;
  if not may then
    raise exception 'Your role may not move this % to %.', tg_argv[0],
      (select lower(s.label) from ops_stage s where s.noun = tg_argv[0] and s.key = new.stage)
      using errcode = '23514', constraint = 'ops_guard_stage_role';
  end if;
  if who <> 'none' and arrow.within_minutes is not null and tg_op = 'UPDATE'
     and ops.now() > old.stage_since + make_interval(mins => arrow.within_minutes)
     and not exists (select 1 from unnest(arrow.late_scopes) s where pg_has_role(who, '{prefix}_s_' || s, 'USAGE')) then
    raise exception 'It moved more than % minutes ago; ask a manager to move it back.', arrow.within_minutes
      using errcode = '23514', constraint = 'ops_guard_stage_late';
  end if;
  new.stage_since := ops.now();
  return new;
end $$;

-- The same for all new rows of a statement at once, whoever brings them: the guard of each row leaves out what a load
-- inserts, and by the setting alone, which whoever writes may change in the midst of a statement. A file may say since
-- when a row it brings in is where it is; nobody else may. tg_argv[1] is the loader's scope.
create or replace function ops.guard_new_stages() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  who text := coalesce(nullif(current_setting('role', true), ''), 'none');
  found record;
begin
  for found in
    select n.stage, a.scopes, (select lower(s.label) from ops_stage s where s.noun = tg_argv[0] and s.key = n.stage) as label
      from (select distinct stage from added) n
      left join ops_arrow a on a.noun = tg_argv[0] and a.from_stage = '' and a.to_stage = n.stage
  loop
    if found.scopes is null then
      raise exception 'This % cannot go from nothing to %.', tg_argv[0], coalesce(found.label, found.stage)
        using errcode = '23514', constraint = 'ops_guard_stage';
    end if;
    if who <> 'none' and not exists (select 1 from unnest(found.scopes) s where pg_has_role(who, '{prefix}_s_' || s, 'USAGE')) then
      raise exception 'Your role may not move this % to %.', tg_argv[0], found.label
        using errcode = '23514', constraint = 'ops_guard_stage_role';
    end if;
  end loop;
  if who <> 'none' and not pg_has_role(who, '{prefix}_s_' || tg_argv[1], 'USAGE')
     and exists (select 1 from added a where a.stage_since not between
                   ops.now() - (clock_timestamp() - statement_timestamp()) - interval '1 second' and ops.now()) then
    raise exception 'Your role may not say since when this % is where it is.', tg_argv[0]
      using errcode = '23514', constraint = 'ops_guard_stage_since';
  end if;
  return null;
end $$;

-- The record of the move. It reads no deferred state: it runs at once, so the settings are still the mover's (pitfall 3).
create or replace function ops.record_transition() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.stage = old.stage then return null; end if;
  insert into ops_transition (noun, subject_id, from_stage, to_stage, undo, at, business_day, seconds_before,
                              by_id, real_by_id, source, reason, request, txid)
  select tg_argv[0], new.id, old.stage, new.stage,
         coalesce((select a.undo from ops_arrow a where a.noun = tg_argv[0] and a.to_stage = new.stage
                     and a.from_stage = old.stage), false),
         new.stage_since, ops.shop_day(new.stage_since), extract(epoch from new.stage_since - old.stage_since)::bigint,
         ops.uid(), nullif(current_setting('ops.real_uid', true), '')::bigint,
         coalesce(nullif(current_setting('ops.source', true), ''), 'psql'),
         coalesce(current_setting('ops.reason', true), ''), coalesce(current_setting('ops.request', true), ''),
         (pg_current_xact_id()::text)::bigint;
  return null;
end $$;

-- Where new rows begin, all of a statement at once.
create or replace function ops.record_beginning() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  me bigint := ops.uid();
  real_me bigint := nullif(current_setting('ops.real_uid', true), '')::bigint;
  came text := coalesce(nullif(current_setting('ops.source', true), ''), 'psql');
  why text := coalesce(current_setting('ops.reason', true), '');
  asked text := coalesce(current_setting('ops.request', true), '');
  tx bigint := (pg_current_xact_id()::text)::bigint;
begin
  insert into ops_transition (noun, subject_id, from_stage, to_stage, undo, at, business_day, seconds_before,
                              by_id, real_by_id, source, reason, request, txid)
  select tg_argv[0], n.id, '', n.stage, coalesce(a.undo, false), n.stage_since, ops.shop_day(n.stage_since), null,
         me, real_me, came, why, asked, tx
    from added n left join ops_arrow a on a.noun = tg_argv[0] and a.from_stage = '' and a.to_stage = n.stage;
  return null;
end $$;

-- The stages whose rows the floor works on: those in work and those ready (ruling 16).
create or replace function ops.floor_stages(of_noun text) returns text[] language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select coalesce(array_agg(s.key::text), '{}') from ops_stage s where s.noun = of_noun and s.category in ('working', 'ready') $$;

-- What shipped stays: the keys of builtin stages and arrows are ours, their words and limits are the shop's.
create or replace function ops.guard_builtin() returns trigger language plpgsql as $$
begin
  if session_user = (select pg_catalog.pg_get_userbyid(d.datdba) from pg_catalog.pg_database d
                      where d.datname = current_database()) then
    return coalesce(new, old);
  end if;
  if tg_op = 'DELETE' and old.builtin then
    raise exception 'This came with the product and cannot be deleted.'
      using errcode = '23514', constraint = 'ops_guard_builtin';
  end if;
  if tg_op = 'INSERT' and new.builtin then
    raise exception 'Only the product itself ships built-in rows.'
      using errcode = '23514', constraint = 'ops_guard_builtin';
  end if;
  if tg_op = 'UPDATE' and (old.builtin or new.builtin) then
    -- Nested, not 'and': an arrow has no key, and the whole expression is looked up before any of it is evaluated.
    if tg_table_name = 'ops_stage' then if row(old.noun, old.key, old.category, old.builtin) is distinct from
       row(new.noun, new.key, new.category, new.builtin) then
      raise exception 'The key and the category of a built-in stage stay as they are; its words and limit are yours.'
        using errcode = '23514', constraint = 'ops_guard_builtin';
    end if; end if;
  end if;
  return coalesce(new, old);
end $$;
