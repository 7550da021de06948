-- The hub cuts the live streams of a person whose rights changed; their pages ask for a new ticket, or cannot.
create or replace function ops.tell_streams() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
  if (new.epoch, new.scopes, new.is_active) is distinct from (old.epoch, old.scopes, old.is_active) then
    perform pg_notify('ops', format('scope %s - - -', new.id));
  end if;
  return null;
end $$;
