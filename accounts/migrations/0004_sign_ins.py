"""When somebody was asked in and last came in, apart from their secret; the shape of their own rights, held by a rule."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_lean_history"),
        ("ops", "0004_lean_history"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignIn",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="signin",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("invited_at", models.DateTimeField(null=True)),
                (
                    "invited_until",
                    models.DateTimeField(help_text="Until then the link in the letter works, once.", null=True),
                ),
                ("accepted_at", models.DateTimeField(null=True)),
                ("last_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RunSQL(
            "insert into accounts_signin (user_id, last_at)"
            " select user_id, last_login from accounts_credential where last_login is not null",
            "update accounts_credential c set last_login = s.last_at from accounts_signin s where s.user_id = c.user_id",
        ),
        migrations.RemoveField(model_name="credential", name="last_login"),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=accounts.models.PathMatches(
                    models.F("overrides"), models.Value(accounts.models.OVERRIDES_ARE_SOUND)
                ),
                name="user_overrides_are_sound",
                violation_error_message='Write it like {"add": ["health"], "remove": ["imports"]}.',
            ),
        ),
    ]
