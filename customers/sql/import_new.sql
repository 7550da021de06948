-- Customers whom nobody here knows yet, all at once.
with rows as materialized ({rows}),
fresh as materialized (
  select r.*, {called} as called
    from ops_importitem i join rows r on r.line = i.first_line where i.batch_id = %(batch)s and i.verdict = 'new'),
made as (
  insert into customers_customer (name, phone, email, city, address, notes, wants_offers, source, external_id)
  select called, phone, lower(email), coalesce(city, ''), coalesce(address, ''), coalesce(notes, ''), coalesce(wants_offers, true),
         %(source)s, coalesce(external_id, '')
    from fresh order by line
  returning id, name, phone, email, city, external_id)
update ops_importitem i set subject_id = m.id
  from (select id, {made_key} as key from made) m where i.batch_id = %(batch)s and i.key = m.key
