-- Part of import_new: the costs of new orders, in shop currency. What the file gives as profit is taken from the sale.
,
costs as (
  insert into orders_ordercosting (order_id, order_amount, production_cost, shipping_cost, marketing_cost)
  select s.order_id, s.order_amount,
         coalesce(round(h.cost * h.rate, 4), s.order_amount - round(h.profit * h.rate, 4), 0),
         round(h.shipping_cost * h.rate, 4), 0
    from sales s join made m on m.id = s.order_id join heads h using (external_id))
