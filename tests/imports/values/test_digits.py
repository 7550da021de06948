"""Numbers, dates and phones in the digits of other scripts."""

from datetime import date
from decimal import Decimal

import pytest

from ops.imports.values.digits import western
from orders.models import Order, OrderLine
from tests.imports.pipeline import bring, checked, loaded, sums


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("۱۲۳", "123"),
        ("١٢٣٫٥٠", "123.50"),
        ("१२३", "123"),
        ("۲۰٪", "20%"),
        ("Rs ۱,۲۳۴", "Rs 1,234"),
        ("۱٫۲۵۰", "1.2500"),  # a fourth decimal: never 1,250
        ("١٢٫٥٠٠ Rs", "12.5000 Rs"),
        ("१٫२५००", "1.2500"),
        ("café 7", "café 7"),
    ],
)
def test_digits_of_other_scripts_are_the_same_numbers(cell, read):
    assert western(cell) == read


@pytest.mark.django_db
def test_a_sheet_in_urdu_digits_is_read_like_any_other(cast, as_person):
    sheet = (
        "آرڈر نمبر,تاریخ,گاہک,فون,چیز,تعداد,کل رقم\n"
        'U-1,۲۵/۱۰/۲۰۲۶,Imran,۰۳۰۰ ۱۲۳۴۵۶۷,کرسی ۱۲,۲,"۱,۲۵۰٫۵۰"\n'
        "U-2,۲۶/۱۰/۲۰۲۶,Sadia,۰۳۰۱ ۷۶۵۴۳۲۱,میز,۱,Rs ۹۰۰\n"
    )
    with as_person(cast.manager):
        batch = checked(bring(cast.manager, ("urdu.csv", sheet.encode())))
        assert (batch.questions, batch.problems) == ([], [])
        loaded(batch, cast.manager)

        assert sums()["amount"] == Decimal("2150.50")
        assert sums()["pieces"] == 3
        assert Order.objects.order_by("placed_at").values_list("placed_on", flat=True)[0] == date(2026, 10, 25)
        assert OrderLine.objects.filter(description="کرسی ۱۲").exists()  # words keep their own digits
