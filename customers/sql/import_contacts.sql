-- Phones and e-mails of changed customers that stand beside their main ones: none is taken away.
with rows as materialized ({rows})
insert into customers_customercontact (customer_id, kind, value)
select c.id, v.kind, v.value
  from ops_importitem i join rows r on r.line = i.first_line join customers_customer c on c.id = i.subject_id
 cross join lateral (values ('phone', r.phone, c.phone::text), ('email', lower(r.email), c.email::text)) v(kind, value, main)
 where i.batch_id = %(batch)s and i.verdict = 'changed' and v.value is not null and v.main is not null and lower(v.main) <> v.value
   and not exists (select 1 from customers_customercontact k where k.kind = v.kind and lower(k.value) = v.value and k.customer_id = c.id)
 order by i.first_line
