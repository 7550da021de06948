-- SKUs of the file that neither the stock room nor an alias knows, with what the file calls them.
with rows as ({rows})
select r.sku, coalesce(min(r.name), ''), min(r.line), count(*) from rows r
 where r.sku is not null and not r.refused
   and not exists (select 1 from inventory_stockitem s where s.sku = r.sku)
   and not exists (select 1 from catalog_skualias a where a.alias = r.sku)
 group by r.sku order by min(r.line)
