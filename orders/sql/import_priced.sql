-- Part of others: each order of the load with what it adds up to, its currency, and its rate; null where none is known.
select s.*, i.verdict, i.first_line, {rate} as rate
  from (select external_id, coalesce(min(currency), %(currency)s) as currency, min(placed_at) as placed_at,
               count(*) as lines, sum({line_total}) as total, sum(coalesce(profit, {line_total} - cost)) as profit,
               sum(quantity) as pieces
          from rows group by external_id) s
  join ops_importitem i on i.batch_id = %(batch)s and i.key = s.external_id
{rate_of}
