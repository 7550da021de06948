"""Files beside rows of any noun."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import ops.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalFile",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID")),
                ("history_request", models.CharField(blank=True, max_length=64, null=True)),
                ("history_source", models.CharField(blank=True, max_length=20, null=True)),
                ("history_real_uid", models.BigIntegerField(null=True)),
                ("history_login", models.CharField(max_length=63, null=True)),
                ("history_txid", models.BigIntegerField(null=True)),
                ("history_prev", models.BinaryField(max_length=32, null=True)),
                ("history_hash", models.BinaryField(max_length=32, null=True)),
                ("noun", models.CharField(max_length=30)),
                ("subject_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=160)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("content_type", models.CharField(max_length=100)),
                ("kind", models.CharField(choices=[("photo", "Photo"), ("document", "Document")], max_length=10)),
                ("width", models.IntegerField(null=True)),
                ("height", models.IntegerField(null=True)),
                (
                    "stage",
                    models.CharField(
                        blank=True, help_text="Where the subject stood when the file came.", max_length=40
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("everyone", "Everyone here"),
                            ("sales", "Sales and office"),
                            ("managers", "Managers only"),
                        ],
                        default="everyone",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("removed_reason", models.CharField(blank=True, max_length=200)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "by",
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
                    "removed_by",
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
            ],
            options={
                "verbose_name": "historical file",
                "verbose_name_plural": "historical files",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="File",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("noun", models.CharField(max_length=30)),
                ("subject_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=160)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("content_type", models.CharField(max_length=100)),
                ("kind", models.CharField(choices=[("photo", "Photo"), ("document", "Document")], max_length=10)),
                ("width", models.IntegerField(null=True)),
                ("height", models.IntegerField(null=True)),
                (
                    "stage",
                    models.CharField(
                        blank=True, help_text="Where the subject stood when the file came.", max_length=40
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("everyone", "Everyone here"),
                            ("sales", "Sales and office"),
                            ("managers", "Managers only"),
                        ],
                        default="everyone",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(db_default=ops.models.DatabaseNow(), editable=False)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("removed_reason", models.CharField(blank=True, max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(models.F("noun"), models.F("subject_id"), models.F("id"), name="files_file_subject"),
                    models.Index(fields=["sha256"], name="files_file_content"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("noun", "subject_id", "sha256", "visibility"),
                        name="files_file_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="files_file_named"),
                    models.CheckConstraint(condition=models.Q(("size__gt", 0)), name="files_file_not_empty"),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="files_file_sha256"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("visibility__in", ("everyone", "sales", "managers"))),
                        name="files_file_visibility",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("height__gt", 0),
                                ("height__isnull", False),
                                ("kind", "photo"),
                                ("width__gt", 0),
                                ("width__isnull", False),
                            ),
                            models.Q(("height", None), ("kind", "document"), ("width", None)),
                            _connector="OR",
                        ),
                        name="files_file_measured",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("removed_at", None), models.Q(("removed_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="files_file_removed_reason",
                    ),
                ],
            },
        ),
    ]
