from django.db import migrations

# Who was silent here wants no mails there. Those merged into others stand still, and nobody writes to them.
_MOVE = """
update customers_customer c set wants_order_mail = false from letters_silence s
 where s.customer_id = c.id and c.wants_order_mail and c.merged_into_id is null
"""


class Migration(migrations.Migration):
    """Whether a customer wants mails about orders is said in one place: customers_customer.wants_order_mail."""

    dependencies = [("letters", "0001_letters"), ("customers", "0003_contacts_and_merges")]

    operations = [
        migrations.RunSQL(_MOVE, migrations.RunSQL.noop),
        migrations.DeleteModel(name="HistoricalSilence"),
        migrations.DeleteModel(name="Silence"),
    ]
