-- The contrary of every opening of a load, in one statement and in the order in which everybody locks.
insert into inventory_move (item_id, location_id, kind, quantity, reverses_id, batch_id)
select m.item_id, m.location_id, 'reversal', -m.quantity, m.id, m.batch_id
  from inventory_move m
 where m.batch_id = %(batch)s and m.kind = 'opening'
   and not exists (select 1 from inventory_move r where r.reverses_id = m.id)
 order by m.item_id, m.location_id
