"""What was ordered is searched by any part of a word: without this index every search reads every order."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_costing_key")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=GinIndex(fields=("summary",), name="orders_summary_trgm", opclasses=("gin_trgm_ops",)),
        ),
    ]
