-- Rendered from */security.py by `make rules`. Do not edit: a test compares it with what will be installed.

-- type:ops.history_meta
create type ops.history_meta as (history_date timestamptz, history_type text, history_user_id bigint, history_change_reason text, history_request text, history_source text, history_real_uid bigint, history_login text, history_txid bigint);

-- file:accounts/sql/cut_sessions.sql
-- Whoever's rights change is signed out, whichever way the change came: the epoch is part of every session's hash.
create or replace function ops.cut_sessions() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
  if (new.role, new.overrides, new.is_active, new.email) is distinct from (old.role, old.overrides, old.is_active, old.email) then
    new.epoch := greatest(new.epoch, old.epoch + 1);
  end if;
  return new;
end $$;
;

-- file:accounts/sql/tell_streams.sql
-- The hub cuts the live streams of a person whose rights changed; their pages ask for a new ticket, or cannot.
create or replace function ops.tell_streams() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
  if (new.epoch, new.scopes, new.is_active) is distinct from (old.epoch, old.scopes, old.is_active) then
    perform pg_notify('ops', format('scope %s - - -', new.id));
  end if;
  return null;
end $$;
;

-- file:accounts/sql/last_admin.sql
-- definer: must count every active person who manages people, whatever the one who leaves may see
-- Somebody must always be able to look after people and roles, both at once. Deferred, so two swaps in one transaction are judged by their
-- result. The lock is taken before counting: two admins who remove each other at once are judged one after the other.
create or replace function ops.last_admin() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.is_active and old.scopes @> '{people_admin,roles_admin}' then
    perform pg_advisory_xact_lock(hashtextextended('accounts.last_admin', 0));
    if not exists (select 1 from public.accounts_user u where u.is_active and u.scopes @> '{people_admin,roles_admin}') then
      raise exception 'Nobody else could manage people and roles any more. Make somebody else an admin first.'
        using errcode = '23514', constraint = 'ops_guard_last_admin';
    end if;
  end if;
  return null;
end $$;
;

-- file:accounts/sql/guard_rights.sql
-- Nobody gives what they do not hold, whichever way they write: what somebody gains must be the giver's own, covered by
-- a wider right of theirs, or what people admins may hire for (roles.yaml: covers, hires). Who acts is the bound role;
-- with none bound it is the database owner, who may.
create or replace function ops.not_mine_to_give(wanted text[]) returns text[] language sql stable as
$$ select coalesce(array_agg(w order by w), '{}') from unnest(wanted) w
    where not ops.has_scope(w)
      and not exists (select 1 from ops.gives g where g.given = w and ops.has_scope(g.scope)) $$;

create or replace function ops.in_words(of_scopes text[]) returns text language sql stable as
$$ select string_agg(coalesce(rtrim(s.why, '.'), k), '; ' order by s.why) from unnest(of_scopes) k
     left join ops.scopes s on s.key = k $$;

create or replace function ops.refuse_gift(wanted text[]) returns void language plpgsql stable as $$
declare strange text[] := ops.not_mine_to_give(wanted);
begin
  if strange <> '{}' then
    raise exception 'You can give only what you may do yourself. This is not yours to give: %.', ops.in_words(strange)
      using errcode = '23514', constraint = 'ops_guard_gives';
  end if;
end $$;

-- A new address, coming back and another role are all gains: whoever reads the mail of an address can become them.
create or replace function ops.guard_rights() returns trigger language plpgsql as $$
declare
  gained text[];
begin
  if coalesce(current_setting('role', true), 'none') in ('none', '') then return new; end if;
  if tg_op = 'INSERT' then
    gained := new.scopes;
  elsif new.email <> old.email or (new.is_active and not old.is_active) then
    gained := new.scopes;
  else
    gained := array(select unnest(new.scopes) except select unnest(old.scopes));
  end if;
  perform ops.refuse_gift(gained);
  return new;
end $$;
;

-- file:accounts/sql/invitations.sql
-- definer: makes, checks and uses up links that nobody may read; shows sessions without their keys
-- A letter that lets somebody choose their own first password: one open link a person, once, until it ends or is taken
-- back. The database makes, checks and uses it; who invites never reads a link that somebody else can follow (ruling 2).

-- Only for who has not come in yet, and only by who may give them their rights: a link is as good as the account.
create or replace function ops.invite(person bigint, token_hash bytea, until timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  whom accounts_user;
begin
  select * into whom from accounts_user u where u.id = person for no key update;
  if not found or not whom.is_active then
    raise exception 'Only somebody who may sign in can be invited.'
      using errcode = '23514', constraint = 'ops_guard_invite';
  end if;
  if exists (select 1 from accounts_signin s where s.user_id = person and (s.last_at is not null or s.accepted_at is not null)) then
    raise exception '% has come in already. Send a link to choose a new password instead.', whom.name
      using errcode = '23514', constraint = 'ops_guard_invite';
  end if;
  if coalesce(current_setting('role', true), 'none') not in ('none', '') then perform ops.refuse_gift(whom.scopes); end if;
  update ops_signedlink l set revoked_at = ops.now()
   where l.kind = 'invite' and l.subject_id = person and l.revoked_at is null;
  insert into ops_signedlink (kind, subject_id, token_sha256, expires_at, uses_left)
  values ('invite', person, token_hash, until, 1);
  insert into accounts_signin (user_id, invited_at, invited_until) values (person, ops.now(), until)
  on conflict (user_id) do update set invited_at = excluded.invited_at, invited_until = excluded.invited_until;
end $$;

create or replace function ops.uninvite(person bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update ops_signedlink l set revoked_at = ops.now()
   where l.kind = 'invite' and l.subject_id = person and l.revoked_at is null and l.uses_left > 0;
  if not found then return false; end if;
  update accounts_signin s set invited_until = ops.now() where s.user_id = person;
  return true;
end $$;

-- Whom the link in ops.link is for: what the page says before anything is done (mail scanners look at it first).
create or replace function ops.invited() returns table (id bigint, name text, email text, role text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select u.id, u.name::text, u.email::text, r.label::text from accounts_user u join ops_role r on r.key = u.role
    where u.id = ops.link_subject('invite') and u.is_active $$;

-- Uses the link up: exactly one of two who follow it at once gets an answer.
create or replace function ops.accept_invitation() returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  person bigint := ops.use_link('invite');
begin
  if person is null or not exists (select 1 from accounts_user u where u.id = person and u.is_active) then
    return null;
  end if;
  update accounts_signin s set accepted_at = ops.now(), invited_until = null where s.user_id = person;
  return person;
end $$;

-- Where somebody is signed in, for who looks after people: never the key of a session, which is the session.
create or replace function ops.sessions_of(person bigint)
returns table (id bigint, ip text, user_agent text, began timestamptz, last_seen timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select s.id::bigint, host(s.ip), s.user_agent::text, s.created_at, s.last_seen_at
     from usersessions_usersession s where s.user_id = person order by s.last_seen_at desc $$;
;

-- execute:ops.invite(bigint, bytea, timestamptz)
revoke all on function ops.invite(bigint, bytea, timestamptz) from public; grant execute on function ops.invite(bigint, bytea, timestamptz) to od_s_people_admin;;

-- execute:ops.uninvite(bigint)
revoke all on function ops.uninvite(bigint) from public; grant execute on function ops.uninvite(bigint) to od_s_people_admin;;

-- execute:ops.invited()
revoke all on function ops.invited() from public; grant execute on function ops.invited() to od_s_link;;

-- execute:ops.accept_invitation()
revoke all on function ops.accept_invitation() from public; grant execute on function ops.accept_invitation() to od_s_link;;

-- execute:ops.sessions_of(bigint)
revoke all on function ops.sessions_of(bigint) from public; grant execute on function ops.sessions_of(bigint) to od_s_people_admin;;

-- file:ops/sql/kernel.sql
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
$$ select ops.business_day(at, 'Asia/Karachi', 300) $$;

-- Append-only tables. TRUNCATE passes only in test databases, where the owner flushes between tests.
create or replace function ops.refuse() returns trigger language plpgsql as $$
begin
  if tg_op = 'TRUNCATE' and current_database() like 'test\_%' then return null; end if;
  raise exception '% of % is refused: its rows are never changed.', tg_op, tg_table_name
    using errcode = '23514', constraint = 'ops_guard_append_only';
end $$;

create or replace function ops.has_scope(scope text) returns boolean language sql stable as
$$ select case when coalesce(current_setting('role', true), 'none') in ('none', '') then false
          else pg_has_role(current_setting('role'), 'od_s_' || scope, 'USAGE') end $$;

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
;

-- file:ops/sql/role_for.sql
-- definer: creates roles as the owner, from declared scopes only
-- A PostgreSQL role for any set of scopes: the shipped one if it is the same set, else one made for it (D8).
-- DEFINER: it creates roles as the owner, from declared scopes only. Roles are cluster-wide, so two databases may race.
create or replace function ops.role_for(wanted text[]) returns text language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  asked text[] := (select coalesce(array_agg(distinct s order by s), '{}') from unnest(wanted) s);
  unknown text := (select string_agg(s, ', ') from unnest(asked) s where s not in (select key from ops.scopes where not system));
  name text;
  scope text;
begin
  if unknown is not null then
    raise exception 'Unknown scope: %.', unknown using errcode = '23514', constraint = 'ops_guard_scope';
  end if;
  select 'od_r_' || r.key into name from ops_role r
   where r.builtin and (select array_agg(s::text order by s) from unnest(r.scopes) s) = asked limit 1;
  if name is not null then return name; end if;
  name := 'od_p_' || left(md5(array_to_string(asked, ',')), 16);
  if not exists (select 1 from pg_roles where rolname = name) then
    -- Every GRANT locks the role it gives. Whoever makes roles waits here first, or two who make several would meet in
    -- another order; roles belong to the cluster, so an advisory lock of this database would not do.
    comment on role od_s_staff is 'Signs in; held while another set of rights is made into a role.';
    begin
      execute format('create role %I nologin noinherit', name);
    exception when duplicate_object or unique_violation then null;
    end;
    execute format('alter role %I inherit', name);
    foreach scope in array asked loop
      execute format('grant %I to %I with inherit true, set false', 'od_s_' || scope, name);
    end loop;
    execute format('grant %I to opsdeck_web with inherit false, set true', name);
    execute format('grant %I to opsdeck_owner with inherit false, set true', name);
  end if;
  return name;
end $$;

-- A person's scopes: the role's, with the overrides of this person. Derived again whenever either changes.
create or replace function ops.scopes_for(role_key text, overrides jsonb) returns text[] language sql stable
security definer set search_path = pg_catalog, public, pg_temp as
$$ select coalesce(array_agg(distinct s order by s), '{}') from (
     select unnest(r.scopes)::text as s from ops_role r where r.key = role_key
     union select a #>> '{}' from jsonb_path_query(overrides, '$.add[*] ? (@.type() == "string")') a) given
    where not coalesce(overrides -> 'remove', '[]') ? s $$;

-- The role stays as it is until this commits, or a change of it that is under way would not find this person. Who comes
-- while a role is changing is asked to come again: waiting, they would hold a person for whom that change waits.
create or replace function ops.derive_rights() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  strange text;
begin
  select string_agg(a #>> '{}', ', ') into strange
    from jsonb_path_query(new.overrides, '$.remove[*] ? (@.type() == "string")') a
   where a #>> '{}' not in (select key from ops.scopes where not system);
  if strange is not null then
    raise exception 'Unknown scope: %.', strange using errcode = '23514', constraint = 'ops_guard_scope';
  end if;
  begin
    perform 1 from ops_role r where r.key = new.role for share nowait;
  exception when lock_not_available then
    raise exception 'The rights of this role are being changed just now. Try again in a moment.'
      using errcode = '23514', constraint = 'ops_role_in_change';
  end;
  new.scopes := ops.scopes_for(new.role, new.overrides);
  new.db_role := ops.role_for(new.scopes);
  return new;
end $$;

-- When the shop edits a role, everybody who has it is derived again, in the same transaction.
create or replace function ops.rederive_role() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update accounts_user set role = role where role = new.key;
  return null;
end $$;
;

-- execute:ops.role_for(text[])
revoke all on function ops.role_for(text[]) from public; grant execute on function ops.role_for(text[]) to od_s_people_admin, od_s_roles_admin;;

-- execute:ops.scopes_for(text, jsonb)
revoke all on function ops.scopes_for(text, jsonb) from public;;

-- file:ops/sql/guard_role.sql
-- definer: must count everybody who works in a role before it goes, whatever the one who deletes it may see
-- A role of the shop's own holds nothing that its maker could not give, keeps its key, and is deleted when nobody needs it.
-- DEFINER: must count everybody who works in it, and the stages it chases, whatever the one who deletes may see.
create or replace function ops.guard_role() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  strange text;
  people text;
  stages text;
begin
  if coalesce(current_setting('role', true), 'none') in ('none', '') then return coalesce(new, old); end if;
  if tg_op = 'DELETE' then
    select string_agg(u.name, ', ' order by u.name) into people from accounts_user u where u.role = old.key;
    if people is not null then
      raise exception '% is the role of %. Say which role they get first.', old.label, people
        using errcode = '23514', constraint = 'ops_guard_role_in_use';
    end if;
    select string_agg(s.label, ', ' order by s.position) into stages from ops_stage s where s.chaser_id = old.key;
    if stages is not null then
      raise exception '% chases what is late in %. Give that to another role first.', old.label, stages
        using errcode = '23514', constraint = 'ops_guard_role_in_use';
    end if;
    return old;
  end if;
  select string_agg(s, ', ') into strange from unnest(new.scopes) s
   where s not in (select key from ops.scopes where not system);
  if strange is not null then
    raise exception 'Unknown scope: %.', strange using errcode = '23514', constraint = 'ops_guard_scope';
  end if;
  if tg_op = 'UPDATE' and new.key <> old.key then
    raise exception 'The key of a role is written once; its words and rights are yours.'
      using errcode = '23514', constraint = 'ops_guard_role_key';
  end if;
  perform ops.refuse_gift(case when tg_op = 'INSERT' then new.scopes::text[]
            else array(select unnest(new.scopes)::text except select unnest(old.scopes)::text) end);
  return new;
end $$;
;

-- file:ops/sql/stage_guard.sql
-- definer: reads the arrows and writes transitions, whatever the mover may see
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
      may := may or pg_has_role(who, 'od_s_' || scope, 'USAGE');
    end loop;
  end if;
  if not may then
    raise exception 'Your role may not move this % to %.', tg_argv[0],
      (select lower(s.label) from ops_stage s where s.noun = tg_argv[0] and s.key = new.stage)
      using errcode = '23514', constraint = 'ops_guard_stage_role';
  end if;
  if who <> 'none' and arrow.within_minutes is not null and tg_op = 'UPDATE'
     and ops.now() > old.stage_since + make_interval(mins => arrow.within_minutes)
     and not exists (select 1 from unnest(arrow.late_scopes) s where pg_has_role(who, 'od_s_' || s, 'USAGE')) then
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
    if who <> 'none' and not exists (select 1 from unnest(found.scopes) s where pg_has_role(who, 'od_s_' || s, 'USAGE')) then
      raise exception 'Your role may not move this % to %.', tg_argv[0], found.label
        using errcode = '23514', constraint = 'ops_guard_stage_role';
    end if;
  end loop;
  if who <> 'none' and not pg_has_role(who, 'od_s_' || tg_argv[1], 'USAGE')
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
;

-- file:ops/sql/takeover.sql
-- definer: tells guards that a merge is moving rows just now, by a table that nobody who signs in reads or writes
-- What hangs on one row goes to another, and back, inside the functions that do it, and nowhere else: a setting that says
-- so could be set by anybody, a row of a table without grants cannot. Guards that keep a subject what it is ask here.
create or replace function ops.changes_hands(of_noun text, was bigint, becomes bigint) returns boolean language sql stable
security definer set search_path = pg_catalog, public, pg_temp as
$$ select exists (select 1 from ops_takeover t
                   where t.noun = of_noun and ((t.gone, t.kept) = (was, becomes) or (t.kept, t.gone) = (was, becomes))) $$;
;

-- execute:ops.changes_hands(text, bigint, bigint)
revoke all on function ops.changes_hands(text, bigint, bigint) from public; grant execute on function ops.changes_hands(text, bigint, bigint) to od_s_staff, od_s_jobs, od_s_link;;

-- file:ops/db/kept.py
create or replace function ops.kept_tables() returns table (place int, rel text, kept text, pk text, noun text, head boolean, cols text[])
language sql immutable as $$
values (5, 'files_file', 'files_historicalfile', 'id', 'file', true, array['id', 'noun', 'subject_id', 'name', 'sha256', 'size', 'content_type', 'kind', 'width', 'height', 'stage', 'visibility', 'by_id', 'at', 'removed_at', 'removed_by_id', 'removed_reason']),
       (6, 'notices_rule', 'notices_historicalrule', 'id', 'rule', true, array['id', 'noun', 'on_what', 'key', 'to_whom', 'role_id', 'channel', 'active', 'builtin', 'note']),
       (7, 'shop_holiday', 'shop_historicalholiday', 'id', 'holiday', true, array['id', 'day', 'name']),
       (8, 'rates_exchangerate', 'rates_historicalexchangerate', 'id', 'exchangerate', true, array['id', 'currency', 'day', 'rate', 'by_id', 'at']),
       (9, 'digests_extension', 'digests_historicalextension', 'id', 'extension', true, array['id', 'noun', 'subject_id', 'until', 'reason', 'by_id', 'made_at']),
       (10, 'standing_start', 'standing_historicalstart', 'id', 'start', true, array['id', 'role_id', 'person_id', 'board', 'query', 'name']),
       (11, 'exports_template', 'exports_historicaltemplate', 'id', 'template', true, array['id', 'owner_id', 'board', 'name', 'shared', 'keys', 'heads', 'days', 'decimal', 'separator', 'says_origin', 'made_at']),
       (12, 'threads_message', 'threads_historicalmessage', 'id', 'message', true, array['id', 'noun', 'subject_id', 'visibility', 'text', 'mentions', 'by_id', 'at', 'key', 'version', 'edited_at', 'removed_at', 'removed_by_id']),
       (13, 'customers_customer', 'customers_historicalcustomer', 'id', 'customer', true, array['id', 'public_id', 'name', 'phone', 'email', 'city', 'address', 'keeper_id', 'notes', 'wants_order_mail', 'wants_offers', 'merged_into_id', 'source', 'external_id', 'created_at', 'updated_at', 'version']),
       (14, 'customers_customercontact', 'customers_historicalcustomercontact', 'id', 'customer', false, array['id', 'customer_id', 'kind', 'value', 'label', 'is_main']),
       (15, 'catalog_product', 'catalog_historicalproduct', 'id', 'product', true, array['id', 'public_id', 'sku', 'name', 'category_id', 'price', 'is_active', 'created_at', 'updated_at', 'version']),
       (16, 'catalog_skualias', 'catalog_historicalskualias', 'id', 'skualias', true, array['id', 'alias', 'product_id', 'by_id', 'at']),
       (17, 'inventory_location', 'inventory_historicallocation', 'id', 'location', true, array['id', 'name', 'created_at']),
       (18, 'orders_order', 'orders_historicalorder', 'id', 'order', true, array['id', 'public_id', 'number', 'customer_id', 'agent_id', 'assignee_id', 'stage', 'stage_since', 'clock_since', 'origin', 'channel', 'summary', 'pieces', 'promise_on', 'rush', 'placed_at', 'placed_on', 'production_note', 'carrier', 'tracking_number', 'held_at', 'hold_reason', 'hold_until', 'cancelled_at', 'cancel_reason', 'source', 'external_id', 'copied_from_id', 'row_sha256', 'batch_id', 'updated_at', 'version']),
       (19, 'orders_orderline', 'orders_historicalorderline', 'id', 'order', false, array['id', 'order_id', 'position', 'product_id', 'sku', 'description', 'category', 'quantity']),
       (20, 'orders_orderlineprice', 'orders_historicalorderlineprice', 'line_id', 'order', false, array['line_id', 'unit_price', 'discount', 'total']),
       (21, 'orders_ordersale', 'orders_historicalordersale', 'order_id', 'order', false, array['order_id', 'amount', 'currency', 'rate']),
       (22, 'orders_ordercosting', 'orders_historicalordercosting', 'order_id', 'order', false, array['order_id', 'order_amount', 'production_cost', 'shipping_cost', 'marketing_cost']),
       (23, 'orders_carrier', 'orders_historicalcarrier', 'id', 'carrier', true, array['id', 'key', 'name', 'tracking_url', 'is_active']),
       (24, 'orders_shipment', 'orders_historicalshipment', 'id', 'order', false, array['id', 'order_id', 'position', 'carrier_id', 'carrier_name', 'tracking_number', 'shipped_at', 'taken_back_at']),
       (25, 'orders_shipmentline', 'orders_historicalshipmentline', 'id', 'order', false, array['id', 'shipment_id', 'line_id', 'quantity']),
       (26, 'intake_intakekey', 'intake_historicalintakekey', 'id', 'intakekey', true, array['id', 'name', 'public', 'agent_id', 'made_at', 'retired_at']),
       (27, 'quotes_quote', 'quotes_historicalquote', 'id', 'quote', true, array['id', 'public_id', 'number', 'customer_id', 'agent_id', 'stage', 'stage_since', 'current_id', 'summary', 'valid_until', 'made_at', 'quoted_on', 'first_sent_at', 'accepted_id', 'decided_at', 'lost_reason', 'lost_note', 'updated_at', 'version']),
       (28, 'quotes_quoteversion', 'quotes_historicalquoteversion', 'id', 'quote', false, array['id', 'quote_id', 'n', 'summary', 'pieces', 'valid_until', 'promise_on', 'channel', 'rush', 'note', 'terms', 'made_at', 'sent_at']),
       (29, 'analytics_target', 'analytics_historicaltarget', 'id', 'target', true, array['id', 'agent_id', 'month', 'metric', 'amount', 'set_at']) $$;

create or replace function ops.loose_links() returns table (rel text, col text, pk text, of_rel text)
language sql immutable as $$
values ('notices_notice', 'rule_id', 'id', 'notices_rule'),
       ('standing_start', 'role_id', 'id', 'ops_role'),
       ('inventory_stockitem', 'product_id', 'product_id', 'catalog_product'),
       ('orders_ordercosting', 'order_id', 'order_id', 'orders_order') $$;
;

-- file:ops/sql/undoing.sql
-- definer: takes out what a load brought, also rows that whoever loaded it may not delete; asks whose load it is
-- Taking a load out again, whatever noun it brought: by history, which knows each row that the load's one transaction
-- wrote (ops_importbatch.applied_txid). What the load was about and its parts (a noun, ops.kept_tables) must be as the load
-- left them, and nothing may hang on them; else nothing is undone. What it made along the way - an order's customer, its
-- product - goes when nothing else uses it and nobody has touched it since, and else stays.
-- A database that was restored counts its transactions anew: a number is the load's only while the load went on.
drop function if exists ops.load_rows(bigint);
drop function if exists ops.hanging_on(text, text, text, bigint[], jsonb, bigint);
drop function if exists ops.going_along(text, bigint, jsonb, jsonb);
drop function if exists ops.put_back(text, text, text, text[], bigint[], bigint[], bigint[], bigint);

-- While a load went on, by the clock of the wall as history has it: its public id says when it was brought. The load
-- itself, and what is told, may have been given another clock by the owner (ops.now).
create or replace function ops.load_wrote(b ops_importbatch) returns tstzrange language sql stable
set search_path = pg_catalog, public, pg_temp as
$$ select tstzrange(s.came - interval '1 minute', s.came + greatest(interval '0', coalesce(b.applied_at, 'infinity') - b.created_at)
                                                         + interval '5 minutes')
     from (select coalesce(uuid_extract_timestamp(b.public_id), b.created_at)) s(came) $$;
create or replace function ops.load_told(b ops_importbatch) returns tstzrange language sql stable
set search_path = pg_catalog, public, pg_temp as
$$ select tstzrange(b.created_at - interval '1 minute',
                    greatest(b.created_at, coalesce(b.applied_at, 'infinity')) + interval '5 minutes') $$;

-- Is a load being taken out in this very transaction? Triggers that follow a change then keep still: what they did is
-- history too, and is put back as it was. A row of a table without grants says it; a setting could be set by anybody.
create or replace function ops.putting_back() returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select exists (select 1 from ops_takeover t where t.noun = 'undo') $$;

-- The rows of each table that a transaction wrote: fresh are there since then, changed were there before, gone were taken
-- away; moved are those among all of them that somebody has written since.
create or replace function ops.load_rows(of_tx bigint, during tstzrange) returns table (place int, rel text, kept text, pk text, noun text,
  head boolean, fresh bigint[], changed bigint[], gone bigint[], moved bigint[])
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare t record;
begin
  for t in select * from ops.kept_tables() loop
    return query execute format($q$
      with mine as (
        select h.%2$I as id, min(h.history_id) as first, max(h.history_id) as last
          from public.%1$I h where h.history_txid = $1 and h.history_date <@ $8 group by 1),
      judged as (
        select m.id, l.history_type = '-' as went, f.history_type <> '+' as was, n.history_id > m.last as moved
          from mine m join public.%1$I l on l.history_id = m.last join public.%1$I f on f.history_id = m.first
         cross join lateral (select x.history_id from public.%1$I x where x.%2$I = m.id order by x.history_id desc limit 1) n)
      select $2, $3, $4, $5, $6, $7,
             coalesce(array_agg(id order by id) filter (where not was and not went), '{}'),
             coalesce(array_agg(id order by id) filter (where was and not went), '{}'),
             coalesce(array_agg(id order by id) filter (where was and went), '{}'),
             coalesce(array_agg(id order by id) filter (where moved), '{}')
        from judged having count(*) > 0$q$, t.kept, t.pk)
      using of_tx, t.place, t.rel, t.kept, t.pk, t.noun, t.head, during;
  end loop;
end $$;

-- Rows that hang on these, by a foreign key or as (noun, subject_id), and are not among `going` (table to ids). Records
-- of what was - moves, morning lists, letters - are not asked; what people noted to themselves goes with the row.
create or replace function ops.hanging_on(of_rel text, of_pk text, of_noun text, ids bigint[], going jsonb, of_tx bigint,
  told tstzrange) returns table (rel text, id bigint, on_id bigint)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare link record;
begin
  if cardinality(ids) = 0 then return; end if;
  for link in
    select distinct r.relname as rel, a.attname as col, p.attname as pk
      from pg_constraint k cross join unnest(k.conkey, k.confkey) as m(here, there)
      join pg_class r on r.oid = k.conrelid
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = m.here
      join pg_attribute t on t.attrelid = k.confrelid and t.attnum = m.there and t.attname = of_pk
      join pg_index i on i.indrelid = k.conrelid and i.indisprimary
      join pg_attribute p on p.attrelid = k.conrelid and p.attnum = i.indkey[0]
     where k.contype = 'f' and k.confrelid = format('public.%I', of_rel)::regclass
    union
    select l.rel, l.col, l.pk from ops.loose_links() l where l.of_rel = hanging_on.of_rel
     order by 1, 2
  loop
    -- The other half of the row, kept by a trigger: what hangs on it hangs on the row.
    if link.col = link.pk and not exists (select 1 from ops.kept_tables() k where k.rel = link.rel) then
      return query select * from ops.hanging_on(link.rel, link.pk, '', ids, going, of_tx, told);
      continue;
    end if;
    return query execute format(
      'select %L::text, x.%2$I::bigint, x.%3$I::bigint from public.%1$I x join unnest($1) o(id) on o.id = x.%3$I'
      ' left join (select v::bigint as id from jsonb_array_elements_text($2) v) g on g.id = x.%2$I where g.id is null',
      link.rel, link.pk, link.col) using ids, coalesce(going -> link.rel, '[]');
  end loop;
  if of_noun = '' then return; end if;
  for link in select * from ops.tables_of_subjects() loop
    return query execute format(
      'select %L::text, x.id::bigint, x.subject_id from public.%1$I x join unnest($1) o(id) on o.id = x.subject_id'
      ' where x.noun = $2 and (%2$L <> ''ops_event'' or (to_jsonb(x) ->> ''txid'')::bigint <> $3'
      ' or not (to_jsonb(x) ->> ''at'')::timestamptz <@ $4)', link.rel, link.rel) using ids, of_noun, of_tx, told;
  end loop;
end $$;

-- What people noted to themselves about a row, or were told of it: it goes with the row.
create or replace function ops.passing_tables() returns text[] language sql immutable as
$$ select array['notices_notice', 'notices_watch', 'digests_snooze'] $$;

-- Tables of rooms whose rows belong to a (noun, subject_id) and count as somebody's work on it.
create or replace function ops.tables_of_subjects() returns table (rel text) language sql stable
set search_path = pg_catalog, public, pg_temp as
$$ select r.relname::text from pg_class r
    where r.relnamespace = 'public'::regnamespace and r.relkind = 'r' and r.relname !~ '_historical'
      and r.relname <> all (array['ops_transition', 'ops_takeover', 'digests_listed', 'notices_letter'] || ops.passing_tables())
      and (select count(*) from pg_attribute a
            where a.attrelid = r.oid and a.attname in ('noun', 'subject_id', 'id') and not a.attisdropped) = 3
    order by 1 $$;

-- Which tables of a load are what it was about: those of its noun, or all where the noun is none of theirs. What it taught
-- on the way - that a SKU is another one's spelling - is never that: who takes it back has not worked with the load.
create or replace function ops.is_own(of_noun text, table_noun text) returns boolean language sql stable
set search_path = pg_catalog, public, pg_temp as
$$ select table_noun = of_noun
       or table_noun <> 'skualias' and not exists (select 1 from ops.kept_tables() k where k.noun = of_noun) $$;

-- The load, for who may take it out: their own, still standing.
create or replace function ops.own_load(of_batch bigint) returns ops_importbatch language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare b ops_importbatch;
begin
  select * into b from ops_importbatch where id = of_batch;
  if b.id is null or b.by_id is distinct from ops.uid() then
    raise exception 'A load is undone by whoever loaded it.' using errcode = '23514', constraint = 'ops_guard_undo_whose';
  end if;
  if b.state <> 'applied' or b.applied_txid is null or b.undone_at is not null then
    raise exception '%', case when b.state = 'undone' then 'This load has been undone.' else 'This load cannot be undone: it has not been applied, or before loads could be.' end
      using errcode = '23514', constraint = 'ops_guard_undo_once';
  end if;
  return b;
end $$;

-- Rows of a load that are never changed, only reversed by another of the same table: how many nothing has reversed.
create or replace function ops.unreversed(of_batch bigint) returns bigint language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare t record; n bigint; of_all bigint := 0;
begin
  for t in
    select r.relname as rel, p.attname as pk, a.attname as batch, s.attname as reverses
      from pg_constraint k join pg_class r on r.oid = k.conrelid
      join pg_attribute a on a.attrelid = r.oid and a.attnum = k.conkey[1]
      join pg_constraint o on o.conrelid = r.oid and o.confrelid = r.oid and o.contype = 'f'
      join pg_attribute s on s.attrelid = r.oid and s.attnum = o.conkey[1]
      join pg_attribute p on p.attrelid = r.oid and p.attnum = o.confkey[1]
     where k.contype = 'f' and k.confrelid = 'public.ops_importbatch'::regclass
       and r.relname not in (select c.rel from ops.kept_tables() c)
  loop
    execute format('select count(*) from public.%1$I m where m.%3$I = $1 and m.%4$I is null'
                   ' and not exists (select 1 from public.%1$I x where x.%4$I = m.%2$I)', t.rel, t.pk, t.batch, t.reverses)
       into n using of_batch;
    of_all := of_all + n;
  end loop;
  return of_all;
end $$;

-- What stands against it: rows of the load that somebody has written since, and rows that hang on what came with it.
create or replace function ops.load_stops(of_batch bigint)
returns table (kind text, rel text, id bigint, on_rel text, on_id bigint, by_id bigint, at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare b ops_importbatch := ops.own_load(of_batch); t record;
begin
  for t in
    with rows as materialized (select * from ops.load_rows(b.applied_txid, ops.load_wrote(b)))
    select r.*, (select jsonb_object_agg(w.rel, to_jsonb(w.fresh)) from rows w) as going
      from rows r where ops.is_own(b.noun, r.noun) order by r.place
  loop
    return query execute format($q$
      select case n.history_type when '-' then 'removed' else 'changed' end, $3, m.id, $3, m.id, n.history_user_id, n.history_date
        from unnest($1) m(id)
       cross join lateral (select h.history_type::text, h.history_user_id, h.history_date from public.%1$I h
                            where h.%2$I = m.id and h.history_id > (
                              select max(x.history_id) from public.%1$I x
                               where x.%2$I = m.id and x.history_txid = $2 and x.history_date <@ $4)
                            order by h.history_id limit 1) n$q$, t.kept, t.pk)
      using t.moved, b.applied_txid, t.rel, ops.load_wrote(b);
    return query select 'hangs'::text, h.rel, h.id, t.rel, h.on_id, null::bigint, null::timestamptz
      from ops.hanging_on(t.rel, t.pk, case when t.head then t.noun else '' end, t.fresh, t.going, b.applied_txid,
                     ops.load_told(b)) h;
  end loop;
end $$;

-- What of the rows made along the way can go: round and round, until nothing that stays hangs on what goes, and nothing
-- goes that is a part of what stays. `made` and `going` are ids by table.
create or replace function ops.going_along(of_noun text, of_tx bigint, told tstzrange, made jsonb, going jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare t record; up record; stay bigint[]; part bigint[]; settled boolean;
begin
  loop
    settled := true;
    for t in select k.* from ops.kept_tables() k where not ops.is_own(of_noun, k.noun) and going ? k.rel loop
      select array_agg(distinct h.on_id) into stay
        from ops.hanging_on(t.rel, t.pk, case when t.head then t.noun else '' end,
                            array(select v::bigint from jsonb_array_elements_text(going -> t.rel) v), going, of_tx, told) h;
      for up in
        select a.attname as col, k.rel
          from pg_constraint c join pg_class r on r.oid = c.confrelid
          join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
          join ops.kept_tables() k on k.rel = r.relname and k.noun = t.noun and k.rel <> t.rel and made ? k.rel
         where c.contype = 'f' and c.conrelid = format('public.%I', t.rel)::regclass
      loop
        execute format('select array_agg(x.%2$I) from public.%1$I x where x.%2$I in (select v::bigint from jsonb_array_elements_text($1) v)'
                       ' and x.%3$I in (select v::bigint from jsonb_array_elements_text($2) v'
                       ' except select v::bigint from jsonb_array_elements_text($3) v)', t.rel, t.pk, up.col)
          into part using going -> t.rel, made -> up.rel, going -> up.rel;
        stay := stay || part;
      end loop;
      continue when coalesce(cardinality(stay), 0) = 0;
      settled := false;
      going := jsonb_set(going, array[t.rel], (
        select coalesce(jsonb_agg(v::bigint), '[]') from (
          select v::bigint from jsonb_array_elements_text(going -> t.rel) v except select unnest(stay)) w(v)));
    end loop;
    exit when settled;
  end loop;
  return going;
end $$;

-- Rows of one table as they were before the transaction: those that it changed, and those that it took away, by the same
-- ids. Who has been written since keeps what they wrote.
create or replace function ops.put_back(rel text, kept text, pk text, cols text[], changed bigint[], gone bigint[], moved bigint[],
  of_tx bigint, during tstzrange) returns bigint language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare ids bigint[] := array(select unnest(changed || gone) except select unnest(moved)); every_column text; news text; n bigint;
begin
  if cardinality(ids) = 0 then return 0; end if;
  select string_agg(format('%I', c), ', '), string_agg(format('%1$I = p.%1$I', c), ', ') filter (where c not in (pk, 'version', 'updated_at'))
    into every_column, news from unnest(cols) c;
  execute format($q$
    with before as materialized (
      select p.* from unnest($1) i(id)
       cross join lateral (select min(h.history_id) as first from public.%1$I h where h.%2$I = i.id and h.history_txid = $2
                           and h.history_date <@ $4) m
       cross join lateral (select h.* from public.%1$I h where h.%2$I = i.id and h.history_id < m.first
                            order by h.history_id desc limit 1) p),
    back as (insert into public.%3$I (%4$s) overriding system value select %4$s from before where %2$I = any ($3)),
    again as (update public.%3$I x set %5$s from before p where x.%2$I = p.%2$I and p.%2$I <> all ($3))
    select count(*) from before$q$, kept, pk, rel, every_column, news) into n using ids, of_tx, gone, during;
  return n;
end $$;

-- Takes a load out: how many rows went, are as they were again, and stay, by table. History says `undo` for as long as this
-- runs.
create or replace function ops.undo_load(of_batch bigint) returns jsonb language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare came text := coalesce(current_setting('ops.source', true), ''); b ops_importbatch; t record; made jsonb; going jsonb; ids bigint[]; n bigint;
        removed jsonb := '{}'; restored jsonb := '{}'; staying jsonb := '{}'; heard text; passing text; done bigint := 0; of_all bigint;
begin
  -- The same lock as a load of this source takes (ops/imports/applying.py): one after the other.
  perform pg_advisory_xact_lock(hashtext('ops.imports'), hashtext(i.noun || ' ' || i.source))
     from ops_importbatch i where i.id = of_batch;
  perform 1 from ops_importbatch i where i.id = of_batch and i.by_id = ops.uid() for update;
  b := ops.own_load(of_batch);
  n := ops.unreversed(of_batch);
  if n > 0 then
    raise exception 'This load cannot be undone so: % of its rows are reversed first.', n
      using errcode = '23514', constraint = 'ops_guard_undo_reversed';
  end if;
  -- Whoever is writing one of these rows just now is waited for; whoever comes later waits, and finds it gone.
  for t in select * from ops.load_rows(b.applied_txid, ops.load_wrote(b)) order by 1 loop
    execute format('select count(*) from (select 1 from public.%I x where x.%I = any ($1) order by x.%I for update) l', t.rel, t.pk, t.pk)
       into n using t.fresh || t.changed;
  end loop;
  select count(*) into n from ops.load_stops(of_batch);
  if n > 0 then
    raise exception 'This load cannot be undone: % of its rows have been worked with since.', n
      using errcode = '23514', constraint = 'ops_guard_undo_touched';
  end if;

  select jsonb_object_agg(r.rel, to_jsonb(r.fresh)),
         jsonb_object_agg(r.rel, case when ops.is_own(b.noun, r.noun) then to_jsonb(r.fresh) else
           (select coalesce(jsonb_agg(f), '[]') from (select unnest(r.fresh) except select unnest(r.moved)) v(f)) end)
    into made, going from ops.load_rows(b.applied_txid, ops.load_wrote(b)) r;
  made := coalesce(made, '{}');
  going := ops.going_along(b.noun, b.applied_txid, ops.load_told(b), made, coalesce(going, '{}'));

  -- One word for all of them, instead of one for each row and part; also to what they hung on.
  for heard in
    select distinct k.noun from ops.kept_tables() k
     where exists (select 1 from pg_trigger g where g.tgrelid = format('public.%I', k.rel)::regclass and g.tgname = 'zx_tell')
       and (made ? k.rel or exists (select 1 from pg_constraint c where c.contype = 'f' and c.confrelid = format('public.%I', k.rel)::regclass
                                       and made ? (select r.relname from pg_class r where r.oid = c.conrelid)::text))
  loop
    if coalesce(nullif(current_setting('ops.told_' || heard, true), ''), '0')::int <= 50 then
      perform set_config('ops.told_' || heard, '51', true);
      perform pg_notify('ops', heard || ' * * * *');
    end if;
  end loop;
  perform set_config('ops.source', 'undo', true);
  insert into ops_takeover (noun, kept, gone) values ('undo', of_batch, of_batch);

  select sum(jsonb_array_length(g.value)) into of_all from jsonb_each(going) g;
  -- Parts go before what they are part of, and come back after it. One query: what it found is from before all this.
  for t in
    with r as materialized (
      select l.*, k.cols from ops.load_rows(b.applied_txid, ops.load_wrote(b)) l join ops.kept_tables() k on k.rel = l.rel)
    select false as back, -r.place as turn, r.* from r union all select true, r.place, r.* from r order by back, turn
  loop
    if t.back then
      n := ops.put_back(t.rel, t.kept, t.pk, t.cols, t.changed, t.gone, t.moved, b.applied_txid, ops.load_wrote(b));
      restored := restored || case when n > 0 then jsonb_build_object(t.rel, n) else '{}' end;
      continue;
    end if;
    ids := array(select v::bigint from jsonb_array_elements_text(going -> t.rel) v);
    raise notice 'ops.undone % %', done, of_all;  -- heard while it goes on (ops/imports/undoing.py)
    execute format('delete from public.%I x where x.%I = any ($1)', t.rel, t.pk) using ids;
    done := done + cardinality(ids);
    if t.head then
      foreach passing in array ops.passing_tables() loop
        execute format('delete from public.%I x where x.noun = $1 and x.subject_id = any ($2)', passing) using t.noun, ids;
      end loop;
    end if;
    n := cardinality(ids);
    removed := removed || case when n > 0 then jsonb_build_object(t.rel, n) else '{}' end;
    n := cardinality(t.fresh) - n;
    staying := staying || case when n > 0 then jsonb_build_object(t.rel, n) else '{}' end;
  end loop;
  delete from ops_takeover x where x.noun = 'undo' and x.kept = of_batch;
  perform set_config('ops.source', came, true);

  update ops_importbatch set state = 'undone', undone_at = ops.now(), undone_by_id = ops.uid() where id = of_batch;
  return jsonb_build_object('removed', removed, 'restored', restored, 'staying', staying);
end $$;

-- A load says itself in which transaction it was applied, once; from then on only ops.undo_load changes what it says of
-- that. Not SECURITY DEFINER: whose rights are in force is what it asks.
create or replace function ops.guard_load() returns trigger language plpgsql as $$
declare inside boolean := current_user = (select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c where c.oid = tg_relid);
begin
  if inside then
    if tg_op = 'UPDATE' and new.state = 'applied' and old.state <> 'applied' then
      new.applied_txid := (pg_catalog.pg_current_xact_id()::text)::bigint;
    end if;
    return new;
  end if;
  if tg_op = 'INSERT' then
    if new.state in ('applied', 'undone') or new.applied_txid is not null or new.undone_at is not null then
      raise exception 'A load is checked before it is applied.' using errcode = '23514', constraint = 'ops_guard_load';
    end if;
    return new;
  end if;
  if new.state = 'applied' and old.state = 'checked' then
    new.applied_txid := (pg_catalog.pg_current_xact_id()::text)::bigint;
  elsif new.state <> old.state and (new.state in ('applied', 'undone') or old.state in ('applied', 'undone'))
     or new.applied_txid is distinct from old.applied_txid then
    raise exception 'A load that was applied is only undone as a whole.' using errcode = '23514', constraint = 'ops_guard_load';
  end if;
  if (new.by_id, new.public_id, new.created_at, new.undone_at, new.undone_by_id)
       is distinct from (old.by_id, old.public_id, old.created_at, old.undone_at, old.undone_by_id)
     or old.state in ('applied', 'undone') and (new.noun, new.applied_at) is distinct from (old.noun, old.applied_at) then
    raise exception 'Who loaded a file, and when, stays.' using errcode = '23514', constraint = 'ops_guard_load';
  end if;
  return new;
end $$;
;

-- execute:ops.putting_back()
revoke all on function ops.putting_back() from public; grant execute on function ops.putting_back() to od_s_staff, od_s_jobs, od_s_link;;

-- execute:ops.load_wrote(ops_importbatch)
revoke all on function ops.load_wrote(ops_importbatch) from public; grant execute on function ops.load_wrote(ops_importbatch) to od_s_imports;;

-- execute:ops.load_told(ops_importbatch)
revoke all on function ops.load_told(ops_importbatch) from public;;

-- execute:ops.load_rows(bigint, tstzrange)
revoke all on function ops.load_rows(bigint, tstzrange) from public;;

-- execute:ops.unreversed(bigint)
revoke all on function ops.unreversed(bigint) from public;;

-- execute:ops.hanging_on(text, text, text, bigint[], jsonb, bigint, tstzrange)
revoke all on function ops.hanging_on(text, text, text, bigint[], jsonb, bigint, tstzrange) from public;;

-- execute:ops.own_load(bigint)
revoke all on function ops.own_load(bigint) from public;;

-- execute:ops.going_along(text, bigint, tstzrange, jsonb, jsonb)
revoke all on function ops.going_along(text, bigint, tstzrange, jsonb, jsonb) from public;;

-- execute:ops.put_back(text, text, text, text[], bigint[], bigint[], bigint[], bigint, tstzrange)
revoke all on function ops.put_back(text, text, text, text[], bigint[], bigint[], bigint[], bigint, tstzrange) from public;;

-- execute:ops.load_stops(bigint)
revoke all on function ops.load_stops(bigint) from public; grant execute on function ops.load_stops(bigint) to od_s_imports;;

-- execute:ops.undo_load(bigint)
revoke all on function ops.undo_load(bigint) from public; grant execute on function ops.undo_load(bigint) to od_s_imports;;

-- file:ops/sql/records.sql
-- definer: writes the outbox and the marks of jobs, which their writers may not read; judges signed links
-- The doors of the kernel's shared tables: queueing mail, marking jobs done, following a signed link.

-- Mail is queued by whoever caused it, and read by the mailer alone: writing goes through here. What may still be taken back
-- waits for so many seconds before it goes.
-- It asks for one thing more than it did; the old one goes in the moment in which this one comes, so no mail falls between.
drop function if exists ops.queue_mail(text, text, text, text, text, text);
create or replace function ops.queue_mail(mail_key text, mail_kind text, mail_to text, mail_subject text, mail_text text,
                                          mail_html text, wait_seconds int default 0) returns boolean
language sql security definer set search_path = pg_catalog, public, pg_temp as
$$ with queued as (
     insert into ops_outboxmail (key, kind, recipient, subject, text, html, state, attempts, error, next_try_at)
     values (mail_key, mail_kind, mail_to, mail_subject, mail_text, mail_html, 'waiting', 0, '',
             ops.now() + make_interval(secs => greatest(wait_seconds, 0)))
     on conflict (key) do nothing returning 1)
   select exists (select 1 from queued) $$;

-- True for exactly one caller per (kind, day, key): the mark commits together with what it guards (D29).
create or replace function ops.once(job_kind text, job_day date, job_key text) returns boolean
language sql security definer set search_path = pg_catalog, public, pg_temp as
$$ with marked as (
     insert into ops_runonce (kind, day, key) values (job_kind, job_day, job_key)
     on conflict (kind, day, key) do nothing returning 1)
   select exists (select 1 from marked) $$;

-- How the jobs and the outbox are doing, in counts: the health page never shows what a mail says (ruling 25).
create or replace function ops.outbox_counts() returns table (state text, kind text, mails bigint, oldest timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select state::text, kind::text, count(*), min(queued_at) from ops_outboxmail group by 1, 2 order by 1, 2 $$;

-- Mails that were given up: which kind, how often they were tried and with which fault; never to whom or what they say.
create or replace function ops.failed_mails() returns table (id bigint, kind text, attempts int, queued_at timestamptz, fault text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select m.id, m.kind::text, m.attempts::int, m.queued_at, split_part(m.error, ':', 1) from ops_outboxmail m
    where m.state = 'failed' order by m.id desc limit 100 $$;

-- A mail that was given up is tried again; the kind of it, or null when it is not one of those any more.
create or replace function ops.mail_again(mail bigint) returns text language sql security definer
set search_path = pg_catalog, public, pg_temp as
$$ update ops_outboxmail m set state = 'waiting', attempts = 0, next_try_at = ops.now(), error = ''
    where m.id = mail and m.state = 'failed' returning m.kind::text $$;

-- Long work that people asked for, in counts: what waits, what is under way and silent for so long that it is stuck.
create or replace function ops.work_counts() returns table (state text, kind text, jobs bigint, oldest timestamptz, stuck bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select j.state::text, j.kind::text, count(*), min(j.asked_at),
          count(*) filter (where j.state in ('waiting', 'working') and j.touched_at < ops.now() - interval '5 minutes')
     from progress_job j group by 1, 2 order by 1, 2 $$;

-- The row that the signed link in ops.link is for, or null: the database itself verifies, expires and revokes (ruling 2).
-- A link whose last use this transaction took goes on opening its row until the transaction ends.
create or replace function ops.link_subject(link_kind text) returns bigint language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select l.subject_id from ops_signedlink l
    where l.kind = link_kind and l.token_sha256 = sha256(convert_to(nullif(current_setting('ops.link', true), ''), 'UTF8'))
      and l.revoked_at is null and l.expires_at > ops.now()
      and (coalesce(l.uses_left, 1) > 0 or l.used_txid = pg_current_xact_id_if_assigned()::text::bigint) $$;

-- Takes one use of the link in ops.link and says what it is for; null when it is no good. The row's lock lets one win.
create or replace function ops.use_link(link_kind text) returns bigint language sql security definer
set search_path = pg_catalog, public, pg_temp as
$$ update ops_signedlink l set uses_left = l.uses_left - 1, used_txid = pg_current_xact_id()::text::bigint
    where l.kind = link_kind and l.token_sha256 = sha256(convert_to(nullif(current_setting('ops.link', true), ''), 'UTF8'))
      and l.revoked_at is null and l.expires_at > ops.now() and coalesce(l.uses_left, 1) > 0
   returning l.subject_id $$;

-- Why the link in ops.link opens nothing: whoever holds the token may know what became of it.
create or replace function ops.link_state(link_kind text) returns text language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select coalesce(
     (select case when l.revoked_at is not null or l.expires_at <= ops.now() then 'ended'
                  when l.uses_left = 0 then 'used' else 'open' end
        from ops_signedlink l
       where l.kind = link_kind
         and l.token_sha256 = sha256(convert_to(nullif(current_setting('ops.link', true), ''), 'UTF8'))),
     'unknown') $$;

-- A row that is revoked from the start ends the others: the policies of INSERT say who may, and nobody reads the table.
create or replace function ops.end_links() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update ops_signedlink l set revoked_at = new.revoked_at
   where l.kind = new.kind and l.subject_id = new.subject_id and l.revoked_at is null;
  return null;
end $$;

-- Events carry who and where from by themselves, so that no verb can forget.
create or replace function ops.stamp_event() returns trigger language plpgsql as $$
begin
  new.at := ops.now();
  new.by_id := ops.uid();
  new.real_by_id := nullif(current_setting('ops.real_uid', true), '')::bigint;
  new.source := coalesce(nullif(current_setting('ops.source', true), ''), 'psql');
  new.reason := coalesce(current_setting('ops.reason', true), '');
  new.request := coalesce(current_setting('ops.request', true), '');
  new.txid := (pg_current_xact_id()::text)::bigint;
  return new;
end $$;
;

-- execute:ops.queue_mail(text, text, text, text, text, text, int)
revoke all on function ops.queue_mail(text, text, text, text, text, text, int) from public; grant execute on function ops.queue_mail(text, text, text, text, text, text, int) to od_s_staff, od_s_jobs, od_s_link, od_s_door;;

-- execute:ops.once(text, date, text)
revoke all on function ops.once(text, date, text) from public; grant execute on function ops.once(text, date, text) to od_s_jobs;;

-- execute:ops.outbox_counts()
revoke all on function ops.outbox_counts() from public; grant execute on function ops.outbox_counts() to od_s_health;;

-- execute:ops.failed_mails()
revoke all on function ops.failed_mails() from public; grant execute on function ops.failed_mails() to od_s_health;;

-- execute:ops.mail_again(bigint)
revoke all on function ops.mail_again(bigint) from public; grant execute on function ops.mail_again(bigint) to od_s_jobs_admin;;

-- execute:ops.work_counts()
revoke all on function ops.work_counts() from public; grant execute on function ops.work_counts() to od_s_health;;

-- execute:ops.link_subject(text)
revoke all on function ops.link_subject(text) from public; grant execute on function ops.link_subject(text) to od_s_link;;

-- execute:ops.use_link(text)
revoke all on function ops.use_link(text) from public; grant execute on function ops.use_link(text) to od_s_link;;

-- execute:ops.link_state(text)
revoke all on function ops.link_state(text) from public; grant execute on function ops.link_state(text) to od_s_link;;

-- file:ops/progress/sql/jobs.sql
-- Long work: what is finished stays so, and its person's screens hear how far it is.

create or replace function ops.guard_job() returns trigger language plpgsql as $$
begin
  if old.state = 'done' and (new.state, new.file_hash, new.file_name, new.error) is distinct from
                            (old.state, old.file_hash, old.file_name, old.error) then
    raise exception 'This work is done; ask for it anew.' using errcode = '23514', constraint = 'ops_guard_job_done';
  end if;
  return new;
end $$;

create or replace function ops.tell_job() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  perform ops.tell('job', coalesce(new.id, old.id), new.state, old.state, coalesce(new.owner_id, old.owner_id)::text);
  return null;
end $$;
;

-- file:ops/files/sql/files.sql
-- definer: counts the files of a subject, whoever may see them
-- What PostgreSQL does for files by itself: who and when, how many a subject may have, and that a file stays what it is.

-- The owner of the database, bound to nobody, writes what it says; whoever acts is stamped. DEFINER: the files of a
-- subject are counted whoever may see them. The lock lets two uploads of one subject count one after the other.
create or replace function ops.stamp_file() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if ops.uid() is not null then
    new.by_id := ops.uid();
    new.at := ops.now();
    new.removed_at := null; new.removed_by_id := null; new.removed_reason := '';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('file ' || new.noun, new.subject_id));
  if (select count(*) from files_file f where f.noun = new.noun and f.subject_id = new.subject_id and f.removed_at is null)
     >= tg_argv[0]::int then
    raise exception 'There are % files here already, which is the most. Remove some that nobody needs, then add this one.', tg_argv[0]
      using errcode = '23514', constraint = 'ops_guard_file_most';
  end if;
  return new;
end $$;

-- A file is removed, put back and shown to others, and nothing else: what it holds never changes under anybody's eyes.
create or replace function ops.guard_file() returns trigger language plpgsql as $$
begin
  if new.subject_id <> old.subject_id then
    if not ops.changes_hands(new.noun, old.subject_id, new.subject_id) then
      raise exception 'A file stays what it is; remove it and add another.'
        using errcode = '23514', constraint = 'ops_guard_file_stays';
    end if;
  end if;
  if (new.noun, new.name, new.sha256, new.size, new.content_type, new.kind, new.stage, new.by_id, new.at)
     is distinct from
     (old.noun, old.name, old.sha256, old.size, old.content_type, old.kind, old.stage, old.by_id, old.at)
  then
    raise exception 'A file stays what it is; remove it and add another.'
      using errcode = '23514', constraint = 'ops_guard_file_stays';
  end if;
  if new.visibility <> old.visibility and old.removed_at is not null then
    raise exception 'A file that was removed is put back first.' using errcode = '23514', constraint = 'ops_guard_file_stays';
  end if;
  if new.removed_at is null and old.removed_at is not null then
    new.removed_by_id := null; new.removed_reason := '';
  elsif new.removed_at is distinct from old.removed_at then
    new.removed_at := ops.now();
    new.removed_by_id := coalesce(ops.uid(), new.removed_by_id);
  end if;
  return new;
end $$;

-- Whether the caller sees this file, under the caller's own policies. Policies of other tables ask it: those of files
-- are long, and named in place they would be planned with every statement, also where no file is meant.
create or replace function ops.shows_file(file bigint) returns boolean language plpgsql stable parallel safe
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return exists (select 1 from files_file f where f.id = file);
end $$;
;

-- file:ops/notices/sql/notices.sql
-- definer: finds who is told of what, whoever did it and whatever they may see; writes the notices of others
-- Who is told of what happened: worked out by the rules, when a transaction ends, for every way of writing (A8).
--
-- A noun takes part by three functions of its own: ops.<noun>_parts(ids, assume) says who is its agent, assignee, watcher;
-- ops.<noun>_seen(ids, people, assume) which of these pairs the person may see; ops.<noun>_customers(ids) whose customer
-- may be written to. `assume` holds what a move would change, so that a preview gets the answer the move will get. What
-- happened comes as arrays, one place a happening: the row, 'stage:<key>' or 'event:<kind>', who did it, who truly did.

-- Pairs of rows and people whom the rules name for what happened, and who may see the row: never who did it, never who
-- muted the rule. In steps, for only the noun's own functions are asked by a name that is made up: the plans of the rest
-- are kept, and planning would cost each move more than the move itself.
create or replace function ops.notice_targets(of_noun text, ids bigint[], kinds text[], bys bigint[], reals bigint[], assume jsonb)
returns table (subject_id bigint, person_id bigint, rule_id bigint, kind text, in_app boolean, mail boolean)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  places bigint[]; ruled bigint[]; watched bigint[]; watchers bigint[]; had bigint[]; had_people bigint[]; had_parts text[];
  meant bigint[]; meant_people bigint[]; meant_rules bigint[]; meant_kinds text[]; seen bigint[]; seen_people bigint[];
begin
  if to_regprocedure(format('ops.%I(bigint[], jsonb)', of_noun || '_parts')) is null then return; end if;
  select array_agg(h.place), array_agg(r.id) into places, ruled
    from notices_rule r join unnest(kinds) with ordinality h(kind, place) on h.kind = r.on_what || ':' || r.key
   where r.noun = of_noun and r.active and r.to_whom <> 'customer';
  -- Whoever watches a row hears of each move, and of whatever is told to anybody: in the app, by no rule.
  select array_agg(w.place), array_agg(w.person_id) into watched, watchers
    from (select h.place, n.person_id from notices_watch n join unnest(ids, kinds) with ordinality h(id, kind, place) on h.id = n.subject_id
           where n.noun = of_noun and (h.kind like 'stage:%' or h.place = any (places))) w;
  if places is null and watched is null then return; end if;
  execute format('select array_agg(p.subject_id), array_agg(p.person_id), array_agg(p.part) from ops.%I($1, $2) p', of_noun || '_parts')
     into had, had_people, had_parts using array(select distinct ids[place] from unnest(places) place), assume;
  select array_agg(m.id), array_agg(m.person), array_agg(m.rule), array_agg(m.kind) into meant, meant_people, meant_rules, meant_kinds
    from (select distinct on (n.id, n.person, n.rule) n.id, n.person, n.rule, kinds[n.place] as kind from (
            select ids[u.place] as id, u.place, r.id as rule, p.person
              from unnest(places, ruled) u(place, rule) join notices_rule r on r.id = u.rule
              join unnest(had, had_people, had_parts) p(id, person, part) on p.id = ids[u.place] and p.part = r.to_whom
            union all
            select ids[w.place], w.place, null, w.person from unnest(watched, watchers) w(place, person)
            union all
            select ids[u.place], u.place, r.id, w.person_id
              from unnest(places, ruled) u(place, rule) join notices_rule r on r.id = u.rule and r.to_whom = 'watchers'
              join notices_watch w on w.noun = of_noun and w.subject_id = ids[u.place]
            union all
            select ids[u.place], u.place, r.id, a.id
              from unnest(places, ruled) u(place, rule) join notices_rule r on r.id = u.rule and r.to_whom = 'role'
              join accounts_user a on a.role = r.role_id) n
           where n.person is distinct from bys[n.place] and n.person is distinct from reals[n.place]
             and not exists (select 1 from notices_mute m where m.person_id = n.person and m.topic = 'rule:' || n.rule)) m;
  if meant is null then return; end if;
  execute format('select array_agg(s.subject_id), array_agg(s.person_id) from (select distinct * from ops.%I($1, $2, $3)) s',
                 of_noun || '_seen')
     into seen, seen_people using meant, meant_people, assume;
  -- A rule for watchers says how they are told as well; that they hear of it, they have decided themselves.
  return query
    select m.id, m.person, case when r.to_whom is distinct from 'watchers' or not exists (
             select 1 from notices_watch w where (w.noun, w.subject_id, w.person_id) = (of_noun, m.id, m.person)) then m.rule end,
           m.kind, coalesce(r.channel, 'in_app') <> 'mail' or not coalesce(f.mail, true),
           coalesce(r.channel, 'in_app') <> 'in_app' and coalesce(f.mail, true)
      from unnest(meant, meant_people, meant_rules, meant_kinds) m(id, person, rule, kind)
      join unnest(seen, seen_people) s(id, person) on s.id = m.id and s.person = m.person
      left join notices_rule r on r.id = m.rule
      left join notices_preference f on f.person_id = m.person;
end $$;

-- Rows whose customer the rules want written to, and who has an address and has not said no.
create or replace function ops.letter_targets(of_noun text, ids bigint[], kinds text[])
returns table (subject_id bigint, kind text) language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if to_regprocedure(format('ops.%I(bigint[])', of_noun || '_customers')) is null then return; end if;
  if not exists (select 1 from notices_rule r where r.noun = of_noun and r.active and r.to_whom = 'customer'
                    and r.on_what || ':' || r.key = any (kinds)) then return; end if;
  return query execute format($q$
    with ruled as (
      select distinct h.id, h.kind from unnest($1, $2) h(id, kind)
        join notices_rule r on r.noun = $3 and r.on_what || ':' || r.key = h.kind and r.active and r.to_whom = 'customer')
    select u.id, u.kind from ruled u join ops.%1$I(array(select id from ruled)) c on c.subject_id = u.id $q$,
    of_noun || '_customers')
  using ids, kinds, of_noun;
end $$;

-- One notice a person and row of a transaction, whatever rules name them; past 50 rows one for all of them. What the demo
-- shop or a file tells of days gone by is not news: it is there, and read.
create or replace function ops.tell_of(of_noun text, ids bigint[], kinds text[], bys bigint[], reals bigint[],
                                       ats timestamptz[], came text) returns void language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
declare tx bigint := pg_current_xact_id()::text::bigint;
begin
  with told as materialized (
    select t.subject_id, t.person_id, min(t.rule_id) as rule, (array_agg(t.kind order by t.rule_id))[1] as kind,
           bool_or(t.in_app) as in_app, bool_or(t.mail) as mail
      from ops.notice_targets(of_noun, ids, kinds, bys, reals, '{}') t group by 1, 2),
  counted as (select t.*, count(*) over (partition by t.person_id) as many from told t),
  what as (select distinct on (h.id) h.id, h.by, h.at from unnest(ids, bys, ats) h(id, by, at) order by h.id, h.at desc),
  news as (
    select c.*, w.by, w.at, w.at < clock_timestamp() - interval '1 day' as old
      from counted c join what w on w.id = c.subject_id),
  one_by_one as (
    insert into notices_notice (person_id, noun, subject_id, kind, topic, rule_id, by_id, rows, data, txid, at, in_app,
                                read_at, mail)
    select n.person_id, of_noun, n.subject_id, n.kind, 'rule', n.rule, n.by, 1, '{}', tx, n.at, n.in_app,
           case when n.old then n.at end, n.mail and not n.old
      from news n where n.many <= 50 order by n.person_id, n.subject_id
    on conflict (person_id, noun, subject_id, txid) where topic = 'rule' and subject_id is not null
    do update set in_app = notices_notice.in_app or excluded.in_app, mail = notices_notice.mail or excluded.mail
     where (notices_notice.in_app, notices_notice.mail) is distinct from
           (notices_notice.in_app or excluded.in_app, notices_notice.mail or excluded.mail)
    returning 1)
  insert into notices_notice (person_id, noun, subject_id, kind, topic, rule_id, by_id, rows, data, txid, at, in_app,
                              read_at, mail)
  select n.person_id, of_noun, null, n.kind, 'rule', min(n.rule), min(n.by), count(*), jsonb_build_object('source', came),
         tx, max(n.at), bool_or(n.in_app), case when bool_and(n.old) then max(n.at) end, bool_or(n.mail) and not bool_and(n.old)
    from news n where n.many > 50 group by n.person_id, n.kind order by n.person_id;
end $$;

-- At the end of a transaction, on the first row of each record: all that the transaction has written of it since. The
-- rows carry who did it, so it does not matter whose settings hold by then. Customers are written to of what happened
-- just now and truly: not of what a file says, or by a shop that lives in the past; of a move back in a letter of its own.
create or replace function ops.fan_out() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  mark text := 'ops.noticed_' || tg_table_name;
  done bigint := coalesce(nullif(current_setting(mark, true), ''), '0')::bigint;
  tx bigint := pg_current_xact_id()::text::bigint;
  f record;
begin
  if new.id <= done then return null; end if;
  for f in
    select t.noun, max(t.id) as last, array_agg(t.subject_id order by t.id) as ids, array_agg('stage:' || t.to_stage order by t.id) as kinds,
           array_agg(t.by_id order by t.id) as bys, array_agg(t.real_by_id order by t.id) as reals, array_agg(t.at order by t.id) as ats,
           min(t.source) as came,
           coalesce(array_agg(t.subject_id order by t.id) filter (where fresh), '{}') as fresh_ids,
           coalesce(array_agg('stage:' || t.to_stage order by t.id) filter (where fresh), '{}') as fresh_kinds,
           coalesce(array_agg(t.subject_id order by t.id) filter (where back), '{}') as back_ids,
           coalesce(array_agg('stage:' || t.from_stage order by t.id) filter (where back), '{}') as back_kinds
      from ops_transition t, lateral (select t.source <> 'import' and t.at > clock_timestamp() - interval '1 day' as news) n,
           lateral (select news and not t.undo as fresh, news and t.undo as back) l
     where tg_table_name = 'ops_transition' and t.id >= new.id and t.txid = tx group by t.noun
    union all
    select e.noun, max(e.id), array_agg(e.subject_id order by e.id), array_agg('event:' || e.kind order by e.id),
           array_agg(e.by_id order by e.id), array_agg(e.real_by_id order by e.id), array_agg(e.at order by e.id), min(e.source),
           coalesce(array_agg(e.subject_id order by e.id) filter (where fresh), '{}'),
           coalesce(array_agg('event:' || e.kind order by e.id) filter (where fresh), '{}'), '{}', '{}'
      from ops_event e, lateral (select e.source <> 'import' and e.at > clock_timestamp() - interval '1 day' as fresh) l
     where tg_table_name = 'ops_event' and e.id >= new.id and e.txid = tx group by e.noun
  loop
    done := greatest(done, f.last);
    perform ops.tell_of(f.noun, f.ids, f.kinds, f.bys, f.reals, f.ats, f.came);
    insert into notices_letter (noun, subject_id, kind, txid, at, state, why)
    select f.noun, t.subject_id, t.kind, tx, ops.now(), 'due', '' from ops.letter_targets(f.noun, f.fresh_ids, f.fresh_kinds) t
    on conflict (noun, subject_id, kind, txid) do nothing;
    insert into notices_letter (noun, subject_id, kind, txid, at, state, why)
    select f.noun, t.subject_id, replace(t.kind, 'stage:', 'back:'), tx, ops.now(), 'due', ''
      from ops.letter_targets(f.noun, f.back_ids, f.back_kinds) t
    on conflict (noun, subject_id, kind, txid) do nothing;
  end loop;
  perform set_config(mark, done::text, true);
  return null;
end $$;

-- Whether each of these people may see the row; of a row that nobody can ask about, nobody is told.
create or replace function ops.who_may_see(of_noun text, of_subject bigint, people bigint[]) returns bigint[] language plpgsql
stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare found bigint[];
begin
  if to_regprocedure(format('ops.%I(bigint[], bigint[], jsonb)', of_noun || '_seen')) is null then return '{}'; end if;
  execute format('select array_agg(distinct s.person_id) from ops.%I(array_fill($1, array[cardinality($2)]), $2, $3) s',
                 of_noun || '_seen')
     into found using of_subject, people, '{}'::jsonb;
  return coalesce(found, '{}');
end $$;

-- Other rooms tell somebody something. Not who says it, not who muted the kind, and only who may see what it is about.
create or replace function ops.tell_people(people bigint[], of_kind text, of_noun text, of_subject bigint, said jsonb,
                                           by_mail boolean) returns int language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  told int;
  heard bigint[] := array(
    select a.id from accounts_user a
     where a.id = any (people) and a.is_active and a.id is distinct from ops.uid()
       and a.id is distinct from nullif(current_setting('ops.real_uid', true), '')::bigint
       and not exists (select 1 from notices_mute m where m.person_id = a.id and m.topic = 'kind:' || of_kind));
begin
  if of_subject is not null then heard := ops.who_may_see(of_noun, of_subject, heard); end if;
  insert into notices_notice (person_id, noun, subject_id, kind, topic, by_id, rows, data, txid, at, in_app, mail)
  select p, of_noun, of_subject, of_kind, 'told', ops.uid(), 1, said, pg_current_xact_id()::text::bigint, ops.now(), true,
         by_mail and coalesce((select f.mail from notices_preference f where f.person_id = p), true)
    from unnest(heard) p order by p
  on conflict do nothing;
  get diagnostics told = row_count;
  return told;
end $$;

-- Who would be told if this happened now, by the very functions that tell: for the button that would do it. The person
-- is null where it is the customer.
create or replace function ops.would_be_told(of_noun text, of_subject bigint, kinds text[], assume jsonb)
returns table (person_id bigint, in_app boolean, mail boolean) language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  many int[] := array[cardinality(kinds)];
  ids bigint[] := array_fill(of_subject, many);
  real bigint := nullif(current_setting('ops.real_uid', true), '')::bigint;
begin
  if ops.uid() is null or cardinality(ops.who_may_see(of_noun, of_subject, array[ops.uid()])) = 0 then return; end if;
  return query
    select t.person_id, bool_or(t.in_app), bool_or(t.mail)
      from ops.notice_targets(of_noun, ids, kinds, array_fill(ops.uid(), many), array_fill(real, many), assume) t group by 1
    union all select null, false, true where exists (select 1 from ops.letter_targets(of_noun, ids, kinds));
end $$;

-- Bells hear that something is new, or was read on another screen: each person of their own.
create or replace function ops.tell_notices() returns trigger language plpgsql as $$
declare one record;
begin
  for one in select c.person_id, max(c.id) as last from changed c where c.in_app group by 1 limit 51 loop
    perform ops.tell('notice', one.last, null, null, one.person_id::text);
  end loop;
  return null;
end $$;

-- A notice stays as it was told: its person reads it, the job of letters marks it as mailed.
create or replace function ops.guard_notice() returns trigger language plpgsql as $$
begin
  if new.subject_id is distinct from old.subject_id then
    if ops.changes_hands(new.noun, old.subject_id, new.subject_id) then
      return new;
    end if;
  end if;
  if (to_jsonb(new) - 'read_at' - 'mailed_at' - 'in_app' - 'mail') is distinct from
     (to_jsonb(old) - 'read_at' - 'mailed_at' - 'in_app' - 'mail') then
    raise exception 'A notice stays as it was told.' using errcode = '23514', constraint = 'ops_guard_notice';
  end if;
  return new;
end $$;

-- The keys of a rule stay; whether it holds, and how it tells, is the shop's to say.
create or replace function ops.guard_notice_rule() returns trigger language plpgsql as $$
begin
  if (new.noun, new.on_what, new.key, new.to_whom, new.role_id, new.builtin) is distinct from
     (old.noun, old.on_what, old.key, old.to_whom, old.role_id, old.builtin) then
    raise exception 'A rule stays about what it was made for; make another one.'
      using errcode = '23514', constraint = 'ops_guard_notice_rule';
  end if;
  return new;
end $$;

-- Nobody follows what nobody is ever told of: a noun takes part by its ops.<noun>_parts.
create or replace function ops.guard_watch() returns trigger language plpgsql as $$
begin
  if to_regprocedure(format('ops.%I(bigint[], jsonb)', new.noun || '_parts')) is null then
    raise exception 'Nobody is told of what happens here, so there is nothing to watch.'
      using errcode = '23514', constraint = 'ops_guard_watch';
  end if;
  return new;
end $$;
;

-- execute:ops.notice_targets(text, bigint[], text[], bigint[], bigint[], jsonb)
revoke all on function ops.notice_targets(text, bigint[], text[], bigint[], bigint[], jsonb) from public;;

-- execute:ops.letter_targets(text, bigint[], text[])
revoke all on function ops.letter_targets(text, bigint[], text[]) from public;;

-- execute:ops.tell_of(text, bigint[], text[], bigint[], bigint[], timestamptz[], text)
revoke all on function ops.tell_of(text, bigint[], text[], bigint[], bigint[], timestamptz[], text) from public;;

-- execute:ops.who_may_see(text, bigint, bigint[])
revoke all on function ops.who_may_see(text, bigint, bigint[]) from public;;

-- execute:ops.tell_people(bigint[], text, text, bigint, jsonb, boolean)
revoke all on function ops.tell_people(bigint[], text, text, bigint, jsonb, boolean) from public; grant execute on function ops.tell_people(bigint[], text, text, bigint, jsonb, boolean) to od_s_staff, od_s_jobs, od_s_link;;

-- execute:ops.would_be_told(text, bigint, text[], jsonb)
revoke all on function ops.would_be_told(text, bigint, text[], jsonb) from public; grant execute on function ops.would_be_told(text, bigint, text[], jsonb) to od_s_staff;;

-- file:ops/shop/rules.py
-- Rendered from */shop_rules.py: what each rule of the shop may be, and who may set it.
create or replace function ops.setting_fits(rule text, value jsonb) returns boolean language sql immutable
as $$ select coalesce(case rule
  when 'calendar.half_days' then case when jsonb_typeof(value) = 'array' then value <@ '[0, 1, 2, 3, 4, 5, 6]'::jsonb and jsonb_array_length(value) >= 0 and jsonb_array_length(value) = (select count(distinct d) from jsonb_array_elements(value) d) end
  when 'calendar.week_start' then value in ('"monday"'::jsonb, '"saturday"'::jsonb, '"sunday"'::jsonb)
  when 'calendar.working_days' then case when jsonb_typeof(value) = 'array' then value <@ '[0, 1, 2, 3, 4, 5, 6]'::jsonb and jsonb_array_length(value) >= 1 and jsonb_array_length(value) = (select count(distinct d) from jsonb_array_elements(value) d) end
  when 'digest.extend_days' then case when jsonb_typeof(value) = 'number' then value::numeric % 1 = 0 and value::numeric between 1 and 180 end
  when 'digest.hour' then case when jsonb_typeof(value) = 'number' then value::numeric % 1 = 0 and value::numeric between 5 and 20 end
  when 'digest.link_days' then case when jsonb_typeof(value) = 'number' then value::numeric % 1 = 0 and value::numeric between 1 and 14 end
  when 'digest.rows' then case when jsonb_typeof(value) = 'number' then value::numeric % 1 = 0 and value::numeric between 5 and 20 end
  when 'money.lakh' then jsonb_typeof(value) = 'boolean'
  when 'money.sign' then value in ('"sign"'::jsonb, '"code"'::jsonb)
  when 'orders.hold_days' then case when jsonb_typeof(value) = 'number' then value::numeric % 1 = 0 and value::numeric between 1 and 90 end
  when 'orders.letter_seconds' then case when jsonb_typeof(value) = 'number' then value::numeric % 1 = 0 and value::numeric between 0 and 600 end
  when 'orders.link_days' then case when jsonb_typeof(value) = 'number' then value::numeric % 1 = 0 and value::numeric between 1 and 365 end
  when 'quotes.lost_reasons' then case when jsonb_typeof(value) = 'array' then jsonb_array_length(value) between 1 and 20 and (select count(distinct d) = count(*) and coalesce(bool_and(jsonb_typeof(d) = 'string' and char_length(d #>> '{}') between 1 and 80), true) from jsonb_array_elements(value) d) end
  when 'quotes.order_at_once' then jsonb_typeof(value) = 'boolean'
  when 'quotes.terms' then case when jsonb_typeof(value) = 'string' then char_length(value #>> '{}') between 0 and 2000 and value #>> '{}' !~ '[\x01-\x09\x0b-\x1f]' end
  when 'quotes.valid_days' then case when jsonb_typeof(value) = 'number' then value::numeric % 1 = 0 and value::numeric between 1 and 365 end
  when 'shop.address' then case when jsonb_typeof(value) = 'string' then char_length(value #>> '{}') between 0 and 300 and value #>> '{}' !~ '[\x01-\x09\x0b-\x1f]' end
  when 'shop.name' then case when jsonb_typeof(value) = 'string' then char_length(value #>> '{}') between 1 and 60 and value #>> '{}' !~ '[\x01-\x1f]' end
  else false end, false) $$;

create or replace function ops.setting_scopes(rule text) returns text[] language sql immutable as
$$ select coalesce(case rule
  when 'calendar.half_days' then '{shop_edit,calendar_edit}'::text[]
  when 'calendar.week_start' then '{shop_edit,calendar_edit}'::text[]
  when 'calendar.working_days' then '{shop_edit,calendar_edit}'::text[]
  when 'digest.extend_days' then '{shop_edit}'::text[]
  when 'digest.hour' then '{shop_edit}'::text[]
  when 'digest.link_days' then '{shop_edit}'::text[]
  when 'digest.rows' then '{shop_edit}'::text[]
  when 'money.lakh' then '{shop_edit}'::text[]
  when 'money.sign' then '{shop_edit}'::text[]
  when 'orders.hold_days' then '{shop_edit}'::text[]
  when 'orders.letter_seconds' then '{shop_edit}'::text[]
  when 'orders.link_days' then '{shop_edit}'::text[]
  when 'quotes.lost_reasons' then '{shop_edit,quotes_all}'::text[]
  when 'quotes.order_at_once' then '{shop_edit,quotes_all}'::text[]
  when 'quotes.terms' then '{shop_edit,quotes_all}'::text[]
  when 'quotes.valid_days' then '{shop_edit,quotes_all}'::text[]
  when 'shop.address' then '{shop_edit}'::text[]
  when 'shop.name' then '{shop_edit}'::text[]
  end, '{}'::text[]) $$;;

-- file:ops/shop/sql/settings.sql
-- Decisions about the shop's rules: stamped, judged against what is declared, one after the other for each rule.

create or replace function ops.guard_setting() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if (new.key, new.value, new.old, new.starts_on, new.reason, new.by_id, new.made_at)
       is distinct from (old.key, old.value, old.old, old.starts_on, old.reason, old.by_id, old.made_at)
       or old.withdrawn_at is not null then
      raise exception 'A decision about % stays as it was made; make a new one.', old.key
        using errcode = '23514', constraint = 'ops_guard_setting_stays';
    end if;
    if old.starts_on <= ops.shop_day(ops.now()) then
      raise exception 'It holds already since %; set it back instead.', to_char(old.starts_on, 'FMDD Mon YYYY')
        using errcode = '23514', constraint = 'ops_guard_setting_started';
    end if;
    new.withdrawn_at := ops.now();
    new.withdrawn_by_id := ops.uid();
    return new;
  end if;
  if not ops.setting_fits(new.key, new.value) then
    raise exception 'This value does not fit %.', new.key
      using errcode = '23514', constraint = 'ops_guard_setting_value';
  end if;
  if new.starts_on < ops.shop_day(ops.now()) then
    raise exception 'A rule changes from today on, not in the past.'
      using errcode = '23514', constraint = 'ops_guard_setting_past';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('shop:' || new.key, 0));
  new.by_id := ops.uid();
  new.made_at := ops.now();
  new.withdrawn_at := null;
  new.withdrawn_by_id := null;
  new.old := (select s.value from shop_setting s where s.key = new.key and s.withdrawn_at is null
                and s.starts_on <= new.starts_on order by s.starts_on desc, s.id desc limit 1);
  return new;
end $$;

-- May whoever acts set this rule? Each rule names its scopes.
create or replace function ops.may_set(rule text) returns boolean language sql stable as
$$ select coalesce(bool_or(ops.has_scope(s)), false) from unnest(ops.setting_scopes(rule)) s $$;
;

-- file:ops/rates/sql/rates.sql
-- Rates of other currencies: who kept them when, and which one holds on a day.

-- Rows that say by whom and when: whoever acts, now. Also of what other rooms keep.
create or replace function ops.stamp_keeper() returns trigger language plpgsql as $$
begin
  new.by_id := ops.uid();
  new.at := ops.now();
  return new;
end $$;

-- The last rate on or before the day (M12); null where none is known. Its twin in Python is ops.rates.queries.rate_on.
create or replace function ops.rate_on(of_currency text, on_day date) returns numeric language sql stable as
$$ select r.rate from rates_exchangerate r where r.currency = of_currency and r.day <= on_day
    order by r.day desc limit 1 $$;
;

-- file:ops/digests/sql/digests.sql
-- definer: forgets what was said of a row that has moved on, whoever said it
-- Later, not now, not mine: who said so and when is the database's to say, and the day lies ahead.

create or replace function ops.guard_extension() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if new.subject_id <> old.subject_id and ops.changes_hands(new.noun, old.subject_id, new.subject_id) then return new; end if;
  end if;
  if tg_op = 'INSERT' or new.until is distinct from old.until then
    if new.until <= ops.shop_day(ops.now()) or new.until > ops.shop_day(ops.now()) + 180 then
      raise exception 'The new day lies ahead, within half a year.'
        using errcode = '23514', constraint = 'ops_guard_extension_until';
    end if;
  end if;
  if tg_op = 'UPDATE' and (new.noun, new.subject_id) is distinct from (old.noun, old.subject_id) then
    raise exception 'The day of one row is not moved to another.'
      using errcode = '23514', constraint = 'ops_guard_extension_until';
  end if;
  new.by_id := ops.uid();
  new.made_at := ops.now();
  return new;
end $$;

create or replace function ops.guard_snooze() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if new.subject_id <> old.subject_id and ops.changes_hands(new.noun, old.subject_id, new.subject_id) then return new; end if;
  end if;
  if new.until <= ops.shop_day(ops.now()) or new.until > ops.shop_day(ops.now()) + 60 then
    raise exception 'A row comes back on a day ahead, within 60 days.'
      using errcode = '23514', constraint = 'ops_guard_snooze_until';
  end if;
  return new;
end $$;

-- Handed on or moved on: 'not mine' and 'not now' were said of what was.
create or replace function ops.settle_answers() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from digests_handback where noun = tg_argv[0] and subject_id = new.id;
  delete from digests_snooze where noun = tg_argv[0] and subject_id = new.id;
  return null;
end $$;
;

-- file:ops/threads/sql/threads.sql
-- definer: says who may be told of a row, whoever asks may see it; searches by id, as LIKE is not leakproof; takes back mails of others that wait and quote what was corrected or removed
-- What PostgreSQL does for messages by itself: who and when, what still changes, who may be told of one, and finding words.

-- The owner of the database, bound to nobody, writes what it says; whoever acts is stamped.
create or replace function ops.stamp_message() returns trigger language plpgsql as $$
begin
  if ops.uid() is not null then
    new.by_id := ops.uid();
    new.at := ops.now();
    new.version := 1; new.edited_at := null; new.removed_at := null; new.removed_by_id := null;
  end if;
  return new;
end $$;

-- A message is changed by who wrote it, for so many minutes, and removed once. Only a merge moves it, with all of its row.
create or replace function ops.guard_message() returns trigger language plpgsql as $$
begin
  if (new.noun, new.visibility, new.by_id, new.at, new.key) is distinct from (old.noun, old.visibility, old.by_id, old.at, old.key)
     or new.subject_id <> old.subject_id and (to_jsonb(new) - 'subject_id' <> to_jsonb(old) - 'subject_id'
                                              or not ops.changes_hands(new.noun, old.subject_id, new.subject_id)) then
    raise exception 'A message stays where it was written, and for whom.'
      using errcode = '23514', constraint = 'ops_guard_message_stays';
  end if;
  if old.removed_at is not null and (new.removed_at is distinct from old.removed_at or new.text <> old.text) then
    raise exception 'This message was removed; write a new one.'
      using errcode = '23514', constraint = 'ops_guard_message_removed';
  end if;
  if new.removed_at is not null and old.removed_at is null then
    new.removed_at := ops.now();
    new.removed_by_id := coalesce(ops.uid(), new.removed_by_id);
    new.text := '';
  elsif new.text is distinct from old.text then
    if ops.uid() is distinct from coalesce(old.by_id, -1) and ops.uid() is not null then
      raise exception 'Only who wrote a message changes its words.'
        using errcode = '23514', constraint = 'ops_guard_message_author';
    end if;
    if ops.now() > old.at + make_interval(mins => tg_argv[0]::int) then
      raise exception 'This message was written more than % minutes ago and stays as it is. Write another one.', tg_argv[0]
        using errcode = '23514', constraint = 'ops_guard_message_fixed';
    end if;
    new.edited_at := ops.now();
  end if;
  if (new.text, new.removed_at) is distinct from (old.text, old.removed_at) then new.version := old.version + 1; end if;
  return new;
end $$;

-- Who may be told of what is written here: everybody at work who may see the row, for whoever may see it.
create or replace function ops.thread_people(of_noun text, of_subject bigint) returns bigint[] language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if ops.uid() is null or cardinality(ops.who_may_see(of_noun, of_subject, array[ops.uid()])) = 0 then return '{}'; end if;
  return ops.who_may_see(of_noun, of_subject, array(select u.id from accounts_user u where u.is_active and 'staff' = any (u.scopes)));
end $$;

-- Ids of messages with these words, newest first. DEFINER: neither full text nor LIKE is leakproof, so under row security
-- their indexes would never be used (D10). So it asks by itself what the reader may see, by each noun's own function: hits
-- of others would tell of them, and would fill the cap. In steps, until there are enough or 20,000 were looked at.
create or replace function ops.search_messages(term text, most int) returns bigint[] language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  step constant int := 1000;
  query tsquery := websearch_to_tsquery('simple'::regconfig, term);
  pattern text := case when length(term) > 2 then '%' || replace(replace(replace(term, '\', '\\'), '%', '\%'), '_', '\_') || '%' end;
  below bigint := 9223372036854775807;
  found bigint[] := '{}'; seen bigint[]; part record; looked int;
begin
  if ops.uid() is null then return '{}'; end if;
  for round in 1..20 loop
    looked := 0;
    for part in
      select h.noun, array_agg(h.id) as ids, array_agg(h.subject_id) as subjects, array_agg(distinct h.subject_id) as rows, min(h.id) as last
        from (select m.id, m.noun, m.subject_id from threads_message m
               where m.id < below and m.removed_at is null
                 and (to_tsvector('simple'::regconfig, coalesce(m.text, '')) @@ query or m.text ilike pattern)
               order by m.id desc limit step) h group by 1
    loop
      looked := looked + cardinality(part.ids);
      below := least(below, part.last);
      continue when to_regprocedure(format('ops.%I(bigint[], bigint[], jsonb)', part.noun || '_seen')) is null;
      execute format('select coalesce(array_agg(s.subject_id), ''{}'') from ops.%I($1, $2, ''{}'') s', part.noun || '_seen')
         into seen using part.rows, array_fill(ops.uid(), array[cardinality(part.rows)]);
      found := found || array(select i.id from unnest(part.ids, part.subjects) i(id, subject) where i.subject = any (seen));
    end loop;
    exit when looked < step or cardinality(found) >= most;
  end loop;
  return array(select i from unnest(found) i order by i desc limit most);
end $$;

-- A mail that quotes a message and was not sent yet is taken back when the message changes: it is owed again, and written
-- with the words that stand, or without what was removed. The notices are locked first, as their job does: so it has
-- either not begun, and reads what stands, or is done, and its mail is found. A mail that is on its way is waited for.
create or replace function ops.mail_message_anew() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare mailed record;
begin
  perform 1 from notices_notice n
    where n.person_id = any (old.mentions) and n.kind = 'message.mentioned' and n.data ->> 'message' = old.id::text
    order by n.id for no key update;
  for mailed in
    select distinct n.person_id, n.mailed_at from notices_notice n
     where n.person_id = any (old.mentions) and n.kind = 'message.mentioned' and n.data ->> 'message' = old.id::text
       and n.mailed_at is not null
  loop
    delete from ops_outboxmail o
     where o.state <> 'sent' and o.key = (select format('notices:%s:%s', mailed.person_id, min(n.id)) from notices_notice n
                                           where n.person_id = mailed.person_id and n.mailed_at = mailed.mailed_at);
    if found then
      update notices_notice n set mailed_at = null where n.person_id = mailed.person_id and n.mailed_at = mailed.mailed_at;
    end if;
  end loop;
  return null;
end $$;

-- Whether the caller sees this message, under the caller's own policies; asked as ops.shows_file is, and for its reason.
create or replace function ops.shows_message(message bigint) returns boolean language plpgsql stable parallel safe
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return exists (select 1 from threads_message m where m.id = message);
end $$;
;

-- execute:ops.thread_people(text, bigint)
revoke all on function ops.thread_people(text, bigint) from public; grant execute on function ops.thread_people(text, bigint) to od_s_staff;;

-- execute:ops.search_messages(text, int)
revoke all on function ops.search_messages(text, int) from public; grant execute on function ops.search_messages(text, int) to od_s_staff;;

-- file:customers/sql/find.sql
-- definer: finds by exact phone or e-mail, so that an agent does not make a double of a colleague's customer; searches by id, as LIKE is not leakproof
-- Finding again whom the shop knows. Exact phone or e-mail only: who can name it may be linked to it (A25, A52).

-- Whom somebody has just found: until the end of that transaction they may give the customer an order. No grants: only the
-- functions of the owner read and write it. Unlogged: after a crash no transaction is left that could lean on a row.
create unlogged table if not exists ops.found_customers (
  txid xid8 not null, uid bigint not null, customer_id bigint not null, primary key (txid, uid, customer_id));

-- By any of their phones or e-mails, a phone before an e-mail. The customer is locked, so that two who receive an order of
-- theirs at once fill its blanks one after the other, and so that nobody who holds the lighter lock of an order's foreign
-- key ever waits for the heavier one. Whoever was merged while we waited is not found: the caller looks once more.
create or replace function ops.find_customer(by_phone text, by_email text) returns bigint language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
declare found bigint;
begin
  select c.id into found from customers_customercontact k join customers_customer c on c.id = k.customer_id
   where (k.kind = 'phone' and lower(k.value) = by_phone or k.kind = 'email' and lower(k.value) = lower(by_email))
     and c.merged_into_id is null
   order by (k.kind = 'phone') desc, c.id limit 1 for no key update of c;
  if found is null then return null; end if;
  -- What ended transactions left; rows that another one is taking away just now are left to it.
  delete from ops.found_customers f using (
    select g.ctid from ops.found_customers g where g.txid < pg_snapshot_xmin(pg_current_snapshot())
     limit 100 for update skip locked) over_now
   where f.ctid = over_now.ctid;
  insert into ops.found_customers (txid, uid, customer_id) values (pg_current_xact_id(), coalesce(ops.uid(), 0), found)
  on conflict do nothing;
  return found;
end $$;

-- Whether the person found this customer by phone or e-mail in this very transaction.
create or replace function ops.has_found(of_customer bigint) returns boolean language sql volatile
security definer set search_path = pg_catalog, public, pg_temp as
$$ select exists (select 1 from ops.found_customers f
                   where f.txid = pg_current_xact_id() and f.uid = coalesce(ops.uid(), 0) and f.customer_id = of_customer) $$;

-- Ids that match, newest first and capped: name, how any phone (E.164) or any e-mail begins. DEFINER for the same reason
-- as ops.search_orders: LIKE is not leakproof, so under row security the trigram index would never be used (D10). It asks
-- by itself whom the reader may know: hits of others would tell of them.
create or replace function ops.search_customers(term text, number text, most int) returns bigint[] language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  found bigint[];
  escaped text := replace(replace(replace(term, '\', '\\'), '%', '\%'), '_', '\_');
  pattern text := case when length(term) < 3 then '' else '%' end || escaped || '%';
  sees_all boolean := ops.has_scope('customers_all');
  me bigint := ops.uid();
begin
  select array_agg(id) into found from (
    select distinct h.id from (
      (select c.id from customers_customer c where c.name ilike pattern and c.merged_into_id is null
         and (sees_all or c.keeper_id = me or exists (select 1 from orders_order o where o.customer_id = c.id and o.agent_id = me))
        order by c.id desc limit most)
      union all
      (select c.id from customers_customercontact k join customers_customer c on c.id = k.customer_id
        where length(number) >= 5 and k.kind = 'phone' and lower(k.value) ^@ number and c.merged_into_id is null
          and (sees_all or c.keeper_id = me or exists (select 1 from orders_order o where o.customer_id = c.id and o.agent_id = me))
        order by c.id desc limit most)
      union all
      (select c.id from customers_customercontact k join customers_customer c on c.id = k.customer_id
        where length(term) >= 3 and k.kind = 'email' and lower(k.value) ^@ lower(term) and c.merged_into_id is null
          and (sees_all or c.keeper_id = me or exists (select 1 from orders_order o where o.customer_id = c.id and o.agent_id = me))
        order by c.id desc limit most)) h
     order by h.id desc limit most) hits;
  return coalesce(found, '{}');
end $$;

-- Pairs who may be one, best reasons first: numbers with the same last nine digits, mails that differ by dots or a +tag,
-- the same words of a name in the same city, and for the newest customers a name that is almost the same. Not a finding.
create or replace function ops.customers_alike(most int)
returns table (one bigint, one_name text, other bigint, other_name text, why text, hint text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with live as not materialized (select c.id, c.name, c.city from customers_customer c where c.merged_into_id is null),
  keyed as (
    select k.customer_id as id, 1 as rank, 'phone numbers end alike' as why, right(k.value, 9) as key, k.value::text as hint
      from customers_customercontact k where k.kind = 'phone' and length(k.value) > 9
    union all
    select k.customer_id, 2, 'e-mails are almost the same',
           replace(split_part(split_part(lower(k.value), '@', 1), '+', 1), '.', '') || '@' || split_part(lower(k.value), '@', 2), k.value::text
      from customers_customercontact k where k.kind = 'email'
    union all
    select l.id, 3, 'same name and city',
           (select string_agg(w, ' ' order by w) from regexp_split_to_table(regexp_replace(lower(l.name), '[^[:alnum:] ]', '', 'g'), ' +') w where w <> '')
             || '|' || lower(l.city), l.city::text
      from live l where l.city <> ''),
  shared as (select k.rank, k.why, k.key from keyed k where k.key <> '' group by 1, 2, 3 having count(distinct k.id) between 2 and 5),
  pairs as (
    select a.id as one, b.id as other, a.rank, a.why, a.hint || case when a.hint <> b.hint then ', ' || b.hint else '' end as hint
      from shared s join keyed a using (rank, key) join keyed b using (rank, key) where a.id < b.id
    union all
    select least(n.id, o.id), greatest(n.id, o.id), 4, 'names are almost the same', coalesce(nullif(n.city, ''), o.city)
      from (select * from live order by id desc limit 200) n
      cross join lateral (select * from live l where l.name % n.name and l.id <> n.id
                             and (lower(l.city) = lower(n.city) or l.city = '' or n.city = '')
                             and similarity(l.name, n.name) > 0.55 limit 3) o)
  select p.one, a.name, p.other, b.name, p.why, p.hint
    from (select distinct on (p.one, p.other) p.* from pairs p order by p.one, p.other, p.rank) p
    join live a on a.id = p.one join live b on b.id = p.other
   order by p.rank, p.one desc, p.other limit most $$;
;

-- execute:ops.find_customer(text, text)
revoke all on function ops.find_customer(text, text) from public; grant execute on function ops.find_customer(text, text) to od_s_customers_all, od_s_customers_own, od_s_imports, od_s_intake;;

-- execute:ops.has_found(bigint)
revoke all on function ops.has_found(bigint) from public;;

-- execute:ops.search_customers(text, text, int)
revoke all on function ops.search_customers(text, text, int) from public; grant execute on function ops.search_customers(text, text, int) to od_s_customers_all, od_s_customers_own;;

-- execute:ops.customers_alike(int)
revoke all on function ops.customers_alike(int) from public; grant execute on function ops.customers_alike(int) to od_s_customers_all;;

-- file:customers/sql/contacts.sql
-- definer: keeps the main phone and e-mail among the contacts, which nobody else marks as main; tells screens ids
-- The main phone and e-mail of a customer are rows of customers_customercontact as well: one unique key for all there are.

create or replace function ops.keep_main_contacts() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  was text; now_is text; what text;
begin
  foreach what in array array['phone', 'email'] loop
    was := case what when 'phone' then old.phone else old.email end;
    now_is := case what when 'phone' then new.phone else new.email end;
    continue when was is not distinct from now_is;
    continue when ops.putting_back();  -- the rows that followed are put back by themselves
    delete from customers_customercontact k where k.customer_id = new.id and k.kind = what and k.is_main;
    if now_is is not null then
      -- One that they had as a further contact becomes the main one; somebody else's stays theirs.
      insert into customers_customercontact as k (customer_id, kind, value, is_main) values (new.id, what, now_is, true)
      on conflict (kind, lower(value)) do update set is_main = true, value = excluded.value
        where k.customer_id = excluded.customer_id;
      if not found then
        raise exception 'Another customer has %.', now_is using errcode = '23505', constraint = 'customers_contact_once';
      end if;
    end if;
  end loop;
  return null;
end $$;

-- New customers, once for a statement: a load brings thousands.
create or replace function ops.keep_new_main_contacts() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into customers_customercontact (customer_id, kind, value, is_main)
  select a.id, v.kind, v.value, true
    from added a cross join lateral (values ('phone', a.phone::text), ('email', a.email::text)) v(kind, value)
   where v.value is not null;
  return null;
end $$;

-- Who has the customer's page open: the keeper, and the agents of their orders; past 50 everybody asks again.
create or replace function ops.customer_viewers(of_customer bigint, keeper bigint, keeper_before bigint) returns text
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select case when count(*) > 50 then '*' else coalesce(string_agg(u::text, ','), '-') end
     from (select keeper as u union select keeper_before
           union select o.agent_id from orders_order o where o.customer_id = of_customer) v where u is not null $$;

create or replace function ops.tell_customer() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if coalesce(nullif(current_setting('ops.told_customer', true), ''), '0')::int > 50 then return null; end if;
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  perform ops.tell('customer', new.id, null, null,
                   ops.customer_viewers(new.id, new.keeper_id, case when tg_op = 'UPDATE' then old.keeper_id end));
  return null;
end $$;

create or replace function ops.tell_new_customers() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare c record;
begin
  for c in select a.id, a.keeper_id from added a limit 51 loop
    exit when coalesce(nullif(current_setting('ops.told_customer', true), ''), '0')::int > 50;
    perform ops.tell('customer', c.id, null, null, coalesce(c.keeper_id::text, '-'));
  end loop;
  return null;
end $$;

create or replace function ops.tell_customer_contact() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare c record;
begin
  if coalesce(nullif(current_setting('ops.told_customer', true), ''), '0')::int > 50 then return null; end if;
  if tg_op <> 'DELETE' and new.is_main then return null; end if;
  select x.id, x.keeper_id into c from customers_customer x
   where x.id = case when tg_op = 'DELETE' then old.customer_id else new.customer_id end;
  perform ops.tell('customer', c.id, null, null, ops.customer_viewers(c.id, c.keeper_id, null));
  return null;
end $$;

-- The same for what stands beside a row of any noun (noun, subject_id): messages. Give it the condition noun = 'customer'.
create or replace function ops.tell_customer_subject() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare c record;
begin
  if coalesce(nullif(current_setting('ops.told_customer', true), ''), '0')::int > 50 then return null; end if;
  select x.id, x.keeper_id into c from customers_customer x where x.id = new.subject_id;
  if found then
    perform ops.tell('customer', c.id, null, null, ops.customer_viewers(c.id, c.keeper_id, null));
  end if;
  return null;
end $$;

-- Which of these pairs, place by place, the person may see: what notices and threads ask. The same rows as the policies of
-- customers_customer and visible_to.
create or replace function ops.customer_seen(ids bigint[], people bigint[], assume jsonb) returns table (subject_id bigint, person_id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select p.id, p.person
     from unnest(ids, people) p(id, person)
     join customers_customer c on c.id = p.id
     join accounts_user u on u.id = p.person and u.is_active
    where 'customers_all' = any (u.scopes)
       or 'customers_own' = any (u.scopes) and (
            c.keeper_id = u.id or exists (select 1 from orders_order o where o.customer_id = c.id and o.agent_id = u.id)) $$;
;

-- execute:ops.customer_viewers(bigint, bigint, bigint)
revoke all on function ops.customer_viewers(bigint, bigint, bigint) from public;;

-- execute:ops.customer_seen(bigint[], bigint[], jsonb)
revoke all on function ops.customer_seen(bigint[], bigint[], jsonb) from public;;

-- file:customers/sql/merging.sql
-- definer: moves every row of a merged customer, also those that whoever merges may not see; looks for any left
-- Two customers who are one. The database moves the rows: it knows every table that points at a customer, also those that
-- the person may not see, and nothing is left behind that a later table brings (A52).

-- Every column that points at a customer, by foreign key, with the key of its table; but not the record of merges. Lone:
-- a customer has one such row at most, so where both have one, the merged one's stays where it was.
create or replace function ops.customer_links() returns table (rel text, col text, pk text, lone boolean) language sql stable
set search_path = pg_catalog, public, pg_temp as
$$ select r.relname::text, a.attname::text, p.attname::text,
          exists (select 1 from pg_index u where u.indrelid = r.oid and u.indisunique and u.indkey::text = a.attnum::text)
     from pg_constraint k join pg_class r on r.oid = k.conrelid
     join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
     join pg_index i on i.indrelid = k.conrelid and i.indisprimary
     join pg_attribute p on p.attrelid = k.conrelid and p.attnum = i.indkey[0]
    where k.contype = 'f' and k.confrelid = 'public.customers_customer'::regclass and array_length(k.conkey, 1) = 1
      and r.relname <> 'customers_customermerge'
    order by r.relname = 'customers_customer' desc, 1, 2 $$;

-- Tables of rooms whose rows belong to a (noun, subject_id): files, notes, threads. Records that never change stay.
create or replace function ops.subject_tables() returns table (rel text, pk text) language sql stable
set search_path = pg_catalog, public, pg_temp as
$$ select r.relname::text, p.attname::text
     from pg_class r join pg_index i on i.indrelid = r.oid and i.indisprimary
     join pg_attribute p on p.attrelid = r.oid and p.attnum = i.indkey[0]
    where r.relnamespace = 'public'::regnamespace and r.relkind = 'r' and r.relname !~ 'historical'
      and exists (select 1 from pg_attribute a where a.attrelid = r.oid and a.attname = 'noun')
      and exists (select 1 from pg_attribute a where a.attrelid = r.oid and a.attname = 'subject_id')
      and not exists (select 1 from pg_trigger t where t.tgrelid = r.oid and t.tgname = 'aa_append_only')
    order by 1 $$;

-- Nothing new hangs on whoever was merged. The lock makes a merge and a new row wait for each other.
create or replace function ops.guard_live_customer() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare into_whom bigint;
begin
  if tg_op = 'UPDATE' and new.customer_id is not distinct from old.customer_id then return new; end if;
  select c.merged_into_id into into_whom from customers_customer c where c.id = new.customer_id for key share;
  if into_whom is not null then
    raise exception 'This customer was merged into another one. Take that one.'
      using errcode = '23514', constraint = 'ops_guard_live_customer';
  end if;
  return new;
end $$;

-- The same for new rows, all of a statement at once: a load brings thousands. The lock is taken customer by customer, in
-- the order of their ids.
create or replace function ops.guard_live_customers() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform c.id from customers_customer c
    where c.id = any (array(select distinct a.customer_id from added a)) order by c.id for key share;
  if exists (select 1 from customers_customer c where c.merged_into_id is not null
               and c.id = any (array(select distinct a.customer_id from added a))) then
    raise exception 'This customer was merged into another one. Take that one.'
      using errcode = '23514', constraint = 'ops_guard_live_customer';
  end if;
  return null;
end $$;

-- The same for what stands beside a customer (noun, subject_id). Give it the condition noun = 'customer'.
create or replace function ops.guard_live_subject() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare into_whom bigint;
begin
  if tg_op = 'UPDATE' and new.subject_id is not distinct from old.subject_id then return new; end if;
  select c.merged_into_id into into_whom from customers_customer c where c.id = new.subject_id for key share;
  if into_whom is not null then
    raise exception 'This customer was merged into another one. Write there.'
      using errcode = '23514', constraint = 'ops_guard_live_customer';
  end if;
  return new;
end $$;

-- A merged customer stands still, is merged into one who is not, and nothing points at them. So there are no chains to
-- walk and no circles: every customer is one step from who they are.
create or replace function ops.guard_customer() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare link record; held boolean; target record;
begin
  if tg_op = 'UPDATE' and old.merged_into_id is not null and new.merged_into_id is not null
     and to_jsonb(new) - array['merged_into_id', 'version', 'updated_at']
         <> to_jsonb(old) - array['merged_into_id', 'version', 'updated_at'] then
    raise exception '% was merged into another customer; change that one.', old.name
      using errcode = '23514', constraint = 'ops_guard_customer_merged';
  end if;
  -- Merged is who has a merge that stands: the record and the row say the same.
  if (new.merged_into_id is not null) <> exists (select 1 from customers_customermerge m where m.gone_id = new.id and m.undone_at is null)
     and not (tg_op = 'UPDATE' and new.merged_into_id is not distinct from old.merged_into_id) and (tg_op = 'UPDATE' or new.merged_into_id is not null) then
    raise exception '% is merged, and taken apart again, by a merge only.', new.name
      using errcode = '23514', constraint = 'ops_guard_customer_record';
  end if;
  if new.merged_into_id is null or tg_op = 'UPDATE' and new.merged_into_id is not distinct from old.merged_into_id then
    return new;
  end if;
  select c.id, c.merged_into_id as further into target from customers_customer c where c.id = new.merged_into_id for share;
  if target.further is not null or target.id = new.id then
    raise exception 'The customer that % is to be merged into was merged already.', new.name
      using errcode = '23514', constraint = 'ops_guard_customer_chain';
  end if;
  for link in select * from ops.customer_links() l where not l.lone loop
    execute format('select exists (select 1 from public.%I where %I = $1)', link.rel, link.col) into held using new.id;
    if held then
      raise exception '% still has rows of their own (%); they move first.', new.name, link.rel
        using errcode = '23514', constraint = 'ops_guard_customer_rows';
    end if;
  end loop;
  return new;
end $$;

-- Points rows of one table from one value to another and says which; what its own keys do not allow stays where it was.
create or replace function ops.repoint(rel text, col text, pk text, rule text, came bigint, goes bigint) returns jsonb
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare ids jsonb; one jsonb; done jsonb := '[]';
begin
  begin
    execute format('with m as (update public.%I set %I = $1 where %I = $2 and %s returning %I) select coalesce(jsonb_agg(%I order by %I), ''[]'') from m',
                   rel, col, col, rule, pk, pk, pk) into ids using goes, came;
    return ids;
  exception when unique_violation then null;
  end;
  execute format('select coalesce(jsonb_agg(%I order by %I), ''[]'') from public.%I where %I = $1 and %s', pk, pk, rel, col, rule)
     into ids using came;
  for one in select * from jsonb_array_elements(ids) loop
    begin
      execute format('update public.%I set %I = $1 where to_jsonb(%I) = $2', rel, col, pk) using goes, one;
      done := done || jsonb_build_array(one);
    exception when unique_violation then null;
    end;
  end loop;
  return done;
end $$;
revoke all on function ops.repoint(text, text, text, text, bigint, bigint) from public;

-- A merge touches the two, and those who were merged into them before: two merges in a row wait for each other here, where
-- none holds anything yet.
create or replace function ops.one_merge_at_a_time() returns void language sql volatile as
$$ select pg_advisory_xact_lock(hashtextextended('customers.merge', 0)) $$;

-- Does the merge that a row of customers_customermerge asks for.
create or replace function ops.merge_customers(of_merge bigint) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare m customers_customermerge; kept customers_customer; gone customers_customer; r customers_customer;
        link record; ids jsonb; moves jsonb := '{}';
begin
  perform ops.one_merge_at_a_time();
  select * into m from customers_customermerge where id = of_merge for update;
  if m.id is null or m.moved is not null then
    raise exception 'This merge is done.' using errcode = '23514', constraint = 'ops_guard_merge_once';
  end if;
  perform 1 from customers_customer c where c.id in (m.kept_id, m.gone_id) order by c.id for update;
  select * into kept from customers_customer where id = m.kept_id;
  select * into gone from customers_customer where id = m.gone_id;
  if kept.merged_into_id is not null or gone.merged_into_id is not null then
    raise exception '% has been merged into another customer.', case when gone.merged_into_id is null then kept.name else gone.name end
      using errcode = '23514', constraint = 'ops_guard_merge_once';
  end if;
  r := jsonb_populate_record(kept, m.chosen);
  insert into ops_takeover (noun, kept, gone) values ('customer', kept.id, gone.id);

  -- Their phones and e-mails come along as further ones; whichever becomes the main one does so below.
  update customers_customercontact set is_main = false where is_main and customer_id = gone.id;
  update customers_customercontact set is_main = false where is_main and customer_id = kept.id
     and (kind = 'phone' and r.phone is distinct from kept.phone or kind = 'email' and r.email is distinct from kept.email);
  update customers_customer set phone = null, email = null where id = gone.id;
  for link in select * from ops.customer_links() loop
    ids := ops.repoint(link.rel, link.col, link.pk, 'true', gone.id, kept.id);
    if ids <> '[]' then moves := moves || jsonb_build_object(link.rel || '.' || link.col, ids); end if;
  end loop;
  for link in select * from ops.subject_tables() loop
    ids := ops.repoint(link.rel, 'subject_id', link.pk, 'noun = ''customer''', gone.id, kept.id);
    if ids <> '[]' then moves := moves || jsonb_build_object(link.rel || '.subject_id', ids); end if;
  end loop;
  delete from ops_takeover t where t.noun = 'customer' and t.kept = m.kept_id and t.gone = m.gone_id;
  update customers_customer set name = r.name, phone = r.phone, email = r.email, city = r.city, address = r.address,
         keeper_id = r.keeper_id, notes = r.notes, wants_order_mail = r.wants_order_mail, wants_offers = r.wants_offers
   where id = kept.id;
  update customers_customer set merged_into_id = kept.id where id = gone.id;

  update customers_customermerge set moved = moves, kept_before = to_jsonb(kept), gone_before = to_jsonb(gone),
         by_id = ops.uid(), at = ops.now() where id = m.id;
end $$;

-- Takes a merge back: every row that moved, every field that was taken over. What came to the kept one since stays there.
create or replace function ops.unmerge_customers(of_merge bigint) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare m customers_customermerge; kept customers_customer; r customers_customer; g customers_customer;
        what text; ids jsonb; rel text; col text; pk text; moved bigint; field text;
begin
  perform ops.one_merge_at_a_time();
  select * into m from customers_customermerge where id = of_merge for update;
  if m.id is null or m.undone_at is not null or m.moved is null then
    raise exception 'This merge has been undone.' using errcode = '23514', constraint = 'ops_guard_unmerge';
  end if;
  perform 1 from customers_customer c where c.id in (m.kept_id, m.gone_id) order by c.id for update;
  select * into kept from customers_customer where id = m.kept_id;
  if kept.merged_into_id is not null or (select c.merged_into_id from customers_customer c where c.id = m.gone_id) is distinct from kept.id then
    raise exception '% was merged once more since; undo that first.', kept.name
      using errcode = '23514', constraint = 'ops_guard_unmerge';
  end if;
  for field in select * from jsonb_object_keys(m.chosen) loop
    if to_jsonb(kept) -> field is distinct from m.chosen -> field then
      raise exception '% of % was changed since the merge.', replace(field, '_id', ''), kept.name
        using errcode = '23514', constraint = 'ops_guard_unmerge';
    end if;
  end loop;
  r := jsonb_populate_record(kept, (select coalesce(jsonb_object_agg(f, m.kept_before -> f), '{}') from jsonb_object_keys(m.chosen) f));
  g := jsonb_populate_record(null::customers_customer, m.gone_before);

  update customers_customermerge set undone_by_id = ops.uid(), undone_at = ops.now() where id = m.id;
  update customers_customercontact set is_main = false where is_main and customer_id = kept.id;
  update customers_customer set merged_into_id = null where id = m.gone_id;
  insert into ops_takeover (noun, kept, gone) values ('customer', m.kept_id, m.gone_id);
  for what, ids in select * from jsonb_each(m.moved) j order by j.key loop
    rel := split_part(what, '.', 1); col := split_part(what, '.', 2);
    select p.attname into pk from pg_index i join pg_attribute p on p.attrelid = i.indrelid and p.attnum = i.indkey[0]
     where i.indrelid = format('public.%I', rel)::regclass and i.indisprimary;
    execute format('update public.%I set %I = $1 where %I = $2 and to_jsonb(%I) = any (select jsonb_array_elements($3))', rel, col, col, pk)
      using m.gone_id, kept.id, ids;
    get diagnostics moved = row_count;
    if moved <> jsonb_array_length(ids) then
      raise exception '% of % rows that came along went elsewhere since (%).', jsonb_array_length(ids) - moved, jsonb_array_length(ids), rel
        using errcode = '23514', constraint = 'ops_guard_unmerge';
    end if;
  end loop;
  delete from ops_takeover t where t.noun = 'customer' and t.kept = m.kept_id and t.gone = m.gone_id;
  update customers_customer set name = r.name, phone = r.phone, email = r.email, city = r.city, address = r.address,
         keeper_id = r.keeper_id, notes = r.notes, wants_order_mail = r.wants_order_mail, wants_offers = r.wants_offers
   where id = kept.id;
  update customers_customer set phone = g.phone, email = g.email where id = m.gone_id;
  -- Where the main one did not change, its mark comes back here.
  update customers_customercontact k set is_main = true from customers_customer c
   where c.id = k.customer_id and c.id in (m.kept_id, m.gone_id) and not k.is_main
     and (k.kind = 'phone' and k.value = c.phone or k.kind = 'email' and lower(k.value) = lower(c.email));
end $$;

-- How many rows of which table would move with a customer: counted as the owner, for none may be left out.
create or replace function ops.customer_holds(of_customer bigint) returns jsonb language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare link record; n bigint; found jsonb := '{}';
begin
  for link in select l.rel, l.col, 'true' as rule from ops.customer_links() l
              union all select s.rel, 'subject_id', 'noun = ''customer''' from ops.subject_tables() s loop
    execute format('select count(*) from public.%I where %I = $1 and %s', link.rel, link.col, link.rule) into n using of_customer;
    found := found || jsonb_build_object(link.rel, n + coalesce((found ->> link.rel)::bigint, 0));
  end loop;
  return found;
end $$;

-- Of the rows that moved with a merge, those that are not with the kept customer any more. Only tables that can have moved.
create or replace function ops.strayed(rel text, col text, ids bigint[], kept bigint) returns bigint[] language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
declare key text; found bigint[];
begin
  select l.pk into key from ops.customer_links() l where l.rel = strayed.rel and l.col = strayed.col;
  if key is null then select s.pk into key from ops.subject_tables() s where s.rel = strayed.rel and strayed.col = 'subject_id'; end if;
  if key is null then return ids; end if;
  execute format('select coalesce(array_agg(i order by i), ''{}'') from unnest($1) i where not exists (select 1 from public.%I t where t.%I = i and t.%I = $2)',
                 rel, key, col) into found using ids, kept;
  return found;
end $$;
;

-- execute:ops.customer_links()
revoke all on function ops.customer_links() from public; grant execute on function ops.customer_links() to od_s_customers_all;;

-- execute:ops.subject_tables()
revoke all on function ops.subject_tables() from public; grant execute on function ops.subject_tables() to od_s_customers_all;;

-- execute:ops.repoint(text, text, text, text, bigint, bigint)
revoke all on function ops.repoint(text, text, text, text, bigint, bigint) from public;;

-- execute:ops.merge_customers(bigint)
revoke all on function ops.merge_customers(bigint) from public; grant execute on function ops.merge_customers(bigint) to od_s_customers_all;;

-- execute:ops.unmerge_customers(bigint)
revoke all on function ops.unmerge_customers(bigint) from public; grant execute on function ops.unmerge_customers(bigint) to od_s_customers_all;;

-- execute:ops.customer_holds(bigint)
revoke all on function ops.customer_holds(bigint) from public; grant execute on function ops.customer_holds(bigint) to od_s_customers_all;;

-- execute:ops.strayed(text, text, bigint[], bigint)
revoke all on function ops.strayed(text, text, bigint[], bigint) from public; grant execute on function ops.strayed(text, text, bigint[], bigint) to od_s_customers_all;;

-- file:catalog/sql/products.sql
-- Screens that show products: the catalogue is one for everybody who reads it, so each of them hears of every change.

create or replace function ops.tell_product() returns trigger language plpgsql as $$
begin
  if new is distinct from old then perform ops.tell('product', new.id, null, null, '*'); end if;
  return null;
end $$;

-- New products, once for a statement: a file brings thousands, and past 50 one message says it all.
create or replace function ops.tell_new_products() returns trigger language plpgsql as $$
declare p record;
begin
  for p in select a.id from added a limit 51 loop
    perform ops.tell('product', p.id, null, null, '*');
  end loop;
  return null;
end $$;
;

-- file:inventory/sql/items.sql
-- definer: keeps the stock room's names of products, which nobody else may write
-- A product as the stock room knows it: name, SKU and category without the price. Kept as the product is.

create or replace function ops.keep_new_stock_items() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into inventory_stockitem (product_id, sku, name, category, is_active)
  select a.id, a.sku, a.name, coalesce(c.name, ''), a.is_active
    from added a left join catalog_category c on c.id = a.category_id;
  return null;
end $$;

create or replace function ops.keep_stock_item() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update inventory_stockitem
     set sku = new.sku, name = new.name, is_active = new.is_active,
         category = coalesce((select c.name from catalog_category c where c.id = new.category_id), '')
   where product_id = new.id;
  return null;
end $$;

create or replace function ops.keep_stock_categories() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update inventory_stockitem i set category = new.name
    from catalog_product p where p.id = i.product_id and p.category_id = new.id;
  return null;
end $$;

-- A product that nothing points at may go (a load that is undone); its item, which has no stock, goes before it.
create or replace function ops.drop_stock_item() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if exists (select 1 from inventory_move m where m.item_id = old.id) then
    raise exception '% (%) has moves of stock; it stays.', old.name, old.sku
      using errcode = '23514', constraint = 'ops_guard_product_stocked';
  end if;
  delete from inventory_stockitem where product_id = old.id;
  return old;
end $$;
;

-- execute:ops.keep_new_stock_items()
revoke all on function ops.keep_new_stock_items() from public;;

-- execute:ops.keep_stock_item()
revoke all on function ops.keep_stock_item() from public;;

-- execute:ops.keep_stock_categories()
revoke all on function ops.keep_stock_categories() from public;;

-- execute:ops.drop_stock_item()
revoke all on function ops.drop_stock_item() from public;;

-- file:inventory/sql/moves.sql
-- definer: keeps levels, which nobody else may write; works out counts; adds up every move for the proof
-- Stock is what its moves add up to. A move is inserted; levels are written here and nowhere else (D22, S3, ruling 15).
-- Everybody locks levels in the order of products, then places, so that no two wait for each other (S4).

-- Who and when. A receipt, a scrap and a reversal are true when they are written; an opening and a count may say an
-- earlier moment. Plain, since it runs for each row of a load.
create or replace function ops.stamp_move() returns trigger language plpgsql as $$
begin
  new.recorded_at := ops.now();
  new.by_id := ops.uid();
  if new.kind not in ('opening', 'count') then new.at := new.recorded_at; end if;
  if new.at > new.recorded_at then
    raise exception 'This time has not come yet.' using errcode = '23514', constraint = 'ops_guard_move_future';
  end if;
  return new;
end $$;

-- What a count changes is its difference to the quantity at the moment of counting, not of saving.
create or replace function ops.work_out_count() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare began timestamptz;
begin
  insert into inventory_level (item_id, location_id, on_hand, reserved, moves)
  values (new.item_id, new.location_id, 0, 0, 0) on conflict do nothing;
  perform from inventory_level l where l.item_id = new.item_id and l.location_id = new.location_id for update;
  select max(m.at) into began from inventory_move m
   where m.item_id = new.item_id and m.location_id = new.location_id and m.kind = 'opening'
     and not exists (select 1 from inventory_move r where r.reverses_id = m.id);
  if new.at < began then
    raise exception 'The stock here begins on %; it cannot be counted as of before.',
      to_char(began at time zone 'Asia/Karachi', 'FMDD Mon YYYY, HH24:MI')
      using errcode = '23514', constraint = 'ops_guard_count_early';
  end if;
  new.quantity := new.counted - coalesce((select sum(m.quantity) from inventory_move m
    where m.item_id = new.item_id and m.location_id = new.location_id and m.at <= new.at), 0);
  return new;
end $$;

-- Once for a statement, however many moves it brings. Lines that are new are made as they will be; all others are locked,
-- looked at and changed.
create or replace function ops.keep_levels() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare fresh bigint[]; said text; told record;
begin
  if exists (select 1 from added a join inventory_move m on m.id = a.reverses_id
              where (a.item_id, a.location_id, a.quantity) is distinct from (m.item_id, m.location_id, -m.quantity)
                 or m.kind = 'reversal') then
    raise exception 'A move is taken back as a whole, where it was made.'
      using errcode = '23514', constraint = 'ops_guard_move_reversal';
  end if;

  with sums as (
    select item_id, location_id, sum(quantity) as quantity, count(*) as moves, max(recorded_at) as at
      from added group by 1, 2
    having sum(quantity) between 0 and 1e9 - 1 and not (count(*) > 1 and bool_or(kind in ('opening', 'reversal')))),
  made as (
    insert into inventory_level (item_id, location_id, on_hand, reserved, moves, moved_at)
    select s.item_id, s.location_id, s.quantity, 0, s.moves, s.at from sums s
     where not exists (select 1 from inventory_level l where (l.item_id, l.location_id) = (s.item_id, s.location_id))
     order by 1, 2
    on conflict do nothing returning id)
  select coalesce(array_agg(id), '{}') into fresh from made;

  if cardinality(fresh) < (select count(*) from (select distinct item_id, location_id from added) x) then
    insert into inventory_level (item_id, location_id, on_hand, reserved, moves)
    select distinct a.item_id, a.location_id, 0, 0, 0 from added a order by 1, 2
    on conflict do nothing;
    perform from inventory_level l join (select distinct item_id, location_id from added) a using (item_id, location_id)
      where not exists (select 1 from unnest(fresh) f where f = l.id) order by l.item_id, l.location_id for update of l;

    select format('%s (%s) has stock in %s already: %s on hand. Count it instead.', i.name, i.sku, p.name,
                  trim_scale(l.on_hand)) into said
      from (select item_id, location_id, count(*) as n from added group by 1, 2 having bool_or(kind = 'opening')) d
      join inventory_level l using (item_id, location_id)
      join inventory_stockitem i on i.product_id = d.item_id join inventory_location p on p.id = d.location_id
     where l.moves + d.n > 1 and not exists (select 1 from unnest(fresh) f where f = l.id) order by d.item_id limit 1;
    if said is not null then
      raise exception '%', said using errcode = '23514', constraint = 'ops_guard_opening_once';
    end if;

    select format('There are %s of %s (%s) in %s%s: %s cannot leave.', trim_scale(l.on_hand), i.name, i.sku, p.name,
                  case when l.reserved > 0 then format(', %s of them reserved', trim_scale(l.reserved)) else '' end,
                  trim_scale(-d.quantity)) into said
      from (select item_id, location_id, sum(quantity) as quantity from added group by 1, 2) d
      join inventory_level l using (item_id, location_id)
      join inventory_stockitem i on i.product_id = d.item_id join inventory_location p on p.id = d.location_id
     where d.quantity < 0 and l.on_hand + d.quantity < l.reserved order by d.item_id limit 1;
    if said is not null then
      raise exception '%', said using errcode = '23514', constraint = 'ops_guard_level_short';
    end if;

    if exists (select 1 from (select item_id, location_id, sum(quantity) as quantity from added group by 1, 2) d
                join inventory_level l using (item_id, location_id)
               where l.on_hand + d.quantity >= 1e9 and not exists (select 1 from unnest(fresh) f where f = l.id)) then
      raise exception 'A location holds less than 1,000,000,000 of one thing.'
        using errcode = '23514', constraint = 'ops_guard_level_most';
    end if;

    update inventory_level l
       set on_hand = l.on_hand + d.quantity, moves = l.moves + d.moves, moved_at = d.at
      from (select item_id, location_id, sum(quantity) as quantity, max(recorded_at) as at,
                   sum(case when reverses_id is null then 1 else -1 end)::int as moves
              from added group by 1, 2) d
     where l.item_id = d.item_id and l.location_id = d.location_id
       and not exists (select 1 from unnest(fresh) f where f = l.id);
  end if;

  for told in select x.id from inventory_level x join (select distinct item_id, location_id from added limit 51) a
                using (item_id, location_id) loop
    exit when coalesce(nullif(current_setting('ops.told_level', true), ''), '0')::int > 50;
    perform ops.tell('level', told.id, null, null, '*');
  end loop;
  return null;
end $$;

-- Levels are written by ops.keep_levels and by a count: from within a trigger, never by hand, the owner neither.
create or replace function ops.guard_level() returns trigger language plpgsql as $$
begin
  if pg_trigger_depth() < 2 then
    raise exception 'Stock changes by moves alone: receive, count or scrap.'
      using errcode = '23514', constraint = 'ops_guard_level_by_hand';
  end if;
  return null;
end $$;

-- How many levels there are, and how many are not the sum of their moves: none, proved each night.
create or replace function ops.added_up_stock() returns table (levels bigint, wrong bigint) language sql stable
security definer set search_path = pg_catalog, public, pg_temp as
$$ select count(*), count(*) filter (
            where (coalesce(l.on_hand, -1), coalesce(l.moves, -1)) is distinct from (coalesce(m.on_hand, 0), coalesce(m.moves, 0)))
     from inventory_level l
     full join (select item_id, location_id, sum(quantity) as on_hand,
                       sum(case when reverses_id is null then 1 else -1 end) as moves
                  from inventory_move group by 1, 2) m using (item_id, location_id) $$;
;

-- execute:ops.work_out_count()
revoke all on function ops.work_out_count() from public;;

-- execute:ops.keep_levels()
revoke all on function ops.keep_levels() from public;;

-- execute:ops.added_up_stock()
revoke all on function ops.added_up_stock() from public; grant execute on function ops.added_up_stock() to od_s_stock_all, od_s_stock_proof;;

-- file:orders/sql/order_rules.sql
-- definer: keeps numbers, costings and shares, which their writers may not see; tells screens ids; searches by id; knows whose customer an order may be given to
-- What PostgreSQL does for orders by itself: stamps, refusals, the costing row, telling open screens, sharing, search.

-- Number and business day. The sequence may leave gaps: order numbers may (M13). A file may have brought in a number that
-- looks like ours: it is passed over, one look into the index each.
create or replace function ops.stamp_order() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'INSERT' and coalesce(new.number, '') = '' then
    loop
      new.number := 'SO-' || nextval('orders_number');
      exit when not exists (select 1 from orders_order o where o.number = new.number);
    end loop;
  end if;
  new.placed_on := ops.shop_day(new.placed_at);
  return new;
end $$;

-- Cancelled orders stand still, held ones wait, and an order is delivered or shipped only with what that needs.
create or replace function ops.guard_order() returns trigger language plpgsql as $$
begin
  if new.stage is distinct from old.stage then
    if new.cancelled_at is not null then
      raise exception '% is cancelled; it does not move.', new.number
        using errcode = '23514', constraint = 'ops_guard_order_cancelled';
    end if;
    if new.held_at is not null then
      raise exception '% is on hold (%); release it first.', new.number, new.hold_reason
        using errcode = '23514', constraint = 'ops_guard_order_held';
    end if;
    if new.stage = 'shipped' and old.stage = 'ready_to_ship' and new.tracking_number = '' then
      raise exception '% needs a tracking number before it ships.', new.number
        using errcode = '23514', constraint = 'ops_guard_order_tracking';
    end if;
    if new.stage = 'in_production' and old.stage = 'received' and new.assignee_id is null then
      raise exception '% needs somebody in production before it starts.', new.number
        using errcode = '23514', constraint = 'ops_guard_order_assignee';
    end if;
  end if;
  if new.assignee_id is null and old.assignee_id is not null and new.stage in ('in_production', 'ready_to_ship') then
    raise exception '% is in production; somebody must have it.', new.number
      using errcode = '23514', constraint = 'ops_guard_order_assignee';
  end if;
  if new.tracking_number = '' and old.tracking_number <> '' and new.stage in ('shipped', 'delivered') then
    raise exception '% is on its way; its tracking number stays.', new.number
      using errcode = '23514', constraint = 'ops_guard_order_tracking';
  end if;
  if new.cancelled_at is not null and old.cancelled_at is null and old.stage in ('shipped', 'delivered') then
    raise exception '% has left the house; take it back instead of cancelling it.', new.number
      using errcode = '23514', constraint = 'ops_guard_order_left';
  end if;
  -- Since when it stands in its stage decides what is overdue and what can still be taken back: only a move sets it, and
  -- the clock that leaves out what was held only this guard.
  if (new.number, new.public_id, new.placed_at, new.placed_on, new.clock_since) is distinct from
     (old.number, old.public_id, old.placed_at, old.placed_on, old.clock_since)
     or (new.stage = old.stage and new.stage_since is distinct from old.stage_since) then
    raise exception 'The number and the times of an order stay as they are.'
      using errcode = '23514', constraint = 'ops_guard_order_identity';
  end if;
  -- Time on hold does not count: the clock of the stage goes on where it stood. What is held as of earlier, as by taking a
  -- release back, takes back what that release had added.
  if new.stage is distinct from old.stage then
    new.clock_since := null;
  elsif new.held_at is distinct from old.held_at then
    new.clock_since := coalesce(old.clock_since, old.stage_since) + coalesce(ops.now() - old.held_at, interval '0')
                       - coalesce(ops.now() - new.held_at, interval '0');
  end if;
  return new;
end $$;

-- Foreign keys do not ask row security, and who has an order of a customer sees the customer: so an order is given only to
-- a customer whom the person knows, by keeping them, by another own order or quote, or by having named their phone or e-mail just
-- now. Who sees every customer is let through first: a load brings thousands.
create or replace function ops.guard_order_customer() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.customer_id is not distinct from old.customer_id then return new; end if;
  if coalesce(current_setting('role', true), 'none') in ('none', '') then return new; end if;
  if ops.has_scope('customers_all') then return new; end if;
  if exists (select 1 from customers_customer c where c.id = new.customer_id and c.keeper_id = ops.uid())
     or exists (select 1 from orders_order o where o.customer_id = new.customer_id and o.agent_id = ops.uid()
                   and o.id is distinct from new.id)
     or exists (select 1 from quotes_quote q where q.customer_id = new.customer_id and q.agent_id = ops.uid())
     or ops.has_found(new.customer_id) then
    return new;
  end if;
  raise exception 'The customer of % is not yours to know. Find them by their phone or e-mail.', new.number
    using errcode = '23514', constraint = 'ops_guard_order_customer';
end $$;

-- Every sale has its costing, with the database's copy of the amount; the composite key keeps the copy equal (D11).
create or replace function ops.make_costing() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into orders_ordercosting (order_id, order_amount) select s.order_id, s.order_amount from added s
  on conflict (order_id) do nothing;
  return null;
end $$;

-- Orders shared with the person by a colleague (guardian rows). DEFINER: the policy of orders asks it about orders.
create or replace function ops.shared_orders() returns bigint[] language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select coalesce(array_agg(p.content_object_id), '{}') from orders_orderuserobjectpermission p
     join auth_permission a on a.id = p.permission_id and a.codename = 'view_order'
    where p.user_id = ops.uid() $$;

-- Whom a change of this order concerns besides those who see all: its agent, the agent before, and its sharers.
create or replace function ops.order_viewers(of_order bigint, agent bigint, agent_before bigint) returns text
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select case when count(*) > 50 then '*' else coalesce(string_agg(distinct u::text, ','), '-') end
     from (select agent as u union select agent_before
           union select p.user_id from orders_orderuserobjectpermission p where p.content_object_id = of_order) v
    where u is not null $$;

-- The stage as the floor may know it: a cancelled order has left the floor, and so must word of it.
create or replace function ops.told_stage(o orders_order) returns text language sql immutable as
$$ select case when o.cancelled_at is null then o.stage end $$;

create or replace function ops.tell_order() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if coalesce(nullif(current_setting('ops.told_order', true), ''), '0')::int > 50 then return null; end if;
  if tg_op = 'DELETE' then
    perform ops.tell('order', old.id, null, ops.told_stage(old), ops.order_viewers(old.id, null, old.agent_id));
  elsif new is distinct from old then
    perform ops.tell('order', new.id, ops.told_stage(new), ops.told_stage(old), ops.order_viewers(new.id, new.agent_id, old.agent_id));
  end if;
  return null;
end $$;

-- New orders, once for a statement: past 50 one word says it for all, so nobody counts further.
create or replace function ops.tell_new_orders() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare o orders_order;
begin
  if coalesce(nullif(current_setting('ops.told_order', true), ''), '0')::int > 50 then return null; end if;
  for o in select a.* from added a limit 51 loop
    perform ops.tell('order', o.id, ops.told_stage(o), null, ops.order_viewers(o.id, o.agent_id, null));
  end loop;
  return null;
end $$;

-- A change of what hangs on an order is a change of the order, for whoever has it open; past 50 one word says it for all.
create or replace function ops.tell_orders_changed(of_orders bigint[]) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare o orders_order;
begin
  if coalesce(nullif(current_setting('ops.told_order', true), ''), '0')::int > 50 then return; end if;
  for o in select t.* from orders_order t where t.id = any (of_orders) loop
    perform ops.tell('order', o.id, ops.told_stage(o), ops.told_stage(o), ops.order_viewers(o.id, o.agent_id, null));
  end loop;
end $$;

create or replace function ops.tell_new_order_parts() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform ops.tell_orders_changed(array(select distinct a.order_id from added a limit 51));
  return null;
end $$;

create or replace function ops.tell_order_part() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  perform ops.tell_orders_changed(array[coalesce(new.order_id, old.order_id)]);
  return null;
end $$;

-- The same for what stands beside a row of any noun (noun, subject_id): files, comments. Give it the condition noun = 'order'.
create or replace function ops.tell_order_subject() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  perform ops.tell_orders_changed(array[new.subject_id]);
  return null;
end $$;

-- Who has an order open changed: told to whoever hears of the order itself. It writes nothing.
create or replace function ops.tell_order_here(of_order bigint) returns void language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare o orders_order;
begin
  select * into o from orders_order where id = of_order;
  if found then
    perform ops.tell('orderhere', o.id, ops.told_stage(o), ops.told_stage(o), ops.order_viewers(o.id, o.agent_id, null));
  end if;
end $$;

-- Where the order stood when a file came is the database's to say.
create or replace function ops.stamp_order_stage() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  new.stage := coalesce((select o.stage from orders_order o where o.id = new.subject_id), '');
  return new;
end $$;

-- A share begins or ends: the colleague's screens must know.
create or replace function ops.tell_order_share() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare o orders_order;
begin
  select * into o from orders_order where id = coalesce(new.content_object_id, old.content_object_id);
  perform ops.tell('order', o.id, ops.told_stage(o), ops.told_stage(o),
                   ops.order_viewers(o.id, o.agent_id, coalesce(new.user_id, old.user_id)));
  return null;
end $$;

-- Ids that match, capped; the rows themselves still pass the reader's policies. DEFINER: LIKE is not leakproof, so under
-- row security the trigram index would never be used (D10). So it asks by itself what the reader may see: hits of others
-- would tell of them, and would fill the cap.
-- Planned for each term: a plan for any term walks the whole table for the rare ones. Two letters have no trigram in the
-- middle of a word, so they are looked for at the beginning. Numbers are taken from the end of their own index: by id, the
-- whole table would be walked to where they begin.
create or replace function ops.search_orders(term text, most int) returns bigint[] language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  found bigint[];
  pattern text := case when length(term) < 3 then '' else '%' end || replace(replace(replace(term, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  -- Who may not see a customer does not find their orders by the customer's name either: a hit would tell the name.
  sees_customers boolean := ops.has_scope('customers_all');
  knows_own boolean := ops.has_scope('customers_own');
  me bigint := ops.uid();
  sees_all boolean := ops.has_scope('orders_all') or ops.has_scope('orders_read');
  given bigint[] := case when ops.has_scope('orders_own') then ops.shared_orders() else '{}' end;
  own boolean := ops.has_scope('orders_own');
  floor text[] := case when ops.has_scope('orders_floor') then ops.floor_stages('order') else '{}' end;
begin
  select array_agg(id) into found from (
    (select o.id from orders_order o where o.number ^@ upper(term) and
      (sees_all or own and (o.agent_id = me or o.id = any (given)) or o.stage = any (floor) and o.cancelled_at is null)
      order by o.number using ~>~ limit most)
    union
    (select o.id from orders_order o where o.external_id <> '' and o.external_id ^@ term and
      (sees_all or own and (o.agent_id = me or o.id = any (given)) or o.stage = any (floor) and o.cancelled_at is null) limit most)
    union
    (select o.id from customers_customer c join orders_order o on o.customer_id = c.id
      where (c.name ilike pattern or c.phone ^@ term)
        and (sees_customers or knows_own and me in (o.agent_id, c.keeper_id)) and
      (sees_all or own and (o.agent_id = me or o.id = any (given)) or o.stage = any (floor) and o.cancelled_at is null) order by o.id desc limit most)
    union
    (select o.id from orders_order o where o.summary ilike pattern and
      (sees_all or own and (o.agent_id = me or o.id = any (given)) or o.stage = any (floor) and o.cancelled_at is null) order by o.id desc limit most)) hits;
  return coalesce(found, '{}');
end $$;
;

-- execute:ops.shared_orders()
revoke all on function ops.shared_orders() from public; grant execute on function ops.shared_orders() to od_s_orders_own;;

-- execute:ops.search_orders(text, int)
revoke all on function ops.search_orders(text, int) from public; grant execute on function ops.search_orders(text, int) to od_s_orders_all, od_s_orders_read, od_s_orders_own, od_s_orders_floor;;

-- execute:ops.order_viewers(bigint, bigint, bigint)
revoke all on function ops.order_viewers(bigint, bigint, bigint) from public;;

-- execute:ops.tell_orders_changed(bigint[])
revoke all on function ops.tell_orders_changed(bigint[]) from public;;

-- execute:ops.tell_order_here(bigint)
revoke all on function ops.tell_order_here(bigint) from public; grant execute on function ops.tell_order_here(bigint) to od_s_orders_all, od_s_orders_read, od_s_orders_own, od_s_orders_floor;;

-- execute:ops.floor_stages(text)
revoke all on function ops.floor_stages(text) from public; grant execute on function ops.floor_stages(text) to od_s_orders_floor;;

-- file:orders/sql/customer_ties.sql
-- definer: tells screens ids of customers whose orders changed
-- A customer's figures change with their orders: whoever has their page open is told, once an order.

create or replace function ops.tell_buyer() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if coalesce(nullif(current_setting('ops.told_customer', true), ''), '0')::int > 50 then return null; end if;
  perform ops.tell('customer', new.customer_id, null, null, ops.order_viewers(new.id, new.agent_id, old.agent_id));
  if old.customer_id <> new.customer_id then
    perform ops.tell('customer', old.customer_id, null, null, ops.order_viewers(new.id, new.agent_id, old.agent_id));
  end if;
  return null;
end $$;

create or replace function ops.tell_buyers_of_new() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare o record;
begin
  for o in select a.customer_id, a.agent_id from added a limit 51 loop
    exit when coalesce(nullif(current_setting('ops.told_customer', true), ''), '0')::int > 50;
    perform ops.tell('customer', o.customer_id, null, null, o.agent_id::text);
  end loop;
  return null;
end $$;
;

-- file:orders/sql/shipments.sql
-- definer: counts every parcel of an order, and locks the order while it counts
-- Parcels of an order: never more than was ordered, whoever writes at the same time; what has left stays.

-- What of an order is still here; null when no parcel of it has left.
create or replace function ops.rest_of_order(of_order bigint) returns numeric language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select case when exists (select 1 from orders_shipment s where s.order_id = of_order and s.taken_back_at is null) then
     (select coalesce(sum(l.quantity), 0) from orders_orderline l where l.order_id = of_order)
     - (select coalesce(sum(p.quantity), 0) from orders_shipmentline p join orders_shipment s on s.id = p.shipment_id
         where s.order_id = of_order and s.taken_back_at is null) end $$;

-- DEFINER: it must count every parcel, and it locks the order, so that two who ship at once wait for each other.
create or replace function ops.guard_shipment_line() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  the_line orders_orderline;
  parcel orders_shipment;
  gone numeric;
begin
  select * into parcel from orders_shipment where id = new.shipment_id;
  perform 1 from orders_order where id = parcel.order_id for no key update;
  select * into the_line from orders_orderline where id = new.line_id;
  if parcel.id is null or the_line.id is null then return null; end if;  -- the foreign keys say so
  if the_line.order_id is distinct from parcel.order_id then
    raise exception 'A parcel holds lines of its own order only.'
      using errcode = '23514', constraint = 'ops_guard_shipment_order';
  end if;
  select coalesce(sum(p.quantity), 0) into gone from orders_shipmentline p join orders_shipment s on s.id = p.shipment_id
   where p.line_id = new.line_id and s.taken_back_at is null;
  if gone > the_line.quantity then
    raise exception 'Of % only % are left to ship.', the_line.description, trim_scale(the_line.quantity - gone + new.quantity)
      using errcode = '23514', constraint = 'ops_guard_shipment_quantity';
  end if;
  return null;
end $$;

-- When it left is never typed.
create or replace function ops.stamp_shipment() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    new.shipped_at := ops.now();
  elsif new.taken_back_at is not null and old.taken_back_at is null then
    new.taken_back_at := ops.now();
  end if;
  return new;
end $$;

-- A parcel leaves only when the order is ready; it stays with its order, and one that was taken back stays so.
create or replace function ops.guard_shipment() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare o orders_order;
begin
  select * into o from orders_order where id = new.order_id for no key update;
  if o.id is null then return null; end if;  -- the foreign key says so
  if tg_op = 'INSERT' then
    if o.stage is distinct from 'ready_to_ship' or o.cancelled_at is not null or o.held_at is not null then
      raise exception '% is not ready to ship.', o.number using errcode = '23514', constraint = 'ops_guard_shipment_ready';
    end if;
    return null;
  end if;
  if (new.order_id, new.position, new.shipped_at) is distinct from (old.order_id, old.position, old.shipped_at)
     or (old.taken_back_at is not null and new is distinct from old) then
    raise exception 'A parcel that has left stays as it was.' using errcode = '23514', constraint = 'ops_guard_shipment_stays';
  end if;
  if new.taken_back_at is not null and old.taken_back_at is null then
    if o.stage is distinct from 'ready_to_ship' then
      raise exception '% has left whole; take its last move back.', o.number
        using errcode = '23514', constraint = 'ops_guard_shipment_back';
    end if;
  end if;
  return null;
end $$;

-- An order is shipped when its last piece is; what has left in part is not cancelled.
create or replace function ops.guard_parts() returns trigger language plpgsql as $$
begin
  if new.stage = 'shipped' and old.stage = 'ready_to_ship' and coalesce(ops.rest_of_order(new.id), 0) > 0 then
    raise exception 'A part of % is still here; ship the rest first.', new.number
      using errcode = '23514', constraint = 'ops_guard_order_part';
  end if;
  if new.cancelled_at is not null and old.cancelled_at is null and ops.rest_of_order(new.id) is not null then
    raise exception 'A part of % has left the house; take it back instead of cancelling it.', new.number
      using errcode = '23514', constraint = 'ops_guard_order_parts_left';
  end if;
  return new;
end $$;

-- What has left is not taken out of the order's lines.
create or replace function ops.guard_line_shipped() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare gone numeric;
begin
  select sum(p.quantity) into gone from orders_shipmentline p join orders_shipment s on s.id = p.shipment_id
   where p.line_id = new.id and s.taken_back_at is null;
  if new.quantity < gone then
    raise exception '% of % have left already.', trim_scale(gone), new.description
      using errcode = '23514', constraint = 'ops_guard_line_shipped';
  end if;
  return new;
end $$;
;

-- execute:ops.rest_of_order(bigint)
revoke all on function ops.rest_of_order(bigint) from public; grant execute on function ops.rest_of_order(bigint) to od_s_orders_all, od_s_orders_own, od_s_orders_floor;;

-- file:orders/intake/sql/rules.sql
-- definer: weighs who gets an order nobody typed, over orders and customers the deliverer may not see; ends older secrets, which who makes a new one may not read
-- Who gets an order that nobody typed, and how an older secret of a storefront ends.

-- The person whose a new order of this customer is: who keeps the customer, else who had their last order, else the agent
-- with the fewest open orders, else anybody who sees every order. So an order without an owner cannot be (A6).
create or replace function ops.next_agent(of_customer bigint) returns bigint language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
  with sells as (select u.id, 'orders_own' = any (u.scopes) as own from accounts_user u
                  where u.is_active and u.scopes && array['orders_own', 'orders_all']::text[])
  select coalesce(
    (select c.keeper_id from customers_customer c join sells s on s.id = c.keeper_id where c.id = of_customer),
    (select o.agent_id from orders_order o join sells s on s.id = o.agent_id where o.customer_id = of_customer
      order by o.id desc limit 1),
    (select s.id from sells s where s.own
      order by (select count(*) from orders_order o join ops_stage t on t.noun = 'order' and t.key = o.stage
                 where o.agent_id = s.id and o.cancelled_at is null and t.category <> 'done'), s.id limit 1),
    (select min(id) from sells)) $$;

-- A new secret lets the ones before it work for one more day: the sender changes over without losing an order.
create or replace function ops.end_older_secrets() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update intake_intakesecret set ends_at = ops.now() + interval '1 day'
   where key_id = new.key_id and id <> new.id and ends_at is null;
  return null;
end $$;
;

-- execute:ops.next_agent(bigint)
revoke all on function ops.next_agent(bigint) from public; grant execute on function ops.next_agent(bigint) to od_s_intake;;

-- file:orders/letters/sql/letters.sql
-- definer: knows of every order who has to do with it and may see it, when somebody else moves it; says of mails how they fare without showing them; follows the link of a customer who wants no mails
-- What ops.notices asks of orders, and what may be known of the mails that an order caused.

-- Who has to do with these orders: the agent, who makes it, and the colleagues it is shared with.
create or replace function ops.order_parts(ids bigint[], assume jsonb) returns table (subject_id bigint, person_id bigint, part text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select o.id, coalesce((assume ->> 'agent')::bigint, o.agent_id), 'agent' from orders_order o where o.id = any (ids)
   union all
   select o.id, coalesce((assume ->> 'assignee')::bigint, o.assignee_id), 'assignee' from orders_order o
    where o.id = any (ids) and coalesce((assume ->> 'assignee')::bigint, o.assignee_id) is not null
   union all
   select p.content_object_id, p.user_id, 'watchers' from orders_orderuserobjectpermission p where p.content_object_id = any (ids) $$;

-- Which of these pairs, place by place, the person may see. The same rows as the policies of orders_order and visible_to.
create or replace function ops.order_seen(ids bigint[], people bigint[], assume jsonb) returns table (subject_id bigint, person_id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select p.id, p.person
     from unnest(ids, people) p(id, person)
     join orders_order o on o.id = p.id
     join accounts_user u on u.id = p.person and u.is_active
    cross join (select ops.floor_stages('order') as floor) f
    where u.scopes && array['orders_all', 'orders_read']
       or 'orders_own' = any (u.scopes) and (
            coalesce((assume ->> 'agent')::bigint, o.agent_id) = u.id
            or exists (select 1 from orders_orderuserobjectpermission s
                         join auth_permission a on a.id = s.permission_id and a.codename = 'view_order'
                        where s.content_object_id = o.id and s.user_id = u.id))
       or 'orders_floor' = any (u.scopes) and coalesce(assume ->> 'stage', o.stage) = any (f.floor)
            and o.cancelled_at is null and not coalesce((assume ->> 'cancelled')::boolean, false) $$;

-- Orders whose customer may be written to: with an address, and not silent.
create or replace function ops.order_customers(ids bigint[]) returns table (subject_id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select o.id from orders_order o join customers_customer c on c.id = o.customer_id
    where o.id = any (ids) and coalesce(c.email, '') <> ''
      and c.wants_order_mail $$;

-- Whether the customer of this order is to be written to when this happens; for whoever may see the order.
create or replace function ops.order_letter_goes(of_order bigint, kind text) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select exists (select 1 from ops.letter_targets('order', array[of_order], array[kind])) $$;

-- The mails that an order caused: how each fares, never what it says; the address only for who may know the customer. Of one
-- that waits, when it goes.
create or replace function ops.order_mails(of_order bigint)
returns table (id bigint, kind text, recipient text, state text, at timestamptz, sent_at timestamptz, attempts int, reason text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select m.id, m.kind, case when ops.has_scope('customers_all') or ops.has_scope('customers_own') and o.agent_id = ops.uid()
                             then m.recipient end,
          m.state, case m.state when 'waiting' then m.next_try_at else m.queued_at end, m.sent_at, m.attempts::int,
          case when m.state = 'withdrawn' then 'withdrawn'
               when m.error = '' then ''
               when m.error ~ '^SMTPRecipientsRefused' and m.error ~ '\m5\d\d\M' then 'refused'
               when m.error ~ '^ValueError' then 'address'
               else 'away' end
     from orders_order o
     join ops_outboxmail m on split_part(m.key, ':', 2) = of_order::text and m.kind like 'order.%'
    where o.id = of_order and cardinality(ops.who_may_see('order', of_order, array[ops.uid()])) > 0
    order by m.id desc limit 50 $$;

-- With which tracking number the customer was last told, by a mail that went, that all of it is on its way; null when never.
create or replace function ops.order_told_shipped(of_order bigint) returns text
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select split_part(m.key, ':', 3) from ops_outboxmail m
    where m.kind = 'order.shipped' and split_part(m.key, ':', 2) = of_order::text and m.state = 'sent'
      and (ops.has_scope('letters') or cardinality(ops.who_may_see('order', of_order, array[ops.uid()])) > 0)
    order by m.sent_at desc, m.id desc limit 1 $$;

-- How often the customer was told, by a mail that went, that it has not left after all: each time begins a new round, in
-- which the same number is news again.
create or replace function ops.order_corrections(of_order bigint) returns int
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select count(*)::int from ops_outboxmail m
    where m.kind = 'order.not_shipped' and split_part(m.key, ':', 2) = of_order::text and m.state = 'sent'
      and (ops.has_scope('letters') or cardinality(ops.who_may_see('order', of_order, array[ops.uid()])) > 0) $$;

-- What was written of this order is not true any more: what still waits does not go, and stays in the log as withdrawn. Its
-- key is free again, for the same may come true later. One that is being sent just now is waited for, and has gone.
-- Answers 'withdrawn', 'went' when it is too late for that, or nothing.
create or replace function ops.order_withdraw(of_order bigint, mail_kind text, only_key text) returns text language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
declare its text := mail_kind || ':' || of_order;
begin
  if not ops.has_scope('letters') and not exists (
      select 1 from orders_order o where o.id = of_order and (ops.has_scope('orders_all')
          or ops.has_scope('orders_own') and o.agent_id = ops.uid()
          or ops.has_scope('orders_floor') and cardinality(ops.who_may_see('order', of_order, array[ops.uid()])) > 0)) then
    return '';
  end if;
  update ops_outboxmail m set state = 'withdrawn', key = left(m.key, 180) || ':-' || m.id
   where m.kind = mail_kind and (m.key = its or m.key like its || ':%') and m.state in ('waiting', 'failed')
     and (only_key = '' or m.key = only_key);
  if found then return 'withdrawn'; end if;
  return case when exists (
    select 1 from ops_outboxmail m where m.kind = mail_kind and (m.key = its or m.key like its || ':%') and m.state = 'sent'
       and (only_key = '' or m.key = only_key)) then 'went' else '' end;
end $$;

-- A mail that failed goes again, to the address that the customer has now. One of two who ask at once finds it failed.
create or replace function ops.order_mail_again(of_order bigint, mail bigint) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare address text;
begin
  select c.email into address from orders_order o join customers_customer c on c.id = o.customer_id
   where o.id = of_order and (ops.has_scope('orders_all') or ops.has_scope('orders_own') and o.agent_id = ops.uid())
     and c.wants_order_mail;
  if coalesce(address, '') = '' then return false; end if;
  update ops_outboxmail m set state = 'waiting', recipient = address, attempts = 0, next_try_at = ops.now(), error = ''
   where m.id = mail and m.state = 'failed' and split_part(m.key, ':', 2) = of_order::text and m.kind like 'order.%';
  return found;
end $$;

-- The panel of an order that is open follows its mails: sent, failed, waiting again.
create or replace function ops.tell_order_mail() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare o orders_order;
begin
  if new.kind not like 'order.%' or split_part(new.key, ':', 2) !~ '^\d{1,18}$' then return null; end if;
  select * into o from orders_order where id = split_part(new.key, ':', 2)::bigint;
  if found then
    perform ops.tell('order', o.id, ops.told_stage(o), ops.told_stage(o), ops.order_viewers(o.id, o.agent_id, null));
  end if;
  return null;
end $$;

-- A customer who holds the link of an order says that no more mails are wanted, or wanted again.
create or replace function ops.order_link_silence(silent boolean) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare whose bigint;
begin
  select o.customer_id into whose from orders_order o where o.id = ops.link_subject('order_status');
  if whose is null then return false; end if;
  update customers_customer c set wants_order_mail = not silent where c.id = whose and c.wants_order_mail = silent;
  return true;
end $$;

-- Whether the customer of the link's order has said so.
create or replace function ops.order_link_is_silent() returns boolean language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select exists (select 1 from customers_customer c join orders_order o on o.customer_id = c.id
                   where o.id = ops.link_subject('order_status') and not c.wants_order_mail) $$;
;

-- execute:ops.order_parts(bigint[], jsonb)
revoke all on function ops.order_parts(bigint[], jsonb) from public;;

-- execute:ops.order_seen(bigint[], bigint[], jsonb)
revoke all on function ops.order_seen(bigint[], bigint[], jsonb) from public;;

-- execute:ops.order_customers(bigint[])
revoke all on function ops.order_customers(bigint[]) from public;;

-- execute:ops.order_letter_goes(bigint, text)
revoke all on function ops.order_letter_goes(bigint, text) from public; grant execute on function ops.order_letter_goes(bigint, text) to od_s_orders_all, od_s_orders_own, od_s_orders_floor, od_s_letters;;

-- execute:ops.order_mails(bigint)
revoke all on function ops.order_mails(bigint) from public; grant execute on function ops.order_mails(bigint) to od_s_orders_all, od_s_orders_read, od_s_orders_own, od_s_orders_floor;;

-- execute:ops.order_told_shipped(bigint)
revoke all on function ops.order_told_shipped(bigint) from public; grant execute on function ops.order_told_shipped(bigint) to od_s_letters, od_s_orders_all, od_s_orders_own, od_s_orders_floor;;

-- execute:ops.order_corrections(bigint)
revoke all on function ops.order_corrections(bigint) from public; grant execute on function ops.order_corrections(bigint) to od_s_letters, od_s_orders_all, od_s_orders_own, od_s_orders_floor;;

-- execute:ops.order_withdraw(bigint, text, text)
revoke all on function ops.order_withdraw(bigint, text, text) from public; grant execute on function ops.order_withdraw(bigint, text, text) to od_s_letters, od_s_orders_all, od_s_orders_own, od_s_orders_floor;;

-- execute:ops.order_mail_again(bigint, bigint)
revoke all on function ops.order_mail_again(bigint, bigint) from public; grant execute on function ops.order_mail_again(bigint, bigint) to od_s_orders_all, od_s_orders_own;;

-- execute:ops.order_link_silence(boolean)
revoke all on function ops.order_link_silence(boolean) from public; grant execute on function ops.order_link_silence(boolean) to od_s_link;;

-- execute:ops.order_link_is_silent()
revoke all on function ops.order_link_is_silent() from public; grant execute on function ops.order_link_is_silent() to od_s_link;;

-- file:orders/quotes/sql/quote_rules.sql
-- definer: keeps numbers and links, which their writers may not see; asks of a link what it opens; searches by id
-- What PostgreSQL does for quotes by itself: numbers, what is frozen, what a link may, telling open screens, search.

create or replace function ops.stamp_quote() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if coalesce(new.number, '') = '' then new.number := 'QT-' || nextval('quotes_number'); end if;
  new.made_at := ops.now();
  new.quoted_on := ops.shop_day(new.made_at);
  return new;
end $$;

create or replace function ops.guard_quote() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare v quotes_quoteversion;
begin
  if (new.number, new.public_id, new.made_at, new.quoted_on) is distinct from (old.number, old.public_id, old.made_at, old.quoted_on)
     or (new.stage = old.stage and new.stage_since is distinct from old.stage_since)
     or (old.first_sent_at is not null and new.first_sent_at is distinct from old.first_sent_at) then
    raise exception 'The number and the times of a quote stay as they are.'
      using errcode = '23514', constraint = 'ops_guard_quote_identity';
  end if;
  if exists (select 1 from quotes_quoteorder o where o.quote_id = new.id)
     and ((new.stage, new.accepted_id, new.current_id) is distinct from (old.stage, old.accepted_id, old.current_id)
          or new.customer_id <> old.customer_id and not ops.changes_hands('customer', old.customer_id, new.customer_id)) then
    raise exception '% has become an order; it stays accepted.', new.number
      using errcode = '23514', constraint = 'ops_guard_quote_ordered';
  end if;
  select * into v from quotes_quoteversion x where x.id = new.current_id;
  if new.current_id is not null and v.quote_id <> new.id then
    raise exception 'That version is of another quote.' using errcode = '23514', constraint = 'ops_guard_quote_version';
  end if;
  if new.stage = 'sent' and v.sent_at is null then
    raise exception '% has a version that was not sent.', new.number
      using errcode = '23514', constraint = 'ops_guard_quote_unsent';
  end if;
  if (new.stage = 'accepted') is distinct from (new.accepted_id is not null) then
    raise exception '% is accepted in one version, or is not accepted.', new.number
      using errcode = '23514', constraint = 'ops_guard_quote_agreed';
  end if;
  if new.accepted_id is distinct from old.accepted_id and new.accepted_id is not null and new.accepted_id is distinct from new.current_id then
    raise exception 'Only the newest version of % can be accepted.', new.number
      using errcode = '23514', constraint = 'ops_guard_quote_newest';
  end if;
  if new.stage = 'accepted' and old.stage <> 'accepted' and v.valid_until < ops.shop_day(ops.now()) then
    raise exception '% was valid until %; send a new version.', new.number, to_char(v.valid_until, 'FMDD Mon YYYY')
      using errcode = '23514', constraint = 'ops_guard_quote_expired';
  end if;
  if new.stage = 'expired' and old.stage <> 'expired' and v.valid_until >= ops.shop_day(ops.now()) then
    raise exception '% is still valid.', new.number using errcode = '23514', constraint = 'ops_guard_quote_valid';
  end if;
  return new;
end $$;

-- A quote and the order that came of it have one customer: where the quote's customer turns out to be two, what came of it
-- since goes with it.
create or replace function ops.follow_quote() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  update orders_order o set customer_id = new.customer_id from quotes_quoteorder q
   where q.quote_id = new.id and o.id = q.order_id and o.customer_id = old.customer_id;
  return null;
end $$;

-- A version that was sent is what the customer holds in their hands: nobody changes it, the database's owner neither.
create or replace function ops.guard_quote_version() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.sent_at is not null or (new.quote_id, new.n, new.made_at) is distinct from (old.quote_id, old.n, old.made_at) then
    raise exception 'Version % was sent, or is a version of its own: make a new one.', old.n
      using errcode = '23514', constraint = 'ops_guard_quote_sent';
  end if;
  return new;
end $$;

-- The same for what hangs on it. The share lock waits for whoever is sending the version just now.
create or replace function ops.guard_quote_part() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r jsonb;
  of_version bigint;
  sent timestamptz;
begin
  foreach r in array array[case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end] loop
    continue when r is null;
    if tg_argv[0] = 'line' then
      select l.version_id into of_version from quotes_quoteline l where l.id = (r->>'line_id')::bigint;
    else
      of_version := (r->>'version_id')::bigint;
    end if;
    select v.sent_at into sent from quotes_quoteversion v where v.id = of_version for share;
    if sent is not null then
      raise exception 'This version was sent: its lines and prices stay as they were sent.'
        using errcode = '23514', constraint = 'ops_guard_quote_part';
    end if;
  end loop;
  return coalesce(new, old);
end $$;

-- As for orders: a quote is given only to a customer whom the person knows, or has just found by phone or e-mail.
create or replace function ops.guard_quote_customer() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.customer_id is not distinct from old.customer_id then return new; end if;
  if coalesce(current_setting('role', true), 'none') in ('none', '') then return new; end if;
  if ops.has_scope('customers_all')
     or exists (select 1 from customers_customer c where c.id = new.customer_id and c.keeper_id = ops.uid())
     or exists (select 1 from orders_order o where o.customer_id = new.customer_id and o.agent_id = ops.uid())
     or exists (select 1 from quotes_quote q where q.customer_id = new.customer_id and q.agent_id = ops.uid() and q.id is distinct from new.id)
     or ops.has_found(new.customer_id) then
    return new;
  end if;
  raise exception 'The customer of this quote is not yours to know. Find them by their phone or e-mail.'
    using errcode = '23514', constraint = 'ops_guard_quote_customer';
end $$;

-- Who said yes, and the order that came of it, belong to the version agreed on.
create or replace function ops.guard_quote_order() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  -- What is not there at all the foreign keys refuse.
  if exists (select 1 from quotes_quote q, orders_order o where q.id = new.quote_id and o.id = new.order_id)
     and not exists (select 1 from quotes_quote q join quotes_quoteversion v on v.id = q.accepted_id join orders_order o on o.id = new.order_id
                  where q.id = new.quote_id and q.stage = 'accepted' and v.n = new.n and o.customer_id = q.customer_id) then
    raise exception 'An order comes of an accepted quote, of the version agreed on, for the same customer.'
      using errcode = '23514', constraint = 'ops_guard_quote_order';
  end if;
  return new;
end $$;

-- The version that the link in ops.link was sent with. Whoever holds it goes on reading what they answered: a used link
-- shows, and acts no more (ops.use_link).
create or replace function ops.quote_version_of_link() returns bigint language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select l.subject_id from ops_signedlink l
    where l.kind = 'quote' and l.token_sha256 = sha256(convert_to(nullif(current_setting('ops.link', true), ''), 'UTF8'))
      and l.revoked_at is null and l.expires_at > ops.now() $$;

create or replace function ops.quote_of_link() returns bigint language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select v.quote_id from quotes_quoteversion v where v.id = ops.quote_version_of_link() $$;

-- The quote whose link has been used up in this very transaction: only then may its holder answer it.
create or replace function ops.quote_of_used_link() returns bigint language sql stable security definer
set search_path = pg_catalog, public, pg_temp as
$$ select v.quote_id from ops_signedlink l join quotes_quoteversion v on v.id = l.subject_id join quotes_quote q on q.current_id = v.id
    where l.kind = 'quote' and l.token_sha256 = sha256(convert_to(nullif(current_setting('ops.link', true), ''), 'UTF8'))
      and l.revoked_at is null and l.expires_at > ops.now() and l.used_txid = pg_current_xact_id_if_assigned()::text::bigint $$;

-- What became of the links of a quote's versions, for whoever sees the quote; never a token.
create or replace function ops.quote_links(of_quote bigint) returns table (n int, state text, made timestamptz, ends timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select v.n::int, case when l.uses_left = 0 then 'used' when l.revoked_at is not null or l.expires_at <= ops.now() then 'ended' else 'open' end,
          l.created_at, coalesce(l.revoked_at, l.expires_at)
     from quotes_quote q join quotes_quoteversion v on v.quote_id = q.id
     join ops_signedlink l on l.kind = 'quote' and l.subject_id = v.id and not (l.uses_left = 0 and l.used_txid is null)
    where q.id = of_quote and (ops.has_scope('quotes_all') or ops.has_scope('quotes_read')
                               or (ops.has_scope('quotes_own') and q.agent_id = ops.uid()))
    order by l.id desc limit 20 $$;

create or replace function ops.tell_quote() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare q quotes_quote;
begin
  if tg_table_name = 'quotes_quote' then
    if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
    perform ops.tell('quote', new.id, new.stage, case when tg_op = 'UPDATE' then old.stage end,
                     concat_ws(',', new.agent_id, case when tg_op = 'UPDATE' then nullif(old.agent_id, new.agent_id) end));
    return null;
  end if;
  if tg_table_name = 'quotes_quoteorder' then
    select * into q from quotes_quote where id = new.quote_id;
  else
    select x.* into q from quotes_quote x join quotes_quoteversion v on v.quote_id = x.id where v.id = new.version_id;
  end if;
  perform ops.tell('quote', q.id, q.stage, q.stage, q.agent_id::text);
  return null;
end $$;

-- Ids that match; the rows themselves still pass the reader's policies. DEFINER as ops.search_orders, and as narrow.
create or replace function ops.search_quotes(term text, most int) returns bigint[] language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  found bigint[];
  pattern text := '%' || replace(replace(replace(term, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  me bigint := ops.uid();
  sees_all boolean := ops.has_scope('quotes_all') or ops.has_scope('quotes_read');
  own boolean := ops.has_scope('quotes_own');
  knows boolean := ops.has_scope('customers_all');
  knows_own boolean := ops.has_scope('customers_own');
begin
  select array_agg(id) into found from (
    select q.id from quotes_quote q
     where (sees_all or own and q.agent_id = me)
       and (q.number ^@ upper(term) or q.summary ilike pattern
            or (knows or knows_own and q.agent_id = me) and exists (
                 select 1 from quotes_quoterecipient r where r.version_id = q.current_id and (r.name ilike pattern or r.phone ^@ term)))
     order by q.id desc limit most) hits;
  return coalesce(found, '{}');
end $$;
;

-- execute:ops.quote_version_of_link()
revoke all on function ops.quote_version_of_link() from public; grant execute on function ops.quote_version_of_link() to od_s_link;;

-- execute:ops.quote_of_link()
revoke all on function ops.quote_of_link() from public; grant execute on function ops.quote_of_link() to od_s_link;;

-- execute:ops.quote_of_used_link()
revoke all on function ops.quote_of_used_link() from public; grant execute on function ops.quote_of_used_link() to od_s_link;;

-- execute:ops.quote_links(bigint)
revoke all on function ops.quote_links(bigint) from public; grant execute on function ops.quote_links(bigint) to od_s_quotes_all, od_s_quotes_read, od_s_quotes_own;;

-- execute:ops.search_quotes(text, int)
revoke all on function ops.search_quotes(text, int) from public; grant execute on function ops.search_quotes(text, int) to od_s_quotes_all, od_s_quotes_read, od_s_quotes_own;;

-- file:orders/quotes/sql/quote_notices.sql
-- definer: knows of every quote whose it is and who may see it, when a customer answers; keeps that one looked
-- What ops.notices asks of quotes, and that a customer has looked at one.

-- Who has to do with these quotes.
create or replace function ops.quote_parts(ids bigint[], assume jsonb) returns table (subject_id bigint, person_id bigint, part text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select q.id, coalesce((assume ->> 'agent')::bigint, q.agent_id), 'agent' from quotes_quote q where q.id = any (ids) $$;

-- Which of these pairs, place by place, the person may see. The same rows as the policies of quotes_quote and visible_to.
create or replace function ops.quote_seen(ids bigint[], people bigint[], assume jsonb) returns table (subject_id bigint, person_id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as
$$ select p.id, p.person
     from unnest(ids, people) p(id, person)
     join quotes_quote q on q.id = p.id
     join accounts_user u on u.id = p.person and u.is_active
    where u.scopes && array['quotes_all', 'quotes_read']
       or 'quotes_own' = any (u.scopes) and coalesce((assume ->> 'agent')::bigint, q.agent_id) = u.id $$;

-- The holder of the link has the offer before them: said once a version, while it can still be answered. Of two at once,
-- as by a page that is opened twice, one is first.
create or replace function ops.note_quote_view() returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare v quotes_quoteversion;
begin
  select x.* into v from quotes_quoteversion x join quotes_quote q on q.current_id = x.id and q.stage = 'sent'
   where x.id = ops.quote_version_of_link();
  if v.id is null then return false; end if;
  perform pg_advisory_xact_lock(hashtextextended('quote.viewed', v.id));
  if exists (select 1 from ops_event e where e.noun = 'quote' and e.subject_id = v.quote_id and e.kind = 'quote.viewed'
                and (e.data ->> 'n')::int = v.n) then
    return false;
  end if;
  insert into ops_event (kind, noun, subject_id, data) values ('quote.viewed', 'quote', v.quote_id, jsonb_build_object('n', v.n));
  return true;
end $$;
;

-- execute:ops.quote_parts(bigint[], jsonb)
revoke all on function ops.quote_parts(bigint[], jsonb) from public;;

-- execute:ops.quote_seen(bigint[], bigint[], jsonb)
revoke all on function ops.quote_seen(bigint[], bigint[], jsonb) from public;;

-- execute:ops.note_quote_view()
revoke all on function ops.note_quote_view() from public; grant execute on function ops.note_quote_view() to od_s_link;;

-- file:analytics/sql/figures.sql
-- definer: keeps what each day adds up to, whoever changes an order; shows it to who sees every order
-- The roll-up of every day: what the orders placed on it, and those promised for it, add up to, and each product. Whoever changes what a
-- day adds up to leaves a mark in the same transaction, and only ever adds one: writers never wait for each other. A day
-- with a mark, or without a row, is read from the orders themselves; so a figure is as exact as its orders, always.

-- Orders came, went, or were brought in: every day they name.
create or replace function ops.mark_days_of_new() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into analytics_daymark (day)
  select placed_on from rolled union select promise_on from rolled where promise_on is not null;
  return null;
end $$;

-- Orders changed: the day they were placed, which never changes (ops.guard_order), when they are cancelled or come back;
-- the day they were promised for when it moves, or when the promise was kept or no longer is.
create or replace function ops.mark_days_of_changed() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  with done as materialized (select key from ops_stage where noun = 'order' and category = 'done'),
       changed as (
         select a.placed_on, b.promise_on as promised_before, a.promise_on,
                (b.cancelled_at is null) <> (a.cancelled_at is null) as counts_otherwise
           from gone b join rolled a on a.id = b.id
          where (b.promise_on, b.cancelled_at is null) is distinct from (a.promise_on, a.cancelled_at is null)
             or ((b.stage, b.stage_since) is distinct from (a.stage, a.stage_since)
                 and (b.stage in (select key from done) or a.stage in (select key from done))))
  insert into analytics_daymark (day)
  select placed_on from changed where counts_otherwise
  union select promised_before from changed where promised_before is not null
  union select promise_on from changed where promise_on is not null;
  return null;
end $$;

-- Amounts or costs came or went: the days on which their orders were placed. Asked by ids, so that a part of a load looks
-- up its own orders, and not all that there are: the planner knows nothing of how many rows came.
create or replace function ops.mark_days_of_money() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into analytics_daymark (day)
  select distinct o.placed_on from orders_order o where o.id = any (array(select distinct r.order_id from rolled r));
  return null;
end $$;

-- Costs came: those of a new order are none yet, and change no figure.
create or replace function ops.mark_days_of_costs() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into analytics_daymark (day)
  select distinct o.placed_on from orders_order o where o.id = any (array(
    select distinct r.order_id from rolled r where r.production_cost + r.shipping_cost + r.marketing_cost > 0));
  return null;
end $$;

create or replace function ops.mark_days_of_changed_sales() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into analytics_daymark (day)
  select distinct o.placed_on from gone b join rolled a on a.order_id = b.order_id join orders_order o on o.id = a.order_id
   where b.order_amount is distinct from a.order_amount;
  return null;
end $$;

create or replace function ops.mark_days_of_changed_costs() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into analytics_daymark (day)
  select distinct o.placed_on from gone b join rolled a on a.order_id = b.order_id join orders_order o on o.id = a.order_id
   where (b.order_amount, b.production_cost, b.shipping_cost, b.marketing_cost) is distinct from
         (a.order_amount, a.production_cost, a.shipping_cost, a.marketing_cost);
  return null;
end $$;

-- Lines came to mean another product, another quantity or another order.
create or replace function ops.mark_days_of_changed_lines() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into analytics_daymark (day)
  select distinct o.placed_on from gone b join rolled a on a.id = b.id join orders_order o on o.id in (a.order_id, b.order_id)
   where (b.product_id, b.quantity, b.position, b.order_id) is distinct from (a.product_id, a.quantity, a.position, a.order_id);
  return null;
end $$;

-- What lines sell for came, went or changed.
create or replace function ops.mark_days_of_prices() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into analytics_daymark (day)
  select distinct o.placed_on from orders_order o where o.id = any (array(
    select distinct l.order_id from orders_orderline l where l.id = any (array(select r.line_id from rolled r))));
  return null;
end $$;

create or replace function ops.mark_days_of_changed_prices() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into analytics_daymark (day)
  select distinct o.placed_on from gone b join rolled a on a.line_id = b.line_id
    join orders_orderline l on l.id = a.line_id join orders_order o on o.id = l.order_id
   where b.total is distinct from a.total;
  return null;
end $$;

-- A stage got another meaning, or a test emptied a table: every day there is, and every day that ops.freshen_figures may be
-- counting just now, by the old meaning and not seen from here: those of its range, and those with a mark.
create or replace function ops.mark_every_day() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into analytics_daymark (day)
  select f.day from analytics_dayfigures f union select m.day from analytics_daymark m
  union select d::date from generate_series(ops.shop_day(ops.now()) - 3653, ops.shop_day(ops.now()) + 1, '1 day') d
         where exists (select 1 from orders_order);
  return null;
end $$;

-- The days that need no counting, as they were counted, for who sees every order. Amounts and costs are shown to whoever
-- sees those of every order: the very scopes whose policies on the orders' own tables say "every row".
create or replace function ops.day_figures(first date, last date)
returns table (day date, orders bigint, revenue numeric, profit numeric, costed numeric, promised bigint, on_time bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with may as materialized (
    select ops.has_scope('sales_all') or ops.has_scope('sales_read') as sales,
           ops.has_scope('costs_all') or ops.has_scope('costs_read') as costs)
  select f.day, f.orders, case when may.sales then f.revenue end, case when may.costs then f.profit end,
         case when may.costs then f.costed end, f.promised, f.on_time
    from analytics_dayfigures f cross join may
   where f.day between first and last and f.reckoned = 'Asia/Karachi 300'
     and f.day not in (select m.day from analytics_daymark m)
$$;

-- Counts marked days and those never counted, up to today, and takes away the marks it saw: of a change that is not
-- committed yet neither the rows nor the mark are seen; one that is committed while it counts leaves its mark for the next
-- time. One at a time; how many days were counted. The sums are those of analytics/metrics.py and of
-- ops.shares_of_products, which count the other days; tests/analytics/test_rolled.py holds them together.
create or replace function ops.freshen_figures() returns int language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  counted int;
  asked date[];
begin
  if not pg_try_advisory_xact_lock(hashtextextended('ops.freshen_figures', 0)) then return 0; end if;
  with seen as (delete from analytics_daymark returning day),
       whole as (
         select generate_series(greatest(min(o.placed_on), ops.shop_day(ops.now()) - 3653), ops.shop_day(ops.now()),
                                '1 day')::date as day
           from orders_order o)
  select array_agg(a.day) into asked from (
         select s.day from seen s where s.day <= ops.shop_day(ops.now())
         union select w.day from whole w
                where not exists (select 1 from analytics_dayfigures f where f.day = w.day and f.reckoned = 'Asia/Karachi 300')) a;
  if asked is null then return 0; end if;
  with placed as (
         select o.placed_on as day, count(*) as orders, sum(s.order_amount) as revenue,
                sum(c.profit) filter (where c.production_cost + c.shipping_cost + c.marketing_cost > 0) as profit,
                sum(c.order_amount) filter (where c.production_cost + c.shipping_cost + c.marketing_cost > 0) as costed
           from orders_order o left join orders_ordersale s on s.order_id = o.id
           left join orders_ordercosting c on c.order_id = o.id
          where o.cancelled_at is null and o.placed_on = any (asked) group by o.placed_on),
       promised as (
         select o.promise_on as day, count(*) as promised,
                count(*) filter (where o.stage in (select t.key from ops_stage t
                                                    where t.noun = 'order' and t.category = 'done')
                                   and ops.shop_day(o.stage_since) <= o.promise_on) as on_time
           from orders_order o
          where o.cancelled_at is null and o.promise_on = any (asked) group by o.promise_on)
  insert into analytics_dayfigures (day, reckoned, orders, revenue, profit, costed, promised, on_time)
  select a.day, 'Asia/Karachi 300', coalesce(p.orders, 0), p.revenue, p.profit, p.costed,
         coalesce(d.promised, 0), coalesce(d.on_time, 0)
    from unnest(asked) a(day) left join placed p on p.day = a.day left join promised d on d.day = a.day
  on conflict (day) do update set
    (reckoned, orders, revenue, profit, costed, promised, on_time) = (excluded.reckoned, excluded.orders,
     excluded.revenue, excluded.profit, excluded.costed, excluded.promised, excluded.on_time);
  get diagnostics counted = row_count;
  delete from analytics_productday d where d.day = any (asked);
  insert into analytics_productday (day, product_id, orders, quantity, revenue, profit, costed)
  select s.day, s.product_id, s.orders, s.quantity, s.revenue, s.profit, s.costed
    from ops.shares_of_products(asked, null, true) s;
  return counted;
end $$;
;

-- execute:ops.day_figures(date, date)
revoke all on function ops.day_figures(date, date) from public; grant execute on function ops.day_figures(date, date) to od_s_orders_all, od_s_orders_read;;

-- execute:ops.freshen_figures()
revoke all on function ops.freshen_figures() from public; grant execute on function ops.freshen_figures() to od_s_figures;;

-- file:analytics/sql/product_sales.sql
-- definer: shows to who sees every order what the roll-up has of each product, and to agents what they sold
-- What each product sold in the last 90 days, and when it sold last; of the orders that the reader may see.
-- An order's amount, profit and costed amount are shared over its lines by what each sells for, to the last decimal (as
-- profit by category is): so the products and what has no product add up to the report exactly.

-- One row per: product, of the given days and, unless null, of one agent. Without costs nobody's costs are read.
create or replace function ops.shares_of_products(days date[], agent bigint, costs boolean)
returns table (day date, product_id bigint, orders bigint, quantity numeric, revenue numeric, profit numeric, costed numeric)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
begin
  return query execute format($sql$
    with counted as (
      select o.id, o.placed_on, s.order_amount as amount, %s
        from orders_order o left join orders_ordersale s on s.order_id = o.id %s
       where o.cancelled_at is null and %s),
    weighed as (
      select n.*, l.product_id, l.quantity, l.position,
             case when sum(p.total) over w > 0 then p.total else 1 end as weight
        from counted n join orders_orderline l on l.order_id = n.id
        left join orders_orderlineprice p on p.line_id = l.id
      window w as (partition by n.id)),
    run as (
      select *, sum(weight) over (partition by id order by position) as upto, sum(weight) over (partition by id) as whole
        from weighed)
    select placed_on, product_id, count(distinct id), sum(quantity),
           sum(round(amount * upto / whole, 4) - round(amount * (upto - weight) / whole, 4)),
           sum(round(gained * upto / whole, 4) - round(gained * (upto - weight) / whole, 4)),
           sum(round(costed * upto / whole, 4) - round(costed * (upto - weight) / whole, 4))
      from run where product_id is not null group by 1, 2 $sql$,
    case when costs then 'case when c.production_cost + c.shipping_cost + c.marketing_cost > 0 then c.profit end as gained,'
                      || ' case when c.production_cost + c.shipping_cost + c.marketing_cost > 0 then c.order_amount end as costed'
         else 'null::numeric as gained, null::numeric as costed' end,
    case when costs then 'left join orders_ordercosting c on c.order_id = o.id' else '' end,
    -- Of one agent by the agent's index: the days of everybody's orders are ten times as many rows.
    case when agent is null then 'o.placed_on = any ($1)' else 'o.agent_id = $2 and o.placed_on + 0 = any ($1)' end)
  using days, agent;
end $$;

-- What the roll-up has of each product: sums of the days from first to last, and the last day on which it sold. Days that
-- are to be counted again are left out, for whoever asks to count them. Shown as ops.day_figures shows its days.
create or replace function ops.rolled_products(first date, last date)
returns table (product_id bigint, orders bigint, quantity numeric, revenue numeric, profit numeric, costed numeric, last_on date)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with may as materialized (
    select ops.has_scope('sales_all') or ops.has_scope('sales_read') as sales,
           ops.has_scope('costs_all') or ops.has_scope('costs_read') as costs),
  stale as materialized (
    select m.day from analytics_daymark m
    union select f.day from analytics_dayfigures f where f.reckoned <> 'Asia/Karachi 300'),
  lately as (
    select d.product_id, sum(d.orders)::bigint as orders, sum(d.quantity) as quantity, sum(d.revenue) as revenue,
           sum(d.profit) as profit, sum(d.costed) as costed
      from analytics_productday d
     where d.day between first and last and d.day not in (select s.day from stale s) group by 1)
  select p.id, l.orders, l.quantity, case when may.sales then l.revenue end, case when may.costs then l.profit end,
         case when may.costs then l.costed end, ever.day
    from catalog_product p cross join may left join lately l on l.product_id = p.id
    left join lateral (select d.day from analytics_productday d
                        where d.product_id = p.id and d.day not in (select s.day from stale s)
                        order by d.day desc limit 1) ever on true
   where ever.day is not null
$$;

-- The same of the orders that the person who asks has sold, which the policies of orders show to whoever has some: asked
-- as the owner, for of thousands of lines each would be looked up once more; and planned for this person each time.
create or replace function ops.own_products(first date, last date)
returns table (product_id bigint, orders bigint, quantity numeric, revenue numeric, profit numeric, costed numeric, last_on date)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
set max_parallel_workers_per_gather = 0 as $$
declare
  agent bigint := ops.uid();
  costs boolean := ops.has_scope('costs_all') or ops.has_scope('costs_read');
begin
  if agent is null or not ops.has_scope('orders_own')
     or not (ops.has_scope('sales_own') or ops.has_scope('sales_all') or ops.has_scope('sales_read')) then return; end if;
  return query
    select s.product_id, s.orders, s.quantity, s.revenue, s.profit, s.costed, s.day
      from ops.shares_of_products(array(select d::date from generate_series(first, last, '1 day') d), agent, costs) s;
  return query execute
    'select l.product_id, 0::bigint, null::numeric, null::numeric, null::numeric, null::numeric, max(o.placed_on)'
    ' from orders_order o join orders_orderline l on l.order_id = o.id'
    ' where o.agent_id = $1 and o.cancelled_at is null and l.product_id is not null'
    ' and o.placed_on >= $3 - 3653 and o.placed_on < $2 group by 1' using agent, first, last;
end $$;

-- Whoever sees everybody's orders reads the roll-up, and counts only the days that it does not have; who sees everybody's
-- orders but not their amounts counts them all; an agent's are those that the agent sold.
create or replace function ops.product_sales()
returns table (product_id bigint, orders bigint, quantity numeric, revenue numeric, profit numeric, costed numeric,
               last_on date, grade text)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
  today date := ops.shop_day(ops.now());
  since date := today - 89;
  everyone boolean := ops.has_scope('orders_all') or ops.has_scope('orders_read');
  rolled boolean := everyone and (ops.has_scope('sales_all') or ops.has_scope('sales_read'));
  costs boolean := ops.has_scope('costs_all') or ops.has_scope('costs_read');
  open_days date[];
begin
  if everyone then
    open_days := array(select d::date from generate_series(today - 3653, today, '1 day') d);
  end if;
  if rolled then
    open_days := array(select d from unnest(open_days) d except select f.day from ops.day_figures(today - 3653, today) f);
  end if;
  return query execute format($sql$
    with parts as (%s %s),
    summed as (
      select product_id, coalesce(sum(orders), 0)::bigint as orders, coalesce(sum(quantity), 0) as quantity,
             sum(revenue) as revenue, sum(profit) as profit, sum(costed) as costed, max(last_on) as last_on
        from parts group by 1)
    select s.product_id, s.orders, s.quantity, s.revenue, s.profit, s.costed, s.last_on,
           case when s.revenue > 0 then
                  case when before < 0.80 * of_all then 'A' when before < 0.95 * of_all then 'B' else 'C' end else '' end as grade
      from (select *, sum(revenue) over () as of_all,
                   sum(revenue) over (order by revenue desc nulls last, product_id) - revenue as before from summed) s
  $sql$,
    case when everyone then $sql$
      select product_id, orders, quantity, revenue, profit, costed, null::date as last_on
        from ops.shares_of_products(array(select d from unnest($1) d where d >= $2), null, $3)
      union all
      select l.product_id, 0, null, null, null, null, max(o.placed_on)
        from orders_order o join orders_orderline l on l.order_id = o.id
       where o.cancelled_at is null and l.product_id is not null and o.placed_on = any ($1) group by 1
    $sql$ else 'select * from ops.own_products($2, $4)' end,
    case when rolled then 'union all select * from ops.rolled_products($2, $4)' else '' end)
  using open_days, since, costs, today;
end $$;
;

-- execute:ops.rolled_products(date, date)
revoke all on function ops.rolled_products(date, date) from public; grant execute on function ops.rolled_products(date, date) to od_s_orders_all, od_s_orders_read;;

-- execute:ops.own_products(date, date)
revoke all on function ops.own_products(date, date) from public; grant execute on function ops.own_products(date, date) to od_s_sales_all, od_s_sales_read, od_s_sales_own;;

-- execute:ops.shares_of_products(date[], bigint, boolean)
revoke all on function ops.shares_of_products(date[], bigint, boolean) from public; grant execute on function ops.shares_of_products(date[], bigint, boolean) to od_s_sales_all, od_s_sales_read, od_s_sales_own;;

-- execute:ops.product_sales()
revoke all on function ops.product_sales() from public; grant execute on function ops.product_sales() to od_s_sales_all, od_s_sales_read, od_s_sales_own;;

-- view:customers_orderfigures
create view public."customers_orderfigures" with (security_invoker = true) as
-- Question: how often does a customer order, and when is the next one to be expected?
-- One row per: customer with a counted order (not cancelled, M2) among those that the reader may see.
-- Refreshed: it is a view. Unique key: customer_id.
-- Typical gap: the median of the days between business days with an order (M10). Due: last order + 1.2 typical gaps.
select g.customer_id, g.orders::int as orders, g.first_on, g.last_on, g.last_order_id,
       g.gap::numeric(8, 1) as gap_days, g.last_on + ceil(g.gap * 1.2)::int as due_on
  from (select d.customer_id, count(*) as orders, min(d.placed_on) as first_on, max(d.placed_on) as last_on,
               (array_agg(d.id order by d.placed_on desc, d.id desc))[1] as last_order_id,
               percentile_cont(0.5) within group (order by nullif(d.days, 0)) as gap
          from (select o.customer_id, o.id, o.placed_on,
                       o.placed_on - lag(o.placed_on) over (partition by o.customer_id order by o.placed_on, o.id) as days
                  from orders_order o where o.cancelled_at is null) d
         group by d.customer_id) g
;

-- grant:customers_orderfigures:orders_all:select
grant select on public."customers_orderfigures" to od_s_orders_all;

-- grant:customers_orderfigures:orders_read:select
grant select on public."customers_orderfigures" to od_s_orders_read;

-- grant:customers_orderfigures:orders_own:select
grant select on public."customers_orderfigures" to od_s_orders_own;

-- view:customers_orderspend
create view public."customers_orderspend" with (security_invoker = true) as
-- Question: what have a customer's orders come to, in shop currency?
-- One row per: customer with a counted order (not cancelled, M2) whose amount the reader may see.
-- Refreshed: it is a view. Unique key: customer_id.
select o.customer_id, sum(s.order_amount)::numeric(19, 4) as spend
  from orders_order o join orders_ordersale s on s.order_id = o.id
 where o.cancelled_at is null
 group by o.customer_id
;

-- grant:customers_orderspend:sales_all:select
grant select on public."customers_orderspend" to od_s_sales_all;

-- grant:customers_orderspend:sales_read:select
grant select on public."customers_orderspend" to od_s_sales_read;

-- grant:customers_orderspend:sales_own:select
grant select on public."customers_orderspend" to od_s_sales_own;

-- view:analytics_productfigures
create view public."analytics_productfigures" with (security_invoker = true) as
-- Question: how fast does a product sell, what does it earn, when did it sell last?
-- One row per: product that ever sold, of the orders that the reader sees; not cancelled, by the day they were placed.
-- Refreshed: it is a view. Unique key: product_id.
-- Over the last 90 days, today included; the last day it sold on is of ten years. Costs only for who may see them.
select s.product_id, s.orders, s.quantity, (s.quantity / 90)::numeric(30, 4) as velocity, s.revenue, s.profit, s.costed,
       (100 * s.profit / nullif(s.costed, 0))::numeric(30, 4) as margin, s.last_on, s.grade
  from ops.product_sales() s
;

-- grant:analytics_productfigures:sales_all:select
grant select on public."analytics_productfigures" to od_s_sales_all;

-- grant:analytics_productfigures:sales_read:select
grant select on public."analytics_productfigures" to od_s_sales_read;

-- grant:analytics_productfigures:sales_own:select
grant select on public."analytics_productfigures" to od_s_sales_own;

-- rows:accounts_user
alter table public."accounts_user" enable row level security;

-- policy:accounts_user:colleagues know each other
create policy "colleagues know each other" on public."accounts_user" for select to od_s_staff
  using (true);

-- policy:accounts_user:the door knows who may come in
create policy "the door knows who may come in" on public."accounts_user" for select to od_s_door
  using (true);

-- policy:accounts_user:the door ends sessions
create policy "the door ends sessions" on public."accounts_user" for update to od_s_door
  using (true)
  with check (true);

-- policy:accounts_user:people admins look after people
create policy "people admins look after people" on public."accounts_user" for all to od_s_people_admin
  using (true)
  with check (true);

-- policy:accounts_user:single sign-on adds newcomers in a narrow role
create policy "single sign-on adds newcomers in a narrow role" on public."accounts_user" for insert to od_s_greeter
  with check (true);

-- grant:accounts_user:staff:select
grant select on public."accounts_user" to od_s_staff;

-- grant:accounts_user:door:select
grant select on public."accounts_user" to od_s_door;

-- grant:accounts_user:door:update (epoch)
grant update (epoch) on public."accounts_user" to od_s_door;

-- grant:accounts_user:greeter:insert
grant insert on public."accounts_user" to od_s_greeter;

-- grant:accounts_user:people_admin:select
grant select on public."accounts_user" to od_s_people_admin;

-- grant:accounts_user:people_admin:insert
grant insert on public."accounts_user" to od_s_people_admin;

-- grant:accounts_user:people_admin:update (email, name, role, overrides, is_active, epoch)
grant update (email, name, role, overrides, is_active, epoch) on public."accounts_user" to od_s_people_admin;

-- trigger:accounts_user:ab_rights_are_derived
create trigger ab_rights_are_derived before insert or update of role, overrides on public."accounts_user" for each row execute function ops.derive_rights();

-- trigger:accounts_user:ac_nobody_gives_more_than_they_hold
create trigger ac_nobody_gives_more_than_they_hold before insert or update of email, role, overrides, is_active on public."accounts_user" for each row execute function ops.guard_rights();

-- trigger:accounts_user:cut_sessions
create trigger cut_sessions before update on public."accounts_user" for each row execute function ops.cut_sessions();

-- trigger:accounts_user:tell_streams
create trigger tell_streams after update on public."accounts_user" for each row execute function ops.tell_streams();

-- trigger:accounts_user:never_deleted
create trigger never_deleted before delete on public."accounts_user" for each row execute function ops.refuse();

-- trigger:accounts_user:last_admin
create constraint trigger last_admin after update on public."accounts_user" deferrable initially deferred for each row execute function ops.last_admin();

-- function:ops.h_accounts_user()
-- definer: writes history, which nobody else may write
create or replace function ops.h_accounts_user() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."accounts_user"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."accounts_historicaluser" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."accounts_historicaluser" ("id", "public_id", "email", "name", "role", "overrides", "scopes", "db_role", "is_active", "epoch", "joined_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."public_id", r."email", r."name", r."role", r."overrides", r."scopes", r."db_role", r."is_active", r."epoch", r."joined_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:accounts_user:zz_history
create trigger zz_history after update or delete on public."accounts_user" for each row execute function ops.h_accounts_user();

-- function:ops.ha_accounts_user()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_accounts_user() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."accounts_historicaluser" ("id", "public_id", "email", "name", "role", "overrides", "scopes", "db_role", "is_active", "epoch", "joined_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."public_id", a."email", a."name", a."role", a."overrides", a."scopes", a."db_role", a."is_active", a."epoch", a."joined_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:accounts_user:zz_history_added
create trigger zz_history_added after insert on public."accounts_user" referencing new table as added for each statement execute function ops.ha_accounts_user();

-- rows:accounts_historicaluser
alter table public."accounts_historicaluser" enable row level security;

-- trigger:accounts_historicaluser:aa_append_only
create trigger aa_append_only before update or delete on public."accounts_historicaluser" for each row execute function ops.refuse();

-- trigger:accounts_historicaluser:aa_append_only_all
create trigger aa_append_only_all before truncate on public."accounts_historicaluser" for each statement execute function ops.refuse();

-- index:accounts_historicaluser_chain
create index if not exists "accounts_historicaluser_chain" on public."accounts_historicaluser" ("id", history_id);

-- index:accounts_historicaluser_txid
create index if not exists "accounts_historicaluser_txid" on public."accounts_historicaluser" using brin (history_txid) with (autosummarize = on);

-- index:accounts_historicaluser_when
create index if not exists "accounts_historicaluser_when" on public."accounts_historicaluser" (history_date, history_id);

-- policy:accounts_historicaluser:history: colleagues know each other
create policy "history: colleagues know each other" on public."accounts_historicaluser" for select to od_s_staff
  using (true);

-- policy:accounts_historicaluser:history: the door knows who may come in
create policy "history: the door knows who may come in" on public."accounts_historicaluser" for select to od_s_door
  using (true);

-- policy:accounts_historicaluser:history: people admins look after people
create policy "history: people admins look after people" on public."accounts_historicaluser" for select to od_s_people_admin
  using (true);

-- policy:accounts_historicaluser:history: the chain is verified
create policy "history: the chain is verified" on public."accounts_historicaluser" for select to od_s_chain
  using (true);

-- grant:accounts_historicaluser:staff:select
grant select on public."accounts_historicaluser" to od_s_staff;

-- grant:accounts_historicaluser:door:select
grant select on public."accounts_historicaluser" to od_s_door;

-- grant:accounts_historicaluser:people_admin:select
grant select on public."accounts_historicaluser" to od_s_people_admin;

-- grant:accounts_historicaluser:chain:select
grant select on public."accounts_historicaluser" to od_s_chain;

-- view:accounts_user_changes
-- definer: field changes
create view public."accounts_user_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."accounts_historicaluser" h
 cross join lateral (select * from public."accounts_historicaluser" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('public_id', p."public_id"::text, h."public_id"::text), ('email', p."email"::text, h."email"::text), ('name', p."name"::text, h."name"::text), ('role', p."role"::text, h."role"::text), ('overrides', p."overrides"::text, h."overrides"::text), ('scopes', p."scopes"::text, h."scopes"::text), ('db_role', p."db_role"::text, h."db_role"::text), ('is_active', p."is_active"::text, h."is_active"::text), ('epoch', p."epoch"::text, h."epoch"::text), ('joined_at', p."joined_at"::text, h."joined_at"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:accounts_user_changes:staff:select
grant select on public."accounts_user_changes" to od_s_staff;

-- grant:accounts_user_changes:door:select
grant select on public."accounts_user_changes" to od_s_door;

-- grant:accounts_user_changes:people_admin:select
grant select on public."accounts_user_changes" to od_s_people_admin;

-- rows:accounts_credential
alter table public."accounts_credential" enable row level security;

-- policy:accounts_credential:only the door compares passwords
create policy "only the door compares passwords" on public."accounts_credential" for all to od_s_door
  using (true)
  with check (true);

-- grant:accounts_credential:door:select, insert, update
grant select, insert, update on public."accounts_credential" to od_s_door;

-- rows:accounts_signin
alter table public."accounts_signin" enable row level security;

-- policy:accounts_signin:the door writes who comes in
create policy "the door writes who comes in" on public."accounts_signin" for all to od_s_door
  using (true)
  with check (true);

-- policy:accounts_signin:people admins see when somebody last came in
create policy "people admins see when somebody last came in" on public."accounts_signin" for select to od_s_people_admin
  using (true);

-- policy:accounts_signin:everybody sees when they came in themselves
create policy "everybody sees when they came in themselves" on public."accounts_signin" for select to od_s_staff
  using (user_id = (select ops.uid()));

-- grant:accounts_signin:door:select, insert, update
grant select, insert, update on public."accounts_signin" to od_s_door;

-- grant:accounts_signin:people_admin:select
grant select on public."accounts_signin" to od_s_people_admin;

-- grant:accounts_signin:staff:select
grant select on public."accounts_signin" to od_s_staff;

-- rows:ops_event
alter table public."ops_event" enable row level security;

-- policy:ops_event:people: every record
create policy "people: every record" on public."ops_event" for select to od_s_people_admin
  using (noun = 'user');

-- policy:ops_event:people: own record
create policy "people: own record" on public."ops_event" for select to od_s_staff
  using (noun = 'user' and subject_id = (select ops.uid()));

-- policy:ops_event:roles: every record
create policy "roles: every record" on public."ops_event" for select to od_s_people_admin, od_s_roles_admin
  using (noun = 'role');

-- policy:ops_event:roles: changes are recorded
create policy "roles: changes are recorded" on public."ops_event" for insert to od_s_roles_admin
  with check (noun = 'role');

-- policy:ops_event:people: events are recorded
create policy "people: events are recorded" on public."ops_event" for insert to od_s_people_admin, od_s_door, od_s_greeter
  with check (noun = 'user');

-- policy:ops_event:people: what one takes away is recorded
create policy "people: what one takes away is recorded" on public."ops_event" for insert to od_s_staff
  with check (noun = 'user' and subject_id = (select ops.uid()) and kind = 'board.exported');

-- grant:ops_event:people_admin:select, insert
grant select, insert on public."ops_event" to od_s_people_admin;

-- grant:ops_event:roles_admin:select, insert
grant select, insert on public."ops_event" to od_s_roles_admin;

-- grant:ops_event:staff:select, insert
grant select, insert on public."ops_event" to od_s_staff;

-- grant:ops_event:door:insert
grant insert on public."ops_event" to od_s_door;

-- grant:ops_event:greeter:insert
grant insert on public."ops_event" to od_s_greeter;

-- rows:django_session
alter table public."django_session" enable row level security;

-- policy:django_session:the door keeps what signing in needs
create policy "the door keeps what signing in needs" on public."django_session" for all to od_s_door
  using (true)
  with check (true);

-- grant:django_session:door:select, insert, update, delete
grant select, insert, update, delete on public."django_session" to od_s_door;

-- rows:usersessions_usersession
alter table public."usersessions_usersession" enable row level security;

-- policy:usersessions_usersession:the door keeps what signing in needs
create policy "the door keeps what signing in needs" on public."usersessions_usersession" for all to od_s_door
  using (true)
  with check (true);

-- grant:usersessions_usersession:door:select, insert, update, delete
grant select, insert, update, delete on public."usersessions_usersession" to od_s_door;

-- rows:account_emailaddress
alter table public."account_emailaddress" enable row level security;

-- policy:account_emailaddress:the door keeps what signing in needs
create policy "the door keeps what signing in needs" on public."account_emailaddress" for all to od_s_door
  using (true)
  with check (true);

-- grant:account_emailaddress:door:select, insert, update, delete
grant select, insert, update, delete on public."account_emailaddress" to od_s_door;

-- rows:account_emailconfirmation
alter table public."account_emailconfirmation" enable row level security;

-- policy:account_emailconfirmation:the door keeps what signing in needs
create policy "the door keeps what signing in needs" on public."account_emailconfirmation" for all to od_s_door
  using (true)
  with check (true);

-- grant:account_emailconfirmation:door:select, insert, update, delete
grant select, insert, update, delete on public."account_emailconfirmation" to od_s_door;

-- rows:socialaccount_socialaccount
alter table public."socialaccount_socialaccount" enable row level security;

-- policy:socialaccount_socialaccount:the door keeps what signing in needs
create policy "the door keeps what signing in needs" on public."socialaccount_socialaccount" for all to od_s_door
  using (true)
  with check (true);

-- grant:socialaccount_socialaccount:door:select, insert, update, delete
grant select, insert, update, delete on public."socialaccount_socialaccount" to od_s_door;

-- rows:socialaccount_socialapp
alter table public."socialaccount_socialapp" enable row level security;

-- policy:socialaccount_socialapp:the door looks whether there is one
create policy "the door looks whether there is one" on public."socialaccount_socialapp" for select to od_s_door
  using (true);

-- grant:socialaccount_socialapp:door:select
grant select on public."socialaccount_socialapp" to od_s_door;

-- rows:socialaccount_socialtoken
alter table public."socialaccount_socialtoken" enable row level security;

-- policy:socialaccount_socialtoken:the door looks whether there is one
create policy "the door looks whether there is one" on public."socialaccount_socialtoken" for select to od_s_door
  using (true);

-- grant:socialaccount_socialtoken:door:select
grant select on public."socialaccount_socialtoken" to od_s_door;

-- rows:mfa_authenticator
alter table public."mfa_authenticator" enable row level security;

-- policy:mfa_authenticator:the door keeps what signing in needs
create policy "the door keeps what signing in needs" on public."mfa_authenticator" for all to od_s_door
  using (true)
  with check (true);

-- grant:mfa_authenticator:door:select, insert, update, delete
grant select, insert, update, delete on public."mfa_authenticator" to od_s_door;

-- rows:ops_role
alter table public."ops_role" enable row level security;

-- policy:ops_role:everybody knows the roles
create policy "everybody knows the roles" on public."ops_role" for select to od_s_staff, od_s_door
  using (true);

-- policy:ops_role:shipped roles are not edited
create policy "shipped roles are not edited" on public."ops_role" for all to od_s_roles_admin
  using (not builtin)
  with check (not builtin);

-- grant:ops_role:staff:select
grant select on public."ops_role" to od_s_staff;

-- grant:ops_role:door:select
grant select on public."ops_role" to od_s_door;

-- grant:ops_role:roles_admin:select, insert, update, delete
grant select, insert, update, delete on public."ops_role" to od_s_roles_admin;

-- trigger:ops_role:ab_role
create trigger ab_role before insert or update or delete on public."ops_role" for each row execute function ops.guard_role();

-- trigger:ops_role:zy_rights_follow_the_role
create trigger zy_rights_follow_the_role after update of scopes on public."ops_role" for each row execute function ops.rederive_role();

-- function:ops.h_ops_role()
-- definer: writes history, which nobody else may write
create or replace function ops.h_ops_role() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."ops_role"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."ops_historicalrole" h
   where h."key" = r."key" order by h.history_id desc limit 1;
  insert into public."ops_historicalrole" ("key", "label", "why", "scopes", "home", "builtin", "position", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."key", r."label", r."why", r."scopes", r."home", r."builtin", r."position", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:ops_role:zz_history
create trigger zz_history after update or delete on public."ops_role" for each row execute function ops.h_ops_role();

-- function:ops.ha_ops_role()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_ops_role() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."ops_historicalrole" ("key", "label", "why", "scopes", "home", "builtin", "position", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."key", a."label", a."why", a."scopes", a."home", a."builtin", a."position", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:ops_role:zz_history_added
create trigger zz_history_added after insert on public."ops_role" referencing new table as added for each statement execute function ops.ha_ops_role();

-- rows:ops_historicalrole
alter table public."ops_historicalrole" enable row level security;

-- trigger:ops_historicalrole:aa_append_only
create trigger aa_append_only before update or delete on public."ops_historicalrole" for each row execute function ops.refuse();

-- trigger:ops_historicalrole:aa_append_only_all
create trigger aa_append_only_all before truncate on public."ops_historicalrole" for each statement execute function ops.refuse();

-- index:ops_historicalrole_chain
create index if not exists "ops_historicalrole_chain" on public."ops_historicalrole" ("key", history_id);

-- index:ops_historicalrole_txid
create index if not exists "ops_historicalrole_txid" on public."ops_historicalrole" using brin (history_txid) with (autosummarize = on);

-- index:ops_historicalrole_when
create index if not exists "ops_historicalrole_when" on public."ops_historicalrole" (history_date, history_id);

-- policy:ops_historicalrole:history: everybody knows the roles
create policy "history: everybody knows the roles" on public."ops_historicalrole" for select to od_s_staff, od_s_door
  using (true);

-- policy:ops_historicalrole:history: shipped roles are not edited
create policy "history: shipped roles are not edited" on public."ops_historicalrole" for select to od_s_roles_admin
  using (exists (select 1 from public."ops_role" x where x."key" = "ops_historicalrole"."key"));

-- policy:ops_historicalrole:history: the chain is verified
create policy "history: the chain is verified" on public."ops_historicalrole" for select to od_s_chain
  using (true);

-- grant:ops_historicalrole:staff:select
grant select on public."ops_historicalrole" to od_s_staff;

-- grant:ops_historicalrole:door:select
grant select on public."ops_historicalrole" to od_s_door;

-- grant:ops_historicalrole:roles_admin:select
grant select on public."ops_historicalrole" to od_s_roles_admin;

-- grant:ops_historicalrole:chain:select
grant select on public."ops_historicalrole" to od_s_chain;

-- view:ops_role_changes
-- definer: field changes
create view public."ops_role_changes" with (security_invoker = true) as
select h."key" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."ops_historicalrole" h
 cross join lateral (select * from public."ops_historicalrole" x where x."key" = h."key" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('label', p."label"::text, h."label"::text), ('why', p."why"::text, h."why"::text), ('scopes', p."scopes"::text, h."scopes"::text), ('home', p."home"::text, h."home"::text), ('builtin', p."builtin"::text, h."builtin"::text), ('position', p."position"::text, h."position"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:ops_role_changes:staff:select
grant select on public."ops_role_changes" to od_s_staff;

-- grant:ops_role_changes:door:select
grant select on public."ops_role_changes" to od_s_door;

-- grant:ops_role_changes:roles_admin:select
grant select on public."ops_role_changes" to od_s_roles_admin;

-- rows:ops_stage
alter table public."ops_stage" enable row level security;

-- policy:ops_stage:everybody knows the stages
create policy "everybody knows the stages" on public."ops_stage" for select to od_s_staff, od_s_link, od_s_door
  using (true);

-- policy:ops_stage:stages are edited by those who keep them
create policy "stages are edited by those who keep them" on public."ops_stage" for all to od_s_stages_admin
  using (true)
  with check (true);

-- grant:ops_stage:staff:select
grant select on public."ops_stage" to od_s_staff;

-- grant:ops_stage:link:select
grant select on public."ops_stage" to od_s_link;

-- grant:ops_stage:door:select
grant select on public."ops_stage" to od_s_door;

-- grant:ops_stage:stages_admin:select
grant select on public."ops_stage" to od_s_stages_admin;

-- grant:ops_stage:stages_admin:insert
grant insert on public."ops_stage" to od_s_stages_admin;

-- grant:ops_stage:stages_admin:delete
grant delete on public."ops_stage" to od_s_stages_admin;

-- grant:ops_stage:stages_admin:update (label, glyph, category, position, chaser_id, limit_hours)
grant update (label, glyph, category, position, chaser_id, limit_hours) on public."ops_stage" to od_s_stages_admin;

-- trigger:ops_stage:ab_builtin_rows_stay
create trigger ab_builtin_rows_stay before insert or update or delete on public."ops_stage" for each row execute function ops.guard_builtin();

-- function:ops.h_ops_stage()
-- definer: writes history, which nobody else may write
create or replace function ops.h_ops_stage() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."ops_stage"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."ops_historicalstage" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."ops_historicalstage" ("id", "noun", "key", "label", "glyph", "category", "position", "chaser_id", "limit_hours", "builtin", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."noun", r."key", r."label", r."glyph", r."category", r."position", r."chaser_id", r."limit_hours", r."builtin", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:ops_stage:zz_history
create trigger zz_history after update or delete on public."ops_stage" for each row execute function ops.h_ops_stage();

-- function:ops.ha_ops_stage()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_ops_stage() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."ops_historicalstage" ("id", "noun", "key", "label", "glyph", "category", "position", "chaser_id", "limit_hours", "builtin", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."noun", a."key", a."label", a."glyph", a."category", a."position", a."chaser_id", a."limit_hours", a."builtin", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:ops_stage:zz_history_added
create trigger zz_history_added after insert on public."ops_stage" referencing new table as added for each statement execute function ops.ha_ops_stage();

-- rows:ops_historicalstage
alter table public."ops_historicalstage" enable row level security;

-- trigger:ops_historicalstage:aa_append_only
create trigger aa_append_only before update or delete on public."ops_historicalstage" for each row execute function ops.refuse();

-- trigger:ops_historicalstage:aa_append_only_all
create trigger aa_append_only_all before truncate on public."ops_historicalstage" for each statement execute function ops.refuse();

-- index:ops_historicalstage_chain
create index if not exists "ops_historicalstage_chain" on public."ops_historicalstage" ("id", history_id);

-- index:ops_historicalstage_txid
create index if not exists "ops_historicalstage_txid" on public."ops_historicalstage" using brin (history_txid) with (autosummarize = on);

-- index:ops_historicalstage_when
create index if not exists "ops_historicalstage_when" on public."ops_historicalstage" (history_date, history_id);

-- policy:ops_historicalstage:history: everybody knows the stages
create policy "history: everybody knows the stages" on public."ops_historicalstage" for select to od_s_staff, od_s_link, od_s_door
  using (true);

-- policy:ops_historicalstage:history: stages are edited by those who keep them
create policy "history: stages are edited by those who keep them" on public."ops_historicalstage" for select to od_s_stages_admin
  using (true);

-- policy:ops_historicalstage:history: the chain is verified
create policy "history: the chain is verified" on public."ops_historicalstage" for select to od_s_chain
  using (true);

-- grant:ops_historicalstage:staff:select
grant select on public."ops_historicalstage" to od_s_staff;

-- grant:ops_historicalstage:link:select
grant select on public."ops_historicalstage" to od_s_link;

-- grant:ops_historicalstage:door:select
grant select on public."ops_historicalstage" to od_s_door;

-- grant:ops_historicalstage:stages_admin:select
grant select on public."ops_historicalstage" to od_s_stages_admin;

-- grant:ops_historicalstage:chain:select
grant select on public."ops_historicalstage" to od_s_chain;

-- view:ops_stage_changes
-- definer: field changes
create view public."ops_stage_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."ops_historicalstage" h
 cross join lateral (select * from public."ops_historicalstage" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('noun', p."noun"::text, h."noun"::text), ('key', p."key"::text, h."key"::text), ('label', p."label"::text, h."label"::text), ('glyph', p."glyph"::text, h."glyph"::text), ('category', p."category"::text, h."category"::text), ('position', p."position"::text, h."position"::text), ('chaser_id', p."chaser_id"::text, h."chaser_id"::text), ('limit_hours', p."limit_hours"::text, h."limit_hours"::text), ('builtin', p."builtin"::text, h."builtin"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:ops_stage_changes:staff:select
grant select on public."ops_stage_changes" to od_s_staff;

-- grant:ops_stage_changes:link:select
grant select on public."ops_stage_changes" to od_s_link;

-- grant:ops_stage_changes:door:select
grant select on public."ops_stage_changes" to od_s_door;

-- grant:ops_stage_changes:stages_admin:select
grant select on public."ops_stage_changes" to od_s_stages_admin;

-- rows:ops_arrow
alter table public."ops_arrow" enable row level security;

-- policy:ops_arrow:everybody knows the moves
create policy "everybody knows the moves" on public."ops_arrow" for select to od_s_staff, od_s_link, od_s_door
  using (true);

-- policy:ops_arrow:moves are edited by those who keep them
create policy "moves are edited by those who keep them" on public."ops_arrow" for all to od_s_stages_admin
  using (true)
  with check (true);

-- grant:ops_arrow:staff:select
grant select on public."ops_arrow" to od_s_staff;

-- grant:ops_arrow:link:select
grant select on public."ops_arrow" to od_s_link;

-- grant:ops_arrow:door:select
grant select on public."ops_arrow" to od_s_door;

-- grant:ops_arrow:stages_admin:select
grant select on public."ops_arrow" to od_s_stages_admin;

-- grant:ops_arrow:stages_admin:insert
grant insert on public."ops_arrow" to od_s_stages_admin;

-- grant:ops_arrow:stages_admin:delete
grant delete on public."ops_arrow" to od_s_stages_admin;

-- grant:ops_arrow:stages_admin:update (scopes, within_minutes, late_scopes)
grant update (scopes, within_minutes, late_scopes) on public."ops_arrow" to od_s_stages_admin;

-- trigger:ops_arrow:ab_builtin_rows_stay
create trigger ab_builtin_rows_stay before insert or update or delete on public."ops_arrow" for each row execute function ops.guard_builtin();

-- function:ops.h_ops_arrow()
-- definer: writes history, which nobody else may write
create or replace function ops.h_ops_arrow() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."ops_arrow"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."ops_historicalarrow" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."ops_historicalarrow" ("id", "noun", "from_stage", "to_stage", "scopes", "undo", "within_minutes", "late_scopes", "builtin", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."noun", r."from_stage", r."to_stage", r."scopes", r."undo", r."within_minutes", r."late_scopes", r."builtin", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:ops_arrow:zz_history
create trigger zz_history after update or delete on public."ops_arrow" for each row execute function ops.h_ops_arrow();

-- function:ops.ha_ops_arrow()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_ops_arrow() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."ops_historicalarrow" ("id", "noun", "from_stage", "to_stage", "scopes", "undo", "within_minutes", "late_scopes", "builtin", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."noun", a."from_stage", a."to_stage", a."scopes", a."undo", a."within_minutes", a."late_scopes", a."builtin", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:ops_arrow:zz_history_added
create trigger zz_history_added after insert on public."ops_arrow" referencing new table as added for each statement execute function ops.ha_ops_arrow();

-- rows:ops_historicalarrow
alter table public."ops_historicalarrow" enable row level security;

-- trigger:ops_historicalarrow:aa_append_only
create trigger aa_append_only before update or delete on public."ops_historicalarrow" for each row execute function ops.refuse();

-- trigger:ops_historicalarrow:aa_append_only_all
create trigger aa_append_only_all before truncate on public."ops_historicalarrow" for each statement execute function ops.refuse();

-- index:ops_historicalarrow_chain
create index if not exists "ops_historicalarrow_chain" on public."ops_historicalarrow" ("id", history_id);

-- index:ops_historicalarrow_txid
create index if not exists "ops_historicalarrow_txid" on public."ops_historicalarrow" using brin (history_txid) with (autosummarize = on);

-- index:ops_historicalarrow_when
create index if not exists "ops_historicalarrow_when" on public."ops_historicalarrow" (history_date, history_id);

-- policy:ops_historicalarrow:history: everybody knows the moves
create policy "history: everybody knows the moves" on public."ops_historicalarrow" for select to od_s_staff, od_s_link, od_s_door
  using (true);

-- policy:ops_historicalarrow:history: moves are edited by those who keep them
create policy "history: moves are edited by those who keep them" on public."ops_historicalarrow" for select to od_s_stages_admin
  using (true);

-- policy:ops_historicalarrow:history: the chain is verified
create policy "history: the chain is verified" on public."ops_historicalarrow" for select to od_s_chain
  using (true);

-- grant:ops_historicalarrow:staff:select
grant select on public."ops_historicalarrow" to od_s_staff;

-- grant:ops_historicalarrow:link:select
grant select on public."ops_historicalarrow" to od_s_link;

-- grant:ops_historicalarrow:door:select
grant select on public."ops_historicalarrow" to od_s_door;

-- grant:ops_historicalarrow:stages_admin:select
grant select on public."ops_historicalarrow" to od_s_stages_admin;

-- grant:ops_historicalarrow:chain:select
grant select on public."ops_historicalarrow" to od_s_chain;

-- view:ops_arrow_changes
-- definer: field changes
create view public."ops_arrow_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."ops_historicalarrow" h
 cross join lateral (select * from public."ops_historicalarrow" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('noun', p."noun"::text, h."noun"::text), ('from_stage', p."from_stage"::text, h."from_stage"::text), ('to_stage', p."to_stage"::text, h."to_stage"::text), ('scopes', p."scopes"::text, h."scopes"::text), ('undo', p."undo"::text, h."undo"::text), ('within_minutes', p."within_minutes"::text, h."within_minutes"::text), ('late_scopes', p."late_scopes"::text, h."late_scopes"::text), ('builtin', p."builtin"::text, h."builtin"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:ops_arrow_changes:staff:select
grant select on public."ops_arrow_changes" to od_s_staff;

-- grant:ops_arrow_changes:link:select
grant select on public."ops_arrow_changes" to od_s_link;

-- grant:ops_arrow_changes:door:select
grant select on public."ops_arrow_changes" to od_s_door;

-- grant:ops_arrow_changes:stages_admin:select
grant select on public."ops_arrow_changes" to od_s_stages_admin;

-- rows:ops_transition
alter table public."ops_transition" enable row level security;

-- trigger:ops_transition:aa_append_only
create trigger aa_append_only before update or delete on public."ops_transition" for each row execute function ops.refuse();

-- trigger:ops_transition:aa_append_only_all
create trigger aa_append_only_all before truncate on public."ops_transition" for each statement execute function ops.refuse();

-- index:ops_transition_when
create index if not exists "ops_transition_when" on public."ops_transition" (at, id);

-- policy:ops_event:that a job or a mail was tried again is recorded
create policy "that a job or a mail was tried again is recorded" on public."ops_event" for insert to od_s_jobs_admin
  with check (noun in ('schedule', 'mail'));

-- policy:ops_event:who tried a job or a mail again is read
create policy "who tried a job or a mail again is read" on public."ops_event" for select to od_s_jobs_admin
  using (noun in ('schedule', 'mail'));

-- grant:ops_event:jobs_admin:select, insert
grant select, insert on public."ops_event" to od_s_jobs_admin;

-- trigger:ops_event:ab_stamp
create trigger ab_stamp before insert on public."ops_event" for each row execute function ops.stamp_event();

-- trigger:ops_event:aa_append_only
create trigger aa_append_only before update or delete on public."ops_event" for each row execute function ops.refuse();

-- trigger:ops_event:aa_append_only_all
create trigger aa_append_only_all before truncate on public."ops_event" for each statement execute function ops.refuse();

-- index:ops_event_when
create index if not exists "ops_event_when" on public."ops_event" (at, id);

-- rows:ops_outboxmail
alter table public."ops_outboxmail" enable row level security;

-- policy:ops_outboxmail:only the mailer reads the outbox
create policy "only the mailer reads the outbox" on public."ops_outboxmail" for all to od_s_mailer
  using (true)
  with check (true);

-- grant:ops_outboxmail:mailer:select
grant select on public."ops_outboxmail" to od_s_mailer;

-- grant:ops_outboxmail:mailer:update (state, attempts, next_try_at, sent_at, error)
grant update (state, attempts, next_try_at, sent_at, error) on public."ops_outboxmail" to od_s_mailer;

-- rows:ops_runonce
alter table public."ops_runonce" enable row level security;

-- rows:ops_takeover
alter table public."ops_takeover" enable row level security;

-- rows:ops_jobrun
alter table public."ops_jobrun" enable row level security;

-- policy:ops_jobrun:jobs write their runs
create policy "jobs write their runs" on public."ops_jobrun" for all to od_s_jobs, od_s_mailer
  using (true)
  with check (true);

-- policy:ops_jobrun:health shows the runs
create policy "health shows the runs" on public."ops_jobrun" for select to od_s_health
  using (true);

-- policy:ops_jobrun:the audit shows when history and rights were proved
create policy "the audit shows when history and rights were proved" on public."ops_jobrun" for select to od_s_audit
  using (name in ('verify history', 'try every door'));

-- grant:ops_jobrun:jobs:select
grant select on public."ops_jobrun" to od_s_jobs;

-- grant:ops_jobrun:jobs:insert
grant insert on public."ops_jobrun" to od_s_jobs;

-- grant:ops_jobrun:jobs:update (ended_at, rows, error)
grant update (ended_at, rows, error) on public."ops_jobrun" to od_s_jobs;

-- grant:ops_jobrun:mailer:select
grant select on public."ops_jobrun" to od_s_mailer;

-- grant:ops_jobrun:mailer:insert
grant insert on public."ops_jobrun" to od_s_mailer;

-- grant:ops_jobrun:mailer:update (ended_at, rows, error)
grant update (ended_at, rows, error) on public."ops_jobrun" to od_s_mailer;

-- grant:ops_jobrun:health:select
grant select on public."ops_jobrun" to od_s_health;

-- grant:ops_jobrun:audit:select
grant select on public."ops_jobrun" to od_s_audit;

-- rows:ops_savedview
alter table public."ops_savedview" enable row level security;

-- policy:ops_savedview:own views are edited
create policy "own views are edited" on public."ops_savedview" for all to od_s_staff
  using (owner_id = (select ops.uid()))
  with check (owner_id = (select ops.uid()));

-- policy:ops_savedview:shared views are seen
create policy "shared views are seen" on public."ops_savedview" for select to od_s_staff
  using (shared);

-- grant:ops_savedview:staff:select, insert, update, delete
grant select, insert, update, delete on public."ops_savedview" to od_s_staff;

-- rows:ops_signedlink
alter table public."ops_signedlink" enable row level security;

-- trigger:ops_signedlink:zx_end_links
create trigger zx_end_links after insert on public."ops_signedlink" for each row when (new.revoked_at is not null) execute function ops.end_links();

-- rows:ops_chainroot
alter table public."ops_chainroot" enable row level security;

-- policy:ops_chainroot:the chain task keeps the day's roots
create policy "the chain task keeps the day's roots" on public."ops_chainroot" for all to od_s_chain
  using (true)
  with check (true);

-- policy:ops_chainroot:health shows the roots
create policy "health shows the roots" on public."ops_chainroot" for select to od_s_health
  using (true);

-- policy:ops_chainroot:the audit shows the roots
create policy "the audit shows the roots" on public."ops_chainroot" for select to od_s_audit
  using (true);

-- grant:ops_chainroot:chain:select, insert
grant select, insert on public."ops_chainroot" to od_s_chain;

-- grant:ops_chainroot:health:select
grant select on public."ops_chainroot" to od_s_health;

-- grant:ops_chainroot:audit:select
grant select on public."ops_chainroot" to od_s_audit;

-- trigger:ops_chainroot:aa_append_only
create trigger aa_append_only before update or delete on public."ops_chainroot" for each row execute function ops.refuse();

-- trigger:ops_chainroot:aa_append_only_all
create trigger aa_append_only_all before truncate on public."ops_chainroot" for each statement execute function ops.refuse();

-- rows:ops_importbatch
alter table public."ops_importbatch" enable row level security;

-- policy:ops_importbatch:own loads are seen and worked on
create policy "own loads are seen and worked on" on public."ops_importbatch" for all to od_s_imports
  using (by_id = (select ops.uid()))
  with check (by_id = (select ops.uid()));

-- policy:ops_importbatch:every load is known to who works on every order
create policy "every load is known to who works on every order" on public."ops_importbatch" for select to od_s_orders_all
  using (true);

-- policy:ops_importbatch:loads of orders are known to who reads every order
create policy "loads of orders are known to who reads every order" on public."ops_importbatch" for select to od_s_orders_read
  using (noun = 'order');

-- policy:ops_importbatch:loads that nobody came back to are swept
create policy "loads that nobody came back to are swept" on public."ops_importbatch" for all to od_s_sweeps
  using (true)
  with check (true);

-- grant:ops_importbatch:imports:select, insert, update
grant select, insert, update on public."ops_importbatch" to od_s_imports;

-- grant:ops_importbatch:orders_all:select
grant select on public."ops_importbatch" to od_s_orders_all;

-- grant:ops_importbatch:orders_read:select
grant select on public."ops_importbatch" to od_s_orders_read;

-- grant:ops_importbatch:sweeps:select, update (state)
grant select, update (state) on public."ops_importbatch" to od_s_sweeps;

-- trigger:ops_importbatch:ab_load
create trigger ab_load before insert or update on public."ops_importbatch" for each row execute function ops.guard_load();

-- rows:ops_importitem
alter table public."ops_importitem" enable row level security;

-- policy:ops_importitem:rows of own loads
create policy "rows of own loads" on public."ops_importitem" for all to od_s_imports
  using (batch_id = any (array(select b.id from ops_importbatch b where b.by_id = (select ops.uid()))))
  with check (batch_id = any (array(select b.id from ops_importbatch b where b.by_id = (select ops.uid()))));

-- policy:ops_importitem:rows of forgotten loads are swept
create policy "rows of forgotten loads are swept" on public."ops_importitem" for all to od_s_sweeps
  using (true)
  with check (true);

-- grant:ops_importitem:imports:select, insert, update, delete, maintain
grant select, insert, update, delete, maintain on public."ops_importitem" to od_s_imports;

-- grant:ops_importitem:sweeps:select, delete
grant select, delete on public."ops_importitem" to od_s_sweeps;

-- rows:ops_importrow
alter table public."ops_importrow" enable row level security;

-- policy:ops_importrow:rows of own loads
create policy "rows of own loads" on public."ops_importrow" for all to od_s_imports
  using (batch_id = any (array(select b.id from ops_importbatch b where b.by_id = (select ops.uid()))))
  with check (batch_id = any (array(select b.id from ops_importbatch b where b.by_id = (select ops.uid()))));

-- policy:ops_importrow:rows of forgotten loads are swept
create policy "rows of forgotten loads are swept" on public."ops_importrow" for all to od_s_sweeps
  using (true)
  with check (true);

-- grant:ops_importrow:imports:select, insert, update, delete, maintain
grant select, insert, update, delete, maintain on public."ops_importrow" to od_s_imports;

-- grant:ops_importrow:sweeps:select, delete
grant select, delete on public."ops_importrow" to od_s_sweeps;

-- rows:ops_importfile
alter table public."ops_importfile" enable row level security;

-- policy:ops_importfile:what belongs to own loads
create policy "what belongs to own loads" on public."ops_importfile" for all to od_s_imports
  using (batch_id = any (array(select b.id from ops_importbatch b where b.by_id = (select ops.uid()))))
  with check (batch_id = any (array(select b.id from ops_importbatch b where b.by_id = (select ops.uid()))));

-- grant:ops_importfile:imports:select, insert, update, delete
grant select, insert, update, delete on public."ops_importfile" to od_s_imports;

-- rows:ops_importcell
alter table public."ops_importcell" enable row level security;

-- policy:ops_importcell:what belongs to own loads
create policy "what belongs to own loads" on public."ops_importcell" for all to od_s_imports
  using (batch_id = any (array(select b.id from ops_importbatch b where b.by_id = (select ops.uid()))))
  with check (batch_id = any (array(select b.id from ops_importbatch b where b.by_id = (select ops.uid()))));

-- policy:ops_importcell:what was decided in old loads is swept
create policy "what was decided in old loads is swept" on public."ops_importcell" for all to od_s_sweeps
  using (true)
  with check (true);

-- grant:ops_importcell:imports:select, insert, update, delete
grant select, insert, update, delete on public."ops_importcell" to od_s_imports;

-- grant:ops_importcell:sweeps:select, delete
grant select, delete on public."ops_importcell" to od_s_sweeps;

-- rows:ops_importmatch
alter table public."ops_importmatch" enable row level security;

-- policy:ops_importmatch:what belongs to own loads
create policy "what belongs to own loads" on public."ops_importmatch" for all to od_s_imports
  using (batch_id = any (array(select b.id from ops_importbatch b where b.by_id = (select ops.uid()))))
  with check (batch_id = any (array(select b.id from ops_importbatch b where b.by_id = (select ops.uid()))));

-- policy:ops_importmatch:what was decided in old loads is swept
create policy "what was decided in old loads is swept" on public."ops_importmatch" for all to od_s_sweeps
  using (true)
  with check (true);

-- grant:ops_importmatch:imports:select, insert, update, delete
grant select, insert, update, delete on public."ops_importmatch" to od_s_imports;

-- grant:ops_importmatch:sweeps:select, delete
grant select, delete on public."ops_importmatch" to od_s_sweeps;

-- rows:ops_importmapping
alter table public."ops_importmapping" enable row level security;

-- policy:ops_importmapping:what a header means is known to all who load files
create policy "what a header means is known to all who load files" on public."ops_importmapping" for select to od_s_imports
  using (true);

-- policy:ops_importmapping:who loads a file says what its header means
create policy "who loads a file says what its header means" on public."ops_importmapping" for insert to od_s_imports
  with check (by_id = (select ops.uid()));

-- policy:ops_importmapping:and may say it anew
create policy "and may say it anew" on public."ops_importmapping" for update to od_s_imports
  using (true)
  with check (by_id = (select ops.uid()));

-- grant:ops_importmapping:imports:select, insert, update
grant select, insert, update on public."ops_importmapping" to od_s_imports;

-- rows:django_content_type
alter table public."django_content_type" enable row level security;

-- policy:django_content_type:content types are no secret
create policy "content types are no secret" on public."django_content_type" for select to od_s_staff, od_s_door
  using (true);

-- grant:django_content_type:staff:select
grant select on public."django_content_type" to od_s_staff;

-- grant:django_content_type:door:select
grant select on public."django_content_type" to od_s_door;

-- rows:auth_permission
alter table public."auth_permission" enable row level security;

-- policy:auth_permission:permission names are no secret
create policy "permission names are no secret" on public."auth_permission" for select to od_s_staff, od_s_door
  using (true);

-- grant:auth_permission:staff:select
grant select on public."auth_permission" to od_s_staff;

-- grant:auth_permission:door:select
grant select on public."auth_permission" to od_s_door;

-- rows:auth_group
alter table public."auth_group" enable row level security;

-- rows:auth_group_permissions
alter table public."auth_group_permissions" enable row level security;

-- rows:guardian_userobjectpermission
alter table public."guardian_userobjectpermission" enable row level security;

-- rows:guardian_groupobjectpermission
alter table public."guardian_groupobjectpermission" enable row level security;

-- rows:django_migrations
alter table public."django_migrations" enable row level security;

-- rows:django_admin_log
alter table public."django_admin_log" enable row level security;

-- policy:django_admin_log:the admin's log is for system admins
create policy "the admin's log is for system admins" on public."django_admin_log" for all to od_s_admin_site
  using (true)
  with check (true);

-- grant:django_admin_log:admin_site:select, insert
grant select, insert on public."django_admin_log" to od_s_admin_site;

-- rows:progress_job
alter table public."progress_job" enable row level security;

-- policy:progress_job:own work is seen
create policy "own work is seen" on public."progress_job" for select to od_s_staff
  using (owner_id = (select ops.uid()));

-- policy:progress_job:own work is asked for
create policy "own work is asked for" on public."progress_job" for insert to od_s_staff
  with check (owner_id = (select ops.uid()) and state = 'waiting' and file_hash = '');

-- policy:progress_job:own work goes on
create policy "own work goes on" on public."progress_job" for update to od_s_staff
  using (owner_id = (select ops.uid()))
  with check (owner_id = (select ops.uid()));

-- policy:progress_job:old work is swept
create policy "old work is swept" on public."progress_job" for all to od_s_sweeps
  using (true)
  with check (true);

-- grant:progress_job:staff:select
grant select on public."progress_job" to od_s_staff;

-- grant:progress_job:staff:insert
grant insert on public."progress_job" to od_s_staff;

-- grant:progress_job:staff:update (state, done, total, error, cancel_asked, worker, attempts, said, file_name, file_type, file_hash, file_bytes, started_at, touched_at, ended_at)
grant update (state, done, total, error, cancel_asked, worker, attempts, said, file_name, file_type, file_hash, file_bytes, started_at, touched_at, ended_at) on public."progress_job" to od_s_staff;

-- grant:progress_job:sweeps:select
grant select on public."progress_job" to od_s_sweeps;

-- grant:progress_job:sweeps:delete
grant delete on public."progress_job" to od_s_sweeps;

-- grant:progress_job:sweeps:update (state, error, ended_at, touched_at)
grant update (state, error, ended_at, touched_at) on public."progress_job" to od_s_sweeps;

-- trigger:progress_job:ab_end_stays
create trigger ab_end_stays before update on public."progress_job" for each row execute function ops.guard_job();

-- trigger:progress_job:zx_tell
create trigger zx_tell after insert or update or delete on public."progress_job" for each row execute function ops.tell_job();

-- rows:files_file
alter table public."files_file" enable row level security;

-- policy:files_file:the keeper of contents knows every file
create policy "the keeper of contents knows every file" on public."files_file" for select to od_s_files_keeper
  using (true);

-- grant:files_file:files_keeper:select
grant select on public."files_file" to od_s_files_keeper;

-- grant:files_file:staff:select
grant select on public."files_file" to od_s_staff;

-- trigger:files_file:aa_stamp
create trigger aa_stamp before insert on public."files_file" for each row execute function ops.stamp_file('300');

-- trigger:files_file:ab_stays
create trigger ab_stays before update on public."files_file" for each row execute function ops.guard_file();

-- trigger:files_file:ac_never_deleted
create trigger ac_never_deleted before delete on public."files_file" for each row execute function ops.refuse();

-- function:ops.h_files_file()
-- definer: writes history, which nobody else may write
create or replace function ops.h_files_file() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."files_file"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."files_historicalfile" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."files_historicalfile" ("id", "noun", "subject_id", "name", "sha256", "size", "content_type", "kind", "width", "height", "stage", "visibility", "by_id", "at", "removed_at", "removed_by_id", "removed_reason", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."noun", r."subject_id", r."name", r."sha256", r."size", r."content_type", r."kind", r."width", r."height", r."stage", r."visibility", r."by_id", r."at", r."removed_at", r."removed_by_id", r."removed_reason", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:files_file:zz_history
create trigger zz_history after update or delete on public."files_file" for each row execute function ops.h_files_file();

-- function:ops.ha_files_file()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_files_file() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."files_historicalfile" ("id", "noun", "subject_id", "name", "sha256", "size", "content_type", "kind", "width", "height", "stage", "visibility", "by_id", "at", "removed_at", "removed_by_id", "removed_reason", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."noun", a."subject_id", a."name", a."sha256", a."size", a."content_type", a."kind", a."width", a."height", a."stage", a."visibility", a."by_id", a."at", a."removed_at", a."removed_by_id", a."removed_reason", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:files_file:zz_history_added
create trigger zz_history_added after insert on public."files_file" referencing new table as added for each statement execute function ops.ha_files_file();

-- rows:files_historicalfile
alter table public."files_historicalfile" enable row level security;

-- trigger:files_historicalfile:aa_append_only
create trigger aa_append_only before update or delete on public."files_historicalfile" for each row execute function ops.refuse();

-- trigger:files_historicalfile:aa_append_only_all
create trigger aa_append_only_all before truncate on public."files_historicalfile" for each statement execute function ops.refuse();

-- index:files_historicalfile_chain
create index if not exists "files_historicalfile_chain" on public."files_historicalfile" ("id", history_id);

-- index:files_historicalfile_txid
create index if not exists "files_historicalfile_txid" on public."files_historicalfile" using brin (history_txid) with (autosummarize = on);

-- index:files_historicalfile_when
create index if not exists "files_historicalfile_when" on public."files_historicalfile" (history_date, history_id);

-- policy:files_historicalfile:history: the chain is verified
create policy "history: the chain is verified" on public."files_historicalfile" for select to od_s_chain
  using (true);

-- grant:files_historicalfile:chain:select
grant select on public."files_historicalfile" to od_s_chain;

-- view:files_file_changes
-- definer: field changes
create view public."files_file_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."files_historicalfile" h
 cross join lateral (select * from public."files_historicalfile" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('noun', p."noun"::text, h."noun"::text), ('subject_id', p."subject_id"::text, h."subject_id"::text), ('name', p."name"::text, h."name"::text), ('sha256', p."sha256"::text, h."sha256"::text), ('size', p."size"::text, h."size"::text), ('content_type', p."content_type"::text, h."content_type"::text), ('kind', p."kind"::text, h."kind"::text), ('width', p."width"::text, h."width"::text), ('height', p."height"::text, h."height"::text), ('stage', p."stage"::text, h."stage"::text), ('visibility', p."visibility"::text, h."visibility"::text), ('by_id', p."by_id"::text, h."by_id"::text), ('at', p."at"::text, h."at"::text), ('removed_at', p."removed_at"::text, h."removed_at"::text), ('removed_by_id', p."removed_by_id"::text, h."removed_by_id"::text), ('removed_reason', p."removed_reason"::text, h."removed_reason"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- policy:ops_event:files: events are seen with their file
create policy "files: events are seen with their file" on public."ops_event" for select to od_s_staff
  using (noun = 'file' and ops.shows_file(subject_id));

-- policy:ops_event:files: events are recorded with their file
create policy "files: events are recorded with their file" on public."ops_event" for insert to od_s_staff
  with check (noun = 'file' and exists (select 1 from files_file f where f.id = ops_event.subject_id));

-- rows:notices_rule
alter table public."notices_rule" enable row level security;

-- policy:notices_rule:everybody knows who is told of what
create policy "everybody knows who is told of what" on public."notices_rule" for select to od_s_staff
  using (true);

-- policy:notices_rule:rules of notices are kept
create policy "rules of notices are kept" on public."notices_rule" for all to od_s_notices_admin
  using (true)
  with check (true);

-- grant:notices_rule:staff:select
grant select on public."notices_rule" to od_s_staff;

-- grant:notices_rule:notices_admin:select
grant select on public."notices_rule" to od_s_notices_admin;

-- grant:notices_rule:notices_admin:insert
grant insert on public."notices_rule" to od_s_notices_admin;

-- grant:notices_rule:notices_admin:delete
grant delete on public."notices_rule" to od_s_notices_admin;

-- grant:notices_rule:notices_admin:update (channel, active, note)
grant update (channel, active, note) on public."notices_rule" to od_s_notices_admin;

-- trigger:notices_rule:ab_builtin_rows_stay
create trigger ab_builtin_rows_stay before insert or delete on public."notices_rule" for each row execute function ops.guard_builtin();

-- trigger:notices_rule:ac_keys_stay
create trigger ac_keys_stay before update on public."notices_rule" for each row execute function ops.guard_notice_rule();

-- function:ops.h_notices_rule()
-- definer: writes history, which nobody else may write
create or replace function ops.h_notices_rule() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."notices_rule"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."notices_historicalrule" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."notices_historicalrule" ("id", "noun", "on_what", "key", "to_whom", "role_id", "channel", "active", "builtin", "note", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."noun", r."on_what", r."key", r."to_whom", r."role_id", r."channel", r."active", r."builtin", r."note", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:notices_rule:zz_history
create trigger zz_history after update or delete on public."notices_rule" for each row execute function ops.h_notices_rule();

-- function:ops.ha_notices_rule()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_notices_rule() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."notices_historicalrule" ("id", "noun", "on_what", "key", "to_whom", "role_id", "channel", "active", "builtin", "note", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."noun", a."on_what", a."key", a."to_whom", a."role_id", a."channel", a."active", a."builtin", a."note", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:notices_rule:zz_history_added
create trigger zz_history_added after insert on public."notices_rule" referencing new table as added for each statement execute function ops.ha_notices_rule();

-- rows:notices_historicalrule
alter table public."notices_historicalrule" enable row level security;

-- trigger:notices_historicalrule:aa_append_only
create trigger aa_append_only before update or delete on public."notices_historicalrule" for each row execute function ops.refuse();

-- trigger:notices_historicalrule:aa_append_only_all
create trigger aa_append_only_all before truncate on public."notices_historicalrule" for each statement execute function ops.refuse();

-- index:notices_historicalrule_chain
create index if not exists "notices_historicalrule_chain" on public."notices_historicalrule" ("id", history_id);

-- index:notices_historicalrule_txid
create index if not exists "notices_historicalrule_txid" on public."notices_historicalrule" using brin (history_txid) with (autosummarize = on);

-- index:notices_historicalrule_when
create index if not exists "notices_historicalrule_when" on public."notices_historicalrule" (history_date, history_id);

-- policy:notices_historicalrule:history: everybody knows who is told of what
create policy "history: everybody knows who is told of what" on public."notices_historicalrule" for select to od_s_staff
  using (true);

-- policy:notices_historicalrule:history: rules of notices are kept
create policy "history: rules of notices are kept" on public."notices_historicalrule" for select to od_s_notices_admin
  using (true);

-- policy:notices_historicalrule:history: the chain is verified
create policy "history: the chain is verified" on public."notices_historicalrule" for select to od_s_chain
  using (true);

-- grant:notices_historicalrule:staff:select
grant select on public."notices_historicalrule" to od_s_staff;

-- grant:notices_historicalrule:notices_admin:select
grant select on public."notices_historicalrule" to od_s_notices_admin;

-- grant:notices_historicalrule:chain:select
grant select on public."notices_historicalrule" to od_s_chain;

-- view:notices_rule_changes
-- definer: field changes
create view public."notices_rule_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."notices_historicalrule" h
 cross join lateral (select * from public."notices_historicalrule" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('noun', p."noun"::text, h."noun"::text), ('on_what', p."on_what"::text, h."on_what"::text), ('key', p."key"::text, h."key"::text), ('to_whom', p."to_whom"::text, h."to_whom"::text), ('role_id', p."role_id"::text, h."role_id"::text), ('channel', p."channel"::text, h."channel"::text), ('active', p."active"::text, h."active"::text), ('builtin', p."builtin"::text, h."builtin"::text), ('note', p."note"::text, h."note"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:notices_rule_changes:staff:select
grant select on public."notices_rule_changes" to od_s_staff;

-- grant:notices_rule_changes:notices_admin:select
grant select on public."notices_rule_changes" to od_s_notices_admin;

-- rows:notices_notice
alter table public."notices_notice" enable row level security;

-- policy:notices_notice:own notices are seen
create policy "own notices are seen" on public."notices_notice" for select to od_s_staff
  using (person_id = (select ops.uid()));

-- policy:notices_notice:own notices are read
create policy "own notices are read" on public."notices_notice" for update to od_s_staff
  using (person_id = (select ops.uid()))
  with check (person_id = (select ops.uid()));

-- policy:notices_notice:notices are mailed
create policy "notices are mailed" on public."notices_notice" for select to od_s_letters
  using (mail);

-- policy:notices_notice:notices are marked as mailed
create policy "notices are marked as mailed" on public."notices_notice" for update to od_s_letters
  using (mail and mailed_at is null)
  with check (mail);

-- policy:notices_notice:old notices are swept
create policy "old notices are swept" on public."notices_notice" for all to od_s_sweeps
  using (at < now() - interval '60 days');

-- grant:notices_notice:staff:select
grant select on public."notices_notice" to od_s_staff;

-- grant:notices_notice:staff:update (read_at)
grant update (read_at) on public."notices_notice" to od_s_staff;

-- grant:notices_notice:letters:select
grant select on public."notices_notice" to od_s_letters;

-- grant:notices_notice:letters:update (mailed_at)
grant update (mailed_at) on public."notices_notice" to od_s_letters;

-- grant:notices_notice:sweeps:select, delete
grant select, delete on public."notices_notice" to od_s_sweeps;

-- trigger:notices_notice:ab_stays_as_told
create trigger ab_stays_as_told before update on public."notices_notice" for each row execute function ops.guard_notice();

-- trigger:notices_notice:zx_tell_added
create trigger zx_tell_added after insert on public."notices_notice" referencing new table as changed for each statement execute function ops.tell_notices();

-- trigger:notices_notice:zx_tell_read
create trigger zx_tell_read after update on public."notices_notice" referencing new table as changed for each statement execute function ops.tell_notices();

-- rows:notices_mute
alter table public."notices_mute" enable row level security;

-- policy:notices_mute:own mutes
create policy "own mutes" on public."notices_mute" for all to od_s_staff
  using (person_id = (select ops.uid()))
  with check (person_id = (select ops.uid()));

-- grant:notices_mute:staff:select, insert, delete
grant select, insert, delete on public."notices_mute" to od_s_staff;

-- rows:notices_preference
alter table public."notices_preference" enable row level security;

-- policy:notices_preference:own preference
create policy "own preference" on public."notices_preference" for all to od_s_staff
  using (person_id = (select ops.uid()))
  with check (person_id = (select ops.uid()));

-- grant:notices_preference:staff:select
grant select on public."notices_preference" to od_s_staff;

-- grant:notices_preference:staff:insert
grant insert on public."notices_preference" to od_s_staff;

-- grant:notices_preference:staff:update (mail)
grant update (mail) on public."notices_preference" to od_s_staff;

-- rows:notices_watch
alter table public."notices_watch" enable row level security;

-- policy:notices_watch:what one watches oneself
create policy "what one watches oneself" on public."notices_watch" for all to od_s_staff
  using (person_id = (select ops.uid()))
  with check (person_id = (select ops.uid()));

-- grant:notices_watch:staff:select, insert, delete
grant select, insert, delete on public."notices_watch" to od_s_staff;

-- trigger:notices_watch:ab_watch
create trigger ab_watch before insert or update of noun on public."notices_watch" for each row execute function ops.guard_watch();

-- rows:notices_letter
alter table public."notices_letter" enable row level security;

-- policy:notices_letter:letters are known to who writes them
create policy "letters are known to who writes them" on public."notices_letter" for select to od_s_letters
  using (true);

-- policy:notices_letter:letters are written once
create policy "letters are written once" on public."notices_letter" for update to od_s_letters
  using (state = 'due')
  with check (state <> 'due');

-- policy:notices_letter:old letters are swept
create policy "old letters are swept" on public."notices_letter" for all to od_s_sweeps
  using (at < now() - interval '60 days');

-- grant:notices_letter:letters:select
grant select on public."notices_letter" to od_s_letters;

-- grant:notices_letter:letters:update (state, why)
grant update (state, why) on public."notices_letter" to od_s_letters;

-- grant:notices_letter:sweeps:select, delete
grant select, delete on public."notices_letter" to od_s_sweeps;

-- trigger:ops_transition:zz_told
create constraint trigger zz_told after insert on public."ops_transition" deferrable initially deferred for each row execute function ops.fan_out();

-- trigger:ops_event:zz_told
create constraint trigger zz_told after insert on public."ops_event" deferrable initially deferred for each row execute function ops.fan_out();

-- rows:shop_setting
alter table public."shop_setting" enable row level security;

-- policy:shop_setting:the rules of the shop are no secret
create policy "the rules of the shop are no secret" on public."shop_setting" for select to od_s_staff, od_s_link, od_s_door, od_s_jobs
  using (true);

-- policy:shop_setting:rules are set by who may set them
create policy "rules are set by who may set them" on public."shop_setting" for insert to od_s_shop_edit, od_s_calendar_edit
  with check (ops.may_set(key));

-- policy:shop_setting:planned rules are withdrawn by who may set them
create policy "planned rules are withdrawn by who may set them" on public."shop_setting" for update to od_s_shop_edit, od_s_calendar_edit
  using (ops.may_set(key))
  with check (ops.may_set(key));

-- grant:shop_setting:staff:select
grant select on public."shop_setting" to od_s_staff;

-- grant:shop_setting:link:select
grant select on public."shop_setting" to od_s_link;

-- grant:shop_setting:door:select
grant select on public."shop_setting" to od_s_door;

-- grant:shop_setting:jobs:select
grant select on public."shop_setting" to od_s_jobs;

-- grant:shop_setting:shop_edit:select
grant select on public."shop_setting" to od_s_shop_edit;

-- grant:shop_setting:shop_edit:insert
grant insert on public."shop_setting" to od_s_shop_edit;

-- grant:shop_setting:shop_edit:update (withdrawn_at)
grant update (withdrawn_at) on public."shop_setting" to od_s_shop_edit;

-- grant:shop_setting:calendar_edit:select
grant select on public."shop_setting" to od_s_calendar_edit;

-- grant:shop_setting:calendar_edit:insert
grant insert on public."shop_setting" to od_s_calendar_edit;

-- grant:shop_setting:calendar_edit:update (withdrawn_at)
grant update (withdrawn_at) on public."shop_setting" to od_s_calendar_edit;

-- trigger:shop_setting:ab_setting
create trigger ab_setting before insert or update on public."shop_setting" for each row execute function ops.guard_setting();

-- rows:shop_holiday
alter table public."shop_holiday" enable row level security;

-- policy:shop_holiday:holidays are no secret
create policy "holidays are no secret" on public."shop_holiday" for select to od_s_staff, od_s_link, od_s_door, od_s_jobs
  using (true);

-- policy:shop_holiday:holidays are kept by who keeps the calendar
create policy "holidays are kept by who keeps the calendar" on public."shop_holiday" for all to od_s_shop_edit, od_s_calendar_edit
  using (true)
  with check (true);

-- grant:shop_holiday:staff:select
grant select on public."shop_holiday" to od_s_staff;

-- grant:shop_holiday:link:select
grant select on public."shop_holiday" to od_s_link;

-- grant:shop_holiday:door:select
grant select on public."shop_holiday" to od_s_door;

-- grant:shop_holiday:jobs:select
grant select on public."shop_holiday" to od_s_jobs;

-- grant:shop_holiday:shop_edit:select, insert, update, delete
grant select, insert, update, delete on public."shop_holiday" to od_s_shop_edit;

-- grant:shop_holiday:calendar_edit:select, insert, update, delete
grant select, insert, update, delete on public."shop_holiday" to od_s_calendar_edit;

-- function:ops.h_shop_holiday()
-- definer: writes history, which nobody else may write
create or replace function ops.h_shop_holiday() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."shop_holiday"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."shop_historicalholiday" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."shop_historicalholiday" ("id", "day", "name", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."day", r."name", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:shop_holiday:zz_history
create trigger zz_history after update or delete on public."shop_holiday" for each row execute function ops.h_shop_holiday();

-- function:ops.ha_shop_holiday()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_shop_holiday() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."shop_historicalholiday" ("id", "day", "name", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."day", a."name", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:shop_holiday:zz_history_added
create trigger zz_history_added after insert on public."shop_holiday" referencing new table as added for each statement execute function ops.ha_shop_holiday();

-- rows:shop_historicalholiday
alter table public."shop_historicalholiday" enable row level security;

-- trigger:shop_historicalholiday:aa_append_only
create trigger aa_append_only before update or delete on public."shop_historicalholiday" for each row execute function ops.refuse();

-- trigger:shop_historicalholiday:aa_append_only_all
create trigger aa_append_only_all before truncate on public."shop_historicalholiday" for each statement execute function ops.refuse();

-- index:shop_historicalholiday_chain
create index if not exists "shop_historicalholiday_chain" on public."shop_historicalholiday" ("id", history_id);

-- index:shop_historicalholiday_txid
create index if not exists "shop_historicalholiday_txid" on public."shop_historicalholiday" using brin (history_txid) with (autosummarize = on);

-- index:shop_historicalholiday_when
create index if not exists "shop_historicalholiday_when" on public."shop_historicalholiday" (history_date, history_id);

-- policy:shop_historicalholiday:history: holidays are no secret
create policy "history: holidays are no secret" on public."shop_historicalholiday" for select to od_s_staff, od_s_link, od_s_door, od_s_jobs
  using (true);

-- policy:shop_historicalholiday:history: holidays are kept by who keeps the calendar
create policy "history: holidays are kept by who keeps the calendar" on public."shop_historicalholiday" for select to od_s_shop_edit, od_s_calendar_edit
  using (true);

-- policy:shop_historicalholiday:history: the chain is verified
create policy "history: the chain is verified" on public."shop_historicalholiday" for select to od_s_chain
  using (true);

-- grant:shop_historicalholiday:staff:select
grant select on public."shop_historicalholiday" to od_s_staff;

-- grant:shop_historicalholiday:link:select
grant select on public."shop_historicalholiday" to od_s_link;

-- grant:shop_historicalholiday:door:select
grant select on public."shop_historicalholiday" to od_s_door;

-- grant:shop_historicalholiday:jobs:select
grant select on public."shop_historicalholiday" to od_s_jobs;

-- grant:shop_historicalholiday:shop_edit:select
grant select on public."shop_historicalholiday" to od_s_shop_edit;

-- grant:shop_historicalholiday:calendar_edit:select
grant select on public."shop_historicalholiday" to od_s_calendar_edit;

-- grant:shop_historicalholiday:chain:select
grant select on public."shop_historicalholiday" to od_s_chain;

-- view:shop_holiday_changes
-- definer: field changes
create view public."shop_holiday_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."shop_historicalholiday" h
 cross join lateral (select * from public."shop_historicalholiday" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('day', p."day"::text, h."day"::text), ('name', p."name"::text, h."name"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:shop_holiday_changes:staff:select
grant select on public."shop_holiday_changes" to od_s_staff;

-- grant:shop_holiday_changes:link:select
grant select on public."shop_holiday_changes" to od_s_link;

-- grant:shop_holiday_changes:door:select
grant select on public."shop_holiday_changes" to od_s_door;

-- grant:shop_holiday_changes:jobs:select
grant select on public."shop_holiday_changes" to od_s_jobs;

-- grant:shop_holiday_changes:shop_edit:select
grant select on public."shop_holiday_changes" to od_s_shop_edit;

-- grant:shop_holiday_changes:calendar_edit:select
grant select on public."shop_holiday_changes" to od_s_calendar_edit;

-- policy:ops_event:shop: what was decided is known
create policy "shop: what was decided is known" on public."ops_event" for select to od_s_staff
  using (noun in ('setting', 'holiday'));

-- policy:ops_event:shop: decisions are recorded
create policy "shop: decisions are recorded" on public."ops_event" for insert to od_s_shop_edit, od_s_calendar_edit
  with check (noun in ('setting', 'holiday'));

-- grant:ops_event:shop_edit:insert
grant insert on public."ops_event" to od_s_shop_edit;

-- grant:ops_event:calendar_edit:insert
grant insert on public."ops_event" to od_s_calendar_edit;

-- rows:rates_exchangerate
alter table public."rates_exchangerate" enable row level security;

-- policy:rates_exchangerate:rates are read by who sees money
create policy "rates are read by who sees money" on public."rates_exchangerate" for select to od_s_sales_all, od_s_sales_read, od_s_sales_own, od_s_costs_all, od_s_costs_read, od_s_rates_edit
  using (true);

-- policy:rates_exchangerate:rates are kept by who keeps them
create policy "rates are kept by who keeps them" on public."rates_exchangerate" for all to od_s_rates_edit
  using (true)
  with check (true);

-- grant:rates_exchangerate:sales_all:select
grant select on public."rates_exchangerate" to od_s_sales_all;

-- grant:rates_exchangerate:sales_read:select
grant select on public."rates_exchangerate" to od_s_sales_read;

-- grant:rates_exchangerate:sales_own:select
grant select on public."rates_exchangerate" to od_s_sales_own;

-- grant:rates_exchangerate:costs_all:select
grant select on public."rates_exchangerate" to od_s_costs_all;

-- grant:rates_exchangerate:costs_read:select
grant select on public."rates_exchangerate" to od_s_costs_read;

-- grant:rates_exchangerate:rates_edit:select
grant select on public."rates_exchangerate" to od_s_rates_edit;

-- grant:rates_exchangerate:rates_edit:insert
grant insert on public."rates_exchangerate" to od_s_rates_edit;

-- grant:rates_exchangerate:rates_edit:update (rate)
grant update (rate) on public."rates_exchangerate" to od_s_rates_edit;

-- grant:rates_exchangerate:rates_edit:delete
grant delete on public."rates_exchangerate" to od_s_rates_edit;

-- trigger:rates_exchangerate:ab_rate
create trigger ab_rate before insert or update on public."rates_exchangerate" for each row execute function ops.stamp_keeper();

-- function:ops.h_rates_exchangerate()
-- definer: writes history, which nobody else may write
create or replace function ops.h_rates_exchangerate() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."rates_exchangerate"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."rates_historicalexchangerate" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."rates_historicalexchangerate" ("id", "currency", "day", "rate", "by_id", "at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."currency", r."day", r."rate", r."by_id", r."at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:rates_exchangerate:zz_history
create trigger zz_history after update or delete on public."rates_exchangerate" for each row execute function ops.h_rates_exchangerate();

-- function:ops.ha_rates_exchangerate()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_rates_exchangerate() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."rates_historicalexchangerate" ("id", "currency", "day", "rate", "by_id", "at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."currency", a."day", a."rate", a."by_id", a."at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:rates_exchangerate:zz_history_added
create trigger zz_history_added after insert on public."rates_exchangerate" referencing new table as added for each statement execute function ops.ha_rates_exchangerate();

-- rows:rates_historicalexchangerate
alter table public."rates_historicalexchangerate" enable row level security;

-- trigger:rates_historicalexchangerate:aa_append_only
create trigger aa_append_only before update or delete on public."rates_historicalexchangerate" for each row execute function ops.refuse();

-- trigger:rates_historicalexchangerate:aa_append_only_all
create trigger aa_append_only_all before truncate on public."rates_historicalexchangerate" for each statement execute function ops.refuse();

-- index:rates_historicalexchangerate_chain
create index if not exists "rates_historicalexchangerate_chain" on public."rates_historicalexchangerate" ("id", history_id);

-- index:rates_historicalexchangerate_txid
create index if not exists "rates_historicalexchangerate_txid" on public."rates_historicalexchangerate" using brin (history_txid) with (autosummarize = on);

-- index:rates_historicalexchangerate_when
create index if not exists "rates_historicalexchangerate_when" on public."rates_historicalexchangerate" (history_date, history_id);

-- policy:rates_historicalexchangerate:history: rates are read by who sees money
create policy "history: rates are read by who sees money" on public."rates_historicalexchangerate" for select to od_s_sales_all, od_s_sales_read, od_s_sales_own, od_s_costs_all, od_s_costs_read, od_s_rates_edit
  using (true);

-- policy:rates_historicalexchangerate:history: rates are kept by who keeps them
create policy "history: rates are kept by who keeps them" on public."rates_historicalexchangerate" for select to od_s_rates_edit
  using (true);

-- policy:rates_historicalexchangerate:history: the chain is verified
create policy "history: the chain is verified" on public."rates_historicalexchangerate" for select to od_s_chain
  using (true);

-- grant:rates_historicalexchangerate:sales_all:select
grant select on public."rates_historicalexchangerate" to od_s_sales_all;

-- grant:rates_historicalexchangerate:sales_read:select
grant select on public."rates_historicalexchangerate" to od_s_sales_read;

-- grant:rates_historicalexchangerate:sales_own:select
grant select on public."rates_historicalexchangerate" to od_s_sales_own;

-- grant:rates_historicalexchangerate:costs_all:select
grant select on public."rates_historicalexchangerate" to od_s_costs_all;

-- grant:rates_historicalexchangerate:costs_read:select
grant select on public."rates_historicalexchangerate" to od_s_costs_read;

-- grant:rates_historicalexchangerate:rates_edit:select
grant select on public."rates_historicalexchangerate" to od_s_rates_edit;

-- grant:rates_historicalexchangerate:chain:select
grant select on public."rates_historicalexchangerate" to od_s_chain;

-- view:rates_exchangerate_changes
-- definer: field changes
create view public."rates_exchangerate_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."rates_historicalexchangerate" h
 cross join lateral (select * from public."rates_historicalexchangerate" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('currency', p."currency"::text, h."currency"::text), ('day', p."day"::text, h."day"::text), ('rate', p."rate"::text, h."rate"::text), ('by_id', p."by_id"::text, h."by_id"::text), ('at', p."at"::text, h."at"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:rates_exchangerate_changes:sales_all:select
grant select on public."rates_exchangerate_changes" to od_s_sales_all;

-- grant:rates_exchangerate_changes:sales_read:select
grant select on public."rates_exchangerate_changes" to od_s_sales_read;

-- grant:rates_exchangerate_changes:sales_own:select
grant select on public."rates_exchangerate_changes" to od_s_sales_own;

-- grant:rates_exchangerate_changes:costs_all:select
grant select on public."rates_exchangerate_changes" to od_s_costs_all;

-- grant:rates_exchangerate_changes:costs_read:select
grant select on public."rates_exchangerate_changes" to od_s_costs_read;

-- grant:rates_exchangerate_changes:rates_edit:select
grant select on public."rates_exchangerate_changes" to od_s_rates_edit;

-- policy:ops_event:rates: what was decided is known
create policy "rates: what was decided is known" on public."ops_event" for select to od_s_sales_all, od_s_sales_read, od_s_sales_own, od_s_costs_all, od_s_costs_read, od_s_rates_edit
  using (noun = 'exchangerate');

-- policy:ops_event:rates: decisions are recorded
create policy "rates: decisions are recorded" on public."ops_event" for insert to od_s_rates_edit
  with check (noun = 'exchangerate');

-- grant:ops_event:sales_all:select
grant select on public."ops_event" to od_s_sales_all;

-- grant:ops_event:sales_read:select
grant select on public."ops_event" to od_s_sales_read;

-- grant:ops_event:sales_own:select
grant select on public."ops_event" to od_s_sales_own;

-- grant:ops_event:costs_all:select
grant select on public."ops_event" to od_s_costs_all;

-- grant:ops_event:costs_read:select
grant select on public."ops_event" to od_s_costs_read;

-- grant:ops_event:rates_edit:select, insert
grant select, insert on public."ops_event" to od_s_rates_edit;

-- rows:digests_listed
alter table public."digests_listed" enable row level security;

-- policy:digests_listed:the morning job lists
create policy "the morning job lists" on public."digests_listed" for all to od_s_jobs
  using (true)
  with check (true);

-- policy:digests_listed:own lists are seen
create policy "own lists are seen" on public."digests_listed" for select to od_s_staff
  using (person_id = (select ops.uid()));

-- policy:digests_listed:every list is seen by who looks after them
create policy "every list is seen by who looks after them" on public."digests_listed" for select to od_s_digests_all
  using (true);

-- policy:digests_listed:a link shows its row
create policy "a link shows its row" on public."digests_listed" for select to od_s_link
  using (id = (select ops.link_subject('digest_row')));

-- grant:digests_listed:jobs:select, insert
grant select, insert on public."digests_listed" to od_s_jobs;

-- grant:digests_listed:staff:select
grant select on public."digests_listed" to od_s_staff;

-- grant:digests_listed:digests_all:select
grant select on public."digests_listed" to od_s_digests_all;

-- grant:digests_listed:link:select
grant select on public."digests_listed" to od_s_link;

-- trigger:digests_listed:aa_append_only
create trigger aa_append_only before update or delete on public."digests_listed" for each row execute function ops.refuse();

-- trigger:digests_listed:aa_append_only_all
create trigger aa_append_only_all before truncate on public."digests_listed" for each statement execute function ops.refuse();

-- rows:digests_extension
alter table public."digests_extension" enable row level security;

-- trigger:digests_extension:ab_extension
create trigger ab_extension before insert or update on public."digests_extension" for each row execute function ops.guard_extension();

-- function:ops.h_digests_extension()
-- definer: writes history, which nobody else may write
create or replace function ops.h_digests_extension() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."digests_extension"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."digests_historicalextension" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."digests_historicalextension" ("id", "noun", "subject_id", "until", "reason", "by_id", "made_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."noun", r."subject_id", r."until", r."reason", r."by_id", r."made_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:digests_extension:zz_history
create trigger zz_history after update or delete on public."digests_extension" for each row execute function ops.h_digests_extension();

-- function:ops.ha_digests_extension()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_digests_extension() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."digests_historicalextension" ("id", "noun", "subject_id", "until", "reason", "by_id", "made_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."noun", a."subject_id", a."until", a."reason", a."by_id", a."made_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:digests_extension:zz_history_added
create trigger zz_history_added after insert on public."digests_extension" referencing new table as added for each statement execute function ops.ha_digests_extension();

-- rows:digests_historicalextension
alter table public."digests_historicalextension" enable row level security;

-- trigger:digests_historicalextension:aa_append_only
create trigger aa_append_only before update or delete on public."digests_historicalextension" for each row execute function ops.refuse();

-- trigger:digests_historicalextension:aa_append_only_all
create trigger aa_append_only_all before truncate on public."digests_historicalextension" for each statement execute function ops.refuse();

-- index:digests_historicalextension_chain
create index if not exists "digests_historicalextension_chain" on public."digests_historicalextension" ("id", history_id);

-- index:digests_historicalextension_txid
create index if not exists "digests_historicalextension_txid" on public."digests_historicalextension" using brin (history_txid) with (autosummarize = on);

-- index:digests_historicalextension_when
create index if not exists "digests_historicalextension_when" on public."digests_historicalextension" (history_date, history_id);

-- policy:digests_historicalextension:history: the chain is verified
create policy "history: the chain is verified" on public."digests_historicalextension" for select to od_s_chain
  using (true);

-- grant:digests_historicalextension:chain:select
grant select on public."digests_historicalextension" to od_s_chain;

-- view:digests_extension_changes
-- definer: field changes
create view public."digests_extension_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."digests_historicalextension" h
 cross join lateral (select * from public."digests_historicalextension" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('noun', p."noun"::text, h."noun"::text), ('subject_id', p."subject_id"::text, h."subject_id"::text), ('until', p."until"::text, h."until"::text), ('reason', p."reason"::text, h."reason"::text), ('by_id', p."by_id"::text, h."by_id"::text), ('made_at', p."made_at"::text, h."made_at"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- rows:digests_snooze
alter table public."digests_snooze" enable row level security;

-- policy:digests_snooze:own rows are put off
create policy "own rows are put off" on public."digests_snooze" for all to od_s_staff
  using (person_id = (select ops.uid()))
  with check (person_id = (select ops.uid()));

-- grant:digests_snooze:staff:select, insert, update (until), delete
grant select, insert, update (until), delete on public."digests_snooze" to od_s_staff;

-- trigger:digests_snooze:ab_snooze
create trigger ab_snooze before insert or update on public."digests_snooze" for each row execute function ops.guard_snooze();

-- rows:digests_handback
alter table public."digests_handback" enable row level security;

-- policy:digests_handback:what one handed back oneself is known
create policy "what one handed back oneself is known" on public."digests_handback" for select to od_s_staff
  using (person_id = (select ops.uid()));

-- grant:digests_handback:staff:select
grant select on public."digests_handback" to od_s_staff;

-- rows:digests_emptyrole
alter table public."digests_emptyrole" enable row level security;

-- policy:digests_emptyrole:the morning job keeps the roles without people
create policy "the morning job keeps the roles without people" on public."digests_emptyrole" for all to od_s_jobs
  using (true)
  with check (true);

-- policy:digests_emptyrole:roles without people are known to who sees the lists
create policy "roles without people are known to who sees the lists" on public."digests_emptyrole" for select to od_s_digests_all
  using (true);

-- grant:digests_emptyrole:jobs:select, insert, delete
grant select, insert, delete on public."digests_emptyrole" to od_s_jobs;

-- grant:digests_emptyrole:digests_all:select
grant select on public."digests_emptyrole" to od_s_digests_all;

-- rows:digests_digestday
alter table public."digests_digestday" enable row level security;

-- policy:digests_digestday:the morning job closes the day
create policy "the morning job closes the day" on public."digests_digestday" for all to od_s_jobs
  using (true)
  with check (true);

-- policy:digests_digestday:days are known to who sees the lists
create policy "days are known to who sees the lists" on public."digests_digestday" for select to od_s_digests_all
  using (true);

-- grant:digests_digestday:jobs:select, insert
grant select, insert on public."digests_digestday" to od_s_jobs;

-- grant:digests_digestday:digests_all:select
grant select on public."digests_digestday" to od_s_digests_all;

-- policy:ops_signedlink:digests: the morning job makes links to its rows
create policy "digests: the morning job makes links to its rows" on public."ops_signedlink" for insert to od_s_jobs
  with check (kind = 'digest_row' and exists (select 1 from digests_listed l where l.id = ops_signedlink.subject_id));

-- grant:ops_signedlink:jobs:insert
grant insert on public."ops_signedlink" to od_s_jobs;

-- rows:standing_start
alter table public."standing_start" enable row level security;

-- policy:standing_start:own starts are kept
create policy "own starts are kept" on public."standing_start" for all to od_s_staff
  using (person_id = (select ops.uid()))
  with check (person_id = (select ops.uid()));

-- policy:standing_start:what roles start with is known
create policy "what roles start with is known" on public."standing_start" for select to od_s_staff
  using (role_id is not null);

-- policy:standing_start:what roles start with is decided
create policy "what roles start with is decided" on public."standing_start" for all to od_s_views_admin
  using (role_id is not null)
  with check (role_id is not null);

-- grant:standing_start:staff:select, insert, update (query, name), delete
grant select, insert, update (query, name), delete on public."standing_start" to od_s_staff;

-- grant:standing_start:views_admin:select, insert, update (query, name), delete
grant select, insert, update (query, name), delete on public."standing_start" to od_s_views_admin;

-- function:ops.h_standing_start()
-- definer: writes history, which nobody else may write
create or replace function ops.h_standing_start() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."standing_start"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."standing_historicalstart" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."standing_historicalstart" ("id", "role_id", "person_id", "board", "query", "name", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."role_id", r."person_id", r."board", r."query", r."name", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:standing_start:zz_history
create trigger zz_history after update or delete on public."standing_start" for each row execute function ops.h_standing_start();

-- function:ops.ha_standing_start()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_standing_start() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."standing_historicalstart" ("id", "role_id", "person_id", "board", "query", "name", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."role_id", a."person_id", a."board", a."query", a."name", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:standing_start:zz_history_added
create trigger zz_history_added after insert on public."standing_start" referencing new table as added for each statement execute function ops.ha_standing_start();

-- rows:standing_historicalstart
alter table public."standing_historicalstart" enable row level security;

-- trigger:standing_historicalstart:aa_append_only
create trigger aa_append_only before update or delete on public."standing_historicalstart" for each row execute function ops.refuse();

-- trigger:standing_historicalstart:aa_append_only_all
create trigger aa_append_only_all before truncate on public."standing_historicalstart" for each statement execute function ops.refuse();

-- index:standing_historicalstart_chain
create index if not exists "standing_historicalstart_chain" on public."standing_historicalstart" ("id", history_id);

-- index:standing_historicalstart_txid
create index if not exists "standing_historicalstart_txid" on public."standing_historicalstart" using brin (history_txid) with (autosummarize = on);

-- index:standing_historicalstart_when
create index if not exists "standing_historicalstart_when" on public."standing_historicalstart" (history_date, history_id);

-- policy:standing_historicalstart:history: own starts are kept
create policy "history: own starts are kept" on public."standing_historicalstart" for select to od_s_staff
  using (exists (select 1 from public."standing_start" x where x."id" = "standing_historicalstart"."id"));

-- policy:standing_historicalstart:history: what roles start with is known
create policy "history: what roles start with is known" on public."standing_historicalstart" for select to od_s_staff
  using (exists (select 1 from public."standing_start" x where x."id" = "standing_historicalstart"."id"));

-- policy:standing_historicalstart:history: what roles start with is decided
create policy "history: what roles start with is decided" on public."standing_historicalstart" for select to od_s_views_admin
  using (exists (select 1 from public."standing_start" x where x."id" = "standing_historicalstart"."id"));

-- policy:standing_historicalstart:history: the chain is verified
create policy "history: the chain is verified" on public."standing_historicalstart" for select to od_s_chain
  using (true);

-- grant:standing_historicalstart:staff:select
grant select on public."standing_historicalstart" to od_s_staff;

-- grant:standing_historicalstart:views_admin:select
grant select on public."standing_historicalstart" to od_s_views_admin;

-- grant:standing_historicalstart:chain:select
grant select on public."standing_historicalstart" to od_s_chain;

-- view:standing_start_changes
-- definer: field changes
create view public."standing_start_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."standing_historicalstart" h
 cross join lateral (select * from public."standing_historicalstart" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('role_id', p."role_id"::text, h."role_id"::text), ('person_id', p."person_id"::text, h."person_id"::text), ('board', p."board"::text, h."board"::text), ('query', p."query"::text, h."query"::text), ('name', p."name"::text, h."name"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:standing_start_changes:staff:select
grant select on public."standing_start_changes" to od_s_staff;

-- grant:standing_start_changes:views_admin:select
grant select on public."standing_start_changes" to od_s_views_admin;

-- rows:standing_mailing
alter table public."standing_mailing" enable row level security;

-- policy:standing_mailing:own mailings are seen and ended
create policy "own mailings are seen and ended" on public."standing_mailing" for select to od_s_staff
  using (person_id = (select ops.uid()));

-- policy:standing_mailing:own mailings are ended
create policy "own mailings are ended" on public."standing_mailing" for delete to od_s_staff
  using (person_id = (select ops.uid()));

-- policy:standing_mailing:views that one sees are mailed to oneself
create policy "views that one sees are mailed to oneself" on public."standing_mailing" for insert to od_s_staff
  with check (person_id = (select ops.uid()) and exists (select 1 from ops_savedview v where v.id = view_id));

-- policy:standing_mailing:how often is changed for oneself
create policy "how often is changed for oneself" on public."standing_mailing" for update to od_s_staff
  using (person_id = (select ops.uid()))
  with check (person_id = (select ops.uid()));

-- policy:standing_mailing:the morning job mails views
create policy "the morning job mails views" on public."standing_mailing" for select to od_s_view_mails
  using (true);

-- policy:standing_mailing:the morning job notes the day
create policy "the morning job notes the day" on public."standing_mailing" for update to od_s_view_mails
  using (true)
  with check (true);

-- policy:standing_mailing:a link shows its mailing
create policy "a link shows its mailing" on public."standing_mailing" for select to od_s_link
  using (id = (select ops.link_subject('view_mail')));

-- policy:standing_mailing:a link ends its mailing
create policy "a link ends its mailing" on public."standing_mailing" for delete to od_s_link
  using (id = (select ops.link_subject('view_mail')));

-- grant:standing_mailing:staff:select, insert, update (often), delete
grant select, insert, update (often), delete on public."standing_mailing" to od_s_staff;

-- grant:standing_mailing:view_mails:select, update (last_on)
grant select, update (last_on) on public."standing_mailing" to od_s_view_mails;

-- grant:standing_mailing:link:select, delete
grant select, delete on public."standing_mailing" to od_s_link;

-- policy:ops_signedlink:standing: whoever gets a view by mail gets a link that ends it
create policy "standing: whoever gets a view by mail gets a link that ends it" on public."ops_signedlink" for insert to od_s_staff
  with check (kind = 'view_mail' and exists (select 1 from standing_mailing m where m.id = ops_signedlink.subject_id and m.person_id = (select ops.uid())));

-- grant:ops_signedlink:staff:insert
grant insert on public."ops_signedlink" to od_s_staff;

-- policy:ops_event:standing: what a role starts with is recorded
create policy "standing: what a role starts with is recorded" on public."ops_event" for insert to od_s_views_admin
  with check (noun = 'start' and kind like 'start.role%');

-- policy:ops_event:standing: who decided what a role starts with is read
create policy "standing: who decided what a role starts with is read" on public."ops_event" for select to od_s_views_admin
  using (noun = 'start' and kind like 'start.role%');

-- grant:ops_event:views_admin:select, insert
grant select, insert on public."ops_event" to od_s_views_admin;

-- rows:exports_template
alter table public."exports_template" enable row level security;

-- policy:exports_template:own templates are kept
create policy "own templates are kept" on public."exports_template" for all to od_s_staff
  using (owner_id = (select ops.uid()))
  with check (owner_id = (select ops.uid()));

-- policy:exports_template:shared templates are used
create policy "shared templates are used" on public."exports_template" for select to od_s_staff
  using (shared);

-- grant:exports_template:staff:select, insert, update (name, shared, keys, heads, days, decimal, separator, says_origin), delete
grant select, insert, update (name, shared, keys, heads, days, decimal, separator, says_origin), delete on public."exports_template" to od_s_staff;

-- function:ops.h_exports_template()
-- definer: writes history, which nobody else may write
create or replace function ops.h_exports_template() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."exports_template"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."exports_historicaltemplate" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."exports_historicaltemplate" ("id", "owner_id", "board", "name", "shared", "keys", "heads", "days", "decimal", "separator", "says_origin", "made_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."owner_id", r."board", r."name", r."shared", r."keys", r."heads", r."days", r."decimal", r."separator", r."says_origin", r."made_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:exports_template:zz_history
create trigger zz_history after update or delete on public."exports_template" for each row execute function ops.h_exports_template();

-- function:ops.ha_exports_template()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_exports_template() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."exports_historicaltemplate" ("id", "owner_id", "board", "name", "shared", "keys", "heads", "days", "decimal", "separator", "says_origin", "made_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."owner_id", a."board", a."name", a."shared", a."keys", a."heads", a."days", a."decimal", a."separator", a."says_origin", a."made_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:exports_template:zz_history_added
create trigger zz_history_added after insert on public."exports_template" referencing new table as added for each statement execute function ops.ha_exports_template();

-- rows:exports_historicaltemplate
alter table public."exports_historicaltemplate" enable row level security;

-- trigger:exports_historicaltemplate:aa_append_only
create trigger aa_append_only before update or delete on public."exports_historicaltemplate" for each row execute function ops.refuse();

-- trigger:exports_historicaltemplate:aa_append_only_all
create trigger aa_append_only_all before truncate on public."exports_historicaltemplate" for each statement execute function ops.refuse();

-- index:exports_historicaltemplate_chain
create index if not exists "exports_historicaltemplate_chain" on public."exports_historicaltemplate" ("id", history_id);

-- index:exports_historicaltemplate_txid
create index if not exists "exports_historicaltemplate_txid" on public."exports_historicaltemplate" using brin (history_txid) with (autosummarize = on);

-- index:exports_historicaltemplate_when
create index if not exists "exports_historicaltemplate_when" on public."exports_historicaltemplate" (history_date, history_id);

-- policy:exports_historicaltemplate:history: own templates are kept
create policy "history: own templates are kept" on public."exports_historicaltemplate" for select to od_s_staff
  using (exists (select 1 from public."exports_template" x where x."id" = "exports_historicaltemplate"."id"));

-- policy:exports_historicaltemplate:history: shared templates are used
create policy "history: shared templates are used" on public."exports_historicaltemplate" for select to od_s_staff
  using (exists (select 1 from public."exports_template" x where x."id" = "exports_historicaltemplate"."id"));

-- policy:exports_historicaltemplate:history: the chain is verified
create policy "history: the chain is verified" on public."exports_historicaltemplate" for select to od_s_chain
  using (true);

-- grant:exports_historicaltemplate:staff:select
grant select on public."exports_historicaltemplate" to od_s_staff;

-- grant:exports_historicaltemplate:chain:select
grant select on public."exports_historicaltemplate" to od_s_chain;

-- view:exports_template_changes
-- definer: field changes
create view public."exports_template_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."exports_historicaltemplate" h
 cross join lateral (select * from public."exports_historicaltemplate" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('owner_id', p."owner_id"::text, h."owner_id"::text), ('board', p."board"::text, h."board"::text), ('name', p."name"::text, h."name"::text), ('shared', p."shared"::text, h."shared"::text), ('keys', p."keys"::text, h."keys"::text), ('heads', p."heads"::text, h."heads"::text), ('days', p."days"::text, h."days"::text), ('decimal', p."decimal"::text, h."decimal"::text), ('separator', p."separator"::text, h."separator"::text), ('says_origin', p."says_origin"::text, h."says_origin"::text), ('made_at', p."made_at"::text, h."made_at"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:exports_template_changes:staff:select
grant select on public."exports_template_changes" to od_s_staff;

-- rows:threads_message
alter table public."threads_message" enable row level security;

-- grant:threads_message:staff:select
grant select on public."threads_message" to od_s_staff;

-- trigger:threads_message:aa_stamp
create trigger aa_stamp before insert on public."threads_message" for each row execute function ops.stamp_message();

-- trigger:threads_message:ab_message
create trigger ab_message before update on public."threads_message" for each row execute function ops.guard_message('5');

-- trigger:threads_message:ac_never_deleted
create trigger ac_never_deleted before delete on public."threads_message" for each row execute function ops.refuse();

-- trigger:threads_message:zv_mails_anew
create trigger zv_mails_anew after update on public."threads_message" for each row when (new.text is distinct from old.text) execute function ops.mail_message_anew();

-- function:ops.h_threads_message()
-- definer: writes history, which nobody else may write
create or replace function ops.h_threads_message() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."threads_message"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."threads_historicalmessage" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."threads_historicalmessage" ("id", "noun", "subject_id", "visibility", "text", "mentions", "by_id", "at", "key", "version", "edited_at", "removed_at", "removed_by_id", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."noun", r."subject_id", r."visibility", r."text", r."mentions", r."by_id", r."at", r."key", r."version", r."edited_at", r."removed_at", r."removed_by_id", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:threads_message:zz_history
create trigger zz_history after update or delete on public."threads_message" for each row execute function ops.h_threads_message();

-- function:ops.ha_threads_message()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_threads_message() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."threads_historicalmessage" ("id", "noun", "subject_id", "visibility", "text", "mentions", "by_id", "at", "key", "version", "edited_at", "removed_at", "removed_by_id", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."noun", a."subject_id", a."visibility", a."text", a."mentions", a."by_id", a."at", a."key", a."version", a."edited_at", a."removed_at", a."removed_by_id", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:threads_message:zz_history_added
create trigger zz_history_added after insert on public."threads_message" referencing new table as added for each statement execute function ops.ha_threads_message();

-- rows:threads_historicalmessage
alter table public."threads_historicalmessage" enable row level security;

-- trigger:threads_historicalmessage:aa_append_only
create trigger aa_append_only before update or delete on public."threads_historicalmessage" for each row execute function ops.refuse();

-- trigger:threads_historicalmessage:aa_append_only_all
create trigger aa_append_only_all before truncate on public."threads_historicalmessage" for each statement execute function ops.refuse();

-- index:threads_historicalmessage_chain
create index if not exists "threads_historicalmessage_chain" on public."threads_historicalmessage" ("id", history_id);

-- index:threads_historicalmessage_txid
create index if not exists "threads_historicalmessage_txid" on public."threads_historicalmessage" using brin (history_txid) with (autosummarize = on);

-- index:threads_historicalmessage_when
create index if not exists "threads_historicalmessage_when" on public."threads_historicalmessage" (history_date, history_id);

-- policy:threads_historicalmessage:history: the chain is verified
create policy "history: the chain is verified" on public."threads_historicalmessage" for select to od_s_chain
  using (true);

-- grant:threads_historicalmessage:chain:select
grant select on public."threads_historicalmessage" to od_s_chain;

-- view:threads_message_changes
-- definer: field changes
create view public."threads_message_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."threads_historicalmessage" h
 cross join lateral (select * from public."threads_historicalmessage" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('noun', p."noun"::text, h."noun"::text), ('subject_id', p."subject_id"::text, h."subject_id"::text), ('visibility', p."visibility"::text, h."visibility"::text), ('text', p."text"::text, h."text"::text), ('mentions', p."mentions"::text, h."mentions"::text), ('by_id', p."by_id"::text, h."by_id"::text), ('at', p."at"::text, h."at"::text), ('key', p."key"::text, h."key"::text), ('edited_at', p."edited_at"::text, h."edited_at"::text), ('removed_at', p."removed_at"::text, h."removed_at"::text), ('removed_by_id', p."removed_by_id"::text, h."removed_by_id"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- policy:files_file:message files: seen with their message
create policy "message files: seen with their message" on public."files_file" for select to od_s_staff
  using (noun = 'message' and exists (select 1 from threads_message m where m.id = files_file.subject_id and m.removed_at is null));

-- policy:files_file:message files: added by who has just written it
create policy "message files: added by who has just written it" on public."files_file" for insert to od_s_staff
  with check (noun = 'message' and visibility = 'everyone' and exists (select 1 from threads_message m where m.id = files_file.subject_id and m.removed_at is null and m.by_id = (select ops.uid()) and m.at > (select ops.now()) - interval '5 minutes'));

-- grant:files_file:staff:select, insert
grant select, insert on public."files_file" to od_s_staff;

-- policy:files_historicalfile:history: message files: seen with their message
create policy "history: message files: seen with their message" on public."files_historicalfile" for select to od_s_staff
  using (exists (select 1 from public."files_file" x where x."id" = "files_historicalfile"."id"));

-- grant:files_historicalfile:staff:select
grant select on public."files_historicalfile" to od_s_staff;

-- grant:files_file_changes:staff:select
grant select on public."files_file_changes" to od_s_staff;

-- policy:ops_event:threads: events are seen with their message
create policy "threads: events are seen with their message" on public."ops_event" for select to od_s_staff
  using (noun = 'message' and ops.shows_message(subject_id));

-- policy:ops_event:threads: events are recorded with their message
create policy "threads: events are recorded with their message" on public."ops_event" for insert to od_s_staff
  with check (noun = 'message' and exists (select 1 from threads_message m where m.id = ops_event.subject_id));

-- rows:customers_customer
alter table public."customers_customer" enable row level security;

-- policy:customers_customer:every customer
create policy "every customer" on public."customers_customer" for all to od_s_customers_all
  using (true)
  with check (true);

-- policy:customers_customer:customers of own orders
create policy "customers of own orders" on public."customers_customer" for all to od_s_customers_own
  using (keeper_id = (select ops.uid()) or exists (select 1 from orders_order o where o.customer_id = customers_customer.id and o.agent_id = (select ops.uid())))
  with check (keeper_id = (select ops.uid()) or exists (select 1 from orders_order o where o.customer_id = customers_customer.id and o.agent_id = (select ops.uid())));

-- grant:customers_customer:customers_all:select, insert, update
grant select, insert, update on public."customers_customer" to od_s_customers_all;

-- grant:customers_customer:customers_own:select, insert, update
grant select, insert, update on public."customers_customer" to od_s_customers_own;

-- trigger:customers_customer:ac_version
create trigger ac_version before update on public."customers_customer" for each row execute function ops.bump_version();

-- trigger:customers_customer:ad_customer
create trigger ad_customer before insert or update on public."customers_customer" for each row execute function ops.guard_customer();

-- trigger:customers_customer:zv_contacts
create trigger zv_contacts after update of phone, email on public."customers_customer" for each row execute function ops.keep_main_contacts();

-- trigger:customers_customer:zv_contacts_added
create trigger zv_contacts_added after insert on public."customers_customer" referencing new table as added for each statement execute function ops.keep_new_main_contacts();

-- trigger:customers_customer:zx_tell
create trigger zx_tell after update on public."customers_customer" for each row execute function ops.tell_customer();

-- trigger:customers_customer:zx_tell_added
create trigger zx_tell_added after insert on public."customers_customer" referencing new table as added for each statement execute function ops.tell_new_customers();

-- function:ops.h_customers_customer()
-- definer: writes history, which nobody else may write
create or replace function ops.h_customers_customer() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."customers_customer"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."customers_historicalcustomer" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."customers_historicalcustomer" ("id", "public_id", "name", "phone", "email", "city", "address", "keeper_id", "notes", "wants_order_mail", "wants_offers", "merged_into_id", "source", "external_id", "created_at", "updated_at", "version", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."public_id", r."name", r."phone", r."email", r."city", r."address", r."keeper_id", r."notes", r."wants_order_mail", r."wants_offers", r."merged_into_id", r."source", r."external_id", r."created_at", r."updated_at", r."version", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:customers_customer:zz_history
create trigger zz_history after update or delete on public."customers_customer" for each row execute function ops.h_customers_customer();

-- function:ops.ha_customers_customer()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_customers_customer() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."customers_historicalcustomer" ("id", "public_id", "name", "phone", "email", "city", "address", "keeper_id", "notes", "wants_order_mail", "wants_offers", "merged_into_id", "source", "external_id", "created_at", "updated_at", "version", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."public_id", a."name", a."phone", a."email", a."city", a."address", a."keeper_id", a."notes", a."wants_order_mail", a."wants_offers", a."merged_into_id", a."source", a."external_id", a."created_at", a."updated_at", a."version", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:customers_customer:zz_history_added
create trigger zz_history_added after insert on public."customers_customer" referencing new table as added for each statement execute function ops.ha_customers_customer();

-- rows:customers_historicalcustomer
alter table public."customers_historicalcustomer" enable row level security;

-- trigger:customers_historicalcustomer:aa_append_only
create trigger aa_append_only before update or delete on public."customers_historicalcustomer" for each row execute function ops.refuse();

-- trigger:customers_historicalcustomer:aa_append_only_all
create trigger aa_append_only_all before truncate on public."customers_historicalcustomer" for each statement execute function ops.refuse();

-- index:customers_historicalcustomer_chain
create index if not exists "customers_historicalcustomer_chain" on public."customers_historicalcustomer" ("id", history_id);

-- index:customers_historicalcustomer_txid
create index if not exists "customers_historicalcustomer_txid" on public."customers_historicalcustomer" using brin (history_txid) with (autosummarize = on);

-- index:customers_historicalcustomer_when
create index if not exists "customers_historicalcustomer_when" on public."customers_historicalcustomer" (history_date, history_id);

-- policy:customers_historicalcustomer:history: every customer
create policy "history: every customer" on public."customers_historicalcustomer" for select to od_s_customers_all
  using (true);

-- policy:customers_historicalcustomer:history: customers of own orders
create policy "history: customers of own orders" on public."customers_historicalcustomer" for select to od_s_customers_own
  using (exists (select 1 from public."customers_customer" x where x."id" = "customers_historicalcustomer"."id"));

-- policy:customers_historicalcustomer:history: the chain is verified
create policy "history: the chain is verified" on public."customers_historicalcustomer" for select to od_s_chain
  using (true);

-- grant:customers_historicalcustomer:customers_all:select
grant select on public."customers_historicalcustomer" to od_s_customers_all;

-- grant:customers_historicalcustomer:customers_own:select
grant select on public."customers_historicalcustomer" to od_s_customers_own;

-- grant:customers_historicalcustomer:chain:select
grant select on public."customers_historicalcustomer" to od_s_chain;

-- view:customers_customer_changes
-- definer: field changes
create view public."customers_customer_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."customers_historicalcustomer" h
 cross join lateral (select * from public."customers_historicalcustomer" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('public_id', p."public_id"::text, h."public_id"::text), ('name', p."name"::text, h."name"::text), ('phone', p."phone"::text, h."phone"::text), ('email', p."email"::text, h."email"::text), ('city', p."city"::text, h."city"::text), ('address', p."address"::text, h."address"::text), ('keeper_id', p."keeper_id"::text, h."keeper_id"::text), ('notes', p."notes"::text, h."notes"::text), ('wants_order_mail', p."wants_order_mail"::text, h."wants_order_mail"::text), ('wants_offers', p."wants_offers"::text, h."wants_offers"::text), ('merged_into_id', p."merged_into_id"::text, h."merged_into_id"::text), ('source', p."source"::text, h."source"::text), ('external_id', p."external_id"::text, h."external_id"::text), ('created_at', p."created_at"::text, h."created_at"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:customers_customer_changes:customers_all:select
grant select on public."customers_customer_changes" to od_s_customers_all;

-- grant:customers_customer_changes:customers_own:select
grant select on public."customers_customer_changes" to od_s_customers_own;

-- rows:customers_customercontact
alter table public."customers_customercontact" enable row level security;

-- policy:customers_customercontact:contacts of known customers are seen
create policy "contacts of known customers are seen" on public."customers_customercontact" for select to od_s_customers_all, od_s_customers_own
  using (exists (select 1 from customers_customer c where c.id = customer_id));

-- policy:customers_customercontact:further contacts are added
create policy "further contacts are added" on public."customers_customercontact" for insert to od_s_customers_all, od_s_customers_own
  with check (not is_main and exists (select 1 from customers_customer c where c.id = customer_id));

-- policy:customers_customercontact:further contacts are named
create policy "further contacts are named" on public."customers_customercontact" for update to od_s_customers_all, od_s_customers_own
  using (not is_main and exists (select 1 from customers_customer c where c.id = customer_id))
  with check (not is_main and exists (select 1 from customers_customer c where c.id = customer_id));

-- policy:customers_customercontact:further contacts are taken away
create policy "further contacts are taken away" on public."customers_customercontact" for delete to od_s_customers_all, od_s_customers_own
  using (not is_main and exists (select 1 from customers_customer c where c.id = customer_id));

-- grant:customers_customercontact:customers_all:select
grant select on public."customers_customercontact" to od_s_customers_all;

-- grant:customers_customercontact:customers_all:insert
grant insert on public."customers_customercontact" to od_s_customers_all;

-- grant:customers_customercontact:customers_all:delete
grant delete on public."customers_customercontact" to od_s_customers_all;

-- grant:customers_customercontact:customers_all:update (label)
grant update (label) on public."customers_customercontact" to od_s_customers_all;

-- grant:customers_customercontact:customers_own:select
grant select on public."customers_customercontact" to od_s_customers_own;

-- grant:customers_customercontact:customers_own:insert
grant insert on public."customers_customercontact" to od_s_customers_own;

-- grant:customers_customercontact:customers_own:delete
grant delete on public."customers_customercontact" to od_s_customers_own;

-- grant:customers_customercontact:customers_own:update (label)
grant update (label) on public."customers_customercontact" to od_s_customers_own;

-- trigger:customers_customercontact:ae_live_customer
create trigger ae_live_customer before insert or update of customer_id on public."customers_customercontact" for each row execute function ops.guard_live_customer();

-- trigger:customers_customercontact:zx_tell
create trigger zx_tell after insert or update or delete on public."customers_customercontact" for each row execute function ops.tell_customer_contact();

-- function:ops.h_customers_customercontact()
-- definer: writes history, which nobody else may write
create or replace function ops.h_customers_customercontact() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."customers_customercontact"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."customers_historicalcustomercontact" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."customers_historicalcustomercontact" ("id", "customer_id", "kind", "value", "label", "is_main", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."customer_id", r."kind", r."value", r."label", r."is_main", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:customers_customercontact:zz_history
create trigger zz_history after update or delete on public."customers_customercontact" for each row execute function ops.h_customers_customercontact();

-- function:ops.ha_customers_customercontact()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_customers_customercontact() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."customers_historicalcustomercontact" ("id", "customer_id", "kind", "value", "label", "is_main", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."customer_id", a."kind", a."value", a."label", a."is_main", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:customers_customercontact:zz_history_added
create trigger zz_history_added after insert on public."customers_customercontact" referencing new table as added for each statement execute function ops.ha_customers_customercontact();

-- rows:customers_historicalcustomercontact
alter table public."customers_historicalcustomercontact" enable row level security;

-- trigger:customers_historicalcustomercontact:aa_append_only
create trigger aa_append_only before update or delete on public."customers_historicalcustomercontact" for each row execute function ops.refuse();

-- trigger:customers_historicalcustomercontact:aa_append_only_all
create trigger aa_append_only_all before truncate on public."customers_historicalcustomercontact" for each statement execute function ops.refuse();

-- index:customers_historicalcustomercontact_chain
create index if not exists "customers_historicalcustomercontact_chain" on public."customers_historicalcustomercontact" ("id", history_id);

-- index:customers_historicalcustomercontact_txid
create index if not exists "customers_historicalcustomercontact_txid" on public."customers_historicalcustomercontact" using brin (history_txid) with (autosummarize = on);

-- index:customers_historicalcustomercontact_when
create index if not exists "customers_historicalcustomercontact_when" on public."customers_historicalcustomercontact" (history_date, history_id);

-- policy:customers_historicalcustomercontact:history: contacts of known customers are seen
create policy "history: contacts of known customers are seen" on public."customers_historicalcustomercontact" for select to od_s_customers_all, od_s_customers_own
  using (exists (select 1 from public."customers_customercontact" x where x."id" = "customers_historicalcustomercontact"."id"));

-- policy:customers_historicalcustomercontact:history: the chain is verified
create policy "history: the chain is verified" on public."customers_historicalcustomercontact" for select to od_s_chain
  using (true);

-- grant:customers_historicalcustomercontact:customers_all:select
grant select on public."customers_historicalcustomercontact" to od_s_customers_all;

-- grant:customers_historicalcustomercontact:customers_own:select
grant select on public."customers_historicalcustomercontact" to od_s_customers_own;

-- grant:customers_historicalcustomercontact:chain:select
grant select on public."customers_historicalcustomercontact" to od_s_chain;

-- view:customers_customercontact_changes
-- definer: field changes
create view public."customers_customercontact_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."customers_historicalcustomercontact" h
 cross join lateral (select * from public."customers_historicalcustomercontact" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('customer_id', p."customer_id"::text, h."customer_id"::text), ('kind', p."kind"::text, h."kind"::text), ('value', p."value"::text, h."value"::text), ('label', p."label"::text, h."label"::text), ('is_main', p."is_main"::text, h."is_main"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:customers_customercontact_changes:customers_all:select
grant select on public."customers_customercontact_changes" to od_s_customers_all;

-- grant:customers_customercontact_changes:customers_own:select
grant select on public."customers_customercontact_changes" to od_s_customers_own;

-- rows:customers_customermerge
alter table public."customers_customermerge" enable row level security;

-- policy:customers_customermerge:merges are known to who sees every customer
create policy "merges are known to who sees every customer" on public."customers_customermerge" for select to od_s_customers_all
  using (true);

-- policy:customers_customermerge:merges are asked for
create policy "merges are asked for" on public."customers_customermerge" for insert to od_s_customers_all
  with check (moved is null and kept_before is null and gone_before is null and by_id is null and undone_at is null and undone_by_id is null);

-- grant:customers_customermerge:customers_all:select, insert
grant select, insert on public."customers_customermerge" to od_s_customers_all;

-- policy:threads_message:customer messages: every one
create policy "customer messages: every one" on public."threads_message" for select to od_s_customers_all
  using (noun = 'customer');

-- policy:threads_message:customer messages: of known customers
create policy "customer messages: of known customers" on public."threads_message" for select to od_s_customers_own
  using (noun = 'customer' and exists (select 1 from customers_customer c where c.id = subject_id));

-- policy:threads_message:customer messages: who knows the customer writes
create policy "customer messages: who knows the customer writes" on public."threads_message" for insert to od_s_customers_all, od_s_customers_own
  with check (noun = 'customer' and exists (select 1 from customers_customer c where c.id = subject_id) and by_id = (select ops.uid()));

-- policy:threads_message:customer messages: managers remove
create policy "customer messages: managers remove" on public."threads_message" for update to od_s_customers_all
  using (noun = 'customer')
  with check (noun = 'customer');

-- policy:threads_message:customer messages: one's own are changed for a while
create policy "customer messages: one's own are changed for a while" on public."threads_message" for update to od_s_customers_own
  using (noun = 'customer' and exists (select 1 from customers_customer c where c.id = subject_id) and by_id = (select ops.uid()) and at > (select ops.now()) - interval '5 minutes')
  with check (noun = 'customer' and exists (select 1 from customers_customer c where c.id = subject_id) and by_id = (select ops.uid()));

-- grant:threads_message:customers_all:select
grant select on public."threads_message" to od_s_customers_all;

-- grant:threads_message:customers_all:insert
grant insert on public."threads_message" to od_s_customers_all;

-- grant:threads_message:customers_all:update (text, mentions, removed_at)
grant update (text, mentions, removed_at) on public."threads_message" to od_s_customers_all;

-- grant:threads_message:customers_own:select
grant select on public."threads_message" to od_s_customers_own;

-- grant:threads_message:customers_own:insert
grant insert on public."threads_message" to od_s_customers_own;

-- grant:threads_message:customers_own:update (text, mentions, removed_at)
grant update (text, mentions, removed_at) on public."threads_message" to od_s_customers_own;

-- trigger:threads_message:ae_live_customer
create trigger ae_live_customer before insert or update of subject_id on public."threads_message" for each row when (new.noun = 'customer') execute function ops.guard_live_subject();

-- trigger:threads_message:zx_tell_customer
create trigger zx_tell_customer after insert or update on public."threads_message" for each row when (new.noun = 'customer') execute function ops.tell_customer_subject();

-- policy:threads_historicalmessage:history: customer messages: every one
create policy "history: customer messages: every one" on public."threads_historicalmessage" for select to od_s_customers_all
  using (noun = 'customer');

-- grant:threads_historicalmessage:customers_all:select
grant select on public."threads_historicalmessage" to od_s_customers_all;

-- grant:threads_message_changes:customers_all:select
grant select on public."threads_message_changes" to od_s_customers_all;

-- policy:ops_event:customers: every record
create policy "customers: every record" on public."ops_event" for select to od_s_customers_all
  using (noun = 'customer');

-- policy:ops_event:customers: records of known customers
create policy "customers: records of known customers" on public."ops_event" for select to od_s_customers_own
  using (noun = 'customer' and exists (select 1 from customers_customer c where c.id = subject_id));

-- policy:ops_event:customers: events of known customers are recorded
create policy "customers: events of known customers are recorded" on public."ops_event" for insert to od_s_customers_all, od_s_customers_own
  with check (noun = 'customer' and exists (select 1 from customers_customer c where c.id = subject_id));

-- grant:ops_event:customers_all:select, insert
grant select, insert on public."ops_event" to od_s_customers_all;

-- grant:ops_event:customers_own:select, insert
grant select, insert on public."ops_event" to od_s_customers_own;

-- rows:catalog_category
alter table public."catalog_category" enable row level security;

-- policy:catalog_category:the catalogue is read by who sells
create policy "the catalogue is read by who sells" on public."catalog_category" for select to od_s_catalog_read
  using (true);

-- policy:catalog_category:the catalogue is edited by managers
create policy "the catalogue is edited by managers" on public."catalog_category" for all to od_s_catalog_edit
  using (true)
  with check (true);

-- grant:catalog_category:catalog_read:select
grant select on public."catalog_category" to od_s_catalog_read;

-- grant:catalog_category:catalog_edit:select, insert, update
grant select, insert, update on public."catalog_category" to od_s_catalog_edit;

-- rows:catalog_product
alter table public."catalog_product" enable row level security;

-- policy:catalog_product:the catalogue is read by who sells
create policy "the catalogue is read by who sells" on public."catalog_product" for select to od_s_catalog_read
  using (true);

-- policy:catalog_product:the catalogue is edited by managers
create policy "the catalogue is edited by managers" on public."catalog_product" for all to od_s_catalog_edit
  using (true)
  with check (true);

-- grant:catalog_product:catalog_read:select
grant select on public."catalog_product" to od_s_catalog_read;

-- grant:catalog_product:catalog_edit:select, insert, update
grant select, insert, update on public."catalog_product" to od_s_catalog_edit;

-- trigger:catalog_product:ac_version
create trigger ac_version before update on public."catalog_product" for each row execute function ops.bump_version();

-- trigger:catalog_product:zx_tell
create trigger zx_tell after update on public."catalog_product" for each row execute function ops.tell_product();

-- trigger:catalog_product:zx_tell_added
create trigger zx_tell_added after insert on public."catalog_product" referencing new table as added for each statement execute function ops.tell_new_products();

-- function:ops.h_catalog_product()
-- definer: writes history, which nobody else may write
create or replace function ops.h_catalog_product() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."catalog_product"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."catalog_historicalproduct" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."catalog_historicalproduct" ("id", "public_id", "sku", "name", "category_id", "price", "is_active", "created_at", "updated_at", "version", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."public_id", r."sku", r."name", r."category_id", r."price", r."is_active", r."created_at", r."updated_at", r."version", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:catalog_product:zz_history
create trigger zz_history after update or delete on public."catalog_product" for each row execute function ops.h_catalog_product();

-- function:ops.ha_catalog_product()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_catalog_product() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."catalog_historicalproduct" ("id", "public_id", "sku", "name", "category_id", "price", "is_active", "created_at", "updated_at", "version", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."public_id", a."sku", a."name", a."category_id", a."price", a."is_active", a."created_at", a."updated_at", a."version", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:catalog_product:zz_history_added
create trigger zz_history_added after insert on public."catalog_product" referencing new table as added for each statement execute function ops.ha_catalog_product();

-- rows:catalog_historicalproduct
alter table public."catalog_historicalproduct" enable row level security;

-- trigger:catalog_historicalproduct:aa_append_only
create trigger aa_append_only before update or delete on public."catalog_historicalproduct" for each row execute function ops.refuse();

-- trigger:catalog_historicalproduct:aa_append_only_all
create trigger aa_append_only_all before truncate on public."catalog_historicalproduct" for each statement execute function ops.refuse();

-- index:catalog_historicalproduct_chain
create index if not exists "catalog_historicalproduct_chain" on public."catalog_historicalproduct" ("id", history_id);

-- index:catalog_historicalproduct_txid
create index if not exists "catalog_historicalproduct_txid" on public."catalog_historicalproduct" using brin (history_txid) with (autosummarize = on);

-- index:catalog_historicalproduct_when
create index if not exists "catalog_historicalproduct_when" on public."catalog_historicalproduct" (history_date, history_id);

-- policy:catalog_historicalproduct:history: the catalogue is read by who sells
create policy "history: the catalogue is read by who sells" on public."catalog_historicalproduct" for select to od_s_catalog_read
  using (true);

-- policy:catalog_historicalproduct:history: the catalogue is edited by managers
create policy "history: the catalogue is edited by managers" on public."catalog_historicalproduct" for select to od_s_catalog_edit
  using (true);

-- policy:catalog_historicalproduct:history: the chain is verified
create policy "history: the chain is verified" on public."catalog_historicalproduct" for select to od_s_chain
  using (true);

-- grant:catalog_historicalproduct:catalog_read:select
grant select on public."catalog_historicalproduct" to od_s_catalog_read;

-- grant:catalog_historicalproduct:catalog_edit:select
grant select on public."catalog_historicalproduct" to od_s_catalog_edit;

-- grant:catalog_historicalproduct:chain:select
grant select on public."catalog_historicalproduct" to od_s_chain;

-- view:catalog_product_changes
-- definer: field changes
create view public."catalog_product_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."catalog_historicalproduct" h
 cross join lateral (select * from public."catalog_historicalproduct" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('public_id', p."public_id"::text, h."public_id"::text), ('sku', p."sku"::text, h."sku"::text), ('name', p."name"::text, h."name"::text), ('category_id', p."category_id"::text, h."category_id"::text), ('price', p."price"::text, h."price"::text), ('is_active', p."is_active"::text, h."is_active"::text), ('created_at', p."created_at"::text, h."created_at"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:catalog_product_changes:catalog_read:select
grant select on public."catalog_product_changes" to od_s_catalog_read;

-- grant:catalog_product_changes:catalog_edit:select
grant select on public."catalog_product_changes" to od_s_catalog_edit;

-- rows:catalog_skualias
alter table public."catalog_skualias" enable row level security;

-- policy:catalog_skualias:aliases of SKUs are read by who sells
create policy "aliases of SKUs are read by who sells" on public."catalog_skualias" for select to od_s_catalog_read
  using (true);

-- policy:catalog_skualias:aliases of SKUs are kept by who loads or edits
create policy "aliases of SKUs are kept by who loads or edits" on public."catalog_skualias" for all to od_s_catalog_edit, od_s_orders_import
  using (true)
  with check (true);

-- grant:catalog_skualias:catalog_read:select
grant select on public."catalog_skualias" to od_s_catalog_read;

-- grant:catalog_skualias:catalog_edit:select, insert, delete
grant select, insert, delete on public."catalog_skualias" to od_s_catalog_edit;

-- grant:catalog_skualias:orders_import:select, insert, delete
grant select, insert, delete on public."catalog_skualias" to od_s_orders_import;

-- trigger:catalog_skualias:ab_alias
create trigger ab_alias before insert or update on public."catalog_skualias" for each row execute function ops.stamp_keeper();

-- function:ops.h_catalog_skualias()
-- definer: writes history, which nobody else may write
create or replace function ops.h_catalog_skualias() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."catalog_skualias"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."catalog_historicalskualias" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."catalog_historicalskualias" ("id", "alias", "product_id", "by_id", "at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."alias", r."product_id", r."by_id", r."at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:catalog_skualias:zz_history
create trigger zz_history after update or delete on public."catalog_skualias" for each row execute function ops.h_catalog_skualias();

-- function:ops.ha_catalog_skualias()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_catalog_skualias() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."catalog_historicalskualias" ("id", "alias", "product_id", "by_id", "at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."alias", a."product_id", a."by_id", a."at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:catalog_skualias:zz_history_added
create trigger zz_history_added after insert on public."catalog_skualias" referencing new table as added for each statement execute function ops.ha_catalog_skualias();

-- rows:catalog_historicalskualias
alter table public."catalog_historicalskualias" enable row level security;

-- trigger:catalog_historicalskualias:aa_append_only
create trigger aa_append_only before update or delete on public."catalog_historicalskualias" for each row execute function ops.refuse();

-- trigger:catalog_historicalskualias:aa_append_only_all
create trigger aa_append_only_all before truncate on public."catalog_historicalskualias" for each statement execute function ops.refuse();

-- index:catalog_historicalskualias_chain
create index if not exists "catalog_historicalskualias_chain" on public."catalog_historicalskualias" ("id", history_id);

-- index:catalog_historicalskualias_txid
create index if not exists "catalog_historicalskualias_txid" on public."catalog_historicalskualias" using brin (history_txid) with (autosummarize = on);

-- index:catalog_historicalskualias_when
create index if not exists "catalog_historicalskualias_when" on public."catalog_historicalskualias" (history_date, history_id);

-- policy:catalog_historicalskualias:history: aliases of SKUs are read by who sells
create policy "history: aliases of SKUs are read by who sells" on public."catalog_historicalskualias" for select to od_s_catalog_read
  using (true);

-- policy:catalog_historicalskualias:history: aliases of SKUs are kept by who loads or edits
create policy "history: aliases of SKUs are kept by who loads or edits" on public."catalog_historicalskualias" for select to od_s_catalog_edit, od_s_orders_import
  using (true);

-- policy:catalog_historicalskualias:history: the chain is verified
create policy "history: the chain is verified" on public."catalog_historicalskualias" for select to od_s_chain
  using (true);

-- grant:catalog_historicalskualias:catalog_read:select
grant select on public."catalog_historicalskualias" to od_s_catalog_read;

-- grant:catalog_historicalskualias:catalog_edit:select
grant select on public."catalog_historicalskualias" to od_s_catalog_edit;

-- grant:catalog_historicalskualias:orders_import:select
grant select on public."catalog_historicalskualias" to od_s_orders_import;

-- grant:catalog_historicalskualias:chain:select
grant select on public."catalog_historicalskualias" to od_s_chain;

-- view:catalog_skualias_changes
-- definer: field changes
create view public."catalog_skualias_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."catalog_historicalskualias" h
 cross join lateral (select * from public."catalog_historicalskualias" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('alias', p."alias"::text, h."alias"::text), ('product_id', p."product_id"::text, h."product_id"::text), ('by_id', p."by_id"::text, h."by_id"::text), ('at', p."at"::text, h."at"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:catalog_skualias_changes:catalog_read:select
grant select on public."catalog_skualias_changes" to od_s_catalog_read;

-- grant:catalog_skualias_changes:catalog_edit:select
grant select on public."catalog_skualias_changes" to od_s_catalog_edit;

-- grant:catalog_skualias_changes:orders_import:select
grant select on public."catalog_skualias_changes" to od_s_orders_import;

-- policy:ops_event:catalogue: what was said of SKUs is known
create policy "catalogue: what was said of SKUs is known" on public."ops_event" for select to od_s_catalog_read
  using (noun = 'skualias');

-- policy:ops_event:catalogue: what is said of SKUs is recorded
create policy "catalogue: what is said of SKUs is recorded" on public."ops_event" for insert to od_s_catalog_edit, od_s_orders_import
  with check (noun = 'skualias');

-- policy:ops_event:products: what was done to them is read by who sells
create policy "products: what was done to them is read by who sells" on public."ops_event" for select to od_s_catalog_read, od_s_catalog_edit
  using (noun = 'product');

-- policy:ops_event:products: what is done to them is recorded
create policy "products: what is done to them is recorded" on public."ops_event" for insert to od_s_catalog_edit
  with check (noun = 'product');

-- grant:ops_event:catalog_read:select
grant select on public."ops_event" to od_s_catalog_read;

-- grant:ops_event:catalog_edit:select, insert
grant select, insert on public."ops_event" to od_s_catalog_edit;

-- grant:ops_event:orders_import:select, insert
grant select, insert on public."ops_event" to od_s_orders_import;

-- rows:inventory_location
alter table public."inventory_location" enable row level security;

-- policy:inventory_location:locations are known to who sees stock
create policy "locations are known to who sees stock" on public."inventory_location" for select to od_s_stock_read
  using (true);

-- policy:inventory_location:locations are named by who moves stock
create policy "locations are named by who moves stock" on public."inventory_location" for all to od_s_stock_all
  using (true)
  with check (true);

-- grant:inventory_location:stock_read:select
grant select on public."inventory_location" to od_s_stock_read;

-- grant:inventory_location:stock_all:select
grant select on public."inventory_location" to od_s_stock_all;

-- grant:inventory_location:stock_all:insert
grant insert on public."inventory_location" to od_s_stock_all;

-- grant:inventory_location:stock_all:update (name)
grant update (name) on public."inventory_location" to od_s_stock_all;

-- function:ops.h_inventory_location()
-- definer: writes history, which nobody else may write
create or replace function ops.h_inventory_location() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."inventory_location"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."inventory_historicallocation" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."inventory_historicallocation" ("id", "name", "created_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."name", r."created_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:inventory_location:zz_history
create trigger zz_history after update or delete on public."inventory_location" for each row execute function ops.h_inventory_location();

-- function:ops.ha_inventory_location()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_inventory_location() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."inventory_historicallocation" ("id", "name", "created_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."name", a."created_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:inventory_location:zz_history_added
create trigger zz_history_added after insert on public."inventory_location" referencing new table as added for each statement execute function ops.ha_inventory_location();

-- rows:inventory_historicallocation
alter table public."inventory_historicallocation" enable row level security;

-- trigger:inventory_historicallocation:aa_append_only
create trigger aa_append_only before update or delete on public."inventory_historicallocation" for each row execute function ops.refuse();

-- trigger:inventory_historicallocation:aa_append_only_all
create trigger aa_append_only_all before truncate on public."inventory_historicallocation" for each statement execute function ops.refuse();

-- index:inventory_historicallocation_chain
create index if not exists "inventory_historicallocation_chain" on public."inventory_historicallocation" ("id", history_id);

-- index:inventory_historicallocation_txid
create index if not exists "inventory_historicallocation_txid" on public."inventory_historicallocation" using brin (history_txid) with (autosummarize = on);

-- index:inventory_historicallocation_when
create index if not exists "inventory_historicallocation_when" on public."inventory_historicallocation" (history_date, history_id);

-- policy:inventory_historicallocation:history: locations are known to who sees stock
create policy "history: locations are known to who sees stock" on public."inventory_historicallocation" for select to od_s_stock_read
  using (true);

-- policy:inventory_historicallocation:history: locations are named by who moves stock
create policy "history: locations are named by who moves stock" on public."inventory_historicallocation" for select to od_s_stock_all
  using (true);

-- policy:inventory_historicallocation:history: the chain is verified
create policy "history: the chain is verified" on public."inventory_historicallocation" for select to od_s_chain
  using (true);

-- grant:inventory_historicallocation:stock_read:select
grant select on public."inventory_historicallocation" to od_s_stock_read;

-- grant:inventory_historicallocation:stock_all:select
grant select on public."inventory_historicallocation" to od_s_stock_all;

-- grant:inventory_historicallocation:chain:select
grant select on public."inventory_historicallocation" to od_s_chain;

-- view:inventory_location_changes
-- definer: field changes
create view public."inventory_location_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."inventory_historicallocation" h
 cross join lateral (select * from public."inventory_historicallocation" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('name', p."name"::text, h."name"::text), ('created_at', p."created_at"::text, h."created_at"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:inventory_location_changes:stock_read:select
grant select on public."inventory_location_changes" to od_s_stock_read;

-- grant:inventory_location_changes:stock_all:select
grant select on public."inventory_location_changes" to od_s_stock_all;

-- rows:inventory_stockitem
alter table public."inventory_stockitem" enable row level security;

-- policy:inventory_stockitem:what is in stock is known by name
create policy "what is in stock is known by name" on public."inventory_stockitem" for select to od_s_stock_all, od_s_stock_read
  using (true);

-- grant:inventory_stockitem:stock_all:select
grant select on public."inventory_stockitem" to od_s_stock_all;

-- grant:inventory_stockitem:stock_read:select
grant select on public."inventory_stockitem" to od_s_stock_read;

-- rows:inventory_level
alter table public."inventory_level" enable row level security;

-- policy:inventory_level:what is on hand is seen
create policy "what is on hand is seen" on public."inventory_level" for select to od_s_stock_all, od_s_stock_read
  using (true);

-- grant:inventory_level:stock_all:select
grant select on public."inventory_level" to od_s_stock_all;

-- grant:inventory_level:stock_read:select
grant select on public."inventory_level" to od_s_stock_read;

-- trigger:inventory_level:aa_by_hand
create trigger aa_by_hand before insert or update or delete on public."inventory_level" for each statement execute function ops.guard_level();

-- rows:inventory_move
alter table public."inventory_move" enable row level security;

-- policy:inventory_move:moves of stock are seen
create policy "moves of stock are seen" on public."inventory_move" for select to od_s_stock_all, od_s_stock_read
  using (true);

-- policy:inventory_move:stock is moved
create policy "stock is moved" on public."inventory_move" for insert to od_s_stock_all
  with check (true);

-- grant:inventory_move:stock_read:select
grant select on public."inventory_move" to od_s_stock_read;

-- grant:inventory_move:stock_all:select, insert
grant select, insert on public."inventory_move" to od_s_stock_all;

-- trigger:inventory_move:ab_stamp
create trigger ab_stamp before insert on public."inventory_move" for each row execute function ops.stamp_move();

-- trigger:inventory_move:ac_count
create trigger ac_count before insert on public."inventory_move" for each row when (new.kind = 'count') execute function ops.work_out_count();

-- trigger:inventory_move:zv_levels
create trigger zv_levels after insert on public."inventory_move" referencing new table as added for each statement execute function ops.keep_levels();

-- trigger:inventory_move:aa_append_only
create trigger aa_append_only before update or delete on public."inventory_move" for each row execute function ops.refuse();

-- trigger:inventory_move:aa_append_only_all
create trigger aa_append_only_all before truncate on public."inventory_move" for each statement execute function ops.refuse();

-- rows:inventory_movecost
alter table public."inventory_movecost" enable row level security;

-- policy:inventory_movecost:costs of stock are seen
create policy "costs of stock are seen" on public."inventory_movecost" for select to od_s_costs_all, od_s_costs_read
  using (true);

-- policy:inventory_movecost:who receives stock says what it cost
create policy "who receives stock says what it cost" on public."inventory_movecost" for insert to od_s_costs_all
  with check (exists (select 1 from inventory_move m where m.id = move_id and m.by_id = (select ops.uid()) and m.kind = 'receipt'));

-- grant:inventory_movecost:costs_all:select, insert
grant select, insert on public."inventory_movecost" to od_s_costs_all;

-- grant:inventory_movecost:costs_read:select
grant select on public."inventory_movecost" to od_s_costs_read;

-- trigger:inventory_movecost:aa_append_only
create trigger aa_append_only before update or delete on public."inventory_movecost" for each row execute function ops.refuse();

-- trigger:inventory_movecost:aa_append_only_all
create trigger aa_append_only_all before truncate on public."inventory_movecost" for each statement execute function ops.refuse();

-- trigger:catalog_product:zv_stock_added
create trigger zv_stock_added after insert on public."catalog_product" referencing new table as added for each statement execute function ops.keep_new_stock_items();

-- trigger:catalog_product:zv_stock
create trigger zv_stock after update on public."catalog_product" for each row when ((old.sku, old.name, old.category_id, old.is_active) is distinct from (new.sku, new.name, new.category_id, new.is_active)) execute function ops.keep_stock_item();

-- trigger:catalog_product:ad_stock
create trigger ad_stock before delete on public."catalog_product" for each row execute function ops.drop_stock_item();

-- policy:catalog_skualias:stock: what else SKUs go by is known, and said
create policy "stock: what else SKUs go by is known, and said" on public."catalog_skualias" for all to od_s_stock_all
  using (true)
  with check (true);

-- grant:catalog_skualias:stock_all:select, insert
grant select, insert on public."catalog_skualias" to od_s_stock_all;

-- trigger:catalog_category:zv_stock
create trigger zv_stock after update of name on public."catalog_category" for each row execute function ops.keep_stock_categories();

-- policy:ops_event:stock: records of stock and locations
create policy "stock: records of stock and locations" on public."ops_event" for select to od_s_stock_all, od_s_stock_read
  using (noun in ('level', 'location'));

-- policy:ops_event:stock: what was done is recorded
create policy "stock: what was done is recorded" on public."ops_event" for insert to od_s_stock_all
  with check (noun in ('level', 'location'));

-- grant:ops_event:stock_read:select
grant select on public."ops_event" to od_s_stock_read;

-- grant:ops_event:stock_all:select, insert
grant select, insert on public."ops_event" to od_s_stock_all;

-- rows:orders_order
alter table public."orders_order" enable row level security;

-- policy:orders_order:managers see every order
create policy "managers see every order" on public."orders_order" for all to od_s_orders_all
  using (true)
  with check (true);

-- policy:orders_order:every order is read
create policy "every order is read" on public."orders_order" for select to od_s_orders_read
  using (true);

-- policy:orders_order:own orders and shared ones are seen
create policy "own orders and shared ones are seen" on public."orders_order" for select to od_s_orders_own
  using (agent_id = (select ops.uid()) or id = any ((select ops.shared_orders())::bigint[]));

-- policy:orders_order:own orders are received
create policy "own orders are received" on public."orders_order" for insert to od_s_orders_own
  with check (agent_id = (select ops.uid()));

-- policy:orders_order:own orders are worked on
create policy "own orders are worked on" on public."orders_order" for update to od_s_orders_own
  using (agent_id = (select ops.uid()))
  with check (agent_id = (select ops.uid()));

-- policy:orders_order:the floor sees its stages
create policy "the floor sees its stages" on public."orders_order" for select to od_s_orders_floor
  using (stage = any ((select ops.floor_stages('order'))::text[]) and cancelled_at is null);

-- policy:orders_order:the floor works on its stages
create policy "the floor works on its stages" on public."orders_order" for update to od_s_orders_floor
  using (stage = any ((select ops.floor_stages('order'))::text[]) and cancelled_at is null)
  with check (stage = any ((select ops.floor_stages('order'))::text[]) and cancelled_at is null);

-- policy:orders_order:held orders are woken on their day
create policy "held orders are woken on their day" on public."orders_order" for update to od_s_wakes
  using (held_at is not null and hold_until is not null)
  with check (held_at is null);

-- policy:orders_order:a link shows its order
create policy "a link shows its order" on public."orders_order" for select to od_s_link
  using (id = (select ops.link_subject('order_status')));

-- grant:orders_order:orders_all:select, insert, update
grant select, insert, update on public."orders_order" to od_s_orders_all;

-- grant:orders_order:orders_read:select
grant select on public."orders_order" to od_s_orders_read;

-- grant:orders_order:orders_own:select, insert, update
grant select, insert, update on public."orders_order" to od_s_orders_own;

-- grant:orders_order:orders_floor:select
grant select on public."orders_order" to od_s_orders_floor;

-- grant:orders_order:orders_floor:update (stage, production_note)
grant update (stage, production_note) on public."orders_order" to od_s_orders_floor;

-- grant:orders_order:link:select
grant select on public."orders_order" to od_s_link;

-- grant:orders_order:wakes:update (held_at, hold_reason, hold_until)
grant update (held_at, hold_reason, hold_until) on public."orders_order" to od_s_wakes;

-- trigger:orders_order:aa_stamp
create trigger aa_stamp before insert or update of placed_at on public."orders_order" for each row execute function ops.stamp_order();

-- trigger:orders_order:ab_stage
create trigger ab_stage before update of stage on public."orders_order" for each row execute function ops.guard_stage('order');

-- trigger:orders_order:ab_stage_added
create trigger ab_stage_added before insert on public."orders_order" for each row when (coalesce(current_setting('ops.source', true), '') <> 'import') execute function ops.guard_stage('order');

-- trigger:orders_order:ac_version
create trigger ac_version before update on public."orders_order" for each row execute function ops.bump_version();

-- trigger:orders_order:ad_order
create trigger ad_order before update on public."orders_order" for each row execute function ops.guard_order();

-- trigger:orders_order:ae_parts
create trigger ae_parts before update of stage, cancelled_at on public."orders_order" for each row execute function ops.guard_parts();

-- trigger:orders_order:ae_customer
create trigger ae_customer before insert or update of customer_id on public."orders_order" for each row execute function ops.guard_order_customer();

-- trigger:orders_order:af_live_customer
create trigger af_live_customer before update of customer_id on public."orders_order" for each row execute function ops.guard_live_customer();

-- trigger:orders_order:zr_live_customers
create trigger zr_live_customers after insert on public."orders_order" referencing new table as added for each statement execute function ops.guard_live_customers();

-- trigger:orders_order:zr_new_stages
create trigger zr_new_stages after insert on public."orders_order" referencing new table as added for each statement execute function ops.guard_new_stages('order', 'orders_import');

-- trigger:orders_order:zv_settle
create trigger zv_settle after update of stage, agent_id, assignee_id on public."orders_order" for each row when ((old.stage, old.agent_id, old.assignee_id) is distinct from (new.stage, new.agent_id, new.assignee_id)) execute function ops.settle_answers('order');

-- trigger:orders_order:zw_transition
create trigger zw_transition after update of stage on public."orders_order" for each row execute function ops.record_transition('order');

-- trigger:orders_order:zw_beginning
create trigger zw_beginning after insert on public."orders_order" referencing new table as added for each statement execute function ops.record_beginning('order');

-- trigger:orders_order:zx_tell
create trigger zx_tell after update or delete on public."orders_order" for each row execute function ops.tell_order();

-- trigger:orders_order:zx_tell_added
create trigger zx_tell_added after insert on public."orders_order" referencing new table as added for each statement execute function ops.tell_new_orders();

-- trigger:orders_order:zy_buyer
create trigger zy_buyer after update of customer_id, agent_id, stage, cancelled_at on public."orders_order" for each row execute function ops.tell_buyer();

-- trigger:orders_order:zy_buyer_added
create trigger zy_buyer_added after insert on public."orders_order" referencing new table as added for each statement execute function ops.tell_buyers_of_new();

-- function:ops.h_orders_order()
-- definer: writes history, which nobody else may write
create or replace function ops.h_orders_order() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."orders_order"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."orders_historicalorder" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."orders_historicalorder" ("id", "public_id", "number", "customer_id", "agent_id", "assignee_id", "stage", "stage_since", "clock_since", "origin", "channel", "summary", "pieces", "promise_on", "rush", "placed_at", "placed_on", "production_note", "carrier", "tracking_number", "held_at", "hold_reason", "hold_until", "cancelled_at", "cancel_reason", "source", "external_id", "copied_from_id", "row_sha256", "batch_id", "updated_at", "version", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."public_id", r."number", r."customer_id", r."agent_id", r."assignee_id", r."stage", r."stage_since", r."clock_since", r."origin", r."channel", r."summary", r."pieces", r."promise_on", r."rush", r."placed_at", r."placed_on", r."production_note", r."carrier", r."tracking_number", r."held_at", r."hold_reason", r."hold_until", r."cancelled_at", r."cancel_reason", r."source", r."external_id", r."copied_from_id", r."row_sha256", r."batch_id", r."updated_at", r."version", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:orders_order:zz_history
create trigger zz_history after update or delete on public."orders_order" for each row execute function ops.h_orders_order();

-- function:ops.ha_orders_order()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_orders_order() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."orders_historicalorder" ("id", "public_id", "number", "customer_id", "agent_id", "assignee_id", "stage", "stage_since", "clock_since", "origin", "channel", "summary", "pieces", "promise_on", "rush", "placed_at", "placed_on", "production_note", "carrier", "tracking_number", "held_at", "hold_reason", "hold_until", "cancelled_at", "cancel_reason", "source", "external_id", "copied_from_id", "row_sha256", "batch_id", "updated_at", "version", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."public_id", a."number", a."customer_id", a."agent_id", a."assignee_id", a."stage", a."stage_since", a."clock_since", a."origin", a."channel", a."summary", a."pieces", a."promise_on", a."rush", a."placed_at", a."placed_on", a."production_note", a."carrier", a."tracking_number", a."held_at", a."hold_reason", a."hold_until", a."cancelled_at", a."cancel_reason", a."source", a."external_id", a."copied_from_id", a."row_sha256", a."batch_id", a."updated_at", a."version", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:orders_order:zz_history_added
create trigger zz_history_added after insert on public."orders_order" referencing new table as added for each statement execute function ops.ha_orders_order();

-- rows:orders_historicalorder
alter table public."orders_historicalorder" enable row level security;

-- trigger:orders_historicalorder:aa_append_only
create trigger aa_append_only before update or delete on public."orders_historicalorder" for each row execute function ops.refuse();

-- trigger:orders_historicalorder:aa_append_only_all
create trigger aa_append_only_all before truncate on public."orders_historicalorder" for each statement execute function ops.refuse();

-- index:orders_historicalorder_chain
create index if not exists "orders_historicalorder_chain" on public."orders_historicalorder" ("id", history_id);

-- index:orders_historicalorder_txid
create index if not exists "orders_historicalorder_txid" on public."orders_historicalorder" using brin (history_txid) with (autosummarize = on);

-- index:orders_historicalorder_when
create index if not exists "orders_historicalorder_when" on public."orders_historicalorder" (history_date, history_id) where (history_type <> '+' or history_source is null);

-- policy:orders_historicalorder:history: managers see every order
create policy "history: managers see every order" on public."orders_historicalorder" for select to od_s_orders_all
  using (true);

-- policy:orders_historicalorder:history: every order is read
create policy "history: every order is read" on public."orders_historicalorder" for select to od_s_orders_read
  using (true);

-- policy:orders_historicalorder:history: own orders and shared ones are seen
create policy "history: own orders and shared ones are seen" on public."orders_historicalorder" for select to od_s_orders_own
  using (exists (select 1 from public."orders_order" x where x."id" = "orders_historicalorder"."id"));

-- policy:orders_historicalorder:history: the floor sees its stages
create policy "history: the floor sees its stages" on public."orders_historicalorder" for select to od_s_orders_floor
  using (exists (select 1 from public."orders_order" x where x."id" = "orders_historicalorder"."id"));

-- policy:orders_historicalorder:history: the chain is verified
create policy "history: the chain is verified" on public."orders_historicalorder" for select to od_s_chain
  using (true);

-- grant:orders_historicalorder:orders_all:select
grant select on public."orders_historicalorder" to od_s_orders_all;

-- grant:orders_historicalorder:orders_read:select
grant select on public."orders_historicalorder" to od_s_orders_read;

-- grant:orders_historicalorder:orders_own:select
grant select on public."orders_historicalorder" to od_s_orders_own;

-- grant:orders_historicalorder:orders_floor:select
grant select on public."orders_historicalorder" to od_s_orders_floor;

-- grant:orders_historicalorder:chain:select
grant select on public."orders_historicalorder" to od_s_chain;

-- view:orders_order_changes
-- definer: field changes
create view public."orders_order_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."orders_historicalorder" h
 cross join lateral (select * from public."orders_historicalorder" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('public_id', p."public_id"::text, h."public_id"::text), ('number', p."number"::text, h."number"::text), ('customer_id', p."customer_id"::text, h."customer_id"::text), ('agent_id', p."agent_id"::text, h."agent_id"::text), ('assignee_id', p."assignee_id"::text, h."assignee_id"::text), ('stage', p."stage"::text, h."stage"::text), ('stage_since', p."stage_since"::text, h."stage_since"::text), ('clock_since', p."clock_since"::text, h."clock_since"::text), ('origin', p."origin"::text, h."origin"::text), ('channel', p."channel"::text, h."channel"::text), ('summary', p."summary"::text, h."summary"::text), ('pieces', p."pieces"::text, h."pieces"::text), ('promise_on', p."promise_on"::text, h."promise_on"::text), ('rush', p."rush"::text, h."rush"::text), ('placed_at', p."placed_at"::text, h."placed_at"::text), ('placed_on', p."placed_on"::text, h."placed_on"::text), ('production_note', p."production_note"::text, h."production_note"::text), ('carrier', p."carrier"::text, h."carrier"::text), ('tracking_number', p."tracking_number"::text, h."tracking_number"::text), ('held_at', p."held_at"::text, h."held_at"::text), ('hold_reason', p."hold_reason"::text, h."hold_reason"::text), ('hold_until', p."hold_until"::text, h."hold_until"::text), ('cancelled_at', p."cancelled_at"::text, h."cancelled_at"::text), ('cancel_reason', p."cancel_reason"::text, h."cancel_reason"::text), ('source', p."source"::text, h."source"::text), ('external_id', p."external_id"::text, h."external_id"::text), ('copied_from_id', p."copied_from_id"::text, h."copied_from_id"::text), ('row_sha256', p."row_sha256"::text, h."row_sha256"::text), ('batch_id', p."batch_id"::text, h."batch_id"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:orders_order_changes:orders_all:select
grant select on public."orders_order_changes" to od_s_orders_all;

-- grant:orders_order_changes:orders_read:select
grant select on public."orders_order_changes" to od_s_orders_read;

-- grant:orders_order_changes:orders_own:select
grant select on public."orders_order_changes" to od_s_orders_own;

-- grant:orders_order_changes:orders_floor:select
grant select on public."orders_order_changes" to od_s_orders_floor;

-- rows:orders_orderline
alter table public."orders_orderline" enable row level security;

-- policy:orders_orderline:lines of every order
create policy "lines of every order" on public."orders_orderline" for all to od_s_orders_all
  using (true)
  with check (true);

-- policy:orders_orderline:lines of every order are read
create policy "lines of every order are read" on public."orders_orderline" for select to od_s_orders_read
  using (true);

-- policy:orders_orderline:lines of seen orders are seen
create policy "lines of seen orders are seen" on public."orders_orderline" for select to od_s_orders_own, od_s_orders_floor
  using (exists (select 1 from orders_order o where o.id = order_id));

-- policy:orders_orderline:lines of own orders are added
create policy "lines of own orders are added" on public."orders_orderline" for insert to od_s_orders_own
  with check (exists (select 1 from orders_order o where o.id = order_id and o.agent_id = (select ops.uid())));

-- policy:orders_orderline:lines of own orders are changed
create policy "lines of own orders are changed" on public."orders_orderline" for update to od_s_orders_own
  using (exists (select 1 from orders_order o where o.id = order_id and o.agent_id = (select ops.uid())))
  with check (exists (select 1 from orders_order o where o.id = order_id and o.agent_id = (select ops.uid())));

-- policy:orders_orderline:lines of own orders are taken away
create policy "lines of own orders are taken away" on public."orders_orderline" for delete to od_s_orders_own
  using (exists (select 1 from orders_order o where o.id = order_id and o.agent_id = (select ops.uid())));

-- grant:orders_orderline:orders_all:select, insert, update, delete
grant select, insert, update, delete on public."orders_orderline" to od_s_orders_all;

-- grant:orders_orderline:orders_read:select
grant select on public."orders_orderline" to od_s_orders_read;

-- grant:orders_orderline:orders_own:select, insert, update, delete
grant select, insert, update, delete on public."orders_orderline" to od_s_orders_own;

-- grant:orders_orderline:orders_floor:select
grant select on public."orders_orderline" to od_s_orders_floor;

-- trigger:orders_orderline:ab_what_has_left
create trigger ab_what_has_left before update of quantity on public."orders_orderline" for each row execute function ops.guard_line_shipped();

-- trigger:orders_orderline:zx_tell
create trigger zx_tell after update or delete on public."orders_orderline" for each row execute function ops.tell_order_part();

-- trigger:orders_orderline:zx_tell_added
create trigger zx_tell_added after insert on public."orders_orderline" referencing new table as added for each statement execute function ops.tell_new_order_parts();

-- function:ops.h_orders_orderline()
-- definer: writes history, which nobody else may write
create or replace function ops.h_orders_orderline() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."orders_orderline"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."orders_historicalorderline" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."orders_historicalorderline" ("id", "order_id", "position", "product_id", "sku", "description", "category", "quantity", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."order_id", r."position", r."product_id", r."sku", r."description", r."category", r."quantity", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:orders_orderline:zz_history
create trigger zz_history after update or delete on public."orders_orderline" for each row execute function ops.h_orders_orderline();

-- function:ops.ha_orders_orderline()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_orders_orderline() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."orders_historicalorderline" ("id", "order_id", "position", "product_id", "sku", "description", "category", "quantity", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."order_id", a."position", a."product_id", a."sku", a."description", a."category", a."quantity", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:orders_orderline:zz_history_added
create trigger zz_history_added after insert on public."orders_orderline" referencing new table as added for each statement execute function ops.ha_orders_orderline();

-- rows:orders_historicalorderline
alter table public."orders_historicalorderline" enable row level security;

-- trigger:orders_historicalorderline:aa_append_only
create trigger aa_append_only before update or delete on public."orders_historicalorderline" for each row execute function ops.refuse();

-- trigger:orders_historicalorderline:aa_append_only_all
create trigger aa_append_only_all before truncate on public."orders_historicalorderline" for each statement execute function ops.refuse();

-- index:orders_historicalorderline_chain
create index if not exists "orders_historicalorderline_chain" on public."orders_historicalorderline" ("id", history_id);

-- index:orders_historicalorderline_txid
create index if not exists "orders_historicalorderline_txid" on public."orders_historicalorderline" using brin (history_txid) with (autosummarize = on);

-- index:orders_historicalorderline_when
create index if not exists "orders_historicalorderline_when" on public."orders_historicalorderline" (history_date, history_id) where (history_type <> '+' or history_source is null);

-- policy:orders_historicalorderline:history: lines of every order
create policy "history: lines of every order" on public."orders_historicalorderline" for select to od_s_orders_all
  using (true);

-- policy:orders_historicalorderline:history: lines of every order are read
create policy "history: lines of every order are read" on public."orders_historicalorderline" for select to od_s_orders_read
  using (true);

-- policy:orders_historicalorderline:history: lines of seen orders are seen
create policy "history: lines of seen orders are seen" on public."orders_historicalorderline" for select to od_s_orders_own, od_s_orders_floor
  using (exists (select 1 from orders_order o where o.id = order_id));

-- policy:orders_historicalorderline:history: the chain is verified
create policy "history: the chain is verified" on public."orders_historicalorderline" for select to od_s_chain
  using (true);

-- grant:orders_historicalorderline:orders_all:select
grant select on public."orders_historicalorderline" to od_s_orders_all;

-- grant:orders_historicalorderline:orders_read:select
grant select on public."orders_historicalorderline" to od_s_orders_read;

-- grant:orders_historicalorderline:orders_own:select
grant select on public."orders_historicalorderline" to od_s_orders_own;

-- grant:orders_historicalorderline:orders_floor:select
grant select on public."orders_historicalorderline" to od_s_orders_floor;

-- grant:orders_historicalorderline:chain:select
grant select on public."orders_historicalorderline" to od_s_chain;

-- view:orders_orderline_changes
-- definer: field changes
create view public."orders_orderline_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."orders_historicalorderline" h
 cross join lateral (select * from public."orders_historicalorderline" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('order_id', p."order_id"::text, h."order_id"::text), ('position', p."position"::text, h."position"::text), ('product_id', p."product_id"::text, h."product_id"::text), ('sku', p."sku"::text, h."sku"::text), ('description', p."description"::text, h."description"::text), ('category', p."category"::text, h."category"::text), ('quantity', p."quantity"::text, h."quantity"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:orders_orderline_changes:orders_all:select
grant select on public."orders_orderline_changes" to od_s_orders_all;

-- grant:orders_orderline_changes:orders_read:select
grant select on public."orders_orderline_changes" to od_s_orders_read;

-- grant:orders_orderline_changes:orders_own:select
grant select on public."orders_orderline_changes" to od_s_orders_own;

-- grant:orders_orderline_changes:orders_floor:select
grant select on public."orders_orderline_changes" to od_s_orders_floor;

-- rows:orders_orderlineprice
alter table public."orders_orderlineprice" enable row level security;

-- policy:orders_orderlineprice:amounts of every order
create policy "amounts of every order" on public."orders_orderlineprice" for all to od_s_sales_all
  using (true)
  with check (true);

-- policy:orders_orderlineprice:amounts of every order are read
create policy "amounts of every order are read" on public."orders_orderlineprice" for select to od_s_sales_read
  using (true);

-- policy:orders_orderlineprice:amounts of seen orders
create policy "amounts of seen orders" on public."orders_orderlineprice" for select to od_s_sales_own
  using (exists (select 1 from orders_orderline l where l.id = line_id));

-- policy:orders_orderlineprice:amounts of own orders are added
create policy "amounts of own orders are added" on public."orders_orderlineprice" for insert to od_s_sales_own
  with check (exists (select 1 from orders_orderline l join orders_order o on o.id = l.order_id where l.id = line_id and o.agent_id = (select ops.uid())));

-- policy:orders_orderlineprice:amounts of own orders are changed
create policy "amounts of own orders are changed" on public."orders_orderlineprice" for update to od_s_sales_own
  using (exists (select 1 from orders_orderline l join orders_order o on o.id = l.order_id where l.id = line_id and o.agent_id = (select ops.uid())))
  with check (exists (select 1 from orders_orderline l join orders_order o on o.id = l.order_id where l.id = line_id and o.agent_id = (select ops.uid())));

-- policy:orders_orderlineprice:amounts of own orders are taken away
create policy "amounts of own orders are taken away" on public."orders_orderlineprice" for delete to od_s_sales_own
  using (exists (select 1 from orders_orderline l join orders_order o on o.id = l.order_id where l.id = line_id and o.agent_id = (select ops.uid())));

-- grant:orders_orderlineprice:sales_all:select, insert, update, delete
grant select, insert, update, delete on public."orders_orderlineprice" to od_s_sales_all;

-- grant:orders_orderlineprice:sales_read:select
grant select on public."orders_orderlineprice" to od_s_sales_read;

-- grant:orders_orderlineprice:sales_own:select, insert, update, delete
grant select, insert, update, delete on public."orders_orderlineprice" to od_s_sales_own;

-- function:ops.h_orders_orderlineprice()
-- definer: writes history, which nobody else may write
create or replace function ops.h_orders_orderlineprice() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."orders_orderlineprice"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."orders_historicalorderlineprice" h
   where h."line_id" = r."line_id" order by h.history_id desc limit 1;
  insert into public."orders_historicalorderlineprice" ("line_id", "unit_price", "discount", "total", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."line_id", r."unit_price", r."discount", r."total", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:orders_orderlineprice:zz_history
create trigger zz_history after update or delete on public."orders_orderlineprice" for each row execute function ops.h_orders_orderlineprice();

-- function:ops.ha_orders_orderlineprice()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_orders_orderlineprice() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."orders_historicalorderlineprice" ("line_id", "unit_price", "discount", "total", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."line_id", a."unit_price", a."discount", a."total", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:orders_orderlineprice:zz_history_added
create trigger zz_history_added after insert on public."orders_orderlineprice" referencing new table as added for each statement execute function ops.ha_orders_orderlineprice();

-- rows:orders_historicalorderlineprice
alter table public."orders_historicalorderlineprice" enable row level security;

-- trigger:orders_historicalorderlineprice:aa_append_only
create trigger aa_append_only before update or delete on public."orders_historicalorderlineprice" for each row execute function ops.refuse();

-- trigger:orders_historicalorderlineprice:aa_append_only_all
create trigger aa_append_only_all before truncate on public."orders_historicalorderlineprice" for each statement execute function ops.refuse();

-- index:orders_historicalorderlineprice_chain
create index if not exists "orders_historicalorderlineprice_chain" on public."orders_historicalorderlineprice" ("line_id", history_id);

-- index:orders_historicalorderlineprice_txid
create index if not exists "orders_historicalorderlineprice_txid" on public."orders_historicalorderlineprice" using brin (history_txid) with (autosummarize = on);

-- index:orders_historicalorderlineprice_when
create index if not exists "orders_historicalorderlineprice_when" on public."orders_historicalorderlineprice" (history_date, history_id) where (history_type <> '+' or history_source is null);

-- policy:orders_historicalorderlineprice:history: amounts of every order
create policy "history: amounts of every order" on public."orders_historicalorderlineprice" for select to od_s_sales_all
  using (true);

-- policy:orders_historicalorderlineprice:history: amounts of every order are read
create policy "history: amounts of every order are read" on public."orders_historicalorderlineprice" for select to od_s_sales_read
  using (true);

-- policy:orders_historicalorderlineprice:history: amounts of seen orders
create policy "history: amounts of seen orders" on public."orders_historicalorderlineprice" for select to od_s_sales_own
  using (exists (select 1 from orders_historicalorderline l where l.id = line_id));

-- policy:orders_historicalorderlineprice:history: the chain is verified
create policy "history: the chain is verified" on public."orders_historicalorderlineprice" for select to od_s_chain
  using (true);

-- grant:orders_historicalorderlineprice:sales_all:select
grant select on public."orders_historicalorderlineprice" to od_s_sales_all;

-- grant:orders_historicalorderlineprice:sales_read:select
grant select on public."orders_historicalorderlineprice" to od_s_sales_read;

-- grant:orders_historicalorderlineprice:sales_own:select
grant select on public."orders_historicalorderlineprice" to od_s_sales_own;

-- grant:orders_historicalorderlineprice:chain:select
grant select on public."orders_historicalorderlineprice" to od_s_chain;

-- view:orders_orderlineprice_changes
-- definer: field changes
create view public."orders_orderlineprice_changes" with (security_invoker = true) as
select h."line_id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."orders_historicalorderlineprice" h
 cross join lateral (select * from public."orders_historicalorderlineprice" x where x."line_id" = h."line_id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('unit_price', p."unit_price"::text, h."unit_price"::text), ('discount', p."discount"::text, h."discount"::text), ('total', p."total"::text, h."total"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:orders_orderlineprice_changes:sales_all:select
grant select on public."orders_orderlineprice_changes" to od_s_sales_all;

-- grant:orders_orderlineprice_changes:sales_read:select
grant select on public."orders_orderlineprice_changes" to od_s_sales_read;

-- grant:orders_orderlineprice_changes:sales_own:select
grant select on public."orders_orderlineprice_changes" to od_s_sales_own;

-- rows:orders_ordersale
alter table public."orders_ordersale" enable row level security;

-- policy:orders_ordersale:amounts of every order
create policy "amounts of every order" on public."orders_ordersale" for all to od_s_sales_all
  using (true)
  with check (true);

-- policy:orders_ordersale:amounts of every order are read
create policy "amounts of every order are read" on public."orders_ordersale" for select to od_s_sales_read
  using (true);

-- policy:orders_ordersale:amounts of seen orders
create policy "amounts of seen orders" on public."orders_ordersale" for select to od_s_sales_own
  using (exists (select 1 from orders_order o where o.id = order_id));

-- policy:orders_ordersale:amounts of own orders are added
create policy "amounts of own orders are added" on public."orders_ordersale" for insert to od_s_sales_own
  with check (exists (select 1 from orders_order o where o.id = order_id and o.agent_id = (select ops.uid())));

-- policy:orders_ordersale:amounts of own orders are changed
create policy "amounts of own orders are changed" on public."orders_ordersale" for update to od_s_sales_own
  using (exists (select 1 from orders_order o where o.id = order_id and o.agent_id = (select ops.uid())))
  with check (exists (select 1 from orders_order o where o.id = order_id and o.agent_id = (select ops.uid())));

-- policy:orders_ordersale:amounts of own orders are taken away
create policy "amounts of own orders are taken away" on public."orders_ordersale" for delete to od_s_sales_own
  using (exists (select 1 from orders_order o where o.id = order_id and o.agent_id = (select ops.uid())));

-- grant:orders_ordersale:sales_all:select, insert, update
grant select, insert, update on public."orders_ordersale" to od_s_sales_all;

-- grant:orders_ordersale:sales_read:select
grant select on public."orders_ordersale" to od_s_sales_read;

-- grant:orders_ordersale:sales_own:select, insert, update
grant select, insert, update on public."orders_ordersale" to od_s_sales_own;

-- trigger:orders_ordersale:zw_costing
create trigger zw_costing after insert on public."orders_ordersale" referencing new table as added for each statement execute function ops.make_costing();

-- trigger:orders_ordersale:zx_tell
create trigger zx_tell after update or delete on public."orders_ordersale" for each row execute function ops.tell_order_part();

-- trigger:orders_ordersale:zx_tell_added
create trigger zx_tell_added after insert on public."orders_ordersale" referencing new table as added for each statement execute function ops.tell_new_order_parts();

-- function:ops.h_orders_ordersale()
-- definer: writes history, which nobody else may write
create or replace function ops.h_orders_ordersale() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."orders_ordersale"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."orders_historicalordersale" h
   where h."order_id" = r."order_id" order by h.history_id desc limit 1;
  insert into public."orders_historicalordersale" ("order_id", "amount", "currency", "rate", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."order_id", r."amount", r."currency", r."rate", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:orders_ordersale:zz_history
create trigger zz_history after update or delete on public."orders_ordersale" for each row execute function ops.h_orders_ordersale();

-- function:ops.ha_orders_ordersale()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_orders_ordersale() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."orders_historicalordersale" ("order_id", "amount", "currency", "rate", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."order_id", a."amount", a."currency", a."rate", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:orders_ordersale:zz_history_added
create trigger zz_history_added after insert on public."orders_ordersale" referencing new table as added for each statement execute function ops.ha_orders_ordersale();

-- rows:orders_historicalordersale
alter table public."orders_historicalordersale" enable row level security;

-- trigger:orders_historicalordersale:aa_append_only
create trigger aa_append_only before update or delete on public."orders_historicalordersale" for each row execute function ops.refuse();

-- trigger:orders_historicalordersale:aa_append_only_all
create trigger aa_append_only_all before truncate on public."orders_historicalordersale" for each statement execute function ops.refuse();

-- index:orders_historicalordersale_chain
create index if not exists "orders_historicalordersale_chain" on public."orders_historicalordersale" ("order_id", history_id);

-- index:orders_historicalordersale_txid
create index if not exists "orders_historicalordersale_txid" on public."orders_historicalordersale" using brin (history_txid) with (autosummarize = on);

-- index:orders_historicalordersale_when
create index if not exists "orders_historicalordersale_when" on public."orders_historicalordersale" (history_date, history_id) where (history_type <> '+' or history_source is null);

-- policy:orders_historicalordersale:history: amounts of every order
create policy "history: amounts of every order" on public."orders_historicalordersale" for select to od_s_sales_all
  using (true);

-- policy:orders_historicalordersale:history: amounts of every order are read
create policy "history: amounts of every order are read" on public."orders_historicalordersale" for select to od_s_sales_read
  using (true);

-- policy:orders_historicalordersale:history: amounts of seen orders
create policy "history: amounts of seen orders" on public."orders_historicalordersale" for select to od_s_sales_own
  using (exists (select 1 from public."orders_ordersale" x where x."order_id" = "orders_historicalordersale"."order_id"));

-- policy:orders_historicalordersale:history: the chain is verified
create policy "history: the chain is verified" on public."orders_historicalordersale" for select to od_s_chain
  using (true);

-- grant:orders_historicalordersale:sales_all:select
grant select on public."orders_historicalordersale" to od_s_sales_all;

-- grant:orders_historicalordersale:sales_read:select
grant select on public."orders_historicalordersale" to od_s_sales_read;

-- grant:orders_historicalordersale:sales_own:select
grant select on public."orders_historicalordersale" to od_s_sales_own;

-- grant:orders_historicalordersale:chain:select
grant select on public."orders_historicalordersale" to od_s_chain;

-- view:orders_ordersale_changes
-- definer: field changes
create view public."orders_ordersale_changes" with (security_invoker = true) as
select h."order_id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."orders_historicalordersale" h
 cross join lateral (select * from public."orders_historicalordersale" x where x."order_id" = h."order_id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('amount', p."amount"::text, h."amount"::text), ('currency', p."currency"::text, h."currency"::text), ('rate', p."rate"::text, h."rate"::text), ('order_amount', p."order_amount"::text, h."order_amount"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:orders_ordersale_changes:sales_all:select
grant select on public."orders_ordersale_changes" to od_s_sales_all;

-- grant:orders_ordersale_changes:sales_read:select
grant select on public."orders_ordersale_changes" to od_s_sales_read;

-- grant:orders_ordersale_changes:sales_own:select
grant select on public."orders_ordersale_changes" to od_s_sales_own;

-- rows:orders_ordercosting
alter table public."orders_ordercosting" enable row level security;

-- policy:orders_ordercosting:costs of every order
create policy "costs of every order" on public."orders_ordercosting" for all to od_s_costs_all
  using (true)
  with check (true);

-- policy:orders_ordercosting:costs of every order are read
create policy "costs of every order are read" on public."orders_ordercosting" for select to od_s_costs_read
  using (true);

-- grant:orders_ordercosting:costs_all:select
grant select on public."orders_ordercosting" to od_s_costs_all;

-- grant:orders_ordercosting:costs_all:insert
grant insert on public."orders_ordercosting" to od_s_costs_all;

-- grant:orders_ordercosting:costs_all:update (production_cost, shipping_cost, marketing_cost)
grant update (production_cost, shipping_cost, marketing_cost) on public."orders_ordercosting" to od_s_costs_all;

-- grant:orders_ordercosting:costs_read:select
grant select on public."orders_ordercosting" to od_s_costs_read;

-- trigger:orders_ordercosting:zx_tell
create trigger zx_tell after update or delete on public."orders_ordercosting" for each row execute function ops.tell_order_part();

-- trigger:orders_ordercosting:zx_tell_added
create trigger zx_tell_added after insert on public."orders_ordercosting" referencing new table as added for each statement execute function ops.tell_new_order_parts();

-- function:ops.h_orders_ordercosting()
-- definer: writes history, which nobody else may write
create or replace function ops.h_orders_ordercosting() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."orders_ordercosting"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."orders_historicalordercosting" h
   where h."order_id" = r."order_id" order by h.history_id desc limit 1;
  insert into public."orders_historicalordercosting" ("order_id", "order_amount", "production_cost", "shipping_cost", "marketing_cost", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."order_id", r."order_amount", r."production_cost", r."shipping_cost", r."marketing_cost", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:orders_ordercosting:zz_history
create trigger zz_history after update or delete on public."orders_ordercosting" for each row execute function ops.h_orders_ordercosting();

-- function:ops.ha_orders_ordercosting()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_orders_ordercosting() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."orders_historicalordercosting" ("order_id", "order_amount", "production_cost", "shipping_cost", "marketing_cost", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."order_id", a."order_amount", a."production_cost", a."shipping_cost", a."marketing_cost", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:orders_ordercosting:zz_history_added
create trigger zz_history_added after insert on public."orders_ordercosting" referencing new table as added for each statement execute function ops.ha_orders_ordercosting();

-- rows:orders_historicalordercosting
alter table public."orders_historicalordercosting" enable row level security;

-- trigger:orders_historicalordercosting:aa_append_only
create trigger aa_append_only before update or delete on public."orders_historicalordercosting" for each row execute function ops.refuse();

-- trigger:orders_historicalordercosting:aa_append_only_all
create trigger aa_append_only_all before truncate on public."orders_historicalordercosting" for each statement execute function ops.refuse();

-- index:orders_historicalordercosting_chain
create index if not exists "orders_historicalordercosting_chain" on public."orders_historicalordercosting" ("order_id", history_id);

-- index:orders_historicalordercosting_txid
create index if not exists "orders_historicalordercosting_txid" on public."orders_historicalordercosting" using brin (history_txid) with (autosummarize = on);

-- index:orders_historicalordercosting_when
create index if not exists "orders_historicalordercosting_when" on public."orders_historicalordercosting" (history_date, history_id) where (history_type <> '+' or history_source is null);

-- policy:orders_historicalordercosting:history: costs of every order
create policy "history: costs of every order" on public."orders_historicalordercosting" for select to od_s_costs_all
  using (true);

-- policy:orders_historicalordercosting:history: costs of every order are read
create policy "history: costs of every order are read" on public."orders_historicalordercosting" for select to od_s_costs_read
  using (true);

-- policy:orders_historicalordercosting:history: the chain is verified
create policy "history: the chain is verified" on public."orders_historicalordercosting" for select to od_s_chain
  using (true);

-- grant:orders_historicalordercosting:costs_all:select
grant select on public."orders_historicalordercosting" to od_s_costs_all;

-- grant:orders_historicalordercosting:costs_read:select
grant select on public."orders_historicalordercosting" to od_s_costs_read;

-- grant:orders_historicalordercosting:chain:select
grant select on public."orders_historicalordercosting" to od_s_chain;

-- view:orders_ordercosting_changes
-- definer: field changes
create view public."orders_ordercosting_changes" with (security_invoker = true) as
select h."order_id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."orders_historicalordercosting" h
 cross join lateral (select * from public."orders_historicalordercosting" x where x."order_id" = h."order_id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('order_amount', p."order_amount"::text, h."order_amount"::text), ('production_cost', p."production_cost"::text, h."production_cost"::text), ('shipping_cost', p."shipping_cost"::text, h."shipping_cost"::text), ('marketing_cost', p."marketing_cost"::text, h."marketing_cost"::text), ('profit', p."profit"::text, h."profit"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:orders_ordercosting_changes:costs_all:select
grant select on public."orders_ordercosting_changes" to od_s_costs_all;

-- grant:orders_ordercosting_changes:costs_read:select
grant select on public."orders_ordercosting_changes" to od_s_costs_read;

-- rows:orders_orderuserobjectpermission
alter table public."orders_orderuserobjectpermission" enable row level security;

-- policy:orders_orderuserobjectpermission:shares of every order
create policy "shares of every order" on public."orders_orderuserobjectpermission" for all to od_s_orders_all
  using (true)
  with check (true);

-- policy:orders_orderuserobjectpermission:shares of own orders, and what is shared with me
create policy "shares of own orders, and what is shared with me" on public."orders_orderuserobjectpermission" for all to od_s_orders_own
  using (user_id = (select ops.uid()) or exists (select 1 from orders_order o where o.id = content_object_id and o.agent_id = (select ops.uid())))
  with check (exists (select 1 from orders_order o where o.id = content_object_id and o.agent_id = (select ops.uid())));

-- grant:orders_orderuserobjectpermission:orders_all:select, insert, delete
grant select, insert, delete on public."orders_orderuserobjectpermission" to od_s_orders_all;

-- grant:orders_orderuserobjectpermission:orders_own:select, insert, delete
grant select, insert, delete on public."orders_orderuserobjectpermission" to od_s_orders_own;

-- trigger:orders_orderuserobjectpermission:zx_tell
create trigger zx_tell after insert or delete on public."orders_orderuserobjectpermission" for each row execute function ops.tell_order_share();

-- rows:orders_carrier
alter table public."orders_carrier" enable row level security;

-- policy:orders_carrier:everybody knows the carriers
create policy "everybody knows the carriers" on public."orders_carrier" for select to od_s_staff, od_s_link
  using (true);

-- policy:orders_carrier:carriers are edited by who sees every order
create policy "carriers are edited by who sees every order" on public."orders_carrier" for all to od_s_orders_all
  using (true)
  with check (true);

-- grant:orders_carrier:staff:select
grant select on public."orders_carrier" to od_s_staff;

-- grant:orders_carrier:link:select
grant select on public."orders_carrier" to od_s_link;

-- grant:orders_carrier:orders_all:select
grant select on public."orders_carrier" to od_s_orders_all;

-- grant:orders_carrier:orders_all:insert
grant insert on public."orders_carrier" to od_s_orders_all;

-- grant:orders_carrier:orders_all:update (name, tracking_url, is_active)
grant update (name, tracking_url, is_active) on public."orders_carrier" to od_s_orders_all;

-- function:ops.h_orders_carrier()
-- definer: writes history, which nobody else may write
create or replace function ops.h_orders_carrier() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."orders_carrier"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."orders_historicalcarrier" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."orders_historicalcarrier" ("id", "key", "name", "tracking_url", "is_active", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."key", r."name", r."tracking_url", r."is_active", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:orders_carrier:zz_history
create trigger zz_history after update or delete on public."orders_carrier" for each row execute function ops.h_orders_carrier();

-- function:ops.ha_orders_carrier()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_orders_carrier() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."orders_historicalcarrier" ("id", "key", "name", "tracking_url", "is_active", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."key", a."name", a."tracking_url", a."is_active", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:orders_carrier:zz_history_added
create trigger zz_history_added after insert on public."orders_carrier" referencing new table as added for each statement execute function ops.ha_orders_carrier();

-- rows:orders_historicalcarrier
alter table public."orders_historicalcarrier" enable row level security;

-- trigger:orders_historicalcarrier:aa_append_only
create trigger aa_append_only before update or delete on public."orders_historicalcarrier" for each row execute function ops.refuse();

-- trigger:orders_historicalcarrier:aa_append_only_all
create trigger aa_append_only_all before truncate on public."orders_historicalcarrier" for each statement execute function ops.refuse();

-- index:orders_historicalcarrier_chain
create index if not exists "orders_historicalcarrier_chain" on public."orders_historicalcarrier" ("id", history_id);

-- index:orders_historicalcarrier_txid
create index if not exists "orders_historicalcarrier_txid" on public."orders_historicalcarrier" using brin (history_txid) with (autosummarize = on);

-- index:orders_historicalcarrier_when
create index if not exists "orders_historicalcarrier_when" on public."orders_historicalcarrier" (history_date, history_id);

-- policy:orders_historicalcarrier:history: carriers are edited by who sees every order
create policy "history: carriers are edited by who sees every order" on public."orders_historicalcarrier" for select to od_s_orders_all
  using (true);

-- policy:orders_historicalcarrier:history: the chain is verified
create policy "history: the chain is verified" on public."orders_historicalcarrier" for select to od_s_chain
  using (true);

-- grant:orders_historicalcarrier:orders_all:select
grant select on public."orders_historicalcarrier" to od_s_orders_all;

-- grant:orders_historicalcarrier:chain:select
grant select on public."orders_historicalcarrier" to od_s_chain;

-- view:orders_carrier_changes
-- definer: field changes
create view public."orders_carrier_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."orders_historicalcarrier" h
 cross join lateral (select * from public."orders_historicalcarrier" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('key', p."key"::text, h."key"::text), ('name', p."name"::text, h."name"::text), ('tracking_url', p."tracking_url"::text, h."tracking_url"::text), ('is_active', p."is_active"::text, h."is_active"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:orders_carrier_changes:orders_all:select
grant select on public."orders_carrier_changes" to od_s_orders_all;

-- rows:orders_shipment
alter table public."orders_shipment" enable row level security;

-- policy:orders_shipment:parcels of every order
create policy "parcels of every order" on public."orders_shipment" for all to od_s_orders_all
  using (true)
  with check (true);

-- policy:orders_shipment:parcels of every order are read
create policy "parcels of every order are read" on public."orders_shipment" for select to od_s_orders_read
  using (true);

-- policy:orders_shipment:parcels of seen orders are seen
create policy "parcels of seen orders are seen" on public."orders_shipment" for select to od_s_orders_own, od_s_orders_floor
  using (exists (select 1 from orders_order o where o.id = order_id));

-- policy:orders_shipment:parcels of own orders leave
create policy "parcels of own orders leave" on public."orders_shipment" for insert to od_s_orders_own
  with check (exists (select 1 from orders_order o where o.id = order_id and o.agent_id = (select ops.uid())));

-- policy:orders_shipment:parcels of own orders are corrected
create policy "parcels of own orders are corrected" on public."orders_shipment" for update to od_s_orders_own
  using (exists (select 1 from orders_order o where o.id = order_id and o.agent_id = (select ops.uid())))
  with check (exists (select 1 from orders_order o where o.id = order_id and o.agent_id = (select ops.uid())));

-- policy:orders_shipment:a link shows the parcels of its order
create policy "a link shows the parcels of its order" on public."orders_shipment" for select to od_s_link
  using (order_id = (select ops.link_subject('order_status')));

-- grant:orders_shipment:orders_all:select
grant select on public."orders_shipment" to od_s_orders_all;

-- grant:orders_shipment:orders_all:insert
grant insert on public."orders_shipment" to od_s_orders_all;

-- grant:orders_shipment:orders_all:update (carrier_id, carrier_name, tracking_number, taken_back_at)
grant update (carrier_id, carrier_name, tracking_number, taken_back_at) on public."orders_shipment" to od_s_orders_all;

-- grant:orders_shipment:orders_own:select
grant select on public."orders_shipment" to od_s_orders_own;

-- grant:orders_shipment:orders_own:insert
grant insert on public."orders_shipment" to od_s_orders_own;

-- grant:orders_shipment:orders_own:update (carrier_id, carrier_name, tracking_number, taken_back_at)
grant update (carrier_id, carrier_name, tracking_number, taken_back_at) on public."orders_shipment" to od_s_orders_own;

-- grant:orders_shipment:orders_read:select
grant select on public."orders_shipment" to od_s_orders_read;

-- grant:orders_shipment:orders_floor:select
grant select on public."orders_shipment" to od_s_orders_floor;

-- grant:orders_shipment:link:select
grant select on public."orders_shipment" to od_s_link;

-- trigger:orders_shipment:aa_stamp
create trigger aa_stamp before insert or update on public."orders_shipment" for each row execute function ops.stamp_shipment();

-- trigger:orders_shipment:ab_parcel
create trigger ab_parcel after insert or update on public."orders_shipment" for each row execute function ops.guard_shipment();

-- trigger:orders_shipment:zx_tell
create trigger zx_tell after update or delete on public."orders_shipment" for each row execute function ops.tell_order_part();

-- trigger:orders_shipment:zx_tell_added
create trigger zx_tell_added after insert on public."orders_shipment" referencing new table as added for each statement execute function ops.tell_new_order_parts();

-- function:ops.h_orders_shipment()
-- definer: writes history, which nobody else may write
create or replace function ops.h_orders_shipment() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."orders_shipment"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."orders_historicalshipment" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."orders_historicalshipment" ("id", "order_id", "position", "carrier_id", "carrier_name", "tracking_number", "shipped_at", "taken_back_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."order_id", r."position", r."carrier_id", r."carrier_name", r."tracking_number", r."shipped_at", r."taken_back_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:orders_shipment:zz_history
create trigger zz_history after update or delete on public."orders_shipment" for each row execute function ops.h_orders_shipment();

-- function:ops.ha_orders_shipment()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_orders_shipment() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."orders_historicalshipment" ("id", "order_id", "position", "carrier_id", "carrier_name", "tracking_number", "shipped_at", "taken_back_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."order_id", a."position", a."carrier_id", a."carrier_name", a."tracking_number", a."shipped_at", a."taken_back_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:orders_shipment:zz_history_added
create trigger zz_history_added after insert on public."orders_shipment" referencing new table as added for each statement execute function ops.ha_orders_shipment();

-- rows:orders_historicalshipment
alter table public."orders_historicalshipment" enable row level security;

-- trigger:orders_historicalshipment:aa_append_only
create trigger aa_append_only before update or delete on public."orders_historicalshipment" for each row execute function ops.refuse();

-- trigger:orders_historicalshipment:aa_append_only_all
create trigger aa_append_only_all before truncate on public."orders_historicalshipment" for each statement execute function ops.refuse();

-- index:orders_historicalshipment_chain
create index if not exists "orders_historicalshipment_chain" on public."orders_historicalshipment" ("id", history_id);

-- index:orders_historicalshipment_txid
create index if not exists "orders_historicalshipment_txid" on public."orders_historicalshipment" using brin (history_txid) with (autosummarize = on);

-- index:orders_historicalshipment_when
create index if not exists "orders_historicalshipment_when" on public."orders_historicalshipment" (history_date, history_id);

-- policy:orders_historicalshipment:history: parcels of every order
create policy "history: parcels of every order" on public."orders_historicalshipment" for select to od_s_orders_all
  using (true);

-- policy:orders_historicalshipment:history: parcels of every order are read
create policy "history: parcels of every order are read" on public."orders_historicalshipment" for select to od_s_orders_read
  using (true);

-- policy:orders_historicalshipment:history: parcels of seen orders are seen
create policy "history: parcels of seen orders are seen" on public."orders_historicalshipment" for select to od_s_orders_own, od_s_orders_floor
  using (exists (select 1 from public."orders_shipment" x where x."id" = "orders_historicalshipment"."id"));

-- policy:orders_historicalshipment:history: the chain is verified
create policy "history: the chain is verified" on public."orders_historicalshipment" for select to od_s_chain
  using (true);

-- grant:orders_historicalshipment:orders_all:select
grant select on public."orders_historicalshipment" to od_s_orders_all;

-- grant:orders_historicalshipment:orders_read:select
grant select on public."orders_historicalshipment" to od_s_orders_read;

-- grant:orders_historicalshipment:orders_own:select
grant select on public."orders_historicalshipment" to od_s_orders_own;

-- grant:orders_historicalshipment:orders_floor:select
grant select on public."orders_historicalshipment" to od_s_orders_floor;

-- grant:orders_historicalshipment:chain:select
grant select on public."orders_historicalshipment" to od_s_chain;

-- view:orders_shipment_changes
-- definer: field changes
create view public."orders_shipment_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."orders_historicalshipment" h
 cross join lateral (select * from public."orders_historicalshipment" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('order_id', p."order_id"::text, h."order_id"::text), ('position', p."position"::text, h."position"::text), ('carrier_id', p."carrier_id"::text, h."carrier_id"::text), ('carrier_name', p."carrier_name"::text, h."carrier_name"::text), ('tracking_number', p."tracking_number"::text, h."tracking_number"::text), ('shipped_at', p."shipped_at"::text, h."shipped_at"::text), ('taken_back_at', p."taken_back_at"::text, h."taken_back_at"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:orders_shipment_changes:orders_all:select
grant select on public."orders_shipment_changes" to od_s_orders_all;

-- grant:orders_shipment_changes:orders_read:select
grant select on public."orders_shipment_changes" to od_s_orders_read;

-- grant:orders_shipment_changes:orders_own:select
grant select on public."orders_shipment_changes" to od_s_orders_own;

-- grant:orders_shipment_changes:orders_floor:select
grant select on public."orders_shipment_changes" to od_s_orders_floor;

-- rows:orders_shipmentline
alter table public."orders_shipmentline" enable row level security;

-- policy:orders_shipmentline:contents of every parcel
create policy "contents of every parcel" on public."orders_shipmentline" for all to od_s_orders_all
  using (true)
  with check (true);

-- policy:orders_shipmentline:contents of every parcel are read
create policy "contents of every parcel are read" on public."orders_shipmentline" for select to od_s_orders_read
  using (true);

-- policy:orders_shipmentline:contents of seen parcels are seen
create policy "contents of seen parcels are seen" on public."orders_shipmentline" for select to od_s_orders_own, od_s_orders_floor
  using (exists (select 1 from orders_shipment s where s.id = shipment_id));

-- policy:orders_shipmentline:parcels of own orders are filled
create policy "parcels of own orders are filled" on public."orders_shipmentline" for insert to od_s_orders_own
  with check (exists (select 1 from orders_shipment s join orders_order o on o.id = s.order_id where s.id = shipment_id and o.agent_id = (select ops.uid())));

-- grant:orders_shipmentline:orders_all:select, insert
grant select, insert on public."orders_shipmentline" to od_s_orders_all;

-- grant:orders_shipmentline:orders_own:select, insert
grant select, insert on public."orders_shipmentline" to od_s_orders_own;

-- grant:orders_shipmentline:orders_read:select
grant select on public."orders_shipmentline" to od_s_orders_read;

-- grant:orders_shipmentline:orders_floor:select
grant select on public."orders_shipmentline" to od_s_orders_floor;

-- trigger:orders_shipmentline:ab_not_more_than_ordered
create trigger ab_not_more_than_ordered after insert or update on public."orders_shipmentline" for each row execute function ops.guard_shipment_line();

-- function:ops.h_orders_shipmentline()
-- definer: writes history, which nobody else may write
create or replace function ops.h_orders_shipmentline() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."orders_shipmentline"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."orders_historicalshipmentline" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."orders_historicalshipmentline" ("id", "shipment_id", "line_id", "quantity", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."shipment_id", r."line_id", r."quantity", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:orders_shipmentline:zz_history
create trigger zz_history after update or delete on public."orders_shipmentline" for each row execute function ops.h_orders_shipmentline();

-- function:ops.ha_orders_shipmentline()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_orders_shipmentline() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."orders_historicalshipmentline" ("id", "shipment_id", "line_id", "quantity", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."shipment_id", a."line_id", a."quantity", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:orders_shipmentline:zz_history_added
create trigger zz_history_added after insert on public."orders_shipmentline" referencing new table as added for each statement execute function ops.ha_orders_shipmentline();

-- rows:orders_historicalshipmentline
alter table public."orders_historicalshipmentline" enable row level security;

-- trigger:orders_historicalshipmentline:aa_append_only
create trigger aa_append_only before update or delete on public."orders_historicalshipmentline" for each row execute function ops.refuse();

-- trigger:orders_historicalshipmentline:aa_append_only_all
create trigger aa_append_only_all before truncate on public."orders_historicalshipmentline" for each statement execute function ops.refuse();

-- index:orders_historicalshipmentline_chain
create index if not exists "orders_historicalshipmentline_chain" on public."orders_historicalshipmentline" ("id", history_id);

-- index:orders_historicalshipmentline_txid
create index if not exists "orders_historicalshipmentline_txid" on public."orders_historicalshipmentline" using brin (history_txid) with (autosummarize = on);

-- index:orders_historicalshipmentline_when
create index if not exists "orders_historicalshipmentline_when" on public."orders_historicalshipmentline" (history_date, history_id);

-- policy:orders_historicalshipmentline:history: contents of every parcel
create policy "history: contents of every parcel" on public."orders_historicalshipmentline" for select to od_s_orders_all
  using (true);

-- policy:orders_historicalshipmentline:history: contents of every parcel are read
create policy "history: contents of every parcel are read" on public."orders_historicalshipmentline" for select to od_s_orders_read
  using (true);

-- policy:orders_historicalshipmentline:history: contents of seen parcels are seen
create policy "history: contents of seen parcels are seen" on public."orders_historicalshipmentline" for select to od_s_orders_own, od_s_orders_floor
  using (exists (select 1 from public."orders_shipmentline" x where x."id" = "orders_historicalshipmentline"."id"));

-- policy:orders_historicalshipmentline:history: the chain is verified
create policy "history: the chain is verified" on public."orders_historicalshipmentline" for select to od_s_chain
  using (true);

-- grant:orders_historicalshipmentline:orders_all:select
grant select on public."orders_historicalshipmentline" to od_s_orders_all;

-- grant:orders_historicalshipmentline:orders_read:select
grant select on public."orders_historicalshipmentline" to od_s_orders_read;

-- grant:orders_historicalshipmentline:orders_own:select
grant select on public."orders_historicalshipmentline" to od_s_orders_own;

-- grant:orders_historicalshipmentline:orders_floor:select
grant select on public."orders_historicalshipmentline" to od_s_orders_floor;

-- grant:orders_historicalshipmentline:chain:select
grant select on public."orders_historicalshipmentline" to od_s_chain;

-- view:orders_shipmentline_changes
-- definer: field changes
create view public."orders_shipmentline_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."orders_historicalshipmentline" h
 cross join lateral (select * from public."orders_historicalshipmentline" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('shipment_id', p."shipment_id"::text, h."shipment_id"::text), ('line_id', p."line_id"::text, h."line_id"::text), ('quantity', p."quantity"::text, h."quantity"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:orders_shipmentline_changes:orders_all:select
grant select on public."orders_shipmentline_changes" to od_s_orders_all;

-- grant:orders_shipmentline_changes:orders_read:select
grant select on public."orders_shipmentline_changes" to od_s_orders_read;

-- grant:orders_shipmentline_changes:orders_own:select
grant select on public."orders_shipmentline_changes" to od_s_orders_own;

-- grant:orders_shipmentline_changes:orders_floor:select
grant select on public."orders_shipmentline_changes" to od_s_orders_floor;

-- policy:digests_extension:orders: days of every order
create policy "orders: days of every order" on public."digests_extension" for all to od_s_orders_all
  using (noun = 'order')
  with check (noun = 'order');

-- policy:digests_extension:orders: days of every order are read
create policy "orders: days of every order are read" on public."digests_extension" for select to od_s_orders_read
  using (noun = 'order');

-- policy:digests_extension:orders: days of seen orders are read
create policy "orders: days of seen orders are read" on public."digests_extension" for select to od_s_orders_own, od_s_orders_floor
  using (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id));

-- policy:digests_extension:orders: days of held orders are set
create policy "orders: days of held orders are set" on public."digests_extension" for insert to od_s_orders_own, od_s_orders_floor
  with check (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id and (select ops.uid()) in (o.agent_id, o.assignee_id)));

-- policy:digests_extension:orders: days of held orders are moved
create policy "orders: days of held orders are moved" on public."digests_extension" for update to od_s_orders_own, od_s_orders_floor
  using (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id and (select ops.uid()) in (o.agent_id, o.assignee_id)))
  with check (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id and (select ops.uid()) in (o.agent_id, o.assignee_id)));

-- policy:digests_extension:orders: days of what nobody has are set
create policy "orders: days of what nobody has are set" on public."digests_extension" for insert to od_s_orders_floor
  with check (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id and not exists (select 1 from accounts_user u where u.id = o.assignee_id and u.is_active and 'orders_floor' = any (u.scopes))));

-- policy:digests_extension:orders: days of what nobody has are moved
create policy "orders: days of what nobody has are moved" on public."digests_extension" for update to od_s_orders_floor
  using (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id and not exists (select 1 from accounts_user u where u.id = o.assignee_id and u.is_active and 'orders_floor' = any (u.scopes))))
  with check (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id and not exists (select 1 from accounts_user u where u.id = o.assignee_id and u.is_active and 'orders_floor' = any (u.scopes))));

-- grant:digests_extension:orders_all:select
grant select on public."digests_extension" to od_s_orders_all;

-- grant:digests_extension:orders_all:insert
grant insert on public."digests_extension" to od_s_orders_all;

-- grant:digests_extension:orders_all:update (until, reason)
grant update (until, reason) on public."digests_extension" to od_s_orders_all;

-- grant:digests_extension:orders_own:select
grant select on public."digests_extension" to od_s_orders_own;

-- grant:digests_extension:orders_own:insert
grant insert on public."digests_extension" to od_s_orders_own;

-- grant:digests_extension:orders_own:update (until, reason)
grant update (until, reason) on public."digests_extension" to od_s_orders_own;

-- grant:digests_extension:orders_floor:select
grant select on public."digests_extension" to od_s_orders_floor;

-- grant:digests_extension:orders_floor:insert
grant insert on public."digests_extension" to od_s_orders_floor;

-- grant:digests_extension:orders_floor:update (until, reason)
grant update (until, reason) on public."digests_extension" to od_s_orders_floor;

-- grant:digests_extension:orders_read:select
grant select on public."digests_extension" to od_s_orders_read;

-- trigger:digests_extension:zx_tell_order
create trigger zx_tell_order after insert or update on public."digests_extension" for each row when (new.noun = 'order') execute function ops.tell_order_subject();

-- policy:digests_historicalextension:history: orders: days of every order
create policy "history: orders: days of every order" on public."digests_historicalextension" for select to od_s_orders_all
  using (exists (select 1 from public."digests_extension" x where x."id" = "digests_historicalextension"."id"));

-- policy:digests_historicalextension:history: orders: days of every order are read
create policy "history: orders: days of every order are read" on public."digests_historicalextension" for select to od_s_orders_read
  using (exists (select 1 from public."digests_extension" x where x."id" = "digests_historicalextension"."id"));

-- policy:digests_historicalextension:history: orders: days of seen orders are read
create policy "history: orders: days of seen orders are read" on public."digests_historicalextension" for select to od_s_orders_own, od_s_orders_floor
  using (exists (select 1 from public."digests_extension" x where x."id" = "digests_historicalextension"."id"));

-- grant:digests_historicalextension:orders_all:select
grant select on public."digests_historicalextension" to od_s_orders_all;

-- grant:digests_historicalextension:orders_read:select
grant select on public."digests_historicalextension" to od_s_orders_read;

-- grant:digests_historicalextension:orders_own:select
grant select on public."digests_historicalextension" to od_s_orders_own;

-- grant:digests_historicalextension:orders_floor:select
grant select on public."digests_historicalextension" to od_s_orders_floor;

-- grant:digests_extension_changes:orders_all:select
grant select on public."digests_extension_changes" to od_s_orders_all;

-- grant:digests_extension_changes:orders_read:select
grant select on public."digests_extension_changes" to od_s_orders_read;

-- grant:digests_extension_changes:orders_own:select
grant select on public."digests_extension_changes" to od_s_orders_own;

-- grant:digests_extension_changes:orders_floor:select
grant select on public."digests_extension_changes" to od_s_orders_floor;

-- policy:digests_handback:orders: who sees all decides whose it is
create policy "orders: who sees all decides whose it is" on public."digests_handback" for all to od_s_orders_all
  using (noun = 'order');

-- policy:digests_handback:orders: held orders are handed back
create policy "orders: held orders are handed back" on public."digests_handback" for insert to od_s_orders_own, od_s_orders_floor
  with check (noun = 'order' and person_id = (select ops.uid()) and exists (select 1 from orders_order o where o.id = subject_id and (select ops.uid()) in (o.agent_id, o.assignee_id)));

-- policy:digests_handback:orders: what nobody has is handed back
create policy "orders: what nobody has is handed back" on public."digests_handback" for insert to od_s_orders_floor
  with check (noun = 'order' and person_id = (select ops.uid()) and exists (select 1 from orders_order o where o.id = subject_id and not exists (select 1 from accounts_user u where u.id = o.assignee_id and u.is_active and 'orders_floor' = any (u.scopes))));

-- grant:digests_handback:orders_all:select, delete
grant select, delete on public."digests_handback" to od_s_orders_all;

-- grant:digests_handback:orders_own:insert
grant insert on public."digests_handback" to od_s_orders_own;

-- grant:digests_handback:orders_floor:insert
grant insert on public."digests_handback" to od_s_orders_floor;

-- trigger:digests_handback:zx_tell_order
create trigger zx_tell_order after insert or update on public."digests_handback" for each row when (new.noun = 'order') execute function ops.tell_order_subject();

-- policy:ops_signedlink:orders: links are made by who works on the order
create policy "orders: links are made by who works on the order" on public."ops_signedlink" for insert to od_s_orders_all, od_s_orders_own
  with check (kind = 'order_status' and exists (select 1 from orders_order o where o.id = subject_id));

-- grant:ops_signedlink:orders_all:insert
grant insert on public."ops_signedlink" to od_s_orders_all;

-- grant:ops_signedlink:orders_own:insert
grant insert on public."ops_signedlink" to od_s_orders_own;

-- policy:ops_transition:orders: every record
create policy "orders: every record" on public."ops_transition" for select to od_s_orders_all, od_s_orders_read
  using (noun = 'order');

-- policy:ops_transition:orders: records of seen orders
create policy "orders: records of seen orders" on public."ops_transition" for select to od_s_orders_own, od_s_orders_floor
  using (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id));

-- grant:ops_transition:orders_all:select
grant select on public."ops_transition" to od_s_orders_all;

-- grant:ops_transition:orders_read:select
grant select on public."ops_transition" to od_s_orders_read;

-- grant:ops_transition:orders_own:select
grant select on public."ops_transition" to od_s_orders_own;

-- grant:ops_transition:orders_floor:select
grant select on public."ops_transition" to od_s_orders_floor;

-- policy:ops_event:orders: every record
create policy "orders: every record" on public."ops_event" for select to od_s_orders_all, od_s_orders_read
  using (noun = 'order');

-- policy:ops_event:orders: records of seen orders
create policy "orders: records of seen orders" on public."ops_event" for select to od_s_orders_own, od_s_orders_floor
  using (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id));

-- policy:ops_event:orders: events of seen orders are recorded
create policy "orders: events of seen orders are recorded" on public."ops_event" for insert to od_s_orders_all, od_s_orders_own, od_s_orders_floor, od_s_sales_all
  with check (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id));

-- policy:ops_event:imports: events of own loads are recorded
create policy "imports: events of own loads are recorded" on public."ops_event" for insert to od_s_imports
  with check (noun = 'importbatch' and exists (select 1 from ops_importbatch b where b.id = subject_id and b.by_id = (select ops.uid())));

-- policy:ops_event:orders: who reads every order records that it was printed
create policy "orders: who reads every order records that it was printed" on public."ops_event" for insert to od_s_orders_read
  with check (noun = 'order' and kind = 'order.printed' and exists (select 1 from orders_order o where o.id = subject_id));

-- policy:ops_event:orders: waking is recorded
create policy "orders: waking is recorded" on public."ops_event" for insert to od_s_wakes
  with check (noun = 'order' and kind = 'order.woken' and exists (select 1 from orders_order o where o.id = subject_id));

-- policy:ops_event:imports: own loads
create policy "imports: own loads" on public."ops_event" for select to od_s_imports
  using (noun = 'importbatch' and by_id = (select ops.uid()));

-- policy:ops_event:imports: every load
create policy "imports: every load" on public."ops_event" for select to od_s_orders_all, od_s_orders_read
  using (noun = 'importbatch');

-- grant:ops_event:orders_all:select, insert
grant select, insert on public."ops_event" to od_s_orders_all;

-- grant:ops_event:orders_own:select, insert
grant select, insert on public."ops_event" to od_s_orders_own;

-- grant:ops_event:orders_floor:select, insert
grant select, insert on public."ops_event" to od_s_orders_floor;

-- grant:ops_event:orders_read:select, insert
grant select, insert on public."ops_event" to od_s_orders_read;

-- grant:ops_event:sales_all:insert
grant insert on public."ops_event" to od_s_sales_all;

-- grant:ops_event:wakes:insert
grant insert on public."ops_event" to od_s_wakes;

-- grant:ops_event:imports:select, insert
grant select, insert on public."ops_event" to od_s_imports;

-- policy:files_file:order files: managers keep all
create policy "order files: managers keep all" on public."files_file" for all to od_s_orders_all
  using (noun = 'order')
  with check (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id));

-- policy:files_file:order files: for everyone who sees the order
create policy "order files: for everyone who sees the order" on public."files_file" for select to od_s_orders_read, od_s_orders_own, od_s_orders_floor
  using (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id) and (removed_at is null or removed_by_id = (select ops.uid())) and visibility = 'everyone');

-- policy:files_file:order files: for sales and office
create policy "order files: for sales and office" on public."files_file" for select to od_s_orders_read, od_s_orders_own
  using (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id) and (removed_at is null or removed_by_id = (select ops.uid())) and visibility = 'sales');

-- policy:files_file:order files: sales adds
create policy "order files: sales adds" on public."files_file" for insert to od_s_orders_own
  with check (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id) and visibility in ('everyone', 'sales'));

-- policy:files_file:order files: the floor adds
create policy "order files: the floor adds" on public."files_file" for insert to od_s_orders_floor
  with check (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id) and visibility = 'everyone');

-- policy:files_file:order files: sales change own ones, and those of own orders
create policy "order files: sales change own ones, and those of own orders" on public."files_file" for update to od_s_orders_own
  using (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id) and (removed_at is null or removed_by_id = (select ops.uid())) and (by_id = (select ops.uid()) or exists (select 1 from orders_order o where o.id = subject_id and o.agent_id = (select ops.uid()))) and visibility <> 'managers')
  with check (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id) and (removed_at is null or removed_by_id = (select ops.uid())) and (by_id = (select ops.uid()) or exists (select 1 from orders_order o where o.id = subject_id and o.agent_id = (select ops.uid()))) and visibility <> 'managers');

-- policy:files_file:order files: the floor removes own ones
create policy "order files: the floor removes own ones" on public."files_file" for update to od_s_orders_floor
  using (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id) and (removed_at is null or removed_by_id = (select ops.uid())) and by_id = (select ops.uid()) and visibility = 'everyone')
  with check (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id) and (removed_at is null or removed_by_id = (select ops.uid())) and by_id = (select ops.uid()) and visibility = 'everyone');

-- grant:files_file:orders_all:select, insert
grant select, insert on public."files_file" to od_s_orders_all;

-- grant:files_file:orders_all:update (removed_at, removed_by_id, removed_reason, visibility)
grant update (removed_at, removed_by_id, removed_reason, visibility) on public."files_file" to od_s_orders_all;

-- grant:files_file:orders_own:select, insert
grant select, insert on public."files_file" to od_s_orders_own;

-- grant:files_file:orders_own:update (removed_at, removed_by_id, removed_reason, visibility)
grant update (removed_at, removed_by_id, removed_reason, visibility) on public."files_file" to od_s_orders_own;

-- grant:files_file:orders_floor:select, insert
grant select, insert on public."files_file" to od_s_orders_floor;

-- grant:files_file:orders_floor:update (removed_at, removed_by_id, removed_reason, visibility)
grant update (removed_at, removed_by_id, removed_reason, visibility) on public."files_file" to od_s_orders_floor;

-- grant:files_file:orders_read:select
grant select on public."files_file" to od_s_orders_read;

-- trigger:files_file:ab_stage_of_order
create trigger ab_stage_of_order before insert on public."files_file" for each row when (new.noun = 'order') execute function ops.stamp_order_stage();

-- trigger:files_file:zx_tell_order
create trigger zx_tell_order after insert or update on public."files_file" for each row when (new.noun = 'order') execute function ops.tell_order_subject();

-- policy:files_historicalfile:history: order files: managers keep all
create policy "history: order files: managers keep all" on public."files_historicalfile" for select to od_s_orders_all
  using (exists (select 1 from public."files_file" x where x."id" = "files_historicalfile"."id"));

-- policy:files_historicalfile:history: order files: for everyone who sees the order
create policy "history: order files: for everyone who sees the order" on public."files_historicalfile" for select to od_s_orders_read, od_s_orders_own, od_s_orders_floor
  using (exists (select 1 from public."files_file" x where x."id" = "files_historicalfile"."id"));

-- policy:files_historicalfile:history: order files: for sales and office
create policy "history: order files: for sales and office" on public."files_historicalfile" for select to od_s_orders_read, od_s_orders_own
  using (exists (select 1 from public."files_file" x where x."id" = "files_historicalfile"."id"));

-- grant:files_historicalfile:orders_all:select
grant select on public."files_historicalfile" to od_s_orders_all;

-- grant:files_historicalfile:orders_read:select
grant select on public."files_historicalfile" to od_s_orders_read;

-- grant:files_historicalfile:orders_own:select
grant select on public."files_historicalfile" to od_s_orders_own;

-- grant:files_historicalfile:orders_floor:select
grant select on public."files_historicalfile" to od_s_orders_floor;

-- grant:files_file_changes:orders_all:select
grant select on public."files_file_changes" to od_s_orders_all;

-- grant:files_file_changes:orders_read:select
grant select on public."files_file_changes" to od_s_orders_read;

-- grant:files_file_changes:orders_own:select
grant select on public."files_file_changes" to od_s_orders_own;

-- grant:files_file_changes:orders_floor:select
grant select on public."files_file_changes" to od_s_orders_floor;

-- policy:threads_message:order messages: every one
create policy "order messages: every one" on public."threads_message" for select to od_s_orders_all
  using (noun = 'order');

-- policy:threads_message:order messages: of seen orders
create policy "order messages: of seen orders" on public."threads_message" for select to od_s_orders_read, od_s_orders_own, od_s_orders_floor
  using (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id));

-- policy:threads_message:order messages: managers write
create policy "order messages: managers write" on public."threads_message" for insert to od_s_orders_all
  with check (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id) and by_id = (select ops.uid()));

-- policy:threads_message:order messages: who sees the order writes to the house
create policy "order messages: who sees the order writes to the house" on public."threads_message" for insert to od_s_orders_read, od_s_orders_own, od_s_orders_floor
  with check (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id) and by_id = (select ops.uid()) and visibility = 'internal');

-- policy:threads_message:order messages: its agent writes to the customer
create policy "order messages: its agent writes to the customer" on public."threads_message" for insert to od_s_orders_own
  with check (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id and o.agent_id = (select ops.uid())) and by_id = (select ops.uid()));

-- policy:threads_message:order messages: managers remove
create policy "order messages: managers remove" on public."threads_message" for update to od_s_orders_all
  using (noun = 'order')
  with check (noun = 'order');

-- policy:threads_message:order messages: one's own are changed for a while
create policy "order messages: one's own are changed for a while" on public."threads_message" for update to od_s_orders_read, od_s_orders_own, od_s_orders_floor
  using (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id) and by_id = (select ops.uid()) and at > (select ops.now()) - interval '5 minutes')
  with check (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id) and by_id = (select ops.uid()));

-- policy:threads_message:order messages: a link shows what is for the customer
create policy "order messages: a link shows what is for the customer" on public."threads_message" for select to od_s_link
  using (visibility = 'customer' and removed_at is null and (noun = 'order' and subject_id = (select ops.link_subject('order_status')) or noun = 'customer' and subject_id = (select o.customer_id from orders_order o where o.id = (select ops.link_subject('order_status')))));

-- grant:threads_message:link:select
grant select on public."threads_message" to od_s_link;

-- grant:threads_message:orders_all:select
grant select on public."threads_message" to od_s_orders_all;

-- grant:threads_message:orders_all:insert
grant insert on public."threads_message" to od_s_orders_all;

-- grant:threads_message:orders_all:update (text, mentions, removed_at)
grant update (text, mentions, removed_at) on public."threads_message" to od_s_orders_all;

-- grant:threads_message:orders_read:select
grant select on public."threads_message" to od_s_orders_read;

-- grant:threads_message:orders_read:insert
grant insert on public."threads_message" to od_s_orders_read;

-- grant:threads_message:orders_read:update (text, mentions, removed_at)
grant update (text, mentions, removed_at) on public."threads_message" to od_s_orders_read;

-- grant:threads_message:orders_own:select
grant select on public."threads_message" to od_s_orders_own;

-- grant:threads_message:orders_own:insert
grant insert on public."threads_message" to od_s_orders_own;

-- grant:threads_message:orders_own:update (text, mentions, removed_at)
grant update (text, mentions, removed_at) on public."threads_message" to od_s_orders_own;

-- grant:threads_message:orders_floor:select
grant select on public."threads_message" to od_s_orders_floor;

-- grant:threads_message:orders_floor:insert
grant insert on public."threads_message" to od_s_orders_floor;

-- grant:threads_message:orders_floor:update (text, mentions, removed_at)
grant update (text, mentions, removed_at) on public."threads_message" to od_s_orders_floor;

-- trigger:threads_message:zx_tell_order
create trigger zx_tell_order after insert or update on public."threads_message" for each row when (new.noun = 'order') execute function ops.tell_order_subject();

-- policy:threads_historicalmessage:history: order messages: every one
create policy "history: order messages: every one" on public."threads_historicalmessage" for select to od_s_orders_all
  using (noun = 'order');

-- grant:threads_historicalmessage:orders_all:select
grant select on public."threads_historicalmessage" to od_s_orders_all;

-- grant:threads_message_changes:orders_all:select
grant select on public."threads_message_changes" to od_s_orders_all;

-- policy:files_file:message files: a link shows those for the customer
create policy "message files: a link shows those for the customer" on public."files_file" for select to od_s_link
  using (noun = 'message' and removed_at is null and exists (select 1 from threads_message m where m.id = files_file.subject_id));

-- grant:files_file:link:select
grant select on public."files_file" to od_s_link;

-- rows:intake_intakekey
alter table public."intake_intakekey" enable row level security;

-- policy:intake_intakekey:who keeps the keys sees and makes them
create policy "who keeps the keys sees and makes them" on public."intake_intakekey" for all to od_s_intake_keys
  using (true)
  with check (true);

-- policy:intake_intakekey:a delivery is compared with its key
create policy "a delivery is compared with its key" on public."intake_intakekey" for select to od_s_intake
  using (true);

-- grant:intake_intakekey:intake_keys:select
grant select on public."intake_intakekey" to od_s_intake_keys;

-- grant:intake_intakekey:intake_keys:insert
grant insert on public."intake_intakekey" to od_s_intake_keys;

-- grant:intake_intakekey:intake_keys:update (agent_id, retired_at)
grant update (agent_id, retired_at) on public."intake_intakekey" to od_s_intake_keys;

-- grant:intake_intakekey:intake:select
grant select on public."intake_intakekey" to od_s_intake;

-- function:ops.h_intake_intakekey()
-- definer: writes history, which nobody else may write
create or replace function ops.h_intake_intakekey() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."intake_intakekey"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."intake_historicalintakekey" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."intake_historicalintakekey" ("id", "name", "public", "agent_id", "made_at", "retired_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."name", r."public", r."agent_id", r."made_at", r."retired_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:intake_intakekey:zz_history
create trigger zz_history after update or delete on public."intake_intakekey" for each row execute function ops.h_intake_intakekey();

-- function:ops.ha_intake_intakekey()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_intake_intakekey() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."intake_historicalintakekey" ("id", "name", "public", "agent_id", "made_at", "retired_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."name", a."public", a."agent_id", a."made_at", a."retired_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:intake_intakekey:zz_history_added
create trigger zz_history_added after insert on public."intake_intakekey" referencing new table as added for each statement execute function ops.ha_intake_intakekey();

-- rows:intake_historicalintakekey
alter table public."intake_historicalintakekey" enable row level security;

-- trigger:intake_historicalintakekey:aa_append_only
create trigger aa_append_only before update or delete on public."intake_historicalintakekey" for each row execute function ops.refuse();

-- trigger:intake_historicalintakekey:aa_append_only_all
create trigger aa_append_only_all before truncate on public."intake_historicalintakekey" for each statement execute function ops.refuse();

-- index:intake_historicalintakekey_chain
create index if not exists "intake_historicalintakekey_chain" on public."intake_historicalintakekey" ("id", history_id);

-- index:intake_historicalintakekey_txid
create index if not exists "intake_historicalintakekey_txid" on public."intake_historicalintakekey" using brin (history_txid) with (autosummarize = on);

-- index:intake_historicalintakekey_when
create index if not exists "intake_historicalintakekey_when" on public."intake_historicalintakekey" (history_date, history_id);

-- policy:intake_historicalintakekey:history: who keeps the keys sees and makes them
create policy "history: who keeps the keys sees and makes them" on public."intake_historicalintakekey" for select to od_s_intake_keys
  using (true);

-- policy:intake_historicalintakekey:history: a delivery is compared with its key
create policy "history: a delivery is compared with its key" on public."intake_historicalintakekey" for select to od_s_intake
  using (true);

-- policy:intake_historicalintakekey:history: the chain is verified
create policy "history: the chain is verified" on public."intake_historicalintakekey" for select to od_s_chain
  using (true);

-- grant:intake_historicalintakekey:intake_keys:select
grant select on public."intake_historicalintakekey" to od_s_intake_keys;

-- grant:intake_historicalintakekey:intake:select
grant select on public."intake_historicalintakekey" to od_s_intake;

-- grant:intake_historicalintakekey:chain:select
grant select on public."intake_historicalintakekey" to od_s_chain;

-- view:intake_intakekey_changes
-- definer: field changes
create view public."intake_intakekey_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."intake_historicalintakekey" h
 cross join lateral (select * from public."intake_historicalintakekey" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('name', p."name"::text, h."name"::text), ('public', p."public"::text, h."public"::text), ('agent_id', p."agent_id"::text, h."agent_id"::text), ('made_at', p."made_at"::text, h."made_at"::text), ('retired_at', p."retired_at"::text, h."retired_at"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:intake_intakekey_changes:intake_keys:select
grant select on public."intake_intakekey_changes" to od_s_intake_keys;

-- grant:intake_intakekey_changes:intake:select
grant select on public."intake_intakekey_changes" to od_s_intake;

-- rows:intake_intakesecret
alter table public."intake_intakesecret" enable row level security;

-- policy:intake_intakesecret:secrets are made by who keeps the keys
create policy "secrets are made by who keeps the keys" on public."intake_intakesecret" for insert to od_s_intake_keys
  with check (true);

-- policy:intake_intakesecret:a delivery is compared with the secrets of its key
create policy "a delivery is compared with the secrets of its key" on public."intake_intakesecret" for select to od_s_intake
  using (true);

-- grant:intake_intakesecret:intake_keys:insert
grant insert on public."intake_intakesecret" to od_s_intake_keys;

-- grant:intake_intakesecret:intake:select
grant select on public."intake_intakesecret" to od_s_intake;

-- trigger:intake_intakesecret:zv_older_ones_end
create trigger zv_older_ones_end after insert on public."intake_intakesecret" for each row execute function ops.end_older_secrets();

-- rows:intake_delivery
alter table public."intake_delivery" enable row level security;

-- policy:intake_delivery:what was delivered is seen by who keeps the keys
create policy "what was delivered is seen by who keeps the keys" on public."intake_delivery" for select to od_s_intake_keys
  using (true);

-- policy:intake_delivery:deliveries are kept
create policy "deliveries are kept" on public."intake_delivery" for all to od_s_intake
  using (true)
  with check (true);

-- grant:intake_delivery:intake_keys:select
grant select on public."intake_delivery" to od_s_intake_keys;

-- grant:intake_delivery:intake:select, insert
grant select, insert on public."intake_delivery" to od_s_intake;

-- trigger:intake_delivery:aa_append_only
create trigger aa_append_only before update or delete on public."intake_delivery" for each row execute function ops.refuse();

-- trigger:intake_delivery:aa_append_only_all
create trigger aa_append_only_all before truncate on public."intake_delivery" for each statement execute function ops.refuse();

-- policy:orders_order:deliveries: what came in is seen
create policy "deliveries: what came in is seen" on public."orders_order" for select to od_s_intake
  using (origin = 'intake');

-- policy:orders_order:deliveries: what comes in is kept
create policy "deliveries: what comes in is kept" on public."orders_order" for insert to od_s_intake
  with check (origin = 'intake');

-- grant:orders_order:intake:select, insert
grant select, insert on public."orders_order" to od_s_intake;

-- policy:orders_orderline:deliveries: what came in is seen
create policy "deliveries: what came in is seen" on public."orders_orderline" for select to od_s_intake
  using (exists (select 1 from orders_order o where o.id = order_id));

-- policy:orders_orderline:deliveries: what comes in is kept
create policy "deliveries: what comes in is kept" on public."orders_orderline" for insert to od_s_intake
  with check (exists (select 1 from orders_order o where o.id = order_id));

-- grant:orders_orderline:intake:select, insert
grant select, insert on public."orders_orderline" to od_s_intake;

-- policy:orders_orderlineprice:deliveries: what came in is seen
create policy "deliveries: what came in is seen" on public."orders_orderlineprice" for select to od_s_intake
  using (exists (select 1 from orders_orderline l where l.id = line_id));

-- policy:orders_orderlineprice:deliveries: what comes in is kept
create policy "deliveries: what comes in is kept" on public."orders_orderlineprice" for insert to od_s_intake
  with check (exists (select 1 from orders_orderline l where l.id = line_id));

-- grant:orders_orderlineprice:intake:select, insert
grant select, insert on public."orders_orderlineprice" to od_s_intake;

-- policy:orders_ordersale:deliveries: what came in is seen
create policy "deliveries: what came in is seen" on public."orders_ordersale" for select to od_s_intake
  using (exists (select 1 from orders_order o where o.id = order_id));

-- policy:orders_ordersale:deliveries: what comes in is kept
create policy "deliveries: what comes in is kept" on public."orders_ordersale" for insert to od_s_intake
  with check (exists (select 1 from orders_order o where o.id = order_id));

-- grant:orders_ordersale:intake:select, insert
grant select, insert on public."orders_ordersale" to od_s_intake;

-- policy:rates_exchangerate:deliveries: what comes in counts at its day's rate
create policy "deliveries: what comes in counts at its day's rate" on public."rates_exchangerate" for select to od_s_intake
  using (true);

-- grant:rates_exchangerate:intake:select
grant select on public."rates_exchangerate" to od_s_intake;

-- policy:customers_customer:deliveries: customers they made are seen
create policy "deliveries: customers they made are seen" on public."customers_customer" for select to od_s_intake
  using (source like 'web:%');

-- policy:customers_customer:deliveries: customers are made
create policy "deliveries: customers are made" on public."customers_customer" for insert to od_s_intake
  with check (source like 'web:%');

-- grant:customers_customer:intake:select, insert
grant select, insert on public."customers_customer" to od_s_intake;

-- policy:ops_event:deliveries: what came in is recorded
create policy "deliveries: what came in is recorded" on public."ops_event" for insert to od_s_intake
  with check (noun = 'order' and exists (select 1 from orders_order o where o.id = subject_id));

-- policy:ops_event:keys: what happened to them is recorded
create policy "keys: what happened to them is recorded" on public."ops_event" for insert to od_s_intake_keys
  with check (noun = 'intakekey');

-- policy:ops_event:keys: what happened to them is read
create policy "keys: what happened to them is read" on public."ops_event" for select to od_s_intake_keys
  using (noun = 'intakekey');

-- grant:ops_event:intake:insert
grant insert on public."ops_event" to od_s_intake;

-- grant:ops_event:intake_keys:select, insert
grant select, insert on public."ops_event" to od_s_intake_keys;

-- policy:ops_signedlink:deliveries: the customer follows the order
create policy "deliveries: the customer follows the order" on public."ops_signedlink" for insert to od_s_intake
  with check (kind = 'order_status' and exists (select 1 from orders_order o where o.id = subject_id));

-- grant:ops_signedlink:intake:insert
grant insert on public."ops_signedlink" to od_s_intake;

-- policy:orders_order:letters are about orders
create policy "letters are about orders" on public."orders_order" for select to od_s_letters
  using (true);

-- grant:orders_order:letters:select
grant select on public."orders_order" to od_s_letters;

-- policy:customers_customer:letters go to customers
create policy "letters go to customers" on public."customers_customer" for select to od_s_letters
  using (true);

-- grant:customers_customer:letters:select
grant select on public."customers_customer" to od_s_letters;

-- policy:ops_signedlink:letters: links to the status of an order
create policy "letters: links to the status of an order" on public."ops_signedlink" for insert to od_s_letters
  with check (kind = 'order_status');

-- grant:ops_signedlink:letters:insert
grant insert on public."ops_signedlink" to od_s_letters;

-- policy:ops_event:letters: what was written is recorded
create policy "letters: what was written is recorded" on public."ops_event" for insert to od_s_letters
  with check (noun = 'order' and kind in ('order.written', 'order.corrected', 'order.withdrawn'));

-- grant:ops_event:letters:insert
grant insert on public."ops_event" to od_s_letters;

-- trigger:ops_outboxmail:zx_tell_order
create trigger zx_tell_order after insert or update of state on public."ops_outboxmail" for each row execute function ops.tell_order_mail();

-- rows:quotes_quote
alter table public."quotes_quote" enable row level security;

-- policy:quotes_quote:managers see every quote
create policy "managers see every quote" on public."quotes_quote" for all to od_s_quotes_all
  using (true)
  with check (true);

-- policy:quotes_quote:every quote is read
create policy "every quote is read" on public."quotes_quote" for select to od_s_quotes_read
  using (true);

-- policy:quotes_quote:own quotes
create policy "own quotes" on public."quotes_quote" for all to od_s_quotes_own
  using (agent_id = (select ops.uid()))
  with check (agent_id = (select ops.uid()));

-- policy:quotes_quote:the day ends what was sent
create policy "the day ends what was sent" on public."quotes_quote" for select to od_s_quote_days
  using (stage = 'sent');

-- policy:quotes_quote:the day ends a quote
create policy "the day ends a quote" on public."quotes_quote" for update to od_s_quote_days
  using (stage = 'sent')
  with check (stage = 'expired');

-- policy:quotes_quote:what the day has ended is known to it
create policy "what the day has ended is known to it" on public."quotes_quote" for select to od_s_quote_days
  using (stage = 'expired');

-- policy:quotes_quote:a link shows its quote
create policy "a link shows its quote" on public."quotes_quote" for select to od_s_link
  using (id = (select ops.quote_of_link()));

-- policy:quotes_quote:a link that is being used answers its quote
create policy "a link that is being used answers its quote" on public."quotes_quote" for update to od_s_link
  using (id = (select ops.quote_of_link()))
  with check (id = (select ops.quote_of_used_link()));

-- grant:quotes_quote:quotes_all:select
grant select on public."quotes_quote" to od_s_quotes_all;

-- grant:quotes_quote:quotes_all:insert
grant insert on public."quotes_quote" to od_s_quotes_all;

-- grant:quotes_quote:quotes_all:update (customer_id, agent_id, stage, current_id, summary, valid_until, first_sent_at, accepted_id, decided_at, lost_reason, lost_note)
grant update (customer_id, agent_id, stage, current_id, summary, valid_until, first_sent_at, accepted_id, decided_at, lost_reason, lost_note) on public."quotes_quote" to od_s_quotes_all;

-- grant:quotes_quote:quotes_read:select
grant select on public."quotes_quote" to od_s_quotes_read;

-- grant:quotes_quote:quotes_own:select
grant select on public."quotes_quote" to od_s_quotes_own;

-- grant:quotes_quote:quotes_own:insert
grant insert on public."quotes_quote" to od_s_quotes_own;

-- grant:quotes_quote:quotes_own:update (customer_id, agent_id, stage, current_id, summary, valid_until, first_sent_at, accepted_id, decided_at, lost_reason, lost_note)
grant update (customer_id, agent_id, stage, current_id, summary, valid_until, first_sent_at, accepted_id, decided_at, lost_reason, lost_note) on public."quotes_quote" to od_s_quotes_own;

-- grant:quotes_quote:quote_days:select
grant select on public."quotes_quote" to od_s_quote_days;

-- grant:quotes_quote:quote_days:update (stage, decided_at)
grant update (stage, decided_at) on public."quotes_quote" to od_s_quote_days;

-- grant:quotes_quote:link:select
grant select on public."quotes_quote" to od_s_link;

-- grant:quotes_quote:link:update (stage, accepted_id, decided_at, lost_reason, lost_note)
grant update (stage, accepted_id, decided_at, lost_reason, lost_note) on public."quotes_quote" to od_s_link;

-- trigger:quotes_quote:aa_stamp
create trigger aa_stamp before insert on public."quotes_quote" for each row execute function ops.stamp_quote();

-- trigger:quotes_quote:ab_stage
create trigger ab_stage before insert or update of stage on public."quotes_quote" for each row execute function ops.guard_stage('quote');

-- trigger:quotes_quote:ac_version
create trigger ac_version before update on public."quotes_quote" for each row execute function ops.bump_version();

-- trigger:quotes_quote:ad_quote
create trigger ad_quote before update on public."quotes_quote" for each row execute function ops.guard_quote();

-- trigger:quotes_quote:ae_customer
create trigger ae_customer before insert or update of customer_id on public."quotes_quote" for each row execute function ops.guard_quote_customer();

-- trigger:quotes_quote:af_live_customer
create trigger af_live_customer before insert or update of customer_id on public."quotes_quote" for each row execute function ops.guard_live_customer();

-- trigger:quotes_quote:zw_transition
create trigger zw_transition after update of stage on public."quotes_quote" for each row execute function ops.record_transition('quote');

-- trigger:quotes_quote:zw_beginning
create trigger zw_beginning after insert on public."quotes_quote" referencing new table as added for each statement execute function ops.record_beginning('quote');

-- trigger:quotes_quote:zv_its_order_follows
create trigger zv_its_order_follows after update of customer_id on public."quotes_quote" for each row execute function ops.follow_quote();

-- trigger:quotes_quote:zx_tell
create trigger zx_tell after insert or update on public."quotes_quote" for each row execute function ops.tell_quote();

-- function:ops.h_quotes_quote()
-- definer: writes history, which nobody else may write
create or replace function ops.h_quotes_quote() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."quotes_quote"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."quotes_historicalquote" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."quotes_historicalquote" ("id", "public_id", "number", "customer_id", "agent_id", "stage", "stage_since", "current_id", "summary", "valid_until", "made_at", "quoted_on", "first_sent_at", "accepted_id", "decided_at", "lost_reason", "lost_note", "updated_at", "version", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."public_id", r."number", r."customer_id", r."agent_id", r."stage", r."stage_since", r."current_id", r."summary", r."valid_until", r."made_at", r."quoted_on", r."first_sent_at", r."accepted_id", r."decided_at", r."lost_reason", r."lost_note", r."updated_at", r."version", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:quotes_quote:zz_history
create trigger zz_history after update or delete on public."quotes_quote" for each row execute function ops.h_quotes_quote();

-- function:ops.ha_quotes_quote()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_quotes_quote() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."quotes_historicalquote" ("id", "public_id", "number", "customer_id", "agent_id", "stage", "stage_since", "current_id", "summary", "valid_until", "made_at", "quoted_on", "first_sent_at", "accepted_id", "decided_at", "lost_reason", "lost_note", "updated_at", "version", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."public_id", a."number", a."customer_id", a."agent_id", a."stage", a."stage_since", a."current_id", a."summary", a."valid_until", a."made_at", a."quoted_on", a."first_sent_at", a."accepted_id", a."decided_at", a."lost_reason", a."lost_note", a."updated_at", a."version", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:quotes_quote:zz_history_added
create trigger zz_history_added after insert on public."quotes_quote" referencing new table as added for each statement execute function ops.ha_quotes_quote();

-- rows:quotes_historicalquote
alter table public."quotes_historicalquote" enable row level security;

-- trigger:quotes_historicalquote:aa_append_only
create trigger aa_append_only before update or delete on public."quotes_historicalquote" for each row execute function ops.refuse();

-- trigger:quotes_historicalquote:aa_append_only_all
create trigger aa_append_only_all before truncate on public."quotes_historicalquote" for each statement execute function ops.refuse();

-- index:quotes_historicalquote_chain
create index if not exists "quotes_historicalquote_chain" on public."quotes_historicalquote" ("id", history_id);

-- index:quotes_historicalquote_txid
create index if not exists "quotes_historicalquote_txid" on public."quotes_historicalquote" using brin (history_txid) with (autosummarize = on);

-- index:quotes_historicalquote_when
create index if not exists "quotes_historicalquote_when" on public."quotes_historicalquote" (history_date, history_id);

-- policy:quotes_historicalquote:history: managers see every quote
create policy "history: managers see every quote" on public."quotes_historicalquote" for select to od_s_quotes_all
  using (true);

-- policy:quotes_historicalquote:history: every quote is read
create policy "history: every quote is read" on public."quotes_historicalquote" for select to od_s_quotes_read
  using (true);

-- policy:quotes_historicalquote:history: own quotes
create policy "history: own quotes" on public."quotes_historicalquote" for select to od_s_quotes_own
  using (exists (select 1 from public."quotes_quote" x where x."id" = "quotes_historicalquote"."id"));

-- policy:quotes_historicalquote:history: the chain is verified
create policy "history: the chain is verified" on public."quotes_historicalquote" for select to od_s_chain
  using (true);

-- grant:quotes_historicalquote:quotes_all:select
grant select on public."quotes_historicalquote" to od_s_quotes_all;

-- grant:quotes_historicalquote:quotes_read:select
grant select on public."quotes_historicalquote" to od_s_quotes_read;

-- grant:quotes_historicalquote:quotes_own:select
grant select on public."quotes_historicalquote" to od_s_quotes_own;

-- grant:quotes_historicalquote:chain:select
grant select on public."quotes_historicalquote" to od_s_chain;

-- view:quotes_quote_changes
-- definer: field changes
create view public."quotes_quote_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."quotes_historicalquote" h
 cross join lateral (select * from public."quotes_historicalquote" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('public_id', p."public_id"::text, h."public_id"::text), ('number', p."number"::text, h."number"::text), ('customer_id', p."customer_id"::text, h."customer_id"::text), ('agent_id', p."agent_id"::text, h."agent_id"::text), ('stage', p."stage"::text, h."stage"::text), ('stage_since', p."stage_since"::text, h."stage_since"::text), ('current_id', p."current_id"::text, h."current_id"::text), ('summary', p."summary"::text, h."summary"::text), ('valid_until', p."valid_until"::text, h."valid_until"::text), ('made_at', p."made_at"::text, h."made_at"::text), ('quoted_on', p."quoted_on"::text, h."quoted_on"::text), ('first_sent_at', p."first_sent_at"::text, h."first_sent_at"::text), ('accepted_id', p."accepted_id"::text, h."accepted_id"::text), ('decided_at', p."decided_at"::text, h."decided_at"::text), ('lost_reason', p."lost_reason"::text, h."lost_reason"::text), ('lost_note', p."lost_note"::text, h."lost_note"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:quotes_quote_changes:quotes_all:select
grant select on public."quotes_quote_changes" to od_s_quotes_all;

-- grant:quotes_quote_changes:quotes_read:select
grant select on public."quotes_quote_changes" to od_s_quotes_read;

-- grant:quotes_quote_changes:quotes_own:select
grant select on public."quotes_quote_changes" to od_s_quotes_own;

-- rows:quotes_quoteversion
alter table public."quotes_quoteversion" enable row level security;

-- policy:quotes_quoteversion:versions of every quote
create policy "versions of every quote" on public."quotes_quoteversion" for all to od_s_quotes_all
  using (true)
  with check (true);

-- policy:quotes_quoteversion:versions of every quote are read
create policy "versions of every quote are read" on public."quotes_quoteversion" for select to od_s_quotes_read
  using (true);

-- policy:quotes_quoteversion:versions of own quotes
create policy "versions of own quotes" on public."quotes_quoteversion" for all to od_s_quotes_own
  using (exists (select 1 from quotes_quote q where q.id = quote_id and q.agent_id = (select ops.uid())))
  with check (exists (select 1 from quotes_quote q where q.id = quote_id and q.agent_id = (select ops.uid())));

-- policy:quotes_quoteversion:a link shows the versions of its version
create policy "a link shows the versions of its version" on public."quotes_quoteversion" for select to od_s_link
  using (id = (select ops.quote_version_of_link()));

-- policy:quotes_quoteversion:the day reads what it ends
create policy "the day reads what it ends" on public."quotes_quoteversion" for select to od_s_quote_days
  using (true);

-- grant:quotes_quoteversion:quotes_all:select, insert, update
grant select, insert, update on public."quotes_quoteversion" to od_s_quotes_all;

-- grant:quotes_quoteversion:quotes_read:select
grant select on public."quotes_quoteversion" to od_s_quotes_read;

-- grant:quotes_quoteversion:quotes_own:select, insert, update
grant select, insert, update on public."quotes_quoteversion" to od_s_quotes_own;

-- grant:quotes_quoteversion:link:select
grant select on public."quotes_quoteversion" to od_s_link;

-- grant:quotes_quoteversion:quote_days:select
grant select on public."quotes_quoteversion" to od_s_quote_days;

-- trigger:quotes_quoteversion:ab_frozen
create trigger ab_frozen before update or delete on public."quotes_quoteversion" for each row execute function ops.guard_quote_version();

-- function:ops.h_quotes_quoteversion()
-- definer: writes history, which nobody else may write
create or replace function ops.h_quotes_quoteversion() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."quotes_quoteversion"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."quotes_historicalquoteversion" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."quotes_historicalquoteversion" ("id", "quote_id", "n", "summary", "pieces", "valid_until", "promise_on", "channel", "rush", "note", "terms", "made_at", "sent_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."quote_id", r."n", r."summary", r."pieces", r."valid_until", r."promise_on", r."channel", r."rush", r."note", r."terms", r."made_at", r."sent_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:quotes_quoteversion:zz_history
create trigger zz_history after update or delete on public."quotes_quoteversion" for each row execute function ops.h_quotes_quoteversion();

-- function:ops.ha_quotes_quoteversion()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_quotes_quoteversion() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."quotes_historicalquoteversion" ("id", "quote_id", "n", "summary", "pieces", "valid_until", "promise_on", "channel", "rush", "note", "terms", "made_at", "sent_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."quote_id", a."n", a."summary", a."pieces", a."valid_until", a."promise_on", a."channel", a."rush", a."note", a."terms", a."made_at", a."sent_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:quotes_quoteversion:zz_history_added
create trigger zz_history_added after insert on public."quotes_quoteversion" referencing new table as added for each statement execute function ops.ha_quotes_quoteversion();

-- rows:quotes_historicalquoteversion
alter table public."quotes_historicalquoteversion" enable row level security;

-- trigger:quotes_historicalquoteversion:aa_append_only
create trigger aa_append_only before update or delete on public."quotes_historicalquoteversion" for each row execute function ops.refuse();

-- trigger:quotes_historicalquoteversion:aa_append_only_all
create trigger aa_append_only_all before truncate on public."quotes_historicalquoteversion" for each statement execute function ops.refuse();

-- index:quotes_historicalquoteversion_chain
create index if not exists "quotes_historicalquoteversion_chain" on public."quotes_historicalquoteversion" ("id", history_id);

-- index:quotes_historicalquoteversion_txid
create index if not exists "quotes_historicalquoteversion_txid" on public."quotes_historicalquoteversion" using brin (history_txid) with (autosummarize = on);

-- index:quotes_historicalquoteversion_when
create index if not exists "quotes_historicalquoteversion_when" on public."quotes_historicalquoteversion" (history_date, history_id);

-- policy:quotes_historicalquoteversion:history: versions of every quote
create policy "history: versions of every quote" on public."quotes_historicalquoteversion" for select to od_s_quotes_all
  using (true);

-- policy:quotes_historicalquoteversion:history: versions of every quote are read
create policy "history: versions of every quote are read" on public."quotes_historicalquoteversion" for select to od_s_quotes_read
  using (true);

-- policy:quotes_historicalquoteversion:history: versions of own quotes
create policy "history: versions of own quotes" on public."quotes_historicalquoteversion" for select to od_s_quotes_own
  using (exists (select 1 from public."quotes_quoteversion" x where x."id" = "quotes_historicalquoteversion"."id"));

-- policy:quotes_historicalquoteversion:history: the chain is verified
create policy "history: the chain is verified" on public."quotes_historicalquoteversion" for select to od_s_chain
  using (true);

-- grant:quotes_historicalquoteversion:quotes_all:select
grant select on public."quotes_historicalquoteversion" to od_s_quotes_all;

-- grant:quotes_historicalquoteversion:quotes_read:select
grant select on public."quotes_historicalquoteversion" to od_s_quotes_read;

-- grant:quotes_historicalquoteversion:quotes_own:select
grant select on public."quotes_historicalquoteversion" to od_s_quotes_own;

-- grant:quotes_historicalquoteversion:chain:select
grant select on public."quotes_historicalquoteversion" to od_s_chain;

-- view:quotes_quoteversion_changes
-- definer: field changes
create view public."quotes_quoteversion_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."quotes_historicalquoteversion" h
 cross join lateral (select * from public."quotes_historicalquoteversion" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('quote_id', p."quote_id"::text, h."quote_id"::text), ('n', p."n"::text, h."n"::text), ('summary', p."summary"::text, h."summary"::text), ('pieces', p."pieces"::text, h."pieces"::text), ('valid_until', p."valid_until"::text, h."valid_until"::text), ('promise_on', p."promise_on"::text, h."promise_on"::text), ('channel', p."channel"::text, h."channel"::text), ('rush', p."rush"::text, h."rush"::text), ('note', p."note"::text, h."note"::text), ('terms', p."terms"::text, h."terms"::text), ('made_at', p."made_at"::text, h."made_at"::text), ('sent_at', p."sent_at"::text, h."sent_at"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:quotes_quoteversion_changes:quotes_all:select
grant select on public."quotes_quoteversion_changes" to od_s_quotes_all;

-- grant:quotes_quoteversion_changes:quotes_read:select
grant select on public."quotes_quoteversion_changes" to od_s_quotes_read;

-- grant:quotes_quoteversion_changes:quotes_own:select
grant select on public."quotes_quoteversion_changes" to od_s_quotes_own;

-- rows:quotes_quoteline
alter table public."quotes_quoteline" enable row level security;

-- policy:quotes_quoteline:lines of every quote
create policy "lines of every quote" on public."quotes_quoteline" for all to od_s_quotes_all
  using (true)
  with check (true);

-- policy:quotes_quoteline:lines of every quote are read
create policy "lines of every quote are read" on public."quotes_quoteline" for select to od_s_quotes_read
  using (true);

-- policy:quotes_quoteline:lines of own quotes
create policy "lines of own quotes" on public."quotes_quoteline" for all to od_s_quotes_own
  using (exists (select 1 from quotes_quoteversion v join quotes_quote q on q.id = v.quote_id where v.id = version_id and q.agent_id = (select ops.uid())))
  with check (exists (select 1 from quotes_quoteversion v join quotes_quote q on q.id = v.quote_id where v.id = version_id and q.agent_id = (select ops.uid())));

-- policy:quotes_quoteline:a link shows the lines of its version
create policy "a link shows the lines of its version" on public."quotes_quoteline" for select to od_s_link
  using (version_id = (select ops.quote_version_of_link()));

-- grant:quotes_quoteline:quotes_all:select, insert, update, delete
grant select, insert, update, delete on public."quotes_quoteline" to od_s_quotes_all;

-- grant:quotes_quoteline:quotes_read:select
grant select on public."quotes_quoteline" to od_s_quotes_read;

-- grant:quotes_quoteline:quotes_own:select, insert, update, delete
grant select, insert, update, delete on public."quotes_quoteline" to od_s_quotes_own;

-- grant:quotes_quoteline:link:select
grant select on public."quotes_quoteline" to od_s_link;

-- trigger:quotes_quoteline:ab_frozen
create trigger ab_frozen before insert or update or delete on public."quotes_quoteline" for each row execute function ops.guard_quote_part('version');

-- rows:quotes_quotelineprice
alter table public."quotes_quotelineprice" enable row level security;

-- policy:quotes_quotelineprice:prices of every quote
create policy "prices of every quote" on public."quotes_quotelineprice" for all to od_s_sales_all
  using (true)
  with check (true);

-- policy:quotes_quotelineprice:prices of every quote are read
create policy "prices of every quote are read" on public."quotes_quotelineprice" for select to od_s_sales_read
  using (true);

-- policy:quotes_quotelineprice:prices of own quotes
create policy "prices of own quotes" on public."quotes_quotelineprice" for all to od_s_sales_own
  using (exists (select 1 from quotes_quoteline l join quotes_quoteversion v on v.id = l.version_id join quotes_quote q on q.id = v.quote_id where l.id = line_id and q.agent_id = (select ops.uid())))
  with check (exists (select 1 from quotes_quoteline l join quotes_quoteversion v on v.id = l.version_id join quotes_quote q on q.id = v.quote_id where l.id = line_id and q.agent_id = (select ops.uid())));

-- policy:quotes_quotelineprice:a link shows the prices of its version
create policy "a link shows the prices of its version" on public."quotes_quotelineprice" for select to od_s_link
  using (exists (select 1 from quotes_quoteline l where l.id = line_id and l.version_id = (select ops.quote_version_of_link())));

-- grant:quotes_quotelineprice:sales_all:select, insert, update, delete
grant select, insert, update, delete on public."quotes_quotelineprice" to od_s_sales_all;

-- grant:quotes_quotelineprice:sales_read:select
grant select on public."quotes_quotelineprice" to od_s_sales_read;

-- grant:quotes_quotelineprice:sales_own:select, insert, update, delete
grant select, insert, update, delete on public."quotes_quotelineprice" to od_s_sales_own;

-- grant:quotes_quotelineprice:link:select
grant select on public."quotes_quotelineprice" to od_s_link;

-- trigger:quotes_quotelineprice:ab_frozen
create trigger ab_frozen before insert or update or delete on public."quotes_quotelineprice" for each row execute function ops.guard_quote_part('line');

-- rows:quotes_quotesale
alter table public."quotes_quotesale" enable row level security;

-- policy:quotes_quotesale:amounts of every quote
create policy "amounts of every quote" on public."quotes_quotesale" for all to od_s_sales_all
  using (true)
  with check (true);

-- policy:quotes_quotesale:amounts of every quote are read
create policy "amounts of every quote are read" on public."quotes_quotesale" for select to od_s_sales_read
  using (true);

-- policy:quotes_quotesale:amounts of own quotes
create policy "amounts of own quotes" on public."quotes_quotesale" for all to od_s_sales_own
  using (exists (select 1 from quotes_quoteversion v join quotes_quote q on q.id = v.quote_id where v.id = version_id and q.agent_id = (select ops.uid())))
  with check (exists (select 1 from quotes_quoteversion v join quotes_quote q on q.id = v.quote_id where v.id = version_id and q.agent_id = (select ops.uid())));

-- policy:quotes_quotesale:a link shows the amounts of its version
create policy "a link shows the amounts of its version" on public."quotes_quotesale" for select to od_s_link
  using (version_id = (select ops.quote_version_of_link()));

-- grant:quotes_quotesale:sales_all:select, insert, update, delete
grant select, insert, update, delete on public."quotes_quotesale" to od_s_sales_all;

-- grant:quotes_quotesale:sales_read:select
grant select on public."quotes_quotesale" to od_s_sales_read;

-- grant:quotes_quotesale:sales_own:select, insert, update, delete
grant select, insert, update, delete on public."quotes_quotesale" to od_s_sales_own;

-- grant:quotes_quotesale:link:select
grant select on public."quotes_quotesale" to od_s_link;

-- trigger:quotes_quotesale:ab_frozen
create trigger ab_frozen before insert or update or delete on public."quotes_quotesale" for each row execute function ops.guard_quote_part('version');

-- trigger:quotes_quotesale:zx_tell
create trigger zx_tell after insert on public."quotes_quotesale" for each row execute function ops.tell_quote();

-- rows:quotes_quoterecipient
alter table public."quotes_quoterecipient" enable row level security;

-- policy:quotes_quoterecipient:whom every quote is for
create policy "whom every quote is for" on public."quotes_quoterecipient" for select to od_s_customers_all
  using (exists (select 1 from quotes_quoteversion v join quotes_quote q on q.id = v.quote_id where v.id = version_id ));

-- policy:quotes_quoterecipient:whom own quotes are for
create policy "whom own quotes are for" on public."quotes_quoterecipient" for select to od_s_customers_own
  using (exists (select 1 from quotes_quoteversion v join quotes_quote q on q.id = v.quote_id where v.id = version_id and q.agent_id = (select ops.uid())));

-- policy:quotes_quoterecipient:who quotes writes whom it is for
create policy "who quotes writes whom it is for" on public."quotes_quoterecipient" for all to od_s_quotes_all
  using (true)
  with check (true);

-- policy:quotes_quoterecipient:who quotes writes whom own quotes are for
create policy "who quotes writes whom own quotes are for" on public."quotes_quoterecipient" for all to od_s_quotes_own
  using (exists (select 1 from quotes_quoteversion v join quotes_quote q on q.id = v.quote_id where v.id = version_id and q.agent_id = (select ops.uid())))
  with check (exists (select 1 from quotes_quoteversion v join quotes_quote q on q.id = v.quote_id where v.id = version_id and q.agent_id = (select ops.uid())));

-- policy:quotes_quoterecipient:a link shows whom its version is for
create policy "a link shows whom its version is for" on public."quotes_quoterecipient" for select to od_s_link
  using (version_id = (select ops.quote_version_of_link()));

-- grant:quotes_quoterecipient:customers_all:select
grant select on public."quotes_quoterecipient" to od_s_customers_all;

-- grant:quotes_quoterecipient:customers_own:select
grant select on public."quotes_quoterecipient" to od_s_customers_own;

-- grant:quotes_quoterecipient:quotes_all:select, insert, update, delete
grant select, insert, update, delete on public."quotes_quoterecipient" to od_s_quotes_all;

-- grant:quotes_quoterecipient:quotes_own:select, insert, update, delete
grant select, insert, update, delete on public."quotes_quoterecipient" to od_s_quotes_own;

-- grant:quotes_quoterecipient:link:select
grant select on public."quotes_quoterecipient" to od_s_link;

-- trigger:quotes_quoterecipient:ab_frozen
create trigger ab_frozen before insert or update or delete on public."quotes_quoterecipient" for each row execute function ops.guard_quote_part('version');

-- rows:quotes_quoteanswer
alter table public."quotes_quoteanswer" enable row level security;

-- policy:quotes_quoteanswer:answers to every quote
create policy "answers to every quote" on public."quotes_quoteanswer" for select to od_s_customers_all
  using (exists (select 1 from quotes_quote q where q.id = quote_id ));

-- policy:quotes_quoteanswer:answers to own quotes
create policy "answers to own quotes" on public."quotes_quoteanswer" for select to od_s_customers_own
  using (exists (select 1 from quotes_quote q where q.id = quote_id and q.agent_id = (select ops.uid())));

-- policy:quotes_quoteanswer:who sells notes an answer
create policy "who sells notes an answer" on public."quotes_quoteanswer" for insert to od_s_quotes_all
  with check (not by_customer and exists (select 1 from quotes_quote q where q.id = quote_id ));

-- policy:quotes_quoteanswer:who sells notes an answer to an own quote
create policy "who sells notes an answer to an own quote" on public."quotes_quoteanswer" for insert to od_s_quotes_own
  with check (not by_customer and exists (select 1 from quotes_quote q where q.id = quote_id and q.agent_id = (select ops.uid())));

-- policy:quotes_quoteanswer:a link shows what was answered
create policy "a link shows what was answered" on public."quotes_quoteanswer" for select to od_s_link
  using (quote_id = (select ops.quote_of_link()));

-- policy:quotes_quoteanswer:a link that is being used answers
create policy "a link that is being used answers" on public."quotes_quoteanswer" for insert to od_s_link
  with check (by_customer and quote_id = (select ops.quote_of_used_link()));

-- grant:quotes_quoteanswer:customers_all:select
grant select on public."quotes_quoteanswer" to od_s_customers_all;

-- grant:quotes_quoteanswer:customers_own:select
grant select on public."quotes_quoteanswer" to od_s_customers_own;

-- grant:quotes_quoteanswer:quotes_all:insert
grant insert on public."quotes_quoteanswer" to od_s_quotes_all;

-- grant:quotes_quoteanswer:quotes_own:insert
grant insert on public."quotes_quoteanswer" to od_s_quotes_own;

-- grant:quotes_quoteanswer:link:select, insert
grant select, insert on public."quotes_quoteanswer" to od_s_link;

-- trigger:quotes_quoteanswer:aa_append_only
create trigger aa_append_only before update or delete on public."quotes_quoteanswer" for each row execute function ops.refuse();

-- trigger:quotes_quoteanswer:aa_append_only_all
create trigger aa_append_only_all before truncate on public."quotes_quoteanswer" for each statement execute function ops.refuse();

-- rows:quotes_quoteorder
alter table public."quotes_quoteorder" enable row level security;

-- policy:quotes_quoteorder:what came of seen quotes
create policy "what came of seen quotes" on public."quotes_quoteorder" for select to od_s_quotes_all, od_s_quotes_read, od_s_quotes_own
  using (exists (select 1 from quotes_quote q where q.id = quote_id ));

-- policy:quotes_quoteorder:orders are made of every quote
create policy "orders are made of every quote" on public."quotes_quoteorder" for insert to od_s_quotes_all
  with check (exists (select 1 from quotes_quote q where q.id = quote_id ));

-- policy:quotes_quoteorder:orders are made of own quotes
create policy "orders are made of own quotes" on public."quotes_quoteorder" for insert to od_s_quotes_own
  with check (exists (select 1 from quotes_quote q where q.id = quote_id and q.agent_id = (select ops.uid())));

-- grant:quotes_quoteorder:quotes_all:select, insert
grant select, insert on public."quotes_quoteorder" to od_s_quotes_all;

-- grant:quotes_quoteorder:quotes_read:select
grant select on public."quotes_quoteorder" to od_s_quotes_read;

-- grant:quotes_quoteorder:quotes_own:select, insert
grant select, insert on public."quotes_quoteorder" to od_s_quotes_own;

-- trigger:quotes_quoteorder:ab_order
create trigger ab_order before insert on public."quotes_quoteorder" for each row execute function ops.guard_quote_order();

-- trigger:quotes_quoteorder:zx_tell
create trigger zx_tell after insert on public."quotes_quoteorder" for each row execute function ops.tell_quote();

-- trigger:quotes_quoteorder:aa_append_only
create trigger aa_append_only before update or delete on public."quotes_quoteorder" for each row execute function ops.refuse();

-- trigger:quotes_quoteorder:aa_append_only_all
create trigger aa_append_only_all before truncate on public."quotes_quoteorder" for each statement execute function ops.refuse();

-- policy:shop_setting:quotes: how the shop quotes is set
create policy "quotes: how the shop quotes is set" on public."shop_setting" for insert to od_s_quotes_all
  with check (ops.may_set(key));

-- policy:shop_setting:quotes: planned rules are withdrawn
create policy "quotes: planned rules are withdrawn" on public."shop_setting" for update to od_s_quotes_all
  using (ops.may_set(key))
  with check (ops.may_set(key));

-- grant:shop_setting:quotes_all:select
grant select on public."shop_setting" to od_s_quotes_all;

-- grant:shop_setting:quotes_all:insert
grant insert on public."shop_setting" to od_s_quotes_all;

-- grant:shop_setting:quotes_all:update (withdrawn_at)
grant update (withdrawn_at) on public."shop_setting" to od_s_quotes_all;

-- policy:ops_event:quotes: what was decided is recorded
create policy "quotes: what was decided is recorded" on public."ops_event" for insert to od_s_quotes_all
  with check (noun = 'setting');

-- grant:ops_event:quotes_all:insert
grant insert on public."ops_event" to od_s_quotes_all;

-- policy:ops_signedlink:quotes: links are made by who sees the quote
create policy "quotes: links are made by who sees the quote" on public."ops_signedlink" for insert to od_s_quotes_all, od_s_quotes_own
  with check (kind = 'quote' and exists (select 1 from quotes_quoteversion v where v.id = subject_id));

-- grant:ops_signedlink:quotes_all:insert
grant insert on public."ops_signedlink" to od_s_quotes_all;

-- grant:ops_signedlink:quotes_own:insert
grant insert on public."ops_signedlink" to od_s_quotes_own;

-- policy:ops_transition:quotes: every record
create policy "quotes: every record" on public."ops_transition" for select to od_s_quotes_all, od_s_quotes_read
  using (noun = 'quote');

-- policy:ops_transition:quotes: records of own quotes
create policy "quotes: records of own quotes" on public."ops_transition" for select to od_s_quotes_own
  using (noun = 'quote' and exists (select 1 from quotes_quote q where q.id = subject_id ));

-- grant:ops_transition:quotes_all:select
grant select on public."ops_transition" to od_s_quotes_all;

-- grant:ops_transition:quotes_read:select
grant select on public."ops_transition" to od_s_quotes_read;

-- grant:ops_transition:quotes_own:select
grant select on public."ops_transition" to od_s_quotes_own;

-- policy:ops_event:quotes: every record
create policy "quotes: every record" on public."ops_event" for select to od_s_quotes_all, od_s_quotes_read
  using (noun = 'quote');

-- policy:ops_event:quotes: records of own quotes
create policy "quotes: records of own quotes" on public."ops_event" for select to od_s_quotes_own
  using (noun = 'quote' and exists (select 1 from quotes_quote q where q.id = subject_id ));

-- policy:ops_event:quotes: events of seen quotes are recorded
create policy "quotes: events of seen quotes are recorded" on public."ops_event" for insert to od_s_quotes_all, od_s_quotes_own
  with check (noun = 'quote' and exists (select 1 from quotes_quote q where q.id = subject_id ));

-- policy:ops_event:quotes: the day records what it ended
create policy "quotes: the day records what it ended" on public."ops_event" for insert to od_s_quote_days
  with check (noun = 'quote' and kind = 'quote.expired' and exists (select 1 from quotes_quote q where q.id = subject_id ));

-- policy:ops_event:quotes: a link records its answer
create policy "quotes: a link records its answer" on public."ops_event" for insert to od_s_link
  with check (noun = 'quote' and subject_id = (select ops.quote_of_used_link()));

-- grant:ops_event:quotes_all:select, insert
grant select, insert on public."ops_event" to od_s_quotes_all;

-- grant:ops_event:quotes_read:select
grant select on public."ops_event" to od_s_quotes_read;

-- grant:ops_event:quotes_own:select, insert
grant select, insert on public."ops_event" to od_s_quotes_own;

-- grant:ops_event:quote_days:insert
grant insert on public."ops_event" to od_s_quote_days;

-- grant:ops_event:link:insert
grant insert on public."ops_event" to od_s_link;

-- trigger:orders_order:zt_days_added
create trigger zt_days_added after insert on public."orders_order" referencing new table as rolled for each statement execute function ops.mark_days_of_new();

-- trigger:orders_order:zt_days
create trigger zt_days after update on public."orders_order" referencing old table as gone new table as rolled for each statement execute function ops.mark_days_of_changed();

-- trigger:orders_order:zt_days_gone
create trigger zt_days_gone after delete on public."orders_order" referencing old table as rolled for each statement execute function ops.mark_days_of_new();

-- trigger:orders_order:zt_days_emptied
create trigger zt_days_emptied after truncate on public."orders_order" for each statement execute function ops.mark_every_day();

-- trigger:orders_ordersale:zt_days_added
create trigger zt_days_added after insert on public."orders_ordersale" referencing new table as rolled for each statement execute function ops.mark_days_of_money();

-- trigger:orders_ordersale:zt_days
create trigger zt_days after update on public."orders_ordersale" referencing old table as gone new table as rolled for each statement execute function ops.mark_days_of_changed_sales();

-- trigger:orders_ordersale:zt_days_gone
create trigger zt_days_gone after delete on public."orders_ordersale" referencing old table as rolled for each statement execute function ops.mark_days_of_money();

-- trigger:orders_ordersale:zt_days_emptied
create trigger zt_days_emptied after truncate on public."orders_ordersale" for each statement execute function ops.mark_every_day();

-- trigger:orders_ordercosting:zt_days_added
create trigger zt_days_added after insert on public."orders_ordercosting" referencing new table as rolled for each statement execute function ops.mark_days_of_costs();

-- trigger:orders_ordercosting:zt_days
create trigger zt_days after update on public."orders_ordercosting" referencing old table as gone new table as rolled for each statement execute function ops.mark_days_of_changed_costs();

-- trigger:orders_ordercosting:zt_days_gone
create trigger zt_days_gone after delete on public."orders_ordercosting" referencing old table as rolled for each statement execute function ops.mark_days_of_costs();

-- trigger:orders_ordercosting:zt_days_emptied
create trigger zt_days_emptied after truncate on public."orders_ordercosting" for each statement execute function ops.mark_every_day();

-- trigger:orders_orderline:zt_days_added
create trigger zt_days_added after insert on public."orders_orderline" referencing new table as rolled for each statement execute function ops.mark_days_of_money();

-- trigger:orders_orderline:zt_days
create trigger zt_days after update on public."orders_orderline" referencing old table as gone new table as rolled for each statement execute function ops.mark_days_of_changed_lines();

-- trigger:orders_orderline:zt_days_gone
create trigger zt_days_gone after delete on public."orders_orderline" referencing old table as rolled for each statement execute function ops.mark_days_of_money();

-- trigger:orders_orderline:zt_days_emptied
create trigger zt_days_emptied after truncate on public."orders_orderline" for each statement execute function ops.mark_every_day();

-- trigger:orders_orderlineprice:zt_days_added
create trigger zt_days_added after insert on public."orders_orderlineprice" referencing new table as rolled for each statement execute function ops.mark_days_of_prices();

-- trigger:orders_orderlineprice:zt_days
create trigger zt_days after update on public."orders_orderlineprice" referencing old table as gone new table as rolled for each statement execute function ops.mark_days_of_changed_prices();

-- trigger:orders_orderlineprice:zt_days_gone
create trigger zt_days_gone after delete on public."orders_orderlineprice" referencing old table as rolled for each statement execute function ops.mark_days_of_prices();

-- trigger:orders_orderlineprice:zt_days_emptied
create trigger zt_days_emptied after truncate on public."orders_orderlineprice" for each statement execute function ops.mark_every_day();

-- trigger:ops_stage:zt_days
create trigger zt_days after insert or update or delete on public."ops_stage" for each statement execute function ops.mark_every_day();

-- rows:analytics_dayfigures
alter table public."analytics_dayfigures" enable row level security;

-- rows:analytics_productday
alter table public."analytics_productday" enable row level security;

-- rows:analytics_daymark
alter table public."analytics_daymark" enable row level security;

-- rows:analytics_target
alter table public."analytics_target" enable row level security;

-- policy:analytics_target:managers see and set every target
create policy "managers see and set every target" on public."analytics_target" for all to od_s_targets_all
  using (true)
  with check (true);

-- policy:analytics_target:own targets are seen
create policy "own targets are seen" on public."analytics_target" for select to od_s_targets_own
  using (agent_id = (select ops.uid()));

-- grant:analytics_target:targets_all:select
grant select on public."analytics_target" to od_s_targets_all;

-- grant:analytics_target:targets_all:insert
grant insert on public."analytics_target" to od_s_targets_all;

-- grant:analytics_target:targets_all:update (amount)
grant update (amount) on public."analytics_target" to od_s_targets_all;

-- grant:analytics_target:targets_all:delete
grant delete on public."analytics_target" to od_s_targets_all;

-- grant:analytics_target:targets_own:select
grant select on public."analytics_target" to od_s_targets_own;

-- function:ops.h_analytics_target()
-- definer: writes history, which nobody else may write
create or replace function ops.h_analytics_target() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  r public."analytics_target"%rowtype;
  m ops.history_meta;
  head bytea;
  kind text := case tg_op when 'UPDATE' then '~' else '-' end;
  previous bytea;
begin
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_op = 'DELETE' then r := old; else r := new; end if;
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  select h.history_hash into previous from public."analytics_historicaltarget" h
   where h."id" = r."id" order by h.history_id desc limit 1;
  insert into public."analytics_historicaltarget" ("id", "agent_id", "month", "metric", "amount", "set_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select r."id", r."agent_id", r."month", r."metric", r."amount", r."set_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", previous, sha256(coalesce(previous, ''::bytea) || head || record_send(r));
  return null;
end $$;

-- trigger:analytics_target:zz_history
create trigger zz_history after update or delete on public."analytics_target" for each row execute function ops.h_analytics_target();

-- function:ops.ha_analytics_target()
-- definer: writes history, which nobody else may write
create or replace function ops.ha_analytics_target() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  m ops.history_meta;
  head bytea;
  kind text := '+';
begin
  m := row(clock_timestamp(), kind, nullif(current_setting('ops.uid', true), '')::bigint, nullif(current_setting('ops.reason', true), ''), nullif(current_setting('ops.request', true), ''), nullif(current_setting('ops.source', true), ''), nullif(current_setting('ops.real_uid', true), '')::bigint, session_user::text, (pg_current_xact_id()::text)::bigint);
  head := record_send(m);
  insert into public."analytics_historicaltarget" ("id", "agent_id", "month", "metric", "amount", "set_at", "history_date", "history_type", "history_user_id", "history_change_reason", "history_request", "history_source", "history_real_uid", "history_login", "history_txid", "history_prev", "history_hash")
  select a."id", a."agent_id", a."month", a."metric", a."amount", a."set_at", m."history_date", m."history_type", m."history_user_id", m."history_change_reason", m."history_request", m."history_source", m."history_real_uid", m."history_login", m."history_txid", null, sha256(head || record_send(a)) from added a;
  return null;
end $$;

-- trigger:analytics_target:zz_history_added
create trigger zz_history_added after insert on public."analytics_target" referencing new table as added for each statement execute function ops.ha_analytics_target();

-- rows:analytics_historicaltarget
alter table public."analytics_historicaltarget" enable row level security;

-- trigger:analytics_historicaltarget:aa_append_only
create trigger aa_append_only before update or delete on public."analytics_historicaltarget" for each row execute function ops.refuse();

-- trigger:analytics_historicaltarget:aa_append_only_all
create trigger aa_append_only_all before truncate on public."analytics_historicaltarget" for each statement execute function ops.refuse();

-- index:analytics_historicaltarget_chain
create index if not exists "analytics_historicaltarget_chain" on public."analytics_historicaltarget" ("id", history_id);

-- index:analytics_historicaltarget_txid
create index if not exists "analytics_historicaltarget_txid" on public."analytics_historicaltarget" using brin (history_txid) with (autosummarize = on);

-- index:analytics_historicaltarget_when
create index if not exists "analytics_historicaltarget_when" on public."analytics_historicaltarget" (history_date, history_id);

-- policy:analytics_historicaltarget:history: managers see and set every target
create policy "history: managers see and set every target" on public."analytics_historicaltarget" for select to od_s_targets_all
  using (true);

-- policy:analytics_historicaltarget:history: own targets are seen
create policy "history: own targets are seen" on public."analytics_historicaltarget" for select to od_s_targets_own
  using (exists (select 1 from public."analytics_target" x where x."id" = "analytics_historicaltarget"."id"));

-- policy:analytics_historicaltarget:history: the chain is verified
create policy "history: the chain is verified" on public."analytics_historicaltarget" for select to od_s_chain
  using (true);

-- grant:analytics_historicaltarget:targets_all:select
grant select on public."analytics_historicaltarget" to od_s_targets_all;

-- grant:analytics_historicaltarget:targets_own:select
grant select on public."analytics_historicaltarget" to od_s_targets_own;

-- grant:analytics_historicaltarget:chain:select
grant select on public."analytics_historicaltarget" to od_s_chain;

-- view:analytics_target_changes
-- definer: field changes
create view public."analytics_target_changes" with (security_invoker = true) as
select h."id" as subject_id, h.history_id, h.history_date, h.history_user_id, h.history_real_uid,
       h.history_change_reason, h.history_request, h.history_source, h.history_txid, v.field, v.old, v.new
  from public."analytics_historicaltarget" h
 cross join lateral (select * from public."analytics_historicaltarget" x where x."id" = h."id" and x.history_id < h.history_id
                      order by x.history_id desc limit 1) p
 cross join lateral (values ('agent_id', p."agent_id"::text, h."agent_id"::text), ('month', p."month"::text, h."month"::text), ('metric', p."metric"::text, h."metric"::text), ('amount', p."amount"::text, h."amount"::text), ('set_at', p."set_at"::text, h."set_at"::text)) v(field, old, new)
 where h.history_type = '~' and v.old is distinct from v.new;

-- grant:analytics_target_changes:targets_all:select
grant select on public."analytics_target_changes" to od_s_targets_all;

-- grant:analytics_target_changes:targets_own:select
grant select on public."analytics_target_changes" to od_s_targets_own;

-- policy:ops_event:targets: that they were set is recorded
create policy "targets: that they were set is recorded" on public."ops_event" for insert to od_s_targets_all
  with check (noun = 'targets');

-- policy:ops_event:targets: who set them is read
create policy "targets: who set them is read" on public."ops_event" for select to od_s_targets_all
  using (noun = 'targets');

-- grant:ops_event:targets_all:select, insert
grant select, insert on public."ops_event" to od_s_targets_all;
