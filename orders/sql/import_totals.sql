-- What does the file say in sum, and how much of it would be new, changed, the same, refused? One row per verdict and
-- currency: in that currency, then in the shop's, then how many orders have no rate and are not in those sums.
with rows as ({rows}),
priced as ({priced})
select verdict, currency, count(*), sum(lines)::bigint, sum(total), sum(profit), sum(pieces),
       sum(round(total * rate, 4)), sum(round(profit * rate, 4)), count(*) filter (where rate is null)
  from priced group by 1, 2 order by 1, 2
