"""A level points at the product itself: whoever takes a product away again is told that there is stock of it."""

import django.db.models.deletion
from django.db import migrations, models

_HANGS = """
alter table inventory_level add constraint inventory_level_product
  foreign key (item_id) references catalog_product (id) deferrable initially deferred
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_stock")]
    operations = [
        migrations.AlterModelOptions(
            "level", {"verbose_name": "line of stock", "verbose_name_plural": "lines of stock"}
        ),
        migrations.AlterField(
            "level", "item",
            models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="levels",
                to="inventory.stockitem",
            ),
        ),
        migrations.RunSQL(_HANGS, "alter table inventory_level drop constraint inventory_level_product"),
    ]  # fmt: skip
