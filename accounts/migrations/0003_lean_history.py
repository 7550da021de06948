"""History tables keep one index: the others cost every write and served no read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ops.models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_roles"),
        ("ops", "0004_lean_history"),
    ]

    operations = [
        migrations.AlterField(
            model_name="historicaluser",
            name="email",
            field=models.EmailField(
                error_messages={"unique": "Somebody signs in with this e-mail already."},
                max_length=254,
                verbose_name="e-mail",
            ),
        ),
        migrations.AlterField(
            model_name="historicaluser",
            name="history_date",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="historicaluser",
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
            model_name="historicaluser",
            name="id",
            field=models.BigIntegerField(auto_created=True, blank=True, verbose_name="ID"),
        ),
        migrations.AlterField(
            model_name="historicaluser",
            name="public_id",
            field=models.UUIDField(db_default=ops.models.UuidV7(), editable=False),
        ),
        migrations.AlterField(
            model_name="historicaluser",
            name="role",
            field=models.ForeignKey(
                blank=True,
                db_column="role",
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="ops.role",
            ),
        ),
    ]
