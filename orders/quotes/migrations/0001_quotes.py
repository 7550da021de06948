"""Quotes, their versions, what they say and what became of them, and where their numbers come from."""

from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import ops.models


def usual_reasons() -> list[str]:
    return ["Too expensive", "Too late", "Bought elsewhere", "Changed their mind", "No answer", "Other"]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0002_lean_history"),
        ("customers", "0002_lean_history"),
        ("orders", "0007_lean_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("create sequence public.quotes_number", "drop sequence if exists public.quotes_number"),
        migrations.CreateModel(
            name="Quote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(db_default=ops.models.UuidV7(), editable=False, unique=True)),
                ("number", models.CharField(db_default="", max_length=40, unique=True)),
                ("stage", models.CharField(default="draft", max_length=40)),
                ("stage_since", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                (
                    "summary",
                    models.CharField(blank=True, help_text="Of the newest version, as its valid day.", max_length=200),
                ),
                ("valid_until", models.DateField()),
                ("made_at", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                (
                    "quoted_on",
                    models.DateField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="Business day on which it was made.",
                    ),
                ),
                ("first_sent_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("lost_reason", models.CharField(blank=True, max_length=80)),
                ("lost_note", models.CharField(blank=True, max_length=300)),
                ("updated_at", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                (
                    "agent",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quotes",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="QuoteVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("n", models.PositiveSmallIntegerField()),
                ("summary", models.CharField(blank=True, max_length=200)),
                ("pieces", models.DecimalField(decimal_places=3, default=0, max_digits=12)),
                ("valid_until", models.DateField()),
                ("promise_on", models.DateField(blank=True, null=True)),
                ("channel", models.CharField(blank=True, max_length=40)),
                ("rush", models.BooleanField(default=False)),
                ("note", models.TextField(blank=True, help_text="For production, once it is an order.")),
                ("terms", models.TextField(blank=True, help_text="The customer reads these.")),
                ("made_at", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "quote",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="quotes.quote",
                    ),
                ),
            ],
            options={
                "ordering": ("quote_id", "n"),
            },
        ),
        migrations.CreateModel(
            name="HistoricalQuoteRules",
            fields=[
                ("history_request", models.CharField(blank=True, max_length=64, null=True)),
                ("history_source", models.CharField(blank=True, max_length=20, null=True)),
                ("history_real_uid", models.BigIntegerField(null=True)),
                ("history_login", models.CharField(max_length=63, null=True)),
                ("history_txid", models.BigIntegerField(null=True)),
                ("history_prev", models.BinaryField(max_length=32, null=True)),
                ("history_hash", models.BinaryField(max_length=32, null=True)),
                ("id", models.PositiveSmallIntegerField(default=1, editable=False)),
                ("valid_days", models.PositiveSmallIntegerField(default=14)),
                ("terms", models.TextField(blank=True)),
                (
                    "lost_reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=usual_reasons
                    ),
                ),
                ("order_at_once", models.BooleanField(default=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical quote rules",
                "verbose_name_plural": "historical quote ruless",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalQuoteVersion",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("history_request", models.CharField(blank=True, max_length=64, null=True)),
                ("history_source", models.CharField(blank=True, max_length=20, null=True)),
                ("history_real_uid", models.BigIntegerField(null=True)),
                ("history_login", models.CharField(max_length=63, null=True)),
                ("history_txid", models.BigIntegerField(null=True)),
                ("history_prev", models.BinaryField(max_length=32, null=True)),
                ("history_hash", models.BinaryField(max_length=32, null=True)),
                ("n", models.PositiveSmallIntegerField()),
                ("summary", models.CharField(blank=True, max_length=200)),
                ("pieces", models.DecimalField(decimal_places=3, default=0, max_digits=12)),
                ("valid_until", models.DateField()),
                ("promise_on", models.DateField(blank=True, null=True)),
                ("channel", models.CharField(blank=True, max_length=40)),
                ("rush", models.BooleanField(default=False)),
                ("note", models.TextField(blank=True, help_text="For production, once it is an order.")),
                ("terms", models.TextField(blank=True, help_text="The customer reads these.")),
                ("made_at", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "quote",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="quotes.quote",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical quote version",
                "verbose_name_plural": "historical quote versions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="QuoteLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("sku", models.CharField(blank=True, max_length=60)),
                ("description", models.CharField(max_length=200)),
                ("category", models.CharField(blank=True, max_length=80)),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=12)),
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
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="quotes.quoteversion",
                    ),
                ),
            ],
            options={
                "ordering": ("version_id", "position"),
            },
        ),
        migrations.AddField(
            model_name="quote",
            name="accepted",
            field=models.ForeignKey(
                blank=True,
                help_text="The version agreed on.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="quotes.quoteversion",
            ),
        ),
        migrations.AddField(
            model_name="quote",
            name="current",
            field=models.ForeignKey(
                blank=True,
                help_text="The newest version.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="quotes.quoteversion",
            ),
        ),
        migrations.CreateModel(
            name="HistoricalQuote",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("history_request", models.CharField(blank=True, max_length=64, null=True)),
                ("history_source", models.CharField(blank=True, max_length=20, null=True)),
                ("history_real_uid", models.BigIntegerField(null=True)),
                ("history_login", models.CharField(max_length=63, null=True)),
                ("history_txid", models.BigIntegerField(null=True)),
                ("history_prev", models.BinaryField(max_length=32, null=True)),
                ("history_hash", models.BinaryField(max_length=32, null=True)),
                ("public_id", models.UUIDField(db_default=ops.models.UuidV7(), editable=False)),
                ("number", models.CharField(db_default="", max_length=40)),
                ("stage", models.CharField(default="draft", max_length=40)),
                ("stage_since", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                (
                    "summary",
                    models.CharField(blank=True, help_text="Of the newest version, as its valid day.", max_length=200),
                ),
                ("valid_until", models.DateField()),
                ("made_at", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                (
                    "quoted_on",
                    models.DateField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="Business day on which it was made.",
                    ),
                ),
                ("first_sent_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("lost_reason", models.CharField(blank=True, max_length=80)),
                ("lost_note", models.CharField(blank=True, max_length=300)),
                ("updated_at", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
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
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
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
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "accepted",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        help_text="The version agreed on.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="quotes.quoteversion",
                    ),
                ),
                (
                    "current",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        help_text="The newest version.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="quotes.quoteversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical quote",
                "verbose_name_plural": "historical quotes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="QuoteRules",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("valid_days", models.PositiveSmallIntegerField(default=14)),
                ("terms", models.TextField(blank=True)),
                (
                    "lost_reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=usual_reasons
                    ),
                ),
                ("order_at_once", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="quotes_rules_one"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_days__gte", 1), ("valid_days__lte", 365)), name="quotes_rules_days"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lost_reasons__len__gt", 0)), name="quotes_rules_reasons"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteOrder",
            fields=[
                (
                    "quote",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="ordered",
                        serialize=False,
                        to="quotes.quote",
                    ),
                ),
                ("n", models.PositiveSmallIntegerField()),
                ("made_at", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="quoted", to="orders.order"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuoteAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("n", models.PositiveSmallIntegerField()),
                ("kind", models.CharField(choices=[("accepted", "accepted"), ("declined", "declined")], max_length=10)),
                ("name", models.CharField(max_length=160)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("by_customer", models.BooleanField()),
                ("at", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                (
                    "quote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="quotes.quote"
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("accepted", "declined"))), name="quotes_answer_kind"
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="quotes_answer_named"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteLinePrice",
            fields=[
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="price",
                        serialize=False,
                        to="quotes.quoteline",
                    ),
                ),
                ("unit_price", models.DecimalField(decimal_places=4, max_digits=19)),
                (
                    "discount",
                    models.DecimalField(db_default=Decimal(0), decimal_places=4, default=Decimal(0), max_digits=19),
                ),
                ("total", models.DecimalField(decimal_places=4, max_digits=19)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("discount__gte", 0), ("total__gte", 0), ("unit_price__gte", 0)),
                        name="quotes_price_positive",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteRecipient",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="recipient",
                        serialize=False,
                        to="quotes.quoteversion",
                    ),
                ),
                ("name", models.CharField(max_length=160)),
                ("phone", models.CharField(blank=True, max_length=30)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("city", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="quotes_recipient_named"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteSale",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="sale",
                        serialize=False,
                        to="quotes.quoteversion",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19)),
                ("currency", models.CharField(max_length=3)),
                (
                    "rate",
                    models.DecimalField(db_default=Decimal(1), decimal_places=8, default=Decimal(1), max_digits=19),
                ),
                (
                    "shop_amount",
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
                    models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="quotes_sale_rate"),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="quotes_sale_currency"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="quoteversion",
            constraint=models.UniqueConstraint(fields=("quote", "n"), name="quotes_version_n"),
        ),
        migrations.AddConstraint(
            model_name="quoteline",
            constraint=models.UniqueConstraint(fields=("version", "position"), name="quotes_line_position"),
        ),
        migrations.AddConstraint(
            model_name="quoteline",
            constraint=models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="quotes_line_quantity"),
        ),
        migrations.AddConstraint(
            model_name="quoteline",
            constraint=models.CheckConstraint(
                condition=models.Q(("description", ""), _negated=True), name="quotes_line_described"
            ),
        ),
        migrations.AddIndex(
            model_name="quote",
            index=models.Index(fields=["stage", "valid_until", "id"], name="quotes_lane"),
        ),
        migrations.AddIndex(
            model_name="quote",
            index=models.Index(fields=["agent", "stage", "valid_until", "id"], name="quotes_agent_lane"),
        ),
        migrations.AddIndex(
            model_name="quote",
            index=models.Index(fields=["stage", "-stage_since"], name="quotes_stage_since"),
        ),
        migrations.AddIndex(
            model_name="quote",
            index=models.Index(fields=["quoted_on"], name="quotes_quoted_on"),
        ),
        migrations.AddIndex(
            model_name="quote",
            index=models.Index(fields=["customer", "-id"], name="quotes_customer"),
        ),
        migrations.AddConstraint(
            model_name="quote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage", "lost"), _negated=True),
                    models.Q(("lost_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="quotes_quote_reason",
            ),
        ),
    ]
