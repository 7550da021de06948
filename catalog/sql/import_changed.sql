-- Changed products: what the file says of them; a blank cell leaves what is there.
with rows as materialized (
  select r.*, i.subject_id from ({rows}) r join ops_importitem i on i.batch_id = %(batch)s and i.first_line = r.line
   where i.verdict = 'changed')
update catalog_product p
   set name = coalesce(r.name, p.name), price = coalesce(round(r.price, 4), p.price),
       is_active = coalesce(r.is_active, p.is_active),
       category_id = coalesce((select min(c.id) from catalog_category c where lower(c.name) = lower(r.category)),
                              p.category_id)
  from rows r where p.id = r.subject_id
