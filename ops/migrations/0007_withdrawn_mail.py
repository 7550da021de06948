from django.db import migrations, models


class Migration(migrations.Migration):
    """A mail may wait before it goes, and be withdrawn meanwhile."""

    dependencies = [("ops", "0006_takeover")]

    operations = [
        migrations.AlterField(
            model_name="outboxmail",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("sent", "Sent"),
                    ("failed", "Failed"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
    ]
