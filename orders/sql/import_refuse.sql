-- Which orders of the load cannot be taken as they are, and why? One row per reason: line, column, value, sentence.
-- What one order may not contradict itself in is filled in from the columns that are the same on all its lines.
with rows as materialized ({rows}),
summed as (
  select external_id, sum(coalesce(total, 0)) as total, sum(profit) as profit, {differing} as differing,
         min(currency) filter (where currency <> %(currency)s) as foreign_currency
    from rows group by external_id),
touched as (
  select i.key from ops_importitem i
   where i.batch_id = %(batch)s and i.verdict = 'changed' and (
     exists (select 1 from orders_historicalorder h where h.id = i.subject_id and coalesce(h.history_source, '') not in ('import', 'undo'))
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
  select i.first_line, i.key, 'currency', s.foreign_currency,
         'order ' || i.key || ' is in ' || s.foreign_currency || ', and this load counts ' || %(currency)s ||
         '. Load the orders of each currency by themselves, with the currency and its rate.'
    from ops_importitem i join summed s on s.external_id = i.key
   where i.batch_id = %(batch)s and i.verdict in ('new', 'changed') and s.foreign_currency is not null
  union all
  select i.first_line, i.key, 'profit', s.profit::text,
         'order ' || i.key || ' earns more than it sells for (' || s.total || '); a cost cannot be below zero.'
    from ops_importitem i join summed s on s.external_id = i.key
   where i.batch_id = %(batch)s and i.verdict in ('new', 'changed') and s.profit > s.total
  union all
  select i.first_line, i.key, 'external_id', i.key,
         'order ' || i.key || ' has been worked on here since it was loaded, and the file says something else now.'
    from ops_importitem i join touched t using (key) where i.batch_id = %(batch)s
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
