"""Staged lines of a checked file and the things they make; unlogged, since the file can be staged again."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ops", "0002_kernel"),
    ]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="notes",
            field=models.JSONField(default=list, help_text="What was read how and what was left out, in sentences."),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="settings",
            field=models.JSONField(default=dict, help_text="What holds for the whole file: source, currency, rate."),
        ),
        migrations.CreateModel(
            name="ImportItem",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "batch_id", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=120)),
                ("row_sha256", models.CharField(max_length=64)),
                (
                    "verdict",
                    models.CharField(
                        choices=[("new", "New"), ("changed", "Changed"), ("same", "Same"), ("refused", "Refused")],
                        max_length=10,
                    ),
                ),
                ("subject_id", models.BigIntegerField(help_text="The row it is already, or has become.", null=True)),
                ("first_line", models.PositiveIntegerField()),
                ("rows", models.PositiveIntegerField()),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ops.importbatch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "batch_id", "line", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                ("cells", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(null=True))),
                ("refused", models.BooleanField(default=False)),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ops.importbatch",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(
            "alter table ops_importitem set unlogged; alter table ops_importrow set unlogged", migrations.RunSQL.noop
        ),
    ]
