"""Verbs of customers."""

from django.db import IntegrityError, connection, transaction

from accounts.models import User
from customers.models import Customer
from customers.phones import to_e164


def find_or_create(*, by: User | None, name: str, phone: str = "", email: str = "", city: str = "") -> int:
    """The id of the customer with this phone or e-mail, made when there is none; never a second one (A52).

    An id and not a row: an agent may name a colleague's customer by phone, and sees them once an order links the two.
    """
    number, address = to_e164(phone), email.strip().lower() or None
    if known := _find(number, address):
        return known
    try:
        with transaction.atomic():
            made = Customer.objects.create(name=name.strip(), phone=number, email=address, city=city.strip(), keeper=by)
    except IntegrityError:
        # Somebody made the same customer between our look and our insert.
        if known := _find(number, address):
            return known
        raise
    return made.pk


def _find(phone: str | None, email: str | None) -> int | None:
    if not phone and not email:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select ops.find_customer(%s, %s)", [phone, email])
        row = cursor.fetchone()
    return row[0] if row else None
