"""The large demo shop: a year of orders before the lived months, written in sets (ruling 33)."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts.models import User
from ops.db.actor import Actor, acting_as
from ops.models import RunOnce
from orders.demo import bulk, people
from orders.demo.people import DOMAIN
from orders.models import Order

ORDERS = 20_000

_COSTS = """
update orders_ordercosting c
   set production_cost = trunc(c.order_amount * (0.46 + mod(c.order_id, 19) / 100.0), -1),
       shipping_cost = 250 + 50 * mod(c.order_id, 25),
       marketing_cost = trunc(c.order_amount * mod(c.order_id, 3) / 50.0)
  from seed_order o where o.id = c.order_id and o.stage in ('shipped', 'delivered')
"""


def is_there() -> bool:
    return RunOnce.objects.filter(kind="demo", key="large").exists()


@transaction.atomic
def fill(now: datetime) -> None:
    """All or nothing. The manager loads them, as from a file; every guard and record of the database applies."""
    sellers, makers = (
        list(User.objects.filter(role=role, email__endswith=f"@{DOMAIN}").order_by("pk").values_list("pk", flat=True))
        for role in ("sales_agent", "production")
    )
    manager = User.objects.get(email=people.MANAGER.email)
    with connection.cursor() as cursor:
        cursor.execute("select last_value + 1 from orders_number")
        (first,) = cursor.fetchone()
    said = bulk.prepare(
        bulk.Bulk(
            count=ORDERS - Order.objects.count(),
            agents=sellers,
            makers=makers,
            customers=3_000,
            since=(now - timedelta(days=366)).date(),
            days=365,
            open_share=0.03,
            first=first,
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(f'grant select on seed_order, seed_line to "{manager.db_role}"')
    with acting_as(Actor(manager.pk, manager.db_role, "person", "demo:large", source="import")):
        bulk.write(said)
        with connection.cursor() as cursor:
            cursor.execute(_COSTS)
    bulk.move_sequences(said)
    RunOnce.objects.create(kind="demo", day=now.date(), key="large")
