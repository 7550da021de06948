-- Opening moves, in one statement; their levels are the trigger's. As of a day means as that day began.
with rows as materialized ({rows})
insert into inventory_move (item_id, location_id, kind, quantity, at, source, batch_id)
select s.product_id, p.id, 'opening', k.quantity,
       coalesce((k.as_of::timestamp + make_interval(mins => {reset})) at time zone '{zone}', ops.now()),
       %(source)s, %(batch)s
  from rows k
  join ops_importitem i on i.batch_id = %(batch)s and i.first_line = k.line and i.verdict = 'new' {found}
 order by s.product_id, p.id
