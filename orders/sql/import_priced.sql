-- Part of others: each order of the load with what it adds up to, its currency, and its rate; null where none is known.
-- Outer from the analysed items, as in import_heads: grouped rows alone look like two hundred to the planner.
select s.*, i.verdict, i.first_line, {rate} as rate
  from ops_importitem i
  left join (select external_id, coalesce(min(currency), %(currency)s) as currency, min(placed_at) as placed_at,
               count(*) as lines, sum({line_total}) as total, sum(coalesce(profit, {line_total} - cost)) as profit,
               sum(quantity) as pieces
          from rows group by external_id) s on s.external_id = i.key
{rate_of}
 where i.batch_id = %(batch)s
