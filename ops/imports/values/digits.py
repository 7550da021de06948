"""Digits of other scripts are the same numbers: ۱۲۳ of Urdu, ١٢٣ of Arabic and १२३ of Hindi are 123."""

import re

_ZEROS = "\u0660\u06f0\u0966\u09e6"  # Arabic, Urdu and Persian, Devanagari, Bengali
_DIGITS = {ord(zero) + value: str(value) for zero in _ZEROS for value in range(10)}
_MARKS = {ord("\u066b"): ".", ord("\u066a"): "%"}  # the decimal mark and the percent sign that go with them
_WESTERN = _DIGITS | _MARKS
_THREE = re.compile(r"(?<!\d)(\d{1,3}\u066b\d{3})(?!\d)")


def western(cell: str) -> str:
    """The cell of a number, a date or a phone, with the digits that are read here; a thousands mark stays.

    The decimal mark of Arabic never parts thousands: with a fourth decimal, ۱٫۲۵۰ cannot be read as 1,250.
    """
    if cell.isascii():
        return cell
    if "\u066b" in cell:
        cell = _THREE.sub(r"\g<1>0", cell)
    return cell.translate(_WESTERN)
