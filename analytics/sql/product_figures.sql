-- Question: how fast does a product sell, what does it earn, when did it sell last?
-- One row per: product that ever sold, of the orders that the reader sees; not cancelled, by the day they were placed.
-- Refreshed: it is a view. Unique key: product_id.
-- Over the last 90 days, today included; the last day it sold on is of ten years. Costs only for who may see them.
select s.product_id, s.orders, s.quantity, (s.quantity / 90)::numeric(30, 4) as velocity, s.revenue, s.profit, s.costed,
       (100 * s.profit / nullif(s.costed, 0))::numeric(30, 4) as margin, s.last_on, s.grade
  from ops.product_sales() s
