"""The costing's copy of the order amount is kept equal by a composite key (D11), and order numbers have a sequence (M13)."""

from django.db import migrations

_KEY = """
alter table orders_ordercosting add constraint orders_costing_copies_the_amount
  foreign key (order_id, order_amount) references orders_ordersale (order_id, order_amount) on update cascade
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_orders")]
    operations = [
        migrations.RunSQL(_KEY, "alter table orders_ordercosting drop constraint orders_costing_copies_the_amount"),
        migrations.RunSQL(
            "create sequence public.orders_number start with 1001", "drop sequence if exists public.orders_number"
        ),
    ]
