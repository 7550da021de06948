-- Which orders of the load cannot be taken as they are, and why? One row per reason: line, column, value, sentence.
-- What one order may not contradict itself in is filled in from the columns that are the same on all its lines.
with rows as materialized ({rows}),
summed as (
  select external_id, sum(coalesce(total, 0)) as total, sum(profit) as profit, {differing} as differing
    from rows group by external_id),
priced as ({priced}),
since as (select currency, min(day) as day from rates_exchangerate group by currency),
-- A load of orders marks each with its number: what came from a file afterwards, under the number of an earlier load, is
-- a list that somebody changed, and so is work done here.
touched as (
  select i.key from ops_importitem i
   where i.batch_id = %(batch)s and i.verdict = 'changed' and (
     exists (select 1 from orders_historicalorder h where h.id = i.subject_id and coalesce(h.history_source, '') not in ('import', 'undo'))
     or exists (select 1 from orders_historicalorder h
                  join orders_historicalorder e on e.id = h.id and e.batch_id = h.batch_id
                   and e.history_source = h.history_source and e.history_id < h.history_id and e.history_txid <> h.history_txid
                 where h.id = i.subject_id and h.history_source = 'import')
     or exists (select 1 from orders_historicalorderline h
                 where h.order_id = i.subject_id and coalesce(h.history_source, '') not in ('import', 'undo'))
     or exists (select 1 from orders_historicalordersale h
                 where h.order_id = i.subject_id and coalesce(h.history_source, '') not in ('import', 'undo'))
     or exists (select 1 from orders_historicalordercosting h
                 where h.order_id = i.subject_id and coalesce(h.history_source, '') not in ('import', 'undo')))),
reasons as (
  select i.first_line, i.key, 'differing' as column_key, s.differing as value,
         'the lines of order ' || i.key || ' do not agree in this.' as sentence
    from ops_importitem i join summed s on s.external_id = i.key
   where i.batch_id = %(batch)s and i.verdict <> 'refused' and s.differing <> ''
  union all
  select p.first_line, p.external_id, 'currency', p.currency,
         'order ' || p.external_id || ' is in ' || p.currency || ', and nobody has said what one ' || p.currency ||
         ' was on ' || to_char(ops.shop_day(p.placed_at), 'FMDD Mon YYYY') || ': ' ||
         coalesce('rates of ' || p.currency || ' are kept from ' || to_char(f.day, 'FMDD Mon YYYY') || ' on.',
                  'no rates of ' || p.currency || ' are kept.') ||
         ' Say its rate for this load, or add it to the exchange rates.'
    from priced p left join since f on f.currency = p.currency
   where p.verdict in ('new', 'changed') and p.rate is null
  union all
  select i.first_line, i.key, 'profit', s.profit::text,
         'order ' || i.key || ' earns more than it sells for (' || s.total || '); a cost cannot be below zero.'
    from ops_importitem i join summed s on s.external_id = i.key
   where i.batch_id = %(batch)s and i.verdict in ('new', 'changed') and s.profit > s.total
  union all
  select p.first_line, p.external_id, 'total', p.total::text,
         'order ' || p.external_id || ' comes to more than an order can: amounts have at most fifteen digits before their'
           || ' decimals, in its currency and in the shop''s, and an order at most 999,999,999 pieces.'
    from priced p
   where p.verdict in ('new', 'changed')
     and (p.total >= 1e15 or p.total * coalesce(p.rate, 1) >= 1e15 or p.pieces >= 1e9 or p.external_id in (
       select r.external_id from rows r where {list_price} >= 1e15))
  union all
  select min(r.line), i.key, 'sku', min(r.sku), 'of order ' || i.key || ' a spreadsheet has shortened the SKU to ' ||
         min(r.sku) || ', and no product here can have been it.'
    from ops_importitem i join rows r on r.external_id = i.key
   where i.batch_id = %(batch)s and i.verdict in ('new', 'changed') and {sku} = any(%(lost)s::text[])
   group by i.key
  union all
  select i.first_line, i.key, 'external_id', i.key,
         'order ' || i.key || ' has been worked on here since it was loaded, ' ||
         case when o.row_sha256 = i.row_sha256 then 'so it keeps the rate it was counted at.'
              else 'and the file says something else now.' end
    from ops_importitem i join touched t using (key) join orders_order o on o.id = i.subject_id
   where i.batch_id = %(batch)s
  union all
  select i.first_line, i.key, 'placed_at', to_char(o.placed_at at time zone '{zone}', 'YYYY-MM-DD'),
         'the date of order ' || i.key || ' is another one here; the date of an order stays as it is.'
    from ops_importitem i join orders_order o on o.id = i.subject_id
    join (select external_id, min(placed_at) as placed_at from rows group by external_id) r on r.external_id = i.key
   where i.batch_id = %(batch)s and i.verdict = 'changed' and o.placed_at <> r.placed_at),
refused as (
  update ops_importitem i set verdict = 'refused' from (select distinct key from reasons) r
   where i.batch_id = %(batch)s and i.key = r.key)
select first_line, column_key, value, sentence from reasons order by first_line, column_key
