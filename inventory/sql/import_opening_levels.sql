-- Which line of stock each line of the file has become.
update ops_importitem i set subject_id = l.id
  from inventory_level l join inventory_move m using (item_id, location_id)
  join inventory_stockitem s on s.product_id = m.item_id join inventory_location p on p.id = m.location_id
 where m.batch_id = %(batch)s and i.batch_id = %(batch)s and i.verdict = 'new' and i.key = s.sku || ' in ' || p.name
