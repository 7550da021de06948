from django.db import migrations, models


class Migration(migrations.Migration):
    """A load is uploaded or checked: one that an older version left half staged has no bytes to go on from."""

    dependencies = [
        ("ops", "0009_load_names"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importbatch",
            name="state",
            field=models.CharField(
                choices=[
                    ("uploaded", "Not checked yet"),
                    ("checked", "Checked"),
                    ("applied", "Loaded"),
                    ("undone", "Taken back"),
                    ("refused", "Put aside"),
                ],
                default="uploaded",
                max_length=10,
            ),
        ),
        migrations.RunSQL(
            "update ops_importbatch set state = 'refused' where state = 'staged'", migrations.RunSQL.noop
        ),
    ]
