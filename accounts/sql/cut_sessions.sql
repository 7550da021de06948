-- Whoever's rights change is signed out, whichever way the change came: the epoch is part of every session's hash.
create or replace function ops.cut_sessions() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
  if (new.role, new.overrides, new.is_active, new.email) is distinct from (old.role, old.overrides, old.is_active, old.email) then
    new.epoch := greatest(new.epoch, old.epoch + 1);
  end if;
  return new;
end $$;
