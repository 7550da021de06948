"""Typed readers of the environment. A value that is missing or malformed stops the start with a sentence.

`.data/secrets.env`, written by ops.dev when the embedded servers are made, fills in what the environment leaves out.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("OPS_DATA") or BASE_DIR / ".data")


def _secrets() -> dict[str, str]:
    path = DATA_DIR / "secrets.env"
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


_stored = _secrets()


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name) or _stored.get(name) or default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. Run `make run` once, or set it in the environment.")
    return value


def flag(name: str, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, it says {value!r}.")
    return value in {"1", "true", "yes"}


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, it says {value!r}.")
    return int(value)


def origin(url: str) -> str:
    """'https://id.example' of 'https://id.example/realms/shop'."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def words(name: str, default: str) -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(url: str) -> dict[str, object]:
    """postgresql://user:password@host:port/name, or ?host=/socket/folder for a socket."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    if parts.scheme not in {"postgres", "postgresql"} or len(parts.path) < 2:
        raise ImproperlyConfigured("A database URL reads postgresql://user:password@host:port/name.")
    return {
        "ENGINE": "ops.db",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": query.get("port") or str(parts.port or ""),
    }


def login(url: str) -> str:
    """The login name in a database URL."""
    return str(database(url)["USER"])


def mailer(url: str) -> dict[str, object]:
    """smtp://user:password@host:587 (STARTTLS), smtps://… (TLS from the start), smtp+plain://… (no TLS)."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+plain"} or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL reads smtp://user:password@host:587, smtps:// or smtp+plain://.")
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": parts.port or {"smtp": 587, "smtps": 465, "smtp+plain": 25}[parts.scheme],
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_tls": parts.scheme == "smtp",
            "use_ssl": parts.scheme == "smtps",
            "timeout": 20,
        },
    }
