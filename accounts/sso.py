"""Single sign-on by OpenID Connect: who may come in that way, and what must be proven first (issue of sign-in, A23).

Only somebody who is here already, by an address that the provider has verified; or, where the shop names a role for
newcomers, somebody new in that role. The database limits what role that can be (ops.guard_rights, scope greeter).
"""

import logging
from typing import Any

import jwt
import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import actions
from accounts.models import User
from ops.access import public
from ops.errors import Refused

log = logging.getLogger("accounts.sso")
PROVIDER = "sso"
_SIGNED_BY = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """There is no form to sign up with; newcomers are let in, or not, in pre_social_login."""
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """By an address that the provider says it has verified: the truth, and not a text that says so."""
        sociallogin.email_addresses = [one for one in sociallogin.email_addresses if one.verified is True]
        found: tuple[User, str] | None = super().authenticate_by_email(sociallogin)
        return found

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        said = sociallogin.account.extra_data or {}
        proven, told = said.get("id_token") or {}, said.get("userinfo") or {}
        if told and proven and told.get("sub") != proven.get("sub"):
            raise ImmediateHttpResponse(refused(request, "The provider spoke of two different people. Try again."))
        if sociallogin.state.get("process") == "connect":
            raise ImmediateHttpResponse(refused(request, "Sign out first, then sign in this way."))
        if sociallogin.is_existing:
            self._known(sociallogin, sociallogin.user)
            return
        addresses = [one.email.lower() for one in sociallogin.email_addresses if one.verified is True]
        if not addresses:
            sentence = (
                f"{settings.OIDC_NAME} did not vouch for your e-mail address, so nobody here can be sure who you are."
            )
            raise ImmediateHttpResponse(refused(request, sentence))
        if not settings.OIDC_DEFAULT_ROLE:
            sentence = f"Nobody here signs in with {addresses[0]}. Ask somebody who manages people to add you."
            raise ImmediateHttpResponse(refused(request, sentence))
        name = str(told.get("name") or proven.get("name") or addresses[0].partition("@")[0])
        try:
            person = actions.arrive(email=addresses[0], name=name, role=settings.OIDC_DEFAULT_ROLE)
        except Refused as refusal:
            raise ImmediateHttpResponse(refused(request, refusal.sentence)) from None
        self._known(sociallogin, person)

    def _known(self, sociallogin: SocialLogin, person: User) -> None:
        """From now on by the provider's own name for them; django-allauth's own way would save the person as well."""
        if not person.is_active:
            raise ImmediateHttpResponse(redirect("account_inactive"))
        if sociallogin.account.pk is None:
            sociallogin.account.user = person
            sociallogin.account.save()
        sociallogin.user = person

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        sentence = f"Signing in with {settings.OIDC_NAME} did not work. Try again, or use your password."
        raise ImmediateHttpResponse(refused(request, sentence))


class SignedAnswers(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The signature of the ID token is always verified, also where the answer came from the provider directly."""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if config.get("issuer", "").rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
            raise OAuth2Error("The provider calls itself by another name than OPS_OIDC_ISSUER.")
        return config

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            algorithm = jwt.get_unverified_header(id_token).get("alg")
        except jwt.PyJWTError as error:
            raise OAuth2Error("Invalid id_token") from error
        if algorithm not in _SIGNED_BY:
            raise OAuth2Error(f"An ID token signed by {algorithm} proves nothing.")
        decoded: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return decoded


@public(methods=["POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """POST only: a page elsewhere cannot sign somebody in as another."""
    if not settings.OIDC_ISSUER:
        return refused(request, "Single sign-on is not set up here.")
    return _asked(request, OAuth2LoginView)


@public()
def callback(request: HttpRequest) -> HttpResponse:
    if not settings.OIDC_ISSUER:
        return refused(request, "Single sign-on is not set up here.")
    return _asked(request, OAuth2CallbackView)


def _asked(request: HttpRequest, view: Any) -> HttpResponse:
    """A provider that is away, or answers nonsense, is a sentence."""
    try:
        answer: HttpResponse = view.adapter_view(SignedAnswers(request, PROVIDER))(request)
    except (OAuth2Error, requests.RequestException, KeyError) as error:
        log.warning("single sign-on did not work: %s", type(error).__name__)
        return refused(request, f"Signing in with {settings.OIDC_NAME} did not work. Try again, or use your password.")
    return answer


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    return render(
        request, "accounts/sso_refused.html", {"sentence": sentence}, status=404 if not settings.OIDC_ISSUER else 422
    )
