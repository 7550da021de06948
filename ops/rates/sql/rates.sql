-- Rates of other currencies: who kept them when, and which one holds on a day.

-- Rows that say by whom and when: whoever acts, now. Also of what other rooms keep.
create or replace function ops.stamp_keeper() returns trigger language plpgsql as $$
begin
  new.by_id := ops.uid();
  new.at := ops.now();
  return new;
end $$;

-- The last rate on or before the day (M12); null where none is known. Its twin in Python is ops.rates.queries.rate_on.
create or replace function ops.rate_on(of_currency text, on_day date) returns numeric language sql stable as
$$ select r.rate from rates_exchangerate r where r.currency = of_currency and r.day <= on_day
    order by r.day desc limit 1 $$;
