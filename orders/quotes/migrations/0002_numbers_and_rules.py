"""Where quote numbers come from, and how a shop quotes until it says otherwise."""

from django.db import migrations

REASONS = ["Too expensive", "Too late", "Bought elsewhere", "Changed their mind", "No answer", "Other"]


def write_rules(apps, schema_editor):
    apps.get_model("quotes", "QuoteRules").objects.using(schema_editor.connection.alias).create(
        id=1, valid_days=14, terms="", lost_reasons=REASONS, order_at_once=True
    )


class Migration(migrations.Migration):
    dependencies = [("quotes", "0001_quotes")]

    operations = [
        migrations.RunSQL("create sequence public.quotes_number", "drop sequence if exists public.quotes_number"),
        migrations.RunPython(write_rules, migrations.RunPython.noop),
    ]
