"""System checks of ours, and the refusal to start with a login that could go round the rules (A17, D3)."""

from contextlib import closing

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections


@register()
def roles_are_consistent(**_: object) -> list[Error]:
    from ops.access.roles import policybook

    try:
        policybook()
    except ValueError as error:
        return [Error(str(error), id="ops.E001")]
    return []


# Members need not inherit to be dangerous: SET ROLE is enough.
_LOGIN = """
select r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole,
       r.rolinherit or exists (select 1 from pg_auth_members m where m.member = r.oid and m.inherit_option),
       exists (select 1 from pg_class c where c.relowner = r.oid),
       not r.rolsuper and exists (
           select 1 from pg_roles o
            where o.oid <> r.oid and pg_has_role(r.oid, o.oid, 'member')
              and (o.rolsuper or o.rolbypassrls or o.rolcreaterole
                   or o.rolname in ('pg_read_all_data', 'pg_write_all_data', 'pg_execute_server_program',
                                    'pg_read_server_files', 'pg_write_server_files')
                   or exists (select 1 from pg_class c where c.relowner = o.oid)))
  from pg_roles r where r.rolname = session_user
"""
_WRONG = (
    "is a superuser",
    "may bypass row security",
    "may create roles",
    "inherits the rights of app roles without asking",
    "owns tables",
    "may become a login that is not bound by the rules",
)


def refuse_unsafe_login(using: str = "default") -> None:
    """Stop the process when its login could go round the rules. Raises ImproperlyConfigured."""
    if settings.LOGIN == "owner":
        raise ImproperlyConfigured("This process serves people: start it with OPS_LOGIN=web, never as the owner.")
    database = connections[using]
    # A connection for this question alone, so that none is carried over a fork.
    with (
        database.wrap_database_errors,
        closing(database.get_new_connection(database.get_connection_params())) as connection,
    ):
        name, *answers = connection.execute(_LOGIN).fetchone()
    wrong = [sentence for is_so, sentence in zip(answers, _WRONG, strict=True) if is_so]
    if wrong:
        raise ImproperlyConfigured(
            f"Opsdeck does not start: its database login {name} {', '.join(wrong)}. Use a login made like"
            " CREATE ROLE opsdeck_web LOGIN NOINHERIT NOBYPASSRLS."
        )
