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
   where f.day between first and last and f.reckoned = '{zone} {reset}'
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
                where not exists (select 1 from analytics_dayfigures f where f.day = w.day and f.reckoned = '{zone} {reset}')) a;
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
  select a.day, '{zone} {reset}', coalesce(p.orders, 0), p.revenue, p.profit, p.costed,
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
