"""Several phones and e-mails for a customer, and merges that can be undone."""

import django.db.models.deletion
import django.db.models.functions.text
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import ops.models

FILL = """
insert into customers_customercontact (customer_id, kind, value, is_main)
select c.id, v.kind, v.value, true from customers_customer c
 cross join lateral (values ('phone', c.phone::text), ('email', c.email::text)) v(kind, value)
 where v.value is not null order by c.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_lean_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderFigures",
            fields=[
                (
                    "customer",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="figures",
                        serialize=False,
                        to="customers.customer",
                    ),
                ),
                ("orders", models.IntegerField()),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("last_order_id", models.BigIntegerField()),
                ("gap_days", models.DecimalField(decimal_places=1, max_digits=8, null=True)),
                ("due_on", models.DateField(help_text="Last order plus 1.2 typical gaps.", null=True)),
            ],
            options={
                "db_table": "customers_orderfigures",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="OrderSpend",
            fields=[
                (
                    "customer",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="spent",
                        serialize=False,
                        to="customers.customer",
                    ),
                ),
                ("spend", models.DecimalField(decimal_places=4, max_digits=19)),
            ],
            options={
                "db_table": "customers_orderspend",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CustomerContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("phone", "Phone"), ("email", "E-mail")], max_length=5)),
                ("value", models.CharField(max_length=254)),
                (
                    "label",
                    models.CharField(
                        blank=True, db_default="", help_text="Whose or where: wife, office.", max_length=40
                    ),
                ),
                ("is_main", models.BooleanField(db_default=False, default=False, editable=False)),
            ],
            options={
                "ordering": ("kind", "pk"),
            },
        ),
        migrations.CreateModel(
            name="CustomerMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chosen", models.JSONField(help_text="Fields that the kept one takes over, with their values.")),
                ("at", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                ("kept_before", models.JSONField(editable=False, null=True)),
                ("gone_before", models.JSONField(editable=False, null=True)),
                (
                    "moved",
                    models.JSONField(
                        editable=False, help_text="Table and column to the ids of the rows that moved.", null=True
                    ),
                ),
                ("undone_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="HistoricalCustomerContact",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("history_request", models.CharField(blank=True, max_length=64, null=True)),
                ("history_source", models.CharField(blank=True, max_length=20, null=True)),
                ("history_real_uid", models.BigIntegerField(null=True)),
                ("history_login", models.CharField(max_length=63, null=True)),
                ("history_txid", models.BigIntegerField(null=True)),
                ("history_prev", models.BinaryField(max_length=32, null=True)),
                ("history_hash", models.BinaryField(max_length=32, null=True)),
                ("kind", models.CharField(choices=[("phone", "Phone"), ("email", "E-mail")], max_length=5)),
                ("value", models.CharField(max_length=254)),
                (
                    "label",
                    models.CharField(
                        blank=True, db_default="", help_text="Whose or where: wife, office.", max_length=40
                    ),
                ),
                ("is_main", models.BooleanField(db_default=False, default=False, editable=False)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical customer contact",
                "verbose_name_plural": "historical customer contacts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="customer",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="notes",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="customer",
            name="wants_offers",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="wants_order_mail",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="notes",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="wants_offers",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="wants_order_mail",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="customercontact",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="customers.customer"
            ),
        ),
        migrations.AddField(
            model_name="customermerge",
            name="by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="customermerge",
            name="gone",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
            ),
        ),
        migrations.AddField(
            model_name="customermerge",
            name="kept",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
            ),
        ),
        migrations.AddField(
            model_name="customermerge",
            name="undone_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalcustomercontact",
            name="customer",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="historicalcustomercontact",
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
        migrations.AddConstraint(
            model_name="customercontact",
            constraint=models.UniqueConstraint(
                models.F("kind"), django.db.models.functions.text.Lower("value"), name="customers_contact_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="customercontact",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_main", True)), fields=("customer", "kind"), name="customers_contact_one_main"
            ),
        ),
        migrations.AddConstraint(
            model_name="customercontact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "email"),
                    models.Q(("kind", "phone"), ("value__regex", "^\\+[1-9][0-9]{6,14}$")),
                    _connector="OR",
                ),
                name="customers_contact_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="customercontact",
            constraint=models.CheckConstraint(
                condition=models.Q(("value", ""), _negated=True), name="customers_contact_value"
            ),
        ),
        migrations.AddConstraint(
            model_name="customermerge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)), fields=("gone",), name="customers_merge_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="customermerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept", models.F("gone")), _negated=True), name="customers_merge_two"
            ),
        ),
        # The keys of the new rows are checked at once: a table with checks to come cannot be changed further.
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
    ]
