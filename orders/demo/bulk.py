"""Orders by the ten thousand, in sets: for the large demo shop, where triggers record them, and for `make bench`.

Deterministic: what looks random is a hash of the row's number. Orders, lines, prices and sales are written as whoever
is bound; costs and the three records are left to the callers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection

from orders.demo import goods


@dataclass(frozen=True)
class Bulk:
    """How many orders, whose, in which days. `first` is the number of the first; ids continue the tables' own."""

    count: int
    agents: Sequence[int]
    makers: Sequence[int]
    customers: int
    since: date
    days: int
    open_share: float
    first: int


def _r(n: str, salt: int) -> str:
    """A number from 0 to 1 that depends on nothing but `n`."""
    return f"((hashint8extended({n}, {salt}) & 2147483647) / 2147483648.0)"


def _one_of(array: str, n: str, salt: int) -> str:
    """An element of the array parameter `name::type[]`."""
    name, cast = array.split("::")
    return f"(%({name})s::{cast})[1 + floor({_r(n, salt)} * cardinality(%({name})s::{cast}))::int]"


_CUSTOMERS = f"""
insert into customers_customer (name, phone, email, address, city, source, external_id, keeper_id)
select {_one_of("first_names::text[]", "n", 1)} || ' ' || {_one_of("last_names::text[]", "n", 2)},
       '+923' || lpad((400000000 + n)::text, 9, '0'),
       case when {_r("n", 3)} < 0.3 then 'c' || n || '@mail.example' end, '', {_one_of("cities::text[]", "n", 4)},
       'bulk', 'C-' || n, {_one_of("agents::bigint[]", "n", 5)}
  from generate_series(1, %(customers)s::bigint) n
"""

_ORDERS = f"""
create temp table seed_order on commit drop as
with base as (
  select n, n::float8 / %(count)s as p,
         ((%(since)s::date + floor(%(days)s * (n - 1)::float8 / %(count)s)::int) + time '10:00'
          + {_r("n", 11)} * interval '10 hours') at time zone %(zone)s as placed_at
    from generate_series(1, %(count)s::bigint) n),
aged as (
  select *, ops.shop_day(placed_at) as placed_on, 1 - %(open_share)s::float8 / 0.96 as settled,
         {_r("n", 12)} < 0.02 as cancelled from base),
staged as (
  select *, case when cancelled then 'received' when p <= settled or {_r("n", 13)} < 0.02 then 'delivered'
    else case width_bucket(0.5 * (p - settled) / (1 - settled) + 0.5 * {_r("n", 14)}, array[0.24, 0.42, 0.66]::float8[])
         when 0 then 'shipped' when 1 then 'ready_to_ship' when 2 then 'in_production' else 'received' end end as stage
    from aged)
select n, %(order_base)s::bigint + n as id, 'SO-' || (%(first)s::bigint + n - 1) as number,
       %(customer_base)s::bigint + 1 + floor({_r("n", 15)} * %(customers)s)::bigint as customer_id,
       {_one_of("agents::bigint[]", "n", 16)} as agent_id,
       case when stage <> 'received' then {_one_of("makers::bigint[]", "n", 17)} end as assignee_id,
       stage, placed_at, placed_on, cancelled,
       least(placed_at + case stage when 'received' then interval '0' when 'delivered' then interval '4 days' + {_r("n", 18)} * interval '8 days'
             else interval '1 day' + {_r("n", 18)} * interval '5 days' end, now()) as stage_since,
       {_one_of("channels::text[]", "n", 19)} as channel, placed_on + 5 + floor({_r("n", 20)} * 9)::int as promise_on,
       {_r("n", 21)} < 0.07 as rush, case when {_r("n", 22)} < 0.1 then {_one_of("notes::text[]", "n", 23)} else '' end as note,
       case when stage in ('shipped', 'delivered') then {_one_of("carriers::text[]", "n", 24)} else '' end as carrier,
       case when stage in ('shipped', 'delivered') then 'TRK-' || (10000000 + n) else '' end as tracking,
       stage = 'received' and not cancelled and {_r("n", 25)} < 0.08 as held,
       1 + floor({_r("n", 26)} * {_r("n", 26)} * 4)::int as lines
  from staged
"""  # noqa: E501  one line a column reads best

