"""The schema of our functions, the extensions, and ops.now(), which columns of every app default to."""

from django.db import migrations

_NOW = """
create schema if not exists ops;
grant usage on schema ops, public to public;
create or replace function ops.now() returns timestamptz language sql stable as $$ select clock_timestamp() $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL("create extension if not exists pg_trgm", migrations.RunSQL.noop),
        migrations.RunSQL("create extension if not exists btree_gist", migrations.RunSQL.noop),
        migrations.RunSQL(_NOW, migrations.RunSQL.noop),
    ]
