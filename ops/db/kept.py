"""`ops.kept_tables()`, `ops.loose_links()`: what the database must know of tables with history, to put a load back."""

from django.apps import apps
from django.db import models

from ops.db import history, security

# Who works here, and what the kernel keeps for itself, comes with no file.
_NEVER_LOADED = frozenset({"accounts", "ops"})
# What is counted from rows is counted anew without them, and keeps none.
_COUNTED = "analytics"


def kept_tables() -> str:
    """One row a table, those that others hang on first; `noun` is whose story it is told in, `head` its own table."""
    from ops import asof  # declared on top of this floor, and only read when everything is

    lines = []
    tables = {table.name: table for table in security.tables() if table.history}  # several apps may declare one
    for place, table in enumerate(tables.values(), start=1):
        model = table.django_model
        assert model is not None
        if model._meta.app_label in _NEVER_LOADED:
            continue
        home = next((past for past in asof.every_past() if any(part.model is model for part in past.parts)), None)
        head = home is None or home.parts[0].model is model
        columns = ", ".join(f"'{field.column}'" for field in model._meta.concrete_fields if not field.generated)
        noun = home.noun if home else model._meta.model_name
        lines.append(
            f"({place}, '{table.name}', '{history.history_model(model)._meta.db_table}',"
            f" '{model._meta.pk.column}', '{noun}', {str(head).lower()}, array[{columns}])"
        )
    rows = ",\n       ".join(lines)
    loose = ",\n       ".join(_loose_links(set(tables)))
    return (
        "create or replace function ops.kept_tables() returns table (place int, rel text, kept text, pk text,"
        " noun text, head boolean, cols text[])\n"
        f"language sql immutable as $$\nvalues {rows} $$;\n\n"
        "create or replace function ops.loose_links() returns table (rel text, col text, pk text, of_rel text)\n"
        f"language sql immutable as $$\nvalues {loose} $$;\n"
    )


def _loose_links(kept: set[str]) -> list[str]:
    """Foreign keys that the models know and the database does not, to tables with history."""
    return [
        f"('{model._meta.db_table}', '{field.column}', '{model._meta.pk.column}',"
        f" '{field.related_model._meta.db_table}')"
        for model in apps.get_models()
        if model._meta.managed and model._meta.app_label != _COUNTED and "_historical" not in model._meta.db_table
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and not getattr(field, "db_constraint", True)
        and field.related_model._meta.db_table in kept
    ]  # fmt: skip
