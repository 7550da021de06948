-- The products of new and changed orders that the catalogue does not have, with their categories. The last price counts.
with answered as (
  select key, answer from ops_importmatch where batch_id = %(batch)s and kind = 'sku' and answer <> ''),
last as materialized (
  select k.sku, k.line from (
    select coalesce(n.answer, m.answer, {sku}) as sku, max(r.line) as line
      from ({rows}) r join ops_importitem i on i.batch_id = %(batch)s and i.key = r.external_id
      left join answered m on m.key = {sku} left join answered n on n.key = m.answer
     where i.verdict in ('new', 'changed') and r.sku is not null group by 1) k
   where not exists (select 1 from catalog_product p where p.sku = k.sku)
     and not exists (select 1 from catalog_skualias a where a.alias = k.sku)),
-- All lines of the orders whose rates are asked for: few, where most of what is sold is known.
rows as materialized (
  select r.* from ({rows}) r where r.external_id in (select o.external_id from ({rows}) o join last l on l.line = o.line)),
priced as materialized ({priced}),
fresh as (
  select l.sku, r.description, r.category, r.subcategory, round({list_price} * o.rate, 4) as price
    from last l join rows r on r.line = l.line join priced o on o.external_id = r.external_id),
tops as (
  insert into catalog_category (name) select distinct category from fresh where category is not null order by 1
  on conflict (name) do nothing returning id, name),
every_top as (
  select id, name from tops union
  select c.id, c.name from catalog_category c join fresh f on f.category = c.name),
subs as (
  insert into catalog_category (name, parent_id)
  select distinct on (f.subcategory) f.subcategory, t.id from fresh f left join every_top t on t.name = f.category
   where f.subcategory is not null and not exists (select 1 from every_top e where e.name = f.subcategory)
   order by 1
  on conflict (name) do nothing returning id, name),
every_one as (
  select id, name from subs union select id, name from every_top union
  select c.id, c.name from catalog_category c join fresh f on f.subcategory = c.name)
insert into catalog_product (sku, name, category_id, price, is_active)
select f.sku, f.description, (select min(e.id) from every_one e where e.name = coalesce(f.subcategory, f.category)),
       f.price, true
  from fresh f order by f.sku
on conflict (sku) do nothing
