"""Phone numbers as people write them, to E.164 in the shop's country."""

import phonenumbers
from django.conf import settings

from ops.errors import Refused


def to_e164(written: str, country: str | None = None) -> str | None:
    """None for a blank. Raises Refused for what cannot be a phone number."""
    text = written.strip()
    if not text:
        return None
    try:
        number = phonenumbers.parse(text, country or settings.SHOP_COUNTRY)
    except phonenumbers.NumberParseException as error:
        raise Refused(f"“{text}” is not a phone number. Write it like 0300 1234567.", field="phone") from error
    if not phonenumbers.is_possible_number(number):
        raise Refused(f"“{text}” has too few or too many digits for a phone number.", field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
