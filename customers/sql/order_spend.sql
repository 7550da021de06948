-- Question: what have a customer's orders come to, in shop currency?
-- One row per: customer with a counted order (not cancelled, M2) whose amount the reader may see.
-- Refreshed: it is a view. Unique key: customer_id.
select o.customer_id, sum(s.order_amount)::numeric(19, 4) as spend
  from orders_order o join orders_ordersale s on s.order_id = o.id
 where o.cancelled_at is null
 group by o.customer_id
