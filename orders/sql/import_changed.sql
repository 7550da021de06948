-- Orders that the file now says otherwise and nobody has touched here: their lines, prices and sale become the file's.
-- Number, date, agent and stage stay: those move by people, along the arrows. A blank cell, or a column that the file
-- does not have, leaves what is here.
with rows as materialized ({rows}),
heads as materialized ({heads}),
orders as (
  update orders_order o
     set customer_id = h.customer_id, channel = coalesce(nullif(h.channel, ''), o.channel),
         carrier = coalesce(nullif(h.carrier, ''), o.carrier),
         tracking_number = coalesce(nullif(h.tracking_number, ''), o.tracking_number),
         promise_on = coalesce(h.promise_on, o.promise_on), summary = h.summary, pieces = h.pieces, row_sha256 = h.row_sha256,
         batch_id = %(batch)s
    from heads h where o.id = h.subject_id),
numbered as materialized (
  select h.subject_id as order_id, row_number() over (partition by h.subject_id order by r.line) as position, r.*
    from heads h join rows r on r.external_id = h.external_id),
surplus as (
  select l.id from orders_orderline l join heads h on h.subject_id = l.order_id where l.position > h.lines),
surplus_prices as (delete from orders_orderlineprice where line_id in (select id from surplus)),
surplus_lines as (delete from orders_orderline where id in (select id from surplus)),
kept as (
  update orders_orderline l
     set product_id = p.id, sku = coalesce(p.sku, {n_sku}, ''), description = n.description,
         category = coalesce(n.category, ''), quantity = n.quantity
    from numbered n {product}
   where l.order_id = n.order_id and l.position = n.position
  returning l.id, l.order_id, l.position),
added as (
  insert into orders_orderline (order_id, position, product_id, sku, description, category, quantity)
  select n.order_id, n.position, p.id, coalesce(p.sku, {n_sku}, ''), n.description, coalesce(n.category, ''), n.quantity
    from numbered n {product}
   where not exists (select 1 from orders_orderline l where l.order_id = n.order_id and l.position = n.position)
  returning id, order_id, position),
kept_prices as (
  update orders_orderlineprice p set unit_price = {unit_price}, discount = {discount}, total = {line_total}
    from kept k join numbered n using (order_id, position) where p.line_id = k.id),
added_prices as (
  insert into orders_orderlineprice (line_id, unit_price, discount, total)
  select a.id, {unit_price}, {discount}, {line_total} from added a join numbered n using (order_id, position))
update orders_ordersale s set amount = h.total, currency = h.currency, rate = h.rate
  from heads h where s.order_id = h.subject_id
