"""What the server of the browser tests runs on: the product's settings, with cheap hashes for the cast."""

from ops.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A worker signs everybody in from one address within seconds.
ACCOUNT_RATE_LIMITS = {**ACCOUNT_RATE_LIMITS, "login": "300/m/ip"}  # noqa: F405
DEMO = True  # /mail/ is among the pages that are looked at
