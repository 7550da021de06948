-- What does the file say otherwise of orders that it would change? One row per order asked for; each column but the
-- first is what it is called, with what is here and what the file says.
with rows as ({rows}),
said as (
  select external_id, (array_agg(customer_name order by line))[1] as customer,
         (array_agg(channel order by line))[1] as channel, (array_agg(carrier order by line))[1] as carrier,
         (array_agg(tracking_number order by line))[1] as tracking, (array_agg(promise_on order by line))[1] as promise_on,
         sum({line_total}) as amount, sum(quantity) as pieces, count(*) as lines,
         string_agg(concat_ws(' × ', trim_scale(quantity)::text, description), ', ' order by line) as products
    from rows where external_id = any (%(keys)s) group by 1)
select f.external_id,
       array[c.name, case when lower(c.name) = lower(f.customer) then c.name else f.customer end] as "Customer",
       array[trim_scale(round(s.amount, 2))::text, trim_scale(round(f.amount, 2))::text] as "Amount",
       array[trim_scale(o.pieces)::text, trim_scale(f.pieces)::text] as "Pieces",
       array[l.lines::text, f.lines::text] as "Lines",
       array[left(l.products, 300), left(f.products, 300)] as "Products",
       array[o.channel, coalesce(f.channel, o.channel)] as "Channel",
       array[o.carrier, coalesce(f.carrier, o.carrier)] as "Carrier",
       array[o.tracking_number, coalesce(f.tracking, o.tracking_number)] as "Tracking number",
       array[o.promise_on::text, coalesce(f.promise_on, o.promise_on)::text] as "Promised for"
  from said f
  join ops_importitem i on i.batch_id = %(batch)s and i.key = f.external_id
  join orders_order o on o.id = i.subject_id
  join customers_customer c on c.id = o.customer_id
  left join orders_ordersale s on s.order_id = o.id
  left join lateral (
    select count(*) as lines,
           string_agg(concat_ws(' × ', trim_scale(quantity)::text, description), ', ' order by position) as products
      from orders_orderline where order_id = o.id) l on true
