"""What an address or a form says is read as what is meant, or as nothing."""

from datetime import date

import pytest
from django.http import Http404
from hypothesis import given as for_any
from hypothesis import strategies as st

from ops.given import id_of, month_of, plain, version_of, whole


@pytest.mark.parametrize("text", ["", " 1", "1 ", "+1", "-1", "1.0", "1_0", "²", "٣", "1" * 19, "1\x00"])
def test_what_is_no_plain_number_is_no_id(text):
    assert id_of(text) is None


def test_every_id_fits_its_column():
    assert id_of("9" * 18) == 999_999_999_999_999_999 < 2**63
    assert version_of({"version": "9" * 9}) == 999_999_999 < 2**31
    assert version_of({"version": "9" * 10}) is None
    assert version_of({}) is None
    assert version_of({"version_7": "3"}, "version_7") == 3


@for_any(st.text(max_size=25))
def test_any_text_is_a_number_that_writes_itself_so_or_none(text):
    number = whole(text, digits=18)

    assert number is None or (number >= 0 and str(number) == (text.lstrip("0") or "0"))


def test_a_month_is_its_first_day():
    assert month_of("2026-11") == date(2026, 11, 1)
    assert month_of("").day == 1


@pytest.mark.parametrize("text", ["2026", "2026-13", "0001-01", "9999-12", "26-11", "٢٠٢٦-١١", "last month"])
def test_what_is_no_month_of_a_shop_is_a_page_that_is_not_there(text):
    with pytest.raises(Http404, match="Write it like 2026-11"):
        month_of(text)


def test_a_null_byte_is_left_out_of_what_is_looked_for():
    assert plain("manager\x00") == "manager"
