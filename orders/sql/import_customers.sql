-- The customers of new and changed orders whom the shop does not know yet: not by the source's id, phone or e-mail.
with rows as ({rows}),
first_lines as (
  select {customer_key} as customer_key, min(r.line) as line
    from rows r join ops_importitem i on i.batch_id = %(batch)s and i.key = r.external_id
   where i.verdict in ('new', 'changed') and r.customer_name is not null group by 1),
wanted as (
  select k.customer_key, r.customer_name, r.customer_email, r.city, r.address from first_lines k join rows r on r.line = k.line)
insert into customers_customer (name, phone, email, city, address, source, external_id)
select w.customer_name, null, w.customer_email, coalesce(w.city, ''), coalesce(w.address, ''), %(source)s, w.customer_key
  from wanted w
 where not exists (select 1 from customers_customer c
                    where c.source = %(source)s and c.external_id = w.customer_key and c.external_id <> '')
   and not exists (select 1 from customers_customercontact k
                    where k.kind = 'email' and lower(k.value) = lower(w.customer_email))
 order by w.customer_key
on conflict do nothing
