-- New products. Active unless the file says otherwise; without a price it is zero, and the list has a tab of those.
with rows as materialized (
  select r.* from ({rows}) r join ops_importitem i on i.batch_id = %(batch)s and i.first_line = r.line
   where i.verdict = 'new')
insert into catalog_product (sku, name, category_id, price, is_active)
select r.sku, r.name, (select min(c.id) from catalog_category c where lower(c.name) = lower(r.category)),
       coalesce(round(r.price, 4), 0), coalesce(r.is_active, true)
  from rows r order by r.line
