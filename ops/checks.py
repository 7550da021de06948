"""System checks of ours, and the refusal to start with a login that could go round the rules (A17, D3)."""

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from ops.db.actor import acting_as


@register()
def roles_are_consistent(**_: object) -> list[Error]:
    from ops.access.roles import policybook

    try:
        policybook()
    except ValueError as error:
        return [Error(str(error), id="ops.E001")]
    return []


def refuse_unsafe_login(using: str = "default") -> None:
    """Stop the process when its login is superuser, may bypass row security, or owns a table. Raises ImproperlyConfigured."""
    if settings.LOGIN == "owner":
        raise ImproperlyConfigured("This process serves people: start it with OPS_LOGIN=web, never as the owner.")
    with acting_as(None), connections[using].cursor() as cursor:
        cursor.execute(
            "select r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolinherit,"
            " exists (select 1 from pg_class c where c.relowner = r.oid)"
            " from pg_roles r where r.rolname = session_user"
        )
        name, superuser, bypass, creates, inherits, owns = cursor.fetchone()
    wrong = [
        sentence
        for is_so, sentence in (
            (superuser, "is a superuser"),
            (bypass, "may bypass row security"),
            (creates, "may create roles"),
            (inherits, "inherits the rights of app roles without asking"),
            (owns, "owns tables"),
        )
        if is_so
    ]
    if wrong:
        raise ImproperlyConfigured(
            f"Opsdeck does not start: its database login {name} {', '.join(wrong)}. Use a login made like"
            " CREATE ROLE opsdeck_web LOGIN NOINHERIT NOBYPASSRLS."
        )
