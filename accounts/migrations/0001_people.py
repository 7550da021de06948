"""People, their secrets and the history of both. Their role follows when the kernel has roles."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import ops.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("ops", "0001_ground")]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(db_default=ops.models.UuidV7(), editable=False, unique=True)),
                (
                    "email",
                    models.EmailField(
                        error_messages={"unique": "Somebody signs in with this e-mail already."},
                        max_length=254,
                        unique=True,
                        verbose_name="e-mail",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "overrides",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="What this person may do beyond their role (add) or may not do although it allows it (remove).",
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        db_default=django.db.models.expressions.RawSQL("'{}'::text[]", ()),
                        editable=False,
                    ),
                ),
                ("db_role", models.TextField(db_default="", editable=False)),
                ("is_active", models.BooleanField(db_default=True, default=True, verbose_name="may sign in")),
                (
                    "epoch",
                    models.IntegerField(
                        db_default=0, default=0, editable=False, help_text="Raised to end every session of this person."
                    ),
                ),
                ("joined_at", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalUser",
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
                (
                    "email",
                    models.EmailField(
                        db_index=True,
                        error_messages={"unique": "Somebody signs in with this e-mail already."},
                        max_length=254,
                        verbose_name="e-mail",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "overrides",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="What this person may do beyond their role (add) or may not do although it allows it (remove).",
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        db_default=django.db.models.expressions.RawSQL("'{}'::text[]", ()),
                        editable=False,
                    ),
                ),
                ("db_role", models.TextField(db_default="", editable=False)),
                ("is_active", models.BooleanField(db_default=True, default=True, verbose_name="may sign in")),
                (
                    "epoch",
                    models.IntegerField(
                        db_default=0, default=0, editable=False, help_text="Raised to end every session of this person."
                    ),
                ),
                ("joined_at", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical person",
                "verbose_name_plural": "historical people",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="credential",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("password", models.CharField(max_length=256)),
                ("changed_at", models.DateTimeField(db_default=ops.models.DatabaseNow())),
                ("last_login", models.DateTimeField(blank=True, null=True)),
            ],
        ),
    ]
