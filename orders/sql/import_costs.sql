-- Costs of the orders of the load, in shop currency: what is left of the sale when the profit is taken away.
with rows as materialized ({rows}),
costs as (
  select i.subject_id, sum(coalesce(r.cost, {line_total} - r.profit)) as cost, sum(r.profit) as profit,
         bool_or(r.cost is not null) as by_cost, max(r.shipping_cost) as shipping_cost
    from ops_importitem i join rows r on r.external_id = i.key
   where i.batch_id = %(batch)s and i.verdict in ('new', 'changed')
   group by i.subject_id)
update orders_ordercosting c
   set production_cost = case when k.by_cost then round(k.cost * %(rate)s, 4)
                              when k.profit is not null then c.order_amount - round(k.profit * %(rate)s, 4)
                              else c.production_cost end,
       shipping_cost = coalesce(round(k.shipping_cost * %(rate)s, 4), c.shipping_cost)
  from costs k where c.order_id = k.subject_id
