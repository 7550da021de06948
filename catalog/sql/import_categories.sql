-- Categories that new and changed products name and that are not there yet, whatever their capitals.
with rows as materialized (
  select r.* from ({rows}) r join ops_importitem i on i.batch_id = %(batch)s and i.first_line = r.line
   where i.verdict in ('new', 'changed') and r.category is not null)
insert into catalog_category (name)
select distinct on (lower(r.category)) r.category from rows r
 where not exists (select 1 from catalog_category c where lower(c.name) = lower(r.category))
 order by lower(r.category), r.line
on conflict (name) do nothing
