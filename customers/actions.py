"""Verbs of customers."""

from django.db import IntegrityError, connection, transaction

from accounts.models import User
from customers.models import Customer
from customers.phones import to_e164


def find_or_create(
    *, by: User | None, name: str, phone: str = "", email: str = "", city: str = "", address: str = "", source: str = ""
) -> int:
    """The id of the customer with this phone or e-mail, made when there is none; never a second one (A52).

    An id and not a row: an agent may name a colleague's customer by phone, and sees them once an order links the two.
    """
    number, mail = to_e164(phone), email.strip().lower() or None
    if known := _find(number, mail):
        return known
    try:
        with transaction.atomic():
            made = Customer.objects.create(
                name=name.strip(), phone=number, email=mail, city=city.strip(), address=address.strip(), keeper=by,
                source=source,
            )  # fmt: skip
    except IntegrityError:
        # Somebody made the same customer between our look and our insert.
        if known := _find(number, mail):
            return known
        raise
    # A system that keeps no customers itself has now found this one, which lets it give the order to them.
    return made.pk if by else _find(number, mail) or made.pk


def fill_blanks(customer_id: int, *, by: User, name: str, phone: str = "", email: str = "", city: str = "") -> str:
    """Write down what was not known of a customer who was found again; what is said otherwise now stays as it was.

    What to tell the person about it; empty when nothing differs. To be called once the person may see the customer.
    """
    customer = Customer.objects.select_for_update(of=("self",), no_key=True).filter(pk=customer_id).first()
    typed = {"phone": to_e164(phone) or "", "email": email.strip().lower(), "city": " ".join(city.split())}
    if customer is None:
        return _NOT_YOURS if any(typed.values()) else ""

    by_what = "number" if typed["phone"] and typed["phone"] == customer.phone else "e-mail"
    said = {field: value for field, value in typed.items() if value}
    kept = [field for field, value in said.items() if _differs(getattr(customer, field), value)]
    taken = [
        field for field, value in said.items() if not getattr(customer, field) and not _fill(customer, field, value)
    ]
    if not kept and not taken and not _differs(customer.name, name):
        return ""

    who = ", ".join(filter(None, (customer.name, customer.city)))
    parts = [f"We already know this {by_what} as {who}."]
    parts += [f"{_LABELS[field]} kept: {getattr(customer, field)}." for field in kept if field != "city"]
    parts += [f"{_LABELS[field]} not added: another customer has it." for field in taken]
    return " ".join(parts)


_LABELS = {"phone": "Phone", "email": "E-mail", "city": "City"}
_NOT_YOURS = "We already know this customer, who is a colleague's: what you typed about them was not written down."


def _differs(known: str | None, said: str) -> bool:
    return bool(known) and " ".join(str(known).split()).casefold() != " ".join(said.split()).casefold()


def _fill(customer: Customer, field: str, value: str) -> bool:
    """False when the phone or e-mail is another customer's."""
    try:
        with transaction.atomic():
            setattr(customer, field, value)
            customer.save(update_fields=[field])
    except IntegrityError:
        setattr(customer, field, None)
        return False
    return True


def _find(phone: str | None, email: str | None) -> int | None:
    if not phone and not email:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select ops.find_customer(%s, %s)", [phone, email])
        row = cursor.fetchone()
    return row[0] if row else None
