"""Errors and slow requests go to Sentry when SENTRY_DSN is set, without personal data (A56)."""

import re
from datetime import datetime
from typing import Any

import sentry_sdk
from django.conf import settings

_SECRET = ("password", "token", "cookie", "secret", "authorization", "phone", "email", "name", "address", "csrf")
_SLOW_SECONDS = 1.0
HIDDEN = "[hidden]"
# A quoted value after a colon, as PostgreSQL ends a sentence; an e-mail address; a phone number.
_VALUE = re.compile(r"""(?<=: )["'].*|[^\s"'=(<]+@[^\s"')>,]+|\+?\d[\d ()-]{6,}\d""")


def scrub(event: Any, hint: Any = None) -> Any:
    """Hide personal data and secrets anywhere in an event; bodies and local variables are dropped whole."""
    if request := event.get("request"):
        event["request"] = {
            "url": str(request.get("url", "")).partition("?")[0],
            "method": request.get("method"),
            "headers": {k: v for k, v in request.get("headers", {}).items() if k.lower() in {"user-agent", "host"}},
        }
    event.pop("breadcrumbs", None)
    event["user"] = {"id": (event.get("user") or {}).get("id")}
    for entry in (event.get("exception") or {}).get("values") or []:
        entry["value"] = _sentence(entry.get("value"))
        for frame in (entry.get("stacktrace") or {}).get("frames") or []:
            frame.pop("vars", None)
    if logged := event.get("logentry"):
        event["logentry"] = {"message": _sentence(logged.get("message"))}  # what stood in its places stays here
    event["extra"] = _hide(event.get("extra") or {})
    return event


def _sentence(said: Any) -> str:
    """The first line of an error without values; PostgreSQL's second line, DETAIL, quotes the row."""
    return _VALUE.sub(HIDDEN, str(said or "").partition("\n")[0])


def tag_slow(event: Any, hint: Any = None) -> Any:
    """Transactions over a second carry slow=yes, which an alert can be hung on."""
    seconds = _instant(event.get("timestamp")) - _instant(event.get("start_timestamp"))
    if seconds > _SLOW_SECONDS:
        event.setdefault("tags", {})["slow"] = "yes"
    return scrub(event)


def _instant(value: Any) -> float:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.timestamp() if isinstance(value, datetime) else float(value or 0)


def _hide(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: HIDDEN if any(word in str(k).lower() for word in _SECRET) else _hide(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_hide(item) for item in value]
    return value


def start() -> None:
    if not settings.SENTRY_DSN:
        return
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=settings.RELEASE,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=0.05,
        before_send=scrub,
        before_send_transaction=tag_slow,
    )
