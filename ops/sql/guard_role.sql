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
