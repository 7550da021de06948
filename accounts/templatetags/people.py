"""Words about people's devices, and who opens a demo shop."""

from django import template
from django.conf import settings

from accounts import queries
from accounts.models import User
from ops import demo

register = template.Library()

# The first that fits: Edge and Opera also call themselves Chrome, and all of them call themselves Safari.
_BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox",
             "FxiOS": "Firefox",
             "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari"}  # fmt: skip
_MACHINES = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "CrOS": "Chromebook",
             "Mac OS": "Mac", "Linux": "Linux"}  # fmt: skip


@register.simple_tag
def sso_name() -> str:
    """What the button of single sign-on is called; empty when there is none."""
    return settings.OIDC_NAME if settings.OIDC_ISSUER else ""


@register.filter
def device(user_agent: str) -> str:
    """'Firefox on Windows', from what the browser says about itself; the start of that when it says nothing known."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in user_agent), "")
    machine = next((name for mark, name in _MACHINES.items() if mark in user_agent), "")
    return " on ".join(filter(None, (browser, machine))) or user_agent[:40] or "Unknown device"


@register.simple_tag
def demo_sign_ins() -> list[User]:
    return queries.demo_sign_ins()


@register.simple_tag
def demo_password() -> str:
    return demo.PASSWORD
