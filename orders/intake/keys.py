"""Verbs of a storefront's key: made, given a new secret, retired."""

from django.db import connection

from accounts.models import User
from ops import clock, events, vault
from ops.errors import Refused
from orders.intake import signature
from orders.intake.models import IntakeKey, IntakeSecret

_PURPOSE = "intake-secrets"


def make_key(*, by: User | None, name: str, agent: User | None = None, secret: str = "") -> tuple[IntakeKey, str]:
    """The key and its secret, which is shown this once. `secret` is for one that the sender has chosen."""
    _check_agent(agent)
    key = IntakeKey.objects.create(name=name.strip(), public=f"in_{signature.new_public()}", agent=agent)
    events.record("intake.key_made", key)
    return key, _new_secret(key, secret)


def renew_secret(key: IntakeKey, *, by: User) -> str:
    """Another secret; the ones before work for one more day."""
    key = IntakeKey.objects.select_for_update().get(pk=key.pk)
    if key.retired_at is not None:
        raise Refused(f"{key.name} is retired; make a new key for it.")
    events.record("intake.key_renewed", key)
    return _new_secret(key)


def retire_key(key: IntakeKey, *, by: User) -> IntakeKey:
    """Its deliveries are refused from now on. Twice changes nothing."""
    key = IntakeKey.objects.select_for_update().get(pk=key.pk)
    if key.retired_at is None:
        key.retired_at = clock.now()
        key.save(update_fields=["retired_at"])
        events.record("intake.key_retired", key)
    return key


def secrets_of(key: IntakeKey) -> list[str]:
    """Those that still work, read by the role that compares deliveries."""
    rows = IntakeSecret.objects.filter(key=key).order_by("-pk")
    now = clock.now()
    return [vault.unseal(row.sealed, _PURPOSE) for row in rows if row.ends_at is None or row.ends_at > now]


def _check_agent(agent: User | None) -> None:
    if agent is not None and not (agent.is_active and {"orders_own", "orders_all"} & set(agent.scopes)):
        raise Refused(f"{agent.name} does not sell; choose somebody who does.", field="agent")


def _new_secret(key: IntakeKey, secret: str = "") -> str:
    secret = secret or signature.new_secret()
    # Plain INSERT: who makes a secret may read none, so nothing can be returned.
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {IntakeSecret._meta.db_table} (key_id, sealed) values (%s, %s)",
            [key.pk, vault.seal(secret, _PURPOSE)],
        )
    return secret
