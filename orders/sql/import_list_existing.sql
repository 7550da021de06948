-- Orders as the list of orders shows and exports them, by their number.
select distinct on (k.key) k.key, o.id as subject_id, o.number, c.name as customer,
       case when o.cancelled_at is not null then 'Cancelled' when o.held_at is not null then 'On hold' else t.label end
         as stage,
       o.summary, o.pieces, a.name as agent, m.name as assignee, o.promise_on as promise,
       o.placed_on as placed, s.order_amount as amount,
       case when g.production_cost <> 0 or g.shipping_cost <> 0 or g.marketing_cost <> 0 then g.profit end as profit,
       o.channel, o.rush, o.production_note as note
  from keyed k
  join orders_order o on o.number = k.key
  join ops_stage t on t.noun = 'order' and t.key = o.stage
  left join customers_customer c on c.id = o.customer_id
  left join accounts_user a on a.id = o.agent_id
  left join accounts_user m on m.id = o.assignee_id
  left join orders_ordersale s on s.order_id = o.id
  left join orders_ordercosting g on g.order_id = o.id
 order by k.key, k.line
