"""Products have a version, and when they came and were last changed; none is without a name or a SKU."""

from django.db import migrations, models

import ops.models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_aliases"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalproduct",
            name="created_at",
            field=models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False),
        ),
        migrations.AddField(
            model_name="historicalproduct",
            name="updated_at",
            field=models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False),
        ),
        migrations.AddField(
            model_name="historicalproduct",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddField(
            model_name="product",
            name="created_at",
            field=models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False),
        ),
        migrations.AddField(
            model_name="product",
            name="updated_at",
            field=models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False),
        ),
        migrations.AddField(
            model_name="product",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("name", ""), _negated=True), models.Q(("sku", ""), _negated=True)),
                name="catalog_product_named",
            ),
        ),
    ]
