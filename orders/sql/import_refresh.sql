-- Under the lock of the source: what has become of the orders of the load since it was checked?
with said as (
  select cells[1] as key, coalesce(min(cells[{currency_cell}]), %(currency)s) as currency
    from ops_importrow where batch_id = %(batch)s and %(told)s group by 1),
now as (
  select i.key, o.id, case when o.id is null then 'new' when o.row_sha256 <> i.row_sha256 then 'changed'
                           when {told_rate} then 'changed' else 'same' end as verdict
    from ops_importitem i
    left join orders_order o on o.source = %(source)s and o.external_id = i.key and o.external_id <> ''
    left join said s on s.key = i.key
   where i.batch_id = %(batch)s and i.verdict <> 'refused')
update ops_importitem i set verdict = n.verdict, subject_id = n.id from now n
 where i.batch_id = %(batch)s and i.key = n.key and (i.verdict, i.subject_id) is distinct from (n.verdict, n.id)
