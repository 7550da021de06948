-- Costs of changed orders, in shop currency, as far as the file says them.
with rows as ({rows}),
heads as ({heads})
update orders_ordercosting c
   set production_cost = coalesce(round(h.cost * h.rate, 4), c.order_amount - round(h.profit * h.rate, 4),
                                  c.production_cost),
       shipping_cost = case when %(ships)s then round(h.shipping_cost * h.rate, 4) else c.shipping_cost end
  from heads h where c.order_id = h.subject_id
