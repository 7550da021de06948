"""What each product sold by day; every day is counted again, now with its products."""

import django.db.models.deletion
from django.db import migrations, models

AGAIN = "insert into analytics_daymark (day) select day from analytics_dayfigures"


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0002_day_figures"),
        ("catalog", "0004_products_have_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProductFigures",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="figures",
                        serialize=False,
                        to="catalog.product",
                    ),
                ),
                ("orders", models.BigIntegerField()),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=30)),
                (
                    "velocity",
                    models.DecimalField(decimal_places=4, help_text="Sold a day, over the 90 days.", max_digits=30),
                ),
                ("revenue", models.DecimalField(decimal_places=4, max_digits=30, null=True)),
                ("profit", models.DecimalField(decimal_places=4, max_digits=30, null=True)),
                ("costed", models.DecimalField(decimal_places=4, max_digits=30, null=True)),
                (
                    "margin",
                    models.DecimalField(
                        decimal_places=4, help_text="Profit as % of the amounts.", max_digits=30, null=True
                    ),
                ),
                ("last_on", models.DateField(null=True)),
                ("grade", models.CharField(max_length=1)),
            ],
            options={
                "db_table": "analytics_productfigures",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ProductDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("orders", models.BigIntegerField()),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=30)),
                ("revenue", models.DecimalField(decimal_places=4, max_digits=30, null=True)),
                ("profit", models.DecimalField(decimal_places=4, max_digits=30, null=True)),
                ("costed", models.DecimalField(decimal_places=4, max_digits=30, null=True)),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["product", "day"], name="analytics_productday_last")],
                "constraints": [models.UniqueConstraint(fields=("day", "product"), name="analytics_productday_once")],
            },
        ),
        migrations.RunSQL(AGAIN, migrations.RunSQL.noop),
    ]
