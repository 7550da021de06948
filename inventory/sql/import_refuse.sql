-- What the stock room cannot take, though every cell of it is readable.
select i.key, 'sku' as column_key, k.sku as value, 'refused' as kind,
       'There is no product with this SKU. Load products first, or correct it.' as sentence
  from items i join keyed k on k.line = i.first_line
 where not exists (select 1 from inventory_stockitem s where s.sku = k.sku)
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
