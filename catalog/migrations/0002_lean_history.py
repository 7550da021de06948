"""History tables keep one index: the others cost every write and served no read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ops.models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_catalogue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="historicalproduct",
            name="category",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="catalog.category",
            ),
        ),
        migrations.AlterField(
            model_name="historicalproduct",
            name="history_date",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="historicalproduct",
            name="history_user",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="historicalproduct",
            name="id",
            field=models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID"),
        ),
        migrations.AlterField(
            model_name="historicalproduct",
            name="public_id",
            field=models.UUIDField(db_default=ops.models.UuidV7(), editable=False),
        ),
        migrations.AlterField(
            model_name="historicalproduct",
            name="sku",
            field=models.CharField(max_length=60),
        ),
    ]
