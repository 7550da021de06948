-- What a list of orders may say anew; a blank cell leaves what is there.
with rows as materialized ({rows})
update orders_order o
   set promise_on = coalesce(r.promise, o.promise_on), channel = coalesce(r.channel, o.channel),
       rush = coalesce(r.rush, o.rush), production_note = coalesce(r.note, o.production_note)
  from ops_importitem i join rows r on r.line = i.first_line
 where i.batch_id = %(batch)s and i.verdict = 'changed' and o.id = i.subject_id
