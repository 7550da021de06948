-- Lines that a load opened and that have moved since, with how many there are. Taken back already is not moved.
select s.name, s.sku, p.name, count(*) over ()
  from inventory_move m
  join inventory_level l using (item_id, location_id)
  join inventory_stockitem s on s.product_id = m.item_id join inventory_location p on p.id = m.location_id
 where m.batch_id = %(batch)s and m.kind = 'opening' and l.moves > 1
   and not exists (select 1 from inventory_move r where r.reverses_id = m.id)
 order by s.name, p.name limit 4
