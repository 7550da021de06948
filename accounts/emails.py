"""Letters about one's own account that a verb sends; django-allauth's own go out through accounts.adapters."""

import uuid
from typing import Any

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
    _queue(person, "invite", "accounts/invitation.txt", {"by": by, "url": url, "until": until})


def send_welcome(person: User, *, by: User | None, origin: str) -> None:
    """The letter with the link to choose a password. Only the reader ever sees the link: the outbox is the mailer's."""
    actor = current_actor.get()
    with acting_as(door(actor.uid if actor else None)):
        token = default_token_generator.make_token(person)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": token})
    _queue(person, "welcome", "accounts/welcome.txt", {"by": by, "url": f"{origin.rstrip('/')}{path}"})


def _queue(person: User, kind: str, words: str, context: dict[str, Any]) -> None:
    """Each letter is one of its own: sent again, it goes again."""
    subject = f"Your account at {shown('shop.name')}"
    text = render_to_string(words, context | {"person": person, "shop": shown("shop.name")}).strip()
    outbox.queue(
        key=f"{kind}:{uuid.uuid4()}", kind=kind, to=person.email, subject=subject, template="accounts/mail",
        context={"subject": subject, "text": text},
    )  # fmt: skip
