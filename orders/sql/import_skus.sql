-- Which SKUs of new and changed orders does neither the catalogue nor an alias know? With what the file calls them.
with rows as ({rows})
select {sku} as sku, (array_agg(r.description order by r.line))[1], min(r.line), count(*)
  from rows r join ops_importitem i on i.batch_id = %(batch)s and i.key = r.external_id
 where i.verdict in ('new', 'changed') and r.sku is not null
   and not exists (select 1 from catalog_product p where p.sku = {sku})
   and not exists (select 1 from catalog_skualias a where a.alias = {sku})
 group by 1 order by min(r.line)
