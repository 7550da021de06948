"""What the system admin pages offer: exactly what PostgreSQL grants the role that is acting (ruling 5).

A model without rights is hidden there, instead of failing with 'permission denied' when it is opened.
"""

from django.apps import apps
from django.db import connection

# has_any_column_privilege, because UPDATE is granted by column where some columns are derived (ruling 6).
_RIGHTS = """
select n,
       has_table_privilege(c.oid, 'select'),
       has_table_privilege(c.oid, 'insert'),
       has_any_column_privilege(c.oid, 'update'),
       has_table_privilege(c.oid, 'delete')
  from unnest(%s::text[]) n
  join pg_class c on c.oid = to_regclass(format('public.%%I', n))
"""


def rights_of_current_role() -> frozenset[str]:
    """Django's permission names ('orders.change_order') that the acting role really has."""
    models = {model._meta.db_table: model._meta for model in apps.get_models(include_auto_created=True)}
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS, [list(models)])
        rows = cursor.fetchall()
    return frozenset(
        f"{models[table].app_label}.{action}_{models[table].model_name}"
        for table, *granted in rows
        for action, has in zip(("view", "add", "change", "delete"), granted, strict=True)
        if has
    )
