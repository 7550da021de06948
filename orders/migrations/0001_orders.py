"""Orders, lines, and their money in tables of their own."""

from decimal import Decimal

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import ops.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("catalog", "0001_catalogue"),
        ("customers", "0001_customers"),
        ("ops", "0002_kernel"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(db_default=ops.models.UuidV7(), editable=False, unique=True)),
                ("number", models.CharField(db_default="", max_length=40, unique=True)),
                ("stage", models.CharField(default="received", max_length=40)),
                ("stage_since", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                (
                    "origin",
                    models.CharField(
                        choices=[("form", "Typed in"), ("import", "From a file"), ("intake", "Storefront")],
                        default="form",
                        max_length=10,
                    ),
                ),
                ("channel", models.CharField(blank=True, max_length=40)),
                (
                    "summary",
                    models.CharField(
                        blank=True, help_text="The lines in a few words, for cards and lists.", max_length=200
                    ),
                ),
                ("pieces", models.DecimalField(decimal_places=3, default=0, max_digits=12)),
                ("promise_on", models.DateField(blank=True, null=True)),
                ("rush", models.BooleanField(default=False)),
                ("placed_at", models.DateTimeField(db_default=ops.models.DatabaseNow())),
                (
                    "placed_on",
                    models.DateField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="Business day of placed_at.",
                    ),
                ),
                ("production_note", models.TextField(blank=True)),
                ("carrier", models.CharField(blank=True, max_length=40)),
                ("tracking_number", models.CharField(blank=True, max_length=80)),
                ("held_at", models.DateTimeField(blank=True, null=True)),
                ("hold_reason", models.CharField(blank=True, max_length=200)),
                ("hold_until", models.DateField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("cancel_reason", models.CharField(blank=True, max_length=200)),
                ("source", models.CharField(blank=True, max_length=40)),
                ("external_id", models.CharField(blank=True, max_length=120)),
                (
                    "row_sha256",
                    models.CharField(blank=True, help_text="Hash of the file's rows it came from.", max_length=64),
                ),
                ("updated_at", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assigned_orders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ops.importbatch",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="customers.customer"
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("sku", models.CharField(blank=True, max_length=60)),
                ("description", models.CharField(max_length=200)),
                ("category", models.CharField(blank=True, max_length=80)),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=12)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="orders.order"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
            ],
            options={
                "ordering": ("order_id", "position"),
            },
        ),
        migrations.CreateModel(
            name="HistoricalOrder",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("history_request", models.CharField(blank=True, max_length=64, null=True)),
                ("history_source", models.CharField(blank=True, max_length=20, null=True)),
                ("history_real_uid", models.BigIntegerField(null=True)),
                ("history_login", models.CharField(max_length=63, null=True)),
                ("history_txid", models.BigIntegerField(null=True)),
                ("history_prev", models.BinaryField(max_length=32, null=True)),
                ("history_hash", models.BinaryField(max_length=32, null=True)),
                ("public_id", models.UUIDField(db_default=ops.models.UuidV7(), db_index=True, editable=False)),
                ("number", models.CharField(db_default="", db_index=True, max_length=40)),
                ("stage", models.CharField(default="received", max_length=40)),
                ("stage_since", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                (
                    "origin",
                    models.CharField(
                        choices=[("form", "Typed in"), ("import", "From a file"), ("intake", "Storefront")],
                        default="form",
                        max_length=10,
                    ),
                ),
                ("channel", models.CharField(blank=True, max_length=40)),
                (
                    "summary",
                    models.CharField(
                        blank=True, help_text="The lines in a few words, for cards and lists.", max_length=200
                    ),
                ),
                ("pieces", models.DecimalField(decimal_places=3, default=0, max_digits=12)),
                ("promise_on", models.DateField(blank=True, null=True)),
                ("rush", models.BooleanField(default=False)),
                ("placed_at", models.DateTimeField(db_default=ops.models.DatabaseNow())),
                (
                    "placed_on",
                    models.DateField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="Business day of placed_at.",
                    ),
                ),
                ("production_note", models.TextField(blank=True)),
                ("carrier", models.CharField(blank=True, max_length=40)),
                ("tracking_number", models.CharField(blank=True, max_length=80)),
                ("held_at", models.DateTimeField(blank=True, null=True)),
                ("hold_reason", models.CharField(blank=True, max_length=200)),
                ("hold_until", models.DateField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("cancel_reason", models.CharField(blank=True, max_length=200)),
                ("source", models.CharField(blank=True, max_length=40)),
                ("external_id", models.CharField(blank=True, max_length=120)),
                (
                    "row_sha256",
                    models.CharField(blank=True, help_text="Hash of the file's rows it came from.", max_length=64),
                ),
                ("updated_at", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ops.importbatch",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical order",
                "verbose_name_plural": "historical orders",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalOrderSale",
            fields=[
                ("history_request", models.CharField(blank=True, max_length=64, null=True)),
                ("history_source", models.CharField(blank=True, max_length=20, null=True)),
                ("history_real_uid", models.BigIntegerField(null=True)),
                ("history_login", models.CharField(max_length=63, null=True)),
                ("history_txid", models.BigIntegerField(null=True)),
                ("history_prev", models.BinaryField(max_length=32, null=True)),
                ("history_hash", models.BinaryField(max_length=32, null=True)),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19)),
                ("currency", models.CharField(max_length=3)),
                (
                    "rate",
                    models.DecimalField(db_default=Decimal(1), decimal_places=8, default=Decimal(1), max_digits=19),
                ),
                (
                    "order_amount",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("amount"), "*", models.F("rate")
                        ),
                        output_field=models.DecimalField(decimal_places=4, max_digits=19),
                    ),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical order sale",
                "verbose_name_plural": "historical order sales",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalOrderLine",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("history_request", models.CharField(blank=True, max_length=64, null=True)),
                ("history_source", models.CharField(blank=True, max_length=20, null=True)),
                ("history_real_uid", models.BigIntegerField(null=True)),
                ("history_login", models.CharField(max_length=63, null=True)),
                ("history_txid", models.BigIntegerField(null=True)),
                ("history_prev", models.BinaryField(max_length=32, null=True)),
                ("history_hash", models.BinaryField(max_length=32, null=True)),
                ("position", models.PositiveSmallIntegerField()),
                ("sku", models.CharField(blank=True, max_length=60)),
                ("description", models.CharField(max_length=200)),
                ("category", models.CharField(blank=True, max_length=80)),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=12)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical order line",
                "verbose_name_plural": "historical order lines",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalOrderCosting",
            fields=[
                ("history_request", models.CharField(blank=True, max_length=64, null=True)),
                ("history_source", models.CharField(blank=True, max_length=20, null=True)),
                ("history_real_uid", models.BigIntegerField(null=True)),
                ("history_login", models.CharField(max_length=63, null=True)),
                ("history_txid", models.BigIntegerField(null=True)),
                ("history_prev", models.BinaryField(max_length=32, null=True)),
                ("history_hash", models.BinaryField(max_length=32, null=True)),
                ("order_amount", models.DecimalField(decimal_places=4, editable=False, max_digits=19)),
                (
                    "production_cost",
                    models.DecimalField(db_default=Decimal(0), decimal_places=4, default=Decimal(0), max_digits=19),
                ),
                (
                    "shipping_cost",
                    models.DecimalField(db_default=Decimal(0), decimal_places=4, default=Decimal(0), max_digits=19),
                ),
                (
                    "marketing_cost",
                    models.DecimalField(db_default=Decimal(0), decimal_places=4, default=Decimal(0), max_digits=19),
                ),
                (
                    "profit",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("order_amount"), "-", models.F("production_cost")
                                ),
                                "-",
                                models.F("shipping_cost"),
                            ),
                            "-",
                            models.F("marketing_cost"),
                        ),
                        output_field=models.DecimalField(decimal_places=4, max_digits=19),
                    ),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical order costing",
                "verbose_name_plural": "historical order costings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="OrderLinePrice",
            fields=[
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="price",
                        serialize=False,
                        to="orders.orderline",
                    ),
                ),
                ("unit_price", models.DecimalField(decimal_places=4, max_digits=19)),
                (
                    "discount",
                    models.DecimalField(db_default=Decimal(0), decimal_places=4, default=Decimal(0), max_digits=19),
                ),
                ("total", models.DecimalField(decimal_places=4, max_digits=19)),
            ],
        ),
        migrations.CreateModel(
            name="HistoricalOrderLinePrice",
            fields=[
                ("history_request", models.CharField(blank=True, max_length=64, null=True)),
                ("history_source", models.CharField(blank=True, max_length=20, null=True)),
                ("history_real_uid", models.BigIntegerField(null=True)),
                ("history_login", models.CharField(max_length=63, null=True)),
                ("history_txid", models.BigIntegerField(null=True)),
                ("history_prev", models.BinaryField(max_length=32, null=True)),
                ("history_hash", models.BinaryField(max_length=32, null=True)),
                ("unit_price", models.DecimalField(decimal_places=4, max_digits=19)),
                (
                    "discount",
                    models.DecimalField(db_default=Decimal(0), decimal_places=4, default=Decimal(0), max_digits=19),
                ),
                ("total", models.DecimalField(decimal_places=4, max_digits=19)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="orders.orderline",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical order line price",
                "verbose_name_plural": "historical order line prices",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="OrderUserObjectPermission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content_object", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="orders.order")),
                ("permission", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OrderCosting",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="costing",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                ("order_amount", models.DecimalField(decimal_places=4, editable=False, max_digits=19)),
                (
                    "production_cost",
                    models.DecimalField(db_default=Decimal(0), decimal_places=4, default=Decimal(0), max_digits=19),
                ),
                (
                    "shipping_cost",
                    models.DecimalField(db_default=Decimal(0), decimal_places=4, default=Decimal(0), max_digits=19),
                ),
                (
                    "marketing_cost",
                    models.DecimalField(db_default=Decimal(0), decimal_places=4, default=Decimal(0), max_digits=19),
                ),
                (
                    "profit",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("order_amount"), "-", models.F("production_cost")
                                ),
                                "-",
                                models.F("shipping_cost"),
                            ),
                            "-",
                            models.F("marketing_cost"),
                        ),
                        output_field=models.DecimalField(decimal_places=4, max_digits=19),
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("marketing_cost__gte", 0), ("production_cost__gte", 0), ("shipping_cost__gte", 0)
                        ),
                        name="orders_costing_positive",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderSale",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="sale",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19)),
                ("currency", models.CharField(max_length=3)),
                (
                    "rate",
                    models.DecimalField(db_default=Decimal(1), decimal_places=8, default=Decimal(1), max_digits=19),
                ),
                (
                    "order_amount",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("amount"), "*", models.F("rate")
                        ),
                        output_field=models.DecimalField(decimal_places=4, max_digits=19),
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("order", "order_amount"), name="orders_sale_amount"),
                    models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="orders_sale_rate"),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="orders_sale_currency"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["stage", "promise_on", "id"], name="orders_stage_promise"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["agent", "stage", "promise_on", "id"], name="orders_agent_stage"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["agent", "-id"], name="orders_agent_newest"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["stage", "-stage_since"], name="orders_stage_since"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["-placed_at", "-id"], name="orders_placed"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["placed_on"], name="orders_placed_on"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["customer", "-id"], name="orders_customer"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("source", "external_id"),
                name="orders_order_external",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("held_at", None), models.Q(("hold_reason", ""), _negated=True), _connector="OR"),
                name="orders_order_hold_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_at", None), models.Q(("cancel_reason", ""), _negated=True), _connector="OR"
                ),
                name="orders_order_cancel_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderlineprice",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount__gte", 0), ("unit_price__gte", 0)), name="orders_price_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(fields=("order", "position"), name="orders_line_position"),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="orders_line_quantity"),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("description", ""), _negated=True), name="orders_line_described"
            ),
        ),
        migrations.AlterUniqueTogether(
            name="orderuserobjectpermission",
            unique_together={("user", "permission", "content_object")},
        ),
    ]
