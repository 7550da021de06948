-- The lines of the file where stock stands already, with what is on hand. Where all was taken back there is none.
select distinct on (k.key) k.key, l.id as subject_id, k.sku, l.on_hand as quantity
  from keyed k {found}
  join inventory_level l on l.item_id = s.product_id and l.location_id = p.id and l.moves > 0
 order by k.key, k.line
