"""How django-allauth meets this house: no sign-up, verbs write, secrets rest encrypted, mails wait in the outbox."""

import io
import uuid
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.template.loader import render_to_string
from qrcode.image.svg import SvgPathFillImage

from accounts import actions
from accounts.models import User
from ops import outbox, vault
from ops.shop import shown

_PURPOSE = "second-factors"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "This e-mail and password do not belong together. Try again, or reset the password.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
        "rate_limited": "Too many tries in a short time. Wait a minute, then try again.",
        "invalid_password_reset": "This link has been used or has ended. Ask for a new one.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are added by people admins."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        actions.record_sign_in(user)

    def set_password(self, user: User, password: str) -> None:
        actions.set_password(user, by=user, password=password)

    def format_email_subject(self, subject: str) -> str:
        return f"{shown('shop.name')}: {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queued with what it tells about, sent later: a mail server that is slow or gone holds nobody up."""
        context = {"request": self.request, "email": email, "shop": shown("shop.name"), **context}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        outbox.queue(
            key=f"sign-in:{uuid.uuid4()}",
            kind=template_prefix.rsplit("/", 1)[-1],
            to=email,
            subject=self.format_email_subject(subject),
            template="accounts/mail",
            context={"text": render_to_string(f"{template_prefix}_message.txt", context).strip(), "subject": subject},
        )


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right. Each works once, for half a minute: wait for the next one.",
    }

    def get_totp_issuer(self) -> str:
        return str(shown("shop.name"))

    def build_totp_svg(self, url: str) -> str:
        """On white, so that it can be scanned from a dark screen too."""
        image = io.BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(image)
        return image.getvalue().decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": shown("shop.name")}

    def encrypt(self, text: str) -> str:
        """A stolen backup does not hold working second factors: the key is in the environment, not in the database."""
        return vault.seal(text, _PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return vault.unseal(encrypted_text, _PURPOSE)
