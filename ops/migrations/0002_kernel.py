"""Roles, stages and arrows, the shared records, the outbox, saved views, signed links, loads."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import ops.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ops", "0001_ground"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Role",
            fields=[
                ("key", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=60)),
                ("why", models.TextField(blank=True)),
                ("scopes", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60))),
                ("home", models.CharField(default="orders:board", max_length=60)),
                ("builtin", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField(default=100)),
            ],
            options={
                "ordering": ("position", "label"),
            },
        ),
        migrations.CreateModel(
            name="Arrow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("noun", models.CharField(max_length=30)),
                ("from_stage", models.CharField(blank=True, max_length=40)),
                ("to_stage", models.CharField(max_length=40)),
                ("scopes", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60))),
                ("undo", models.BooleanField(default=False, help_text="A step back: it is logged as an undo.")),
                (
                    "within_minutes",
                    models.PositiveIntegerField(blank=True, help_text="Only so long after the last move.", null=True),
                ),
                (
                    "late_scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        help_text="Who may move later.",
                    ),
                ),
                ("builtin", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ("noun", "from_stage", "to_stage"),
                "constraints": [
                    models.UniqueConstraint(fields=("noun", "from_stage", "to_stage"), name="ops_arrow_once"),
                    models.CheckConstraint(
                        condition=models.Q(("from_stage", models.F("to_stage")), _negated=True), name="ops_arrow_moves"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChainRoot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("table", models.CharField(max_length=80)),
                ("rows", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("root", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField(db_default=ops.models.DatabaseNow())),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("day", "table"), name="ops_chainroot_once")],
            },
        ),
        migrations.CreateModel(
            name="HistoricalArrow",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("history_request", models.CharField(blank=True, max_length=64, null=True)),
                ("history_source", models.CharField(blank=True, max_length=20, null=True)),
                ("history_real_uid", models.BigIntegerField(null=True)),
                ("history_login", models.CharField(max_length=63, null=True)),
                ("history_txid", models.BigIntegerField(null=True)),
                ("history_prev", models.BinaryField(max_length=32, null=True)),
                ("history_hash", models.BinaryField(max_length=32, null=True)),
                ("noun", models.CharField(max_length=30)),
                ("from_stage", models.CharField(blank=True, max_length=40)),
                ("to_stage", models.CharField(max_length=40)),
                ("scopes", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60))),
                ("undo", models.BooleanField(default=False, help_text="A step back: it is logged as an undo.")),
                (
                    "within_minutes",
                    models.PositiveIntegerField(blank=True, help_text="Only so long after the last move.", null=True),
                ),
                (
                    "late_scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        help_text="Who may move later.",
                    ),
                ),
                ("builtin", models.BooleanField(default=False)),
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
            ],
            options={
                "verbose_name": "historical arrow",
                "verbose_name_plural": "historical arrows",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRole",
            fields=[
                ("history_request", models.CharField(blank=True, max_length=64, null=True)),
                ("history_source", models.CharField(blank=True, max_length=20, null=True)),
                ("history_real_uid", models.BigIntegerField(null=True)),
                ("history_login", models.CharField(max_length=63, null=True)),
                ("history_txid", models.BigIntegerField(null=True)),
                ("history_prev", models.BinaryField(max_length=32, null=True)),
                ("history_hash", models.BinaryField(max_length=32, null=True)),
                ("key", models.CharField(db_index=True, max_length=40)),
                ("label", models.CharField(max_length=60)),
                ("why", models.TextField(blank=True)),
                ("scopes", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60))),
                ("home", models.CharField(default="orders:board", max_length=60)),
                ("builtin", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField(default=100)),
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
            ],
            options={
                "verbose_name": "historical role",
                "verbose_name_plural": "historical roles",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("noun", models.CharField(max_length=30)),
                ("preset", models.CharField(max_length=40)),
                ("file_name", models.CharField(max_length=200)),
                ("file_sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("staged", "Staged"),
                            ("checked", "Checked"),
                            ("applied", "Applied"),
                            ("undone", "Undone"),
                            ("refused", "Refused"),
                        ],
                        default="staged",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=ops.models.DatabaseNow())),
                ("applied_at", models.DateTimeField(null=True)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("counts", models.JSONField(default=dict, help_text="new, changed, same, refused")),
                (
                    "problems",
                    models.JSONField(default=list, help_text="line, column, value, sentence: the first thousand"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="JobRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("started_at", models.DateTimeField(db_default=ops.models.DatabaseNow())),
                ("ended_at", models.DateTimeField(null=True)),
                ("rows", models.BigIntegerField(null=True)),
                ("error", models.TextField(blank=True)),
            ],
            options={
                "indexes": [models.Index(fields=["name", "-started_at"], name="ops_jobrun_name")],
            },
        ),
        migrations.CreateModel(
            name="OutboxMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                ("kind", models.CharField(max_length=60)),
                ("recipient", models.EmailField(max_length=254)),
                ("subject", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("html", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Failed")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("queued_at", models.DateTimeField(db_default=ops.models.DatabaseNow())),
                ("next_try_at", models.DateTimeField(db_default=ops.models.DatabaseNow())),
                ("sent_at", models.DateTimeField(null=True)),
                ("error", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["next_try_at"], name="ops_outbox_due"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalStage",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("history_request", models.CharField(blank=True, max_length=64, null=True)),
                ("history_source", models.CharField(blank=True, max_length=20, null=True)),
                ("history_real_uid", models.BigIntegerField(null=True)),
                ("history_login", models.CharField(max_length=63, null=True)),
                ("history_txid", models.BigIntegerField(null=True)),
                ("history_prev", models.BinaryField(max_length=32, null=True)),
                ("history_hash", models.BinaryField(max_length=32, null=True)),
                ("noun", models.CharField(max_length=30)),
                ("key", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=60)),
                ("glyph", models.CharField(max_length=40)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("working", "Working"),
                            ("ready", "Ready"),
                            ("moving", "Moving"),
                            ("done", "Done"),
                        ],
                        max_length=10,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "limit_hours",
                    models.PositiveIntegerField(blank=True, help_text="Overdue after so many hours here.", null=True),
                ),
                ("builtin", models.BooleanField(default=False)),
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
                    "chaser",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="ops.role",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical stage",
                "verbose_name_plural": "historical stages",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="RunOnce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=60)),
                ("day", models.DateField()),
                ("key", models.CharField(max_length=200)),
                ("at", models.DateTimeField(db_default=ops.models.DatabaseNow())),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "day", "key"), name="ops_runonce_once")],
            },
        ),
        migrations.CreateModel(
            name="SignedLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("subject_id", models.BigIntegerField()),
                ("token_sha256", models.BinaryField(max_length=32, unique=True)),
                ("created_at", models.DateTimeField(db_default=ops.models.DatabaseNow())),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("uses_left", models.PositiveIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))), name="ops_signedlink_expires"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=ops.models.DatabaseNow())),
                ("source", models.CharField(blank=True, max_length=20)),
                ("reason", models.TextField(blank=True)),
                ("request", models.CharField(blank=True, max_length=64)),
                ("txid", models.BigIntegerField()),
                ("kind", models.CharField(max_length=60)),
                ("noun", models.CharField(max_length=30)),
                ("subject_id", models.BigIntegerField()),
                ("data", models.JSONField(default=dict)),
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
                    "real_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["noun", "subject_id", "id"], name="ops_event_subject"),
                    django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="ops_event_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("board", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(blank=True, max_length=500)),
                ("shared", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(db_default=ops.models.DatabaseNow())),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("name", "pk"),
                "constraints": [models.UniqueConstraint(fields=("owner", "board", "name"), name="ops_savedview_name")],
            },
        ),
        migrations.CreateModel(
            name="Stage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("noun", models.CharField(max_length=30)),
                ("key", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=60)),
                ("glyph", models.CharField(max_length=40)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("working", "Working"),
                            ("ready", "Ready"),
                            ("moving", "Moving"),
                            ("done", "Done"),
                        ],
                        max_length=10,
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "limit_hours",
                    models.PositiveIntegerField(blank=True, help_text="Overdue after so many hours here.", null=True),
                ),
                ("builtin", models.BooleanField(default=False)),
                (
                    "chaser",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ops.role",
                    ),
                ),
            ],
            options={
                "ordering": ("noun", "position"),
                "constraints": [
                    models.UniqueConstraint(fields=("noun", "key"), name="ops_stage_noun_key"),
                    models.CheckConstraint(
                        condition=models.Q(("category__in", ["open", "working", "ready", "moving", "done"])),
                        name="ops_stage_category",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Transition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=ops.models.DatabaseNow())),
                ("source", models.CharField(blank=True, max_length=20)),
                ("reason", models.TextField(blank=True)),
                ("request", models.CharField(blank=True, max_length=64)),
                ("txid", models.BigIntegerField()),
                ("noun", models.CharField(max_length=30)),
                ("subject_id", models.BigIntegerField()),
                ("from_stage", models.CharField(blank=True, max_length=40)),
                ("to_stage", models.CharField(max_length=40)),
                ("undo", models.BooleanField(default=False)),
                ("business_day", models.DateField()),
                ("seconds_before", models.BigIntegerField(help_text="Seconds spent in the stage before.", null=True)),
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
                    "real_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["noun", "subject_id", "id"], name="ops_transition_subject"),
                    django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="ops_transition_at"),
                ],
            },
        ),
    ]
