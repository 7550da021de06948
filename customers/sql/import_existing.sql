-- Who each row of a file is among the customers of the shop: by the id that the same source gave them, by any of their
-- e-mails or phones, by what a person answered, and who says none of these by name and city. Who was merged is who they are now.
-- A value that only says the same otherwise - a further phone, another case, the mark before a formula - is no change.
select k.key, c.id as subject_id, null::text as external_id, null::text as given_name, null::text as surname,
       case when k.name in (x.name, '''' || x.name) then k.name else c.name end as name,
       case when exists (select 1 from customers_customercontact o
                          where o.customer_id = c.id and o.kind = 'phone' and lower(o.value) = k.phone) then k.phone end as phone,
       case when exists (select 1 from customers_customercontact o
                          where o.customer_id = c.id and o.kind = 'email' and lower(o.value) = lower(k.email)) then k.email end as email,
       case when k.address in (x.address, '''' || x.address) then k.address else c.address end as address,
       case when lower(k.city) in (lower(c.city), lower('''' || c.city)) then k.city else c.city end as city,
       case when k.notes in (x.notes, '''' || x.notes) then k.notes else c.notes end as notes, c.wants_offers
  from (select distinct on (key) r.*, {known} as known from keyed r where key is not null order by key, line) k
  join customers_customer c on c.id = k.known
 cross join lateral (select btrim(regexp_replace(c.name, '\s+', ' ', 'g')) as name, btrim(regexp_replace(c.address, '\s+', ' ', 'g')) as address,
                            btrim(regexp_replace(c.notes, '\s+', ' ', 'g')) as notes) x
