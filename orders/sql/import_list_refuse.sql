-- What a list of orders cannot change: orders that are not here, and what has a way of its own.
select i.key, 'number', i.key, 'refused',
       'there is no order ' || i.key || ' here. New orders are loaded as orders.'
  from items i where i.verdict = 'new'
union all
select i.key, c.key, c.value ->> 1, 'refused',
       'order ' || i.key || ' has “' || coalesce(c.value ->> 0, '') || '” here. '
         || case c.key when 'stage' then 'Move the order on its page or on the board.'
                       when 'amount' then 'Change its lines on its page.'
                       when 'profit' then 'Change its costs on its page.'
                       when 'customer' then 'Change the customer on their own page.'
                       else 'A list does not change this.' end
  from items i cross join jsonb_each(i.changes) c
 where i.verdict = 'changed' and c.key not in ('promise', 'channel', 'rush', 'note')
union all
select i.key, 'number', i.key, 'refused', 'order ' || i.key || ' is cancelled, and stays as it is.'
  from items i join orders_order o on o.id = i.subject_id
 where i.verdict = 'changed' and o.cancelled_at is not null
