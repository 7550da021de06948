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
    union select f.day from analytics_dayfigures f where f.reckoned <> '{zone} {reset}'),
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
