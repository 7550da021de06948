-- What was said of the SKUs in doubt, remembered; as catalog/sql/aliases_of_answers.sql, for who does not read the catalogue.
insert into catalog_skualias (alias, product_id)
select m.key, s.product_id from ops_importmatch m join inventory_stockitem s on s.sku = m.answer
 where m.batch_id = %(batch)s and m.kind = 'sku' and m.answer <> ''
   and not exists (select 1 from inventory_stockitem x where x.sku = m.key)
 order by m.key
on conflict (alias) do nothing
