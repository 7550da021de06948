-- Which SKUs has a spreadsheet shortened (3.6E+11), and no product or alias is called so?
with rows as ({rows})
select distinct {sku} from rows r
 where r.sku like '%%E+%%' and r.sku ~ '^[0-9]([.,][0-9]+)?E[+][0-9]{2,3}$'
   and not exists (select 1 from catalog_product p where p.sku = {sku})
   and not exists (select 1 from catalog_skualias a where a.alias = {sku})
