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
