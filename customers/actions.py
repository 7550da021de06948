"""Verbs of customers."""

from urllib.parse import urlencode

from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.models import User
from customers.models import Customer, CustomerContact
from customers.phones import to_e164
from ops import events
from ops.errors import Refused


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

    theirs = {value.lower() for value in customer.contacts.values_list("value", flat=True)}
    by_what = "number" if typed["phone"] in theirs else "e-mail"
    # Another phone or e-mail that we know of them says nothing new.
    said = {field: value for field, value in typed.items() if value and (field == "city" or value not in theirs)}
    kept = [field for field, value in said.items() if _differs(getattr(customer, field), value)]
    taken = [
        field for field, value in said.items() if not getattr(customer, field) and not _fill(customer, field, value)
    ]
    if not kept and not taken and not _differs(customer.name, name):
        return ""

    who = ", ".join(filter(None, (customer.name, customer.city)))
    parts = [format_html("We already know this {} as {}.", by_what, who)]
    parts += [_kept(customer, field, said[field]) for field in kept]
    parts += [format_html("{} not added: another customer has it.", _LABELS[field]) for field in taken]
    return format_html_join(" ", "{}", ((part,) for part in parts))


def _kept(customer: Customer, field: str, typed: str) -> SafeString:
    """What stays, and the step that writes down what was typed instead or too."""
    page = reverse("customers:customer_detail", args=[customer.pk])
    words, asks = ("Change it to", "city") if field == "city" else ("Add", "contact")
    query = urlencode({"do": asks, **({} if field == "city" else {"value": typed})})
    return format_html(
        '{} kept: {}. <a class="link" href="{}?{}#contact">{} {}</a>', _LABELS[field], getattr(customer, field), page,
        query, words, typed,
    )  # fmt: skip


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


# --- added, kept, reached by --------------------------------------------------------------------------------------


def add_customer(
    *, by: User, name: str, phone: str = "", email: str = "", city: str = "", address: str = "", notes: str = "",
    keeper: User | None = None,
) -> Customer:  # fmt: skip
    """A customer whom the shop does not know yet, kept by `keeper`, or by who adds them."""
    number, mail = to_e164(phone), email.strip().lower() or None
    keeper = keeper or by
    check_keeps(keeper, by)
    if known := _find(number, mail):
        seen = Customer.objects.filter(pk=known).first()
        who = f"{seen.name} has this {'number' if number else 'e-mail'} already" if seen else _COLLEAGUES
        raise Refused(f"{who}. Receive an order of theirs to work with them.", field="phone" if number else "email")

    made = Customer.objects.create(
        name=" ".join(name.split()), phone=number, email=mail, city=city.strip(), address=address.strip(),
        notes=notes.strip(), keeper=keeper,
    )  # fmt: skip

    events.record("customer.added", made)
    return made


_COLLEAGUES = "A colleague's customer has this already"


def check_keeps(keeper: User, by: User) -> None:
    """Raises Refused for who cannot be given a customer by this person."""
    if keeper.pk != by.pk and not by.has_scope("customers_all"):
        raise Refused("Only who sees every customer may give one to a colleague.", field="keeper")
    if not keeper.is_active or not (keeper.has_scope("customers_own") or keeper.has_scope("customers_all")):
        raise Refused(f"{keeper.name} does not look after customers; choose somebody who does.", field="keeper")


def set_keeper(customer: Customer, *, by: User, keeper: User, version: int | None = None) -> Customer:
    """Who looks after the customer from now on."""
    customer = locked(customer)
    if customer.keeper_id == keeper.pk:
        return customer

    if version is not None and customer.version != version:
        raise Refused(f"{customer.name} was changed in the meantime.")
    check_keeps(keeper, by)

    customer.keeper = keeper
    customer.save(update_fields=["keeper"])

    events.record("customer.kept", customer, keeper=keeper.name)
    customer.refresh_from_db(fields=["version"])
    return customer


def locked(customer: Customer) -> Customer:
    """The row as it is now, locked. Raises Refused when it is no longer one's own, or was merged into another."""
    found = Customer.objects.select_for_update(of=("self",), no_key=True).filter(pk=customer.pk).first()
    if found is None:
        raise Refused(f"{customer.name} is not yours to change any more.")
    if found.merged_into_id is not None:
        raise Refused(f"{found.name} was merged into another customer a moment ago; change that one.")
    return found


def add_contact(customer: Customer, *, by: User, value: str, label: str = "") -> CustomerContact:
    """One more phone or e-mail of theirs, told apart by its @. Nobody else may have it."""
    customer = locked(customer)
    kind, text = read_contact(value)
    if not getattr(customer, kind):
        setattr(customer, kind, text)
        customer.save(update_fields=[kind])
        return customer.contacts.get(kind=kind, is_main=True)
    if known := customer.contacts.filter(kind=kind, value__iexact=text).first():
        return known

    try:
        with transaction.atomic():
            made = CustomerContact.objects.create(
                customer=customer, kind=kind, value=text, label=" ".join(label.split())[:40]
            )
    except IntegrityError as error:
        raise Refused(_taken(kind, text), field="value") from error

    events.record("customer.contact_added", customer, value=text)
    return made


def read_contact(value: str) -> tuple[str, str]:
    """What kind of contact was typed, and how it is kept. Raises Refused for what is neither."""
    text = value.strip()
    if "@" in text:
        name, _, place = text.rpartition("@")
        if not name or "." not in place or any(letter.isspace() for letter in text) or len(text) > 254:
            raise Refused(f"“{text[:60]}” is not an e-mail address.", field="value")
        return "email", text.lower()
    number = to_e164(text)
    if number is None:
        raise Refused("Write a phone number or an e-mail.", field="value")
    return "phone", number


def _taken(kind: str, text: str) -> str:
    """Names whose it is only to who may know them."""
    what = "number" if kind == "phone" else "e-mail"
    other = Customer.objects.filter(contacts__kind=kind, contacts__value__iexact=text).first()
    if other is None:
        return f"A colleague's customer has this {what}."
    return f"{other.name} has this {what}. Are the two one? Then merge them."


def drop_contact(customer: Customer, *, by: User, contact: CustomerContact) -> None:
    """Take a further phone or e-mail away; a main one is changed instead."""
    customer = locked(customer)
    if contact.is_main:
        raise Refused(f"{contact.value} is the main one. Make another one the main one first.")

    contact.delete()

    events.record("customer.contact_dropped", customer, value=contact.value)


def make_main(customer: Customer, *, by: User, contact: CustomerContact) -> Customer:
    """The further one becomes the main one, and the main one a further one."""
    customer = locked(customer)
    before = getattr(customer, contact.kind)
    if before == contact.value:
        return customer

    setattr(customer, contact.kind, contact.value)
    customer.save(update_fields=[contact.kind])
    if before:
        CustomerContact.objects.create(customer=customer, kind=contact.kind, value=before)

    events.record("customer.contact_main", customer, value=contact.value)
    return customer
