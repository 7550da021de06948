-- What the file says otherwise of customers who are known. A blank, also as a first name, leaves what is here, a main phone or e-mail stays the main
-- one, and the source's id is taken over where there was none.
with rows as materialized ({rows})
update customers_customer c
   set name = case when i.changes ? 'name' then r.name when i.changes ?| array['given_name', 'surname'] then {renamed}
                   else c.name end,
       phone = coalesce(c.phone, r.phone), email = coalesce(c.email, lower(r.email)),
       address = case when i.changes ? 'address' then r.address else c.address end,
       city = case when i.changes ? 'city' then r.city else c.city end,
       notes = case when i.changes ? 'notes' then r.notes else c.notes end,
       wants_offers = coalesce(r.wants_offers, c.wants_offers),
       source = case when c.external_id = '' and r.external_id is not null and {free} then %(source)s else c.source end,
       external_id = case when c.external_id = '' and r.external_id is not null and {free} then r.external_id else c.external_id end
  from ops_importitem i join rows r on r.line = i.first_line
 where i.batch_id = %(batch)s and i.verdict = 'changed' and c.id = i.subject_id
