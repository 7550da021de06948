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
