"""Verbs of letters: send a mail again whose address was mended, and let a customer be, or write to them again."""

from django.db import connection, transaction

from accounts.models import User
from customers.editing import edit_customer
from customers.models import Customer
from ops import events
from ops.errors import Refused
from orders.models import Order


@transaction.atomic
def send_again(order: Order, mail_id: int, *, by: User) -> None:
    """A failed mail waits anew, for the address that the customer has now. Of two who ask at once one is refused."""
    with connection.cursor() as cursor:
        cursor.execute("select ops.order_mail_again(%s, %s)", [order.pk, mail_id])
        again = cursor.fetchone()[0]
    if not again:
        raise Refused("This mail is not waiting to be sent again: it went out, or the customer has no address now.")
    events.record("order.mail_again", order)


@transaction.atomic
def silence(customer: Customer, *, by: User) -> None:
    """No more mails about their orders."""
    edit_customer(customer, by=by, values={"wants_order_mail": False}, was={})


@transaction.atomic
def write_again(customer: Customer, *, by: User) -> None:
    edit_customer(customer, by=by, values={"wants_order_mail": True}, was={})


def silence_by_link(*, silent: bool) -> None:
    """The customer says so themselves, with the link of one of their orders."""
    with connection.cursor() as cursor:
        cursor.execute("select ops.order_link_silence(%s)", [silent])
        if not cursor.fetchone()[0]:
            raise Refused("This link has ended.")


def is_silent_by_link() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select ops.order_link_is_silent()")
        return bool(cursor.fetchone()[0])
