-- The head of each order of the load with a given verdict: what its first line says, its sums, and whose it becomes.
-- Each has its first line and its sums, so that joins to them might be inner ones; outer, they keep the number of orders
-- that the planner expects at what the analysed items say, and nothing after them is joined row by row.
select r.external_id, r.placed_at, r.promise_on, coalesce(r.channel, '') as channel, coalesce(r.carrier, '') as carrier,
       coalesce(r.tracking_number, '') as tracking_number, s.currency, {rate} as rate,
       coalesce(r.shipping_cost, 0) as shipping_cost, i.row_sha256, i.subject_id,
       coalesce(c.merged_into_id, c.id, m.customer_id) as customer_id, coalesce(u.id, k.id, %(by)s) as agent_id,
       case when r.shipped_at is null or r.shipped_at > %(now)s then 'received'
            when r.shipped_at < %(now)s - make_interval(days => %(delivered_after)s) then 'delivered'
            else 'shipped' end as stage,
       case when r.shipped_at is null or r.shipped_at > %(now)s then r.placed_at
            else greatest(r.placed_at, r.shipped_at) end as stage_since,
       case when length(%(number_prefix)s || r.external_id) > 40
              or exists (select 1 from orders_order o where o.number = %(number_prefix)s || r.external_id)
            then '' else %(number_prefix)s || r.external_id end as number,
       s.total, s.pieces, s.cost, s.profit, s.lines,
       left(case when r.quantity <> 1 then trim_scale(r.quantity) || ' × ' else '' end || r.description,
            200 - length(case when s.lines > 1 then ' + ' || s.lines - 1 || ' more' else '' end))
         || case when s.lines > 1 then ' + ' || s.lines - 1 || ' more' else '' end as summary
  from ops_importitem i
  left join rows r on r.line = i.first_line
  left join (select external_id, coalesce(min(currency), %(currency)s) as currency, min(placed_at) as placed_at,
               sum({line_total}) as total, sum(quantity) as pieces, count(*) as lines,
               case when bool_or(cost is not null) then sum(coalesce(cost, {line_total} - profit)) end as cost,
               sum(profit) as profit
          from rows group by external_id) s on s.external_id = i.key
{rate_of}
  left join customers_customer c
    on c.source = %(source)s and c.external_id <> '' and c.external_id = {customer_key}
  left join customers_customercontact m on m.kind = 'email' and lower(m.value) = lower(r.customer_email)
  left join (select distinct on (lower(name)) id, lower(name) as name from accounts_user where is_active
              order by lower(name), id) u on u.name = lower(r.agent)
  left join customers_customer w on w.id = m.customer_id
  left join accounts_user k
    on k.id = coalesce(c.keeper_id, w.keeper_id) and k.is_active and k.scopes && array['orders_own', 'orders_all']
 where i.batch_id = %(batch)s and i.verdict = '{verdict}' and i.first_line between %(first)s and %(last)s
