"""Digits of other scripts are the same numbers: ۱۲۳ of Urdu, ١٢٣ of Arabic and १२३ of Hindi are 123."""

_ZEROS = "\u0660\u06f0\u0966\u09e6"  # Arabic, Urdu and Persian, Devanagari, Bengali
_DIGITS = {ord(zero) + value: str(value) for zero in _ZEROS for value in range(10)}
_MARKS = {ord("\u066b"): ".", ord("\u066a"): "%"}  # the decimal mark and the percent sign that go with them
_WESTERN = _DIGITS | _MARKS


def western(cell: str) -> str:
    """The cell of a number, a date or a phone, with the digits that are read here; a thousands mark stays."""
    return cell if cell.isascii() else cell.translate(_WESTERN)
