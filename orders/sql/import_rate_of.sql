-- Part of others: beside an order `s` of the load and its item `i`, the rate `e` it was counted at, if it is here, and the
-- last one `t` of the shop's rates on or before its day (M12).
  left join orders_ordersale e on e.order_id = i.subject_id and e.currency = s.currency and s.currency <> %(home)s
  left join lateral (
    select x.rate from rates_exchangerate x
     where x.currency = s.currency and x.day <= ops.shop_day(s.placed_at) order by x.day desc limit 1) t
    on s.currency <> %(home)s
