-- Who is known, with what is here in the columns of the file. A value that only says the same otherwise - a further phone, a
-- city in another case - is no change.
with {knowing}
select k.key, c.id as subject_id, null::text as external_id, null::text as given_name, null::text as surname,
       case when k.name = x.name then k.name else c.name end as name,
       case when k.by_phone = c.id then k.phone end as phone, case when k.by_email = c.id then k.email end as email,
       case when k.address = x.address then k.address else c.address end as address,
       case when lower(k.city) = lower(c.city) then k.city else c.city end as city,
       case when k.notes = x.notes then k.notes else c.notes end as notes, c.wants_offers
  from known k join customers_customer c on c.id = k.known
 cross join lateral (select btrim(regexp_replace(c.name, '\s+', ' ', 'g')) as name, btrim(regexp_replace(c.address, '\s+', ' ', 'g')) as address,
                            btrim(regexp_replace(c.notes, '\s+', ' ', 'g')) as notes) x
