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
  select '{prefix}_r_' || r.key into name from ops_role r
   where r.builtin and (select array_agg(s::text order by s) from unnest(r.scopes) s) = asked limit 1;
  if name is not null then return name; end if;
  name := '{prefix}_p_' || left(md5(array_to_string(asked, ',')), 16);
  if not exists (select 1 from pg_roles where rolname = name) then
    -- Every GRANT locks the role it gives. Whoever makes roles waits here first, or two who make several would meet in
    -- another order; roles belong to the cluster, so an advisory lock of this database would not do.
    comment on role {prefix}_s_staff is 'Signs in; held while another set of rights is made into a role.';
    begin
      execute format('create role %I nologin noinherit', name);
    exception when duplicate_object or unique_violation then null;
    end;
    execute format('alter role %I inherit', name);
    foreach scope in array asked loop
      execute format('grant %I to %I with inherit true, set false', '{prefix}_s_' || scope, name);
    end loop;
    execute format('grant %I to {web} with inherit false, set true', name);
    execute format('grant %I to {owner} with inherit false, set true', name);
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
