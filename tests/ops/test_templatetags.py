"""The shared tags say exactly what people read: money, days, names, icons."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template

from ops import clock
from ops.templatetags import ops as tags

NOW = datetime(2026, 11, 21, 9, 5, tzinfo=UTC)  # 14:05 in Karachi


@pytest.fixture
def at_two_in_the_afternoon(monkeypatch, settings):
    settings.TIME_ZONE, settings.DAY_RESET_MINUTES = "Asia/Karachi", 300
    monkeypatch.setattr(clock, "now", lambda: NOW)


@dataclass
class Person:
    name: str
    email: str = "somebody@shop.example"

    def get_full_name(self) -> str:
        return self.name

    def __str__(self) -> str:
        return self.email


def render(text: str, **context: object) -> str:
    return Template("{% load ops %}" + text).render(Context(context))


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (Decimal("1234.5"), "PKR", "Rs\u00a01,234.50"),
        (Decimal("1234.5"), "USD", "$1,234.50"),
        (Decimal("-0.5"), "USD", "−$0.50"),
        (Decimal("-1234567.891"), "PKR", "−Rs\u00a01,234,567.89"),
        (Decimal(0), "PKR", "Rs\u00a00.00"),
        (Decimal("-0.001"), "PKR", "Rs\u00a00.00"),
        (Decimal("2.005"), "USD", "$2.01"),
        (Decimal("1234.5"), "JPY", "¥1,235"),
        (Decimal("1.2345"), "KWD", "KWD\u00a01.235"),
        (Decimal(999), "CHF", "CHF\u00a0999.00"),
        (12, "USD", "$12.00"),
        (0.1, "USD", "$0.10"),
        (None, "USD", "—"),
        ("", "USD", "—"),
        ("much", "USD", "—"),
    ],
)
def test_money_shows_sign_groups_and_the_decimals_of_its_currency(amount, currency, shown):
    assert tags.money(amount, currency) == shown


def test_money_takes_the_currency_of_the_shop_when_none_is_given(settings):
    settings.SHOP_CURRENCY = "GBP"

    assert tags.money(Decimal(5)) == "£5.00"
    assert tags.money0(Decimal("5.5")) == "£6"


def test_cards_show_money_without_decimals():
    assert tags.money0(Decimal("1234.50"), "PKR") == "Rs\u00a01,235"
    assert tags.money0(Decimal("-1234.49"), "PKR") == "−Rs\u00a01,234"


@pytest.mark.parametrize(
    ("digits", "lakh", "shown"),
    [
        ("7", True, "7"),
        ("999", True, "999"),
        ("1000", True, "1,000"),
        ("99999", True, "99,999"),
        ("100000", True, "1,00,000"),
        ("1234567", True, "12,34,567"),
        ("123456789", True, "12,34,56,789"),
        ("123456789", False, "123,456,789"),
    ],
)
def test_digits_are_grouped_by_thousand_or_by_lakh(digits, lakh, shown):
    assert tags.grouped(digits, lakh=lakh) == shown


def test_lakh_is_an_option_of_the_tag_and_a_setting(settings):
    assert render('{% money a "PKR" lakh=True %}', a=Decimal(1234567)) == "Rs\u00a012,34,567.00"
    settings.SHOP_LAKH = True
    assert tags.money0(Decimal(1234567), "PKR") == "Rs\u00a012,34,567"
    assert render('{% money a "PKR" whole=True lakh=False %}', a=Decimal(1234567)) == "Rs\u00a01,234,567"


def test_nothing_owed_is_a_grey_dash():
    assert tags.balance(Decimal("0.00"), "USD") == '<span class="dim">—</span>'
    assert tags.balance(None, "USD") == '<span class="dim">—</span>'
    assert tags.balance(Decimal("0.004"), "USD") == '<span class="dim">—</span>'
    assert tags.balance(Decimal(-12), "USD") == "−$12.00"


def test_an_amount_field_steps_by_the_minor_unit():
    assert [tags.money_step(code) for code in ("PKR", "JPY", "KWD")] == ["0.01", "1", "0.001"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 12, 4), "4 Dec"),
        (date(2025, 12, 4), "4 Dec 2025"),
        (datetime(2026, 12, 4, 20, 0, tzinfo=UTC), "5 Dec"),
        (datetime(2025, 12, 31, 20, 0, tzinfo=UTC), "1 Jan"),
        (None, "—"),
    ],
)
def test_a_day_names_its_year_only_when_it_is_another(at_two_in_the_afternoon, value, shown):
    assert tags.day(value) == shown


def test_a_moment_is_told_in_the_zone_of_the_shop(at_two_in_the_afternoon):
    assert tags.moment(NOW) == "21 Nov, 14:05"
    assert tags.moment(None) == "—"


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        (timedelta(seconds=0), "just now"),
        (timedelta(seconds=44), "just now"),
        (timedelta(seconds=45), "1 min ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=3, minutes=59), "3 h ago"),
        (timedelta(hours=15), "yesterday"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=7), "14 Nov"),
        (timedelta(days=365), "21 Nov 2025"),
        (timedelta(minutes=-10), "21 Nov, 14:15"),
    ],
)
def test_ago_uses_the_shortest_true_words(at_two_in_the_afternoon, before, shown):
    assert tags.ago(NOW - before) == shown
    assert tags.ago(None) == "—"


def test_a_time_element_carries_the_exact_moment(at_two_in_the_afternoon):
    shown = tags.when(NOW - timedelta(hours=2))

    assert shown == '<time datetime="2026-11-21T07:05:00+00:00" title="21 Nov, 12:05">2 h ago</time>'
    assert tags.when(None) == "—"


def test_a_promise_is_red_once_it_passed_and_amber_today(at_two_in_the_afternoon):
    assert tags.due(date(2026, 11, 20)) == '<span class="due late">20 Nov</span>'
    assert tags.due(date(2026, 11, 21)) == '<span class="due today">Today</span>'
    assert tags.due(date(2026, 11, 22)) == '<span class="due">22 Nov</span>'
    assert tags.due(None) == '<span class="due dim">—</span>'


@pytest.mark.parametrize(
    ("who", "letters"),
    [
        (Person("Omar Aziz"), "OA"),
        (Person("Ayesha bint Siddiqui"), "AS"),
        (Person(""), "S"),
        ("hira.baig@shop.example", "HB"),
        ("Łukasz", "Ł"),
        ({"name": "Sadia Noor"}, "SN"),
        (None, "S"),
        ("---", "?"),
    ],
)
def test_a_person_is_at_most_two_letters(who, letters):
    assert tags.initials(who) == letters


def test_a_name_in_an_avatar_cannot_bring_markup():
    shown = tags.avatar(Person('<b onload="x">Eve</b> Hill'), "big")

    assert shown == '<span class="ava big" title="&lt;b onload=&quot;x&quot;&gt;Eve&lt;/b&gt; Hill">OH</span>'


def test_nobody_is_the_system():
    assert tags.person(None) == "System"
    assert tags.person(Person("")) == "somebody@shop.example"


def test_an_icon_is_silent_unless_it_has_a_label():
    sprite = tags.static("dist/icons.svg")

    assert tags.icon("truck") == f'<svg class="i" aria-hidden="true"><use href="{sprite}#truck"/></svg>'
    assert tags.icon("zap", "i-s", label="Rush") == (
        f'<svg class="i i-s" role="img" aria-label="Rush"><use href="{sprite}#zap"/></svg>'
    )


def test_a_glyph_comes_by_name_or_from_a_stage():
    @dataclass
    class Stage:
        glyph: str

    sprite = tags.static("dist/icons.svg")
    shown = f'<svg class="glyph st-ready" aria-hidden="true"><use href="{sprite}#g-ready"/></svg>'

    assert tags.glyph("ready") == shown
    assert tags.glyph(Stage("ready")) == shown


def test_a_value_is_found_by_a_variable_key():
    assert render("{{ totals|item:key }}", totals={"ready": 3}, key="ready") == "3"
    assert render("{{ totals|item:key }}", totals=None, key="ready") == ""
