-- What the stock room cannot take, though every cell of it is readable.
-- A SKU that is asked about is refused by nobody yet.
select i.key, 'sku' as column_key, k.sku as value, 'refused' as kind,
       case when {shortened} then 'A spreadsheet has shortened this SKU, and no product here can have been it. Format the'
              || ' column as text and export it again, or type the SKU.'
            else 'There is no product with this SKU. Load products first, or correct it.' end as sentence
  from items i join keyed k on k.line = i.first_line
 where not exists (select 1 from inventory_stockitem s where s.sku = {meant})
   and not exists (select 1 from ops_importmatch m
                    where m.batch_id = %(batch)s and m.kind = 'sku' and m.key = k.sku and m.answer is null)
union all
select i.key, 'sku', k.sku, 'refused',
       'A spreadsheet has shortened this SKU, and it stands in ' || i.rows || ' rows: they may be several products.'
  from items i join keyed k on k.line = i.first_line
 where i.rows > 1 and {shortened}
union all
select i.key, 'location', k.location, 'refused',
       'There is no location of this name. Add it to the locations of stock, or correct it.'
  from items i join keyed k on k.line = i.first_line
 where k.location is not null and not exists (select 1 from inventory_location p where lower(p.name) = lower(k.location))
union all
select i.key, 'quantity', trim_scale(k.quantity)::text, 'refused',
       'Stock is kept here already: ' || trim_scale(l.on_hand) || ' on hand. Count it instead, if it is not so.'
  from items i join keyed k on k.line = i.first_line join inventory_level l on l.id = i.subject_id
 where i.verdict = 'changed'
union all
select i.key, 'as_of', to_char(k.as_of, 'YYYY-MM-DD'), 'refused', 'This day has not come yet.'
  from items i join keyed k on k.line = i.first_line
 where k.as_of > ops.shop_day(ops.now())
