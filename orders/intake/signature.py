"""Signatures after the Standard Webhooks specification: HMAC-SHA256 over `id.timestamp.body`, base64, `v1,…`.

The three headers are webhook-id, webhook-timestamp (seconds since 1970) and webhook-signature, which may hold several
signatures with a space between them while a sender changes its secret.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Iterable

TOLERANCE = 5 * 60  # seconds a delivery's own time may differ from ours
_PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def new_public() -> str:
    return secrets.token_hex(8)


def sign(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """Raises ValueError for a secret that is not one."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("A secret is whsec_ and base64.") from error
    digest = hmac.digest(key, f"{message}.{timestamp}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(digest).decode()


def is_signed(given: str, known: Iterable[str], message: str, timestamp: int, body: bytes) -> bool:
    """Whether any of the given signatures is by any of the secrets that still work; compared in constant time."""
    offered = [one.encode() for one in given.split()[:10]]
    right = [sign(secret, message, timestamp, body).encode() for secret in known]
    return any(hmac.compare_digest(one, expected) for one in offered for expected in right)
