-- New orders with their lines, prices, sale and costs, in one statement: the same guards and history as a form's. Those
-- that get a number of ours come last, when the file's own numbers are there to be passed over.
with rows as materialized ({rows}),
heads as materialized ({heads}),
made as (
  insert into orders_order (number, customer_id, agent_id, stage, stage_since, origin, channel, summary, pieces,
                            promise_on, rush, placed_at, production_note, carrier, tracking_number, hold_reason,
                            cancel_reason, source, external_id, row_sha256, batch_id)
  select h.number, h.customer_id, h.agent_id, h.stage, h.stage_since, 'import', h.channel, h.summary, h.pieces,
         h.promise_on, false, h.placed_at, '', h.carrier, h.tracking_number, '', '', %(source)s, h.external_id,
         h.row_sha256, %(batch)s
    from heads h order by h.number = '', h.placed_at, h.external_id
  returning id, external_id),
numbered as materialized (
  select m.id as order_id, row_number() over (partition by m.id order by r.line) as position, r.*
    from made m join rows r on r.external_id = m.external_id),
lines as (
  insert into orders_orderline (order_id, position, product_id, sku, description, category, quantity)
  select n.order_id, n.position, p.id, coalesce(p.sku, {n_sku}, ''), n.description, coalesce(n.category, ''), n.quantity
    from numbered n {product}
   order by n.order_id, n.position
  returning id, order_id, position),
prices as (
  insert into orders_orderlineprice (line_id, unit_price, discount, total)
  select l.id, {unit_price}, {discount}, {line_total}
    from lines l join numbered n using (order_id, position)),
sales as (
  insert into orders_ordersale (order_id, amount, currency, rate)
  select m.id, h.total, h.currency, h.rate from made m join heads h using (external_id)
  returning order_id, order_amount){costs}
update ops_importitem i set subject_id = m.id from made m where i.batch_id = %(batch)s and i.key = m.external_id