_LINES = f"""
create temp table seed_line on commit drop as
with products as (select array_agg(id order by id) ids from catalog_product),
drawn as (
  select o.id as order_id, o.n * 8 + l as m, l as position,
         ids[1 + floor({_r("o.n * 8 + l", 31)} * cardinality(ids))::int] as product_id
    from seed_order o cross join products cross join lateral generate_series(1, o.lines) l)
select %(line_base)s::bigint + row_number() over (order by d.order_id, d.position) as id, d.order_id, d.position,
       d.product_id,       p.sku, p.name as description, c.name as category, q.quantity, p.price as unit_price,
       case when {_r("d.m", 33)} < 0.1 then trunc(p.price * q.quantity / 20, -1) else 0 end as discount
  from drawn d join catalog_product p on p.id = d.product_id left join catalog_category c on c.id = p.category_id
 cross join lateral (
   select (array[1, 1, 1, 2, 2, 4])[1 + floor({_r("d.m", 32)} * 6)::int]::numeric(12, 3) as quantity) q
"""

_INSERTS = (
    """insert into orders_order (id, number, customer_id, agent_id, assignee_id, stage, stage_since, origin, channel,
         summary, pieces, promise_on, rush, placed_at, placed_on, production_note, carrier, tracking_number, held_at,
         hold_reason, cancelled_at, cancel_reason, source, external_id, row_sha256, updated_at)
       select o.id, o.number, o.customer_id, o.agent_id, o.assignee_id, o.stage, o.stage_since, 'form', o.channel,
         l.summary, l.pieces, o.promise_on, o.rush, o.placed_at, o.placed_on, o.note, o.carrier, o.tracking,
         case when o.held then o.placed_at + interval '1 hour' end,
         case when o.held then 'Waiting for the advance' else '' end,
         case when o.cancelled then o.placed_at + interval '1 day' end,
         case when o.cancelled then 'Customer changed their mind' else '' end, '', '', '', o.stage_since
         from seed_order o join (
           select order_id, sum(quantity) as pieces,
                  max(case when position = 1 then
                    case when quantity = 1 then '' else trim_scale(quantity) || ' × ' end || description end)
                  || case when count(*) > 1 then ' + ' || count(*) - 1 || ' more' else '' end as summary
             from seed_line group by 1) l on l.order_id = o.id
        order by o.n""",
    """insert into orders_orderline (id, order_id, position, product_id, sku, description, category, quantity)
       select id, order_id, position, product_id, sku, description, coalesce(category, ''), quantity
         from seed_line order by id""",
    """insert into orders_orderlineprice (line_id, unit_price, discount, total)
       select id, unit_price, discount, quantity * unit_price - discount from seed_line order by id""",
    """insert into orders_ordersale (order_id, amount, currency)
       select order_id, sum(quantity * unit_price - discount), %(currency)s from seed_line group by 1 order by 1""",
)


def prepare(bulk: Bulk) -> dict[str, Any]:
    """As the owner: the rows to write, in temporary tables of this transaction. Returns what they refer to."""
    random_words = {
        "first_names": goods.FIRST_NAMES, "last_names": goods.LAST_NAMES, "cities": goods.CITIES, "notes": goods.NOTES,
        "channels": goods.CHANNELS, "carriers": tuple(c for c in goods.CARRIERS if c),
    }  # fmt: skip
    said: dict[str, Any] = {name: list(words) for name, words in random_words.items()}
    said |= {
        "count": bulk.count, "agents": list(bulk.agents), "makers": list(bulk.makers), "customers": bulk.customers,
        "since": bulk.since, "days": bulk.days, "open_share": bulk.open_share, "first": bulk.first,
        "zone": settings.TIME_ZONE, "currency": settings.SHOP_CURRENCY,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce((select max(id) from orders_order), 0),"
            " coalesce((select max(id) from orders_orderline), 0)"
        )
        said["order_base"], said["line_base"] = cursor.fetchone()
        cursor.execute("select coalesce(max(id), 0) from customers_customer")
        (said["customer_base"],) = cursor.fetchone()
        cursor.execute(_CUSTOMERS, said)
        cursor.execute("select max(id) - %s from customers_customer", [bulk.customers])
        (said["customer_base"],) = cursor.fetchone()
        cursor.execute(_ORDERS, said)
        cursor.execute(_LINES, said)
        cursor.execute("analyze seed_order, seed_line")
    return said


def write(said: dict[str, Any]) -> None:
    """The rows themselves, under the rights of whoever is bound."""
    with connection.cursor() as cursor:
        for statement in _INSERTS:
            cursor.execute(statement, said)


def move_sequences(said: dict[str, Any]) -> None:
    """As the owner: the next order and line go on after these."""
    with connection.cursor() as cursor:
        for table in ("orders_order", "orders_orderline"):
            cursor.execute(f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))")
        cursor.execute("select setval('orders_number', %s)", [said["first"] + said["count"] - 1])
