"""Seals what must be read again - second factors, keys of storefronts - with keys that are not in the database.

A stolen backup then holds nothing that works. Each purpose has keys of its own, derived from the installation's secret;
older secrets (OPS_SECRET_KEY_FALLBACKS) still open what they sealed.
"""

import base64
import hashlib
from collections.abc import Iterator
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(text: str, purpose: str) -> str:
    return _vault(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """Raises cryptography.fernet.InvalidToken for what was not sealed here for this purpose."""
    return _vault(purpose).decrypt(sealed.encode()).decode()


@cache
def _vault(purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in _keys(purpose)])


def _keys(purpose: str) -> Iterator[bytes]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        derived = hashlib.blake2b(str(secret).encode(), person=purpose.encode(), digest_size=32).digest()
        yield base64.urlsafe_b64encode(derived)
