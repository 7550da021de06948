"""An order without an owner is impossible (A6): who gets one that arrives by itself."""

from django.db import connection

from accounts.models import User
from ops.errors import Refused


def owner_for(customer_id: int | None) -> User:
    """Whoever keeps the customer, else the active agent with the fewest open orders, else who sees every order."""
    with connection.cursor() as cursor:
        cursor.execute("select ops.owner_for(%s)", [customer_id])
        (found,) = cursor.fetchone()
    if found is None:
        raise Refused("Nobody here sells, so nobody could own this order. Add a person who does.")
    owner: User = User.objects.get(pk=found)
    return owner
