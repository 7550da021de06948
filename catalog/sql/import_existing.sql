-- The products that a file names, by SKU, with what there is to compare. What would be kept as it is reads as the same:
-- a category whose capitals differ, a price to more decimals than are kept.
select distinct on (k.key) k.key, p.id as subject_id, p.sku::text as sku, p.name::text as name,
       case when lower(c.name) = lower(k.category) then k.category else c.name::text end as category,
       case when round(k.price, 4) = p.price then k.price else p.price end as price, null::numeric as stock, p.is_active
  from keyed k join catalog_product p on p.sku = k.key left join catalog_category c on c.id = p.category_id
 order by k.key, k.line
