-- Part of import_existing and import_refuse: who each row of a file is among the customers of the shop, by the id that the
-- same source gave them, by any of their e-mails or phones, by what a person answered, and who says none of these by name and
-- city. Who was merged is who they are now. Joins on sets: asked row by row, row security would walk every contact each time.
theirs as materialized (select customer_id, kind, lower(value) as value from customers_customercontact),
named as materialized (
  select lower(name) as name, lower(city) as city, min(id) as id, count(*) as namesakes
    from customers_customer where merged_into_id is null group by 1, 2),
firsts as materialized (
  select distinct on (r.key) r.*, {called} as called, coalesce(s.merged_into_id, s.id) as by_id, p.customer_id as by_phone,
         e.customer_id as by_email, coalesce(a.merged_into_id, a.id) as by_answer, n.id as by_name, n.namesakes
    from keyed r
    left join customers_customer s on s.source = %(source)s and s.external_id = r.external_id and s.external_id <> ''
    left join theirs p on p.kind = 'phone' and p.value = r.phone
    left join theirs e on e.kind = 'email' and e.value = lower(r.email)
    left join ops_importmatch m on m.batch_id = %(batch)s and m.kind = 'customer' and m.key = r.key
    left join customers_customer a on a.id = nullif(m.answer, '')::bigint
    left join named n on r.external_id is null and r.email is null and r.phone is null
                     and n.name = lower({called}) and n.city = lower(coalesce(r.city, ''))
   where r.key is not null
   order by r.key, r.line),
known as materialized (select f.*, coalesce(by_id, by_email, by_phone, by_answer, by_name) as known from firsts f)
