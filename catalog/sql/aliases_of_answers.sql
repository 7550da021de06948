-- Run when a load is applied, once its new products are there: what was said about the SKUs in doubt, remembered.
-- A spelling may have been said to be another one of the same file, which itself was said to be a product.
insert into catalog_skualias (alias, product_id)
select m.key, p.id
  from ops_importmatch m
  left join ops_importmatch n on n.batch_id = m.batch_id and n.kind = 'sku' and n.key = m.answer and n.answer <> ''
  join catalog_product p on p.sku = coalesce(n.answer, m.answer)
 where m.batch_id = %(batch)s and m.kind = 'sku' and m.answer <> ''
   and not exists (select 1 from catalog_product x where x.sku = m.key)
 order by m.key
on conflict (alias) do nothing
