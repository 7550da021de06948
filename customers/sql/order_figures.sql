-- Question: how often does a customer order, and when is the next one to be expected?
-- One row per: customer with a counted order (not cancelled, M2) among those that the reader may see.
-- Refreshed: it is a view. Unique key: customer_id.
-- Typical gap: the median of the days between business days with an order (M10). Due: last order + 1.2 typical gaps.
select g.customer_id, g.orders::int as orders, g.first_on, g.last_on, g.last_order_id,
       g.gap::numeric(8, 1) as gap_days, g.last_on + ceil(g.gap * 1.2)::int as due_on
  from (select d.customer_id, count(*) as orders, min(d.placed_on) as first_on, max(d.placed_on) as last_on,
               (array_agg(d.id order by d.placed_on desc, d.id desc))[1] as last_order_id,
               percentile_cont(0.5) within group (order by nullif(d.days, 0)) as gap
          from (select o.customer_id, o.id, o.placed_on,
                       o.placed_on - lag(o.placed_on) over (partition by o.customer_id order by o.placed_on, o.id) as days
                  from orders_order o where o.cancelled_at is null) d
         group by d.customer_id) g
