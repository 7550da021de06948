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
