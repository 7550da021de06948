-- What does the file say in sum, and how much of it would be new, changed, the same, refused? One row per verdict.
with rows as ({rows})
select i.verdict, count(distinct i.key), count(*), sum({line_total}), sum(coalesce(r.profit, {line_total} - r.cost)), sum(r.quantity)
  from ops_importitem i join rows r on r.external_id = i.key
 where i.batch_id = %(batch)s group by i.verdict
