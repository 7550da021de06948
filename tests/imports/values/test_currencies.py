"""A currency beside an amount is taken off it and named; a sign that several share is never guessed."""

import pytest

from ops.imports.problems import Unreadable
from ops.imports.values.currencies import code_of, parted, same


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("Rs. 1,234.50", "1,234.50", "Rs"), ("Rs.500", "500", "Rs"), ("₨ 500", "500", "₨"), ("PKR 5", "5", "PKR"),
        ("5 PKR", "5", "PKR"), ("KSh 1,200", "1,200", "KES"), ("AED12", "12", "AED"), ("5,00 €", "5,00", "EUR"),
        ("£1.50", "1.50", "£"), ("$-5", "-5", "$"), ("-$5", "-5", "$"), ("($5.00)", "(5.00)", "$"),
        ("US$ 5", "5", "USD"), ("5 TL", "5", "TRY"), ("Rs.1,500/-", "1,500", "Rs"), ("usd 5", "5", "USD"),
        ("12.50", "12.50", ""), ("12 pcs", "12 pcs", ""), ("Euro", "Euro", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_an_amount_is_parted_from_its_currency(cell, amount, currency):
    assert parted(cell) == (amount, currency)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("usd", "USD"), ("€", "EUR"), ("KSh", "KES"), ("Euro", "EUR"), ("USD - US Dollar", "USD"), ("₹", "INR")],
)
def test_a_currency_is_its_three_letters(cell, code):
    assert code_of(cell) == code


def test_a_shared_sign_is_the_shops_own_or_asked_for():
    assert code_of("Rs", "PKR") == "PKR"
    with pytest.raises(Unreadable, match="“Rs” is the sign of PKR, INR, LKR, NPR"):
        code_of("Rs", "EUR")
    with pytest.raises(Unreadable, match="three letters"):
        code_of("Taler")


def test_a_sign_agrees_with_each_currency_that_has_it():
    assert same("$", "USD") and same("$", "CAD") and same("", "EUR") and same("EUR", "EUR")
    assert not same("$", "EUR") and not same("USD", "EUR")
