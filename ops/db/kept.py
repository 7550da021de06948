"""`ops.kept_tables()`: what the database must know of the tables with history, to put back what a load did to them."""

from ops.db import history, security

# Who works here, and what the kernel keeps for itself, comes with no file.
_NEVER_LOADED = frozenset({"accounts", "ops"})


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
    return (
        "create or replace function ops.kept_tables() returns table (place int, rel text, kept text, pk text,"
        " noun text, head boolean, cols text[])\n"
        f"language sql immutable as $$\nvalues {rows} $$;\n"
    )
