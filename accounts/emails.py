"""Letters about one's own account that a verb sends; django-allauth's own go out through accounts.adapters."""

import uuid

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.template.loader import render_to_string
from django.urls import reverse

from accounts import invitations
from accounts.models import User
from ops import outbox
from ops.db.actor import acting_as, current_actor, door
from ops.shop import shown


def send_invitation(person: User, *, by: User | None, origin: str) -> None:
    """The first letter: a link that works once, for seven days, until it is sent again or taken back."""
    token, until = invitations.invite(person, by=by)
    url = f"{origin.rstrip('/')}{reverse('invitation', args=[token])}"
    subject = f"Your account at {shown('shop.name')}"
    context = {"person": person, "by": by, "shop": shown("shop.name"), "url": url, "until": until}
    outbox.queue(
        key=f"invite:{uuid.uuid4()}",
        kind="invite",
        to=person.email,
        subject=subject,
        template="accounts/mail",
        context={"subject": subject, "text": render_to_string("accounts/invitation.txt", context).strip()},
    )


def send_welcome(person: User, *, by: User | None, origin: str) -> None:
    """The letter with the link to choose a password. Only the reader ever sees the link: the outbox is the mailer's."""
    actor = current_actor.get()
    with acting_as(door(actor.uid if actor else None)):
        token = default_token_generator.make_token(person)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": token})
    subject = f"Your account at {shown('shop.name')}"
    context = {"person": person, "by": by, "shop": shown("shop.name"), "url": f"{origin.rstrip('/')}{path}"}
    outbox.queue(
        key=f"welcome:{uuid.uuid4()}",
        kind="welcome",
        to=person.email,
        subject=subject,
        template="accounts/mail",
        context={"subject": subject, "text": render_to_string("accounts/welcome.txt", context).strip()},
    )
