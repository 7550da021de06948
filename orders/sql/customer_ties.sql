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
