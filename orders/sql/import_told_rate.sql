-- Part of import_check and import_refresh: does this load say another rate for an order than the one it was counted at?
%(told)s and exists (
  select 1 from orders_ordersale a
   where a.order_id = o.id and a.currency = s.currency and a.rate <> case %(rates)s::jsonb ->> s.currency
     when 'table' then coalesce(ops.rate_on(s.currency, o.placed_on), a.rate)
     else coalesce((%(rates)s::jsonb ->> s.currency)::numeric, a.rate) end)
