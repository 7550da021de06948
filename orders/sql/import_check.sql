-- What would applying this load do? One item per order of the file, by its number there: new, changed, same or refused.
-- Run when a file is checked, and again, under the lock of its source, when it is applied. Hashes do not depend on the
-- order of the rows, on how their dates are written, on columns that orders do not read, or on any rate: an order keeps
-- the rate that it was counted at, unless this load says another one for its currency.
with packed as (
  select line, refused, cells[1] as external_id, cells[{currency_cell}] as currency,
         array_to_string(cells, e'\x1f', e'\x1d') as text
    from ops_importrow where batch_id = %(batch)s and cells[1] is not null),
shipped as (
  select external_id, min(line) as first_line, count(*) as lines, bool_or(refused) as refused,
         coalesce(min(currency), %(currency)s) as currency,
         encode(sha256(convert_to(%(hashed)s || string_agg(text, e'\x1e' order by text), 'UTF8')), 'hex') as sha
    from packed group by external_id)
insert into ops_importitem (batch_id, key, row_sha256, verdict, subject_id, first_line, rows)
select %(batch)s, s.external_id, s.sha,
       case when s.refused then 'refused' when o.id is null then 'new' when o.row_sha256 <> s.sha then 'changed'
            when {told_rate} then 'changed' else 'same' end,
       o.id, s.first_line, s.lines
  from shipped s left join orders_order o
    on o.source = %(source)s and o.external_id = s.external_id and o.external_id <> ''
