"""The shop's rates: kept, corrected, removed by who may; one a day; lines that cannot be read are named."""
# ruff: noqa: E501

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from ops import clock
from ops.db.actor import acting_as, for_user
from ops.errors import Conflict, Refused
from ops.imports.problems import Unreadable
from ops.models import Event
from ops.rates.actions import RateLine, correct_rate, keep_rates, remove_rate
from ops.rates.forms import RatesForm, read_line
from ops.rates.models import ExchangeRate
from ops.rates.queries import rate_on

DAY = date(2026, 1, 5)


def line(day: date = DAY, currency: str = "USD", rate: str = "278.5") -> RateLine:
    return RateLine(day, currency, Decimal(rate))


def kept() -> list[tuple[str, date, Decimal]]:
    return list(ExchangeRate.objects.order_by("day", "currency").values_list("currency", "day", "rate"))


def test_rates_are_kept_and_the_same_again_changes_nothing(cast, as_person):
    with as_person(cast.finance):
        assert keep_rates([line(), line(currency="EUR", rate="301.25")], by=cast.finance) == (2, 0)
        assert keep_rates([line()], by=cast.finance) == (0, 0)
        assert keep_rates([line(rate="279"), line(date(2026, 1, 6))], by=cast.finance) == (1, 1)

        one = ExchangeRate.objects.get(day=DAY, currency="USD")
        assert (one.rate, one.by_id, one.history.count()) == (279, cast.finance.pk, 2)
        said = [event.data["said"] for event in Event.objects.filter(kind="rates.kept").order_by("pk")]
        assert said == ["USD 278.5 on 5 Jan 2026, EUR 301.25 on 5 Jan 2026", "USD 279 on 5 Jan 2026, USD 278.5 on 6 Jan 2026"]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "at least one line"), ([line(currency="PKR")], "the shop's own currency"),
        ([line(currency="QQQ")], "no currency in use"), ([line(rate="0")], "more than zero"),
        ([line(rate="-1")], "more than zero"), ([line(rate="0.000000001")], "eight decimals"),
        ([line(rate="NaN")], "more than zero"), ([line(clock.today() + timedelta(days=2))], "has not come yet"),
        ([line(), line(rate="279")], "stands twice on 5 Jan 2026"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_rate_is_refused_and_nothing_is_kept(cast, as_person, lines, sentence):
    with as_person(cast.manager):
        with pytest.raises(Refused, match=sentence):
            keep_rates(lines, by=cast.manager)
        assert kept() == []


def test_the_last_rate_on_or_before_a_day_holds(cast, as_person):
    with as_person(cast.manager):
        keep_rates([line(), line(date(2026, 1, 20), rate="280")], by=cast.manager)
        days = [date(2026, 1, 4), DAY, date(2026, 1, 19), date(2026, 1, 20), date(2027, 1, 1)]
        expected = [None, Decimal("278.5"), Decimal("278.5"), Decimal(280), Decimal(280)]

        assert [rate_on("USD", day) for day in days] == expected
        assert (rate_on("PKR", DAY), rate_on("EUR", DAY)) == (1, None)
        with connection.cursor() as cursor:
            cursor.execute(
                "select ops.rate_on('USD', d) from unnest(%s::date[]) with ordinality u(d, n) order by n", [days]
            )
            assert [row[0] for row in cursor.fetchall()] == expected


def test_a_rate_is_corrected_as_it_was_seen_and_removed(cast, as_person):
    with as_person(cast.manager):
        keep_rates([line()], by=cast.manager)
        one = ExchangeRate.objects.get()

        with pytest.raises(Conflict, match=r"set the rate of USD of 5 Jan 2026 to 278\.5 just now"):
            correct_rate(one, Decimal(280), by=cast.manager, seen=Decimal(277))
        correct_rate(one, Decimal(280), by=cast.manager, seen=Decimal("278.5"))
        assert kept() == [("USD", DAY, 280)]
        with pytest.raises(Refused, match="more than zero"):
            correct_rate(one, Decimal(0), by=cast.manager)
        remove_rate(one, by=cast.manager)
        remove_rate(one, by=cast.manager)
        assert kept() == []
        with pytest.raises(Conflict, match="removed the rate"):
            correct_rate(one, Decimal(280), by=cast.manager)
        assert Event.objects.filter(kind="rates.removed").count() == 1


def test_who_may_not_keep_rates_is_refused_by_the_verb_and_by_the_database(cast, as_person):
    with as_person(cast.manager):
        keep_rates([line()], by=cast.manager)
    with as_person(cast.accountant):
        assert len(kept()) == 1
        with pytest.raises(Refused, match="may not keep exchange rates"):
            keep_rates([line(rate="1")], by=cast.accountant)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            ExchangeRate.objects.update(rate=1)
    with as_person(cast.production), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        kept()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_paste_the_same_days_the_second_finds_them_there(cast):
    counts: dict[str, tuple[int, int]] = {}
    first_has_it, second_waits = threading.Event(), threading.Event()

    def pastes(name, person, rate):
        with acting_as(for_user(person)):
            if name == "second":
                first_has_it.wait(10)
                second_waits.set()
            with transaction.atomic():
                counts[name] = keep_rates([line(rate=rate)], by=person)
                if name == "first":
                    first_has_it.set()
                    second_waits.wait(10)
        connection.close()

    both = [threading.Thread(target=pastes, args=said)
            for said in (("first", cast.manager, "278"), ("second", cast.finance, "279"))]  # fmt: skip
    for one in both:
        one.start()
    for one in both:
        one.join(20)

    assert counts == {"first": (1, 0), "second": (0, 1)}
    with acting_as(for_user(cast.manager)):
        assert kept() == [("USD", DAY, 279)]


# --- lines ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["2026-01-05 USD 278.5", "2026-01-05,USD,278.50", "05/01/2026;usd;278.5", "5 Jan 2026\tUSD\t278.5", " 2026-01-05  USD   278.5 "],
)  # fmt: skip
def test_a_line_is_read_as_people_write_it(text):
    assert read_line(text) == line()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2026-01-05 278.5", "names no currency"), ("USD 2026-01-05 278.5", "has no day"),
        ("2026-02-30 USD 278.5", "“2026-02-30” is not a day"), ("2026-01-05 USD", "one rate behind the currency"),
        ("2026-01-05 USD 278,5", "one rate behind the currency"), ("2026-01-05 USD lots", "“lots” is not a rate"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_says_what_is_missing(text, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read_line(text)


def test_problems_of_a_paste_are_named_by_line():
    form = RatesForm({"rows": "Day,Currency,Rate\n2026-01-05,USD,278.5\n\n2026-01-06,PKR,1\n2026-01-07,USD,?"})

    assert not form.is_valid()
    assert form.errors["rows"] == [
        "Line 4: PKR is the shop's own currency and needs no rate.", "Line 5: “?” is not a rate; write it like 278.5.",
    ]  # fmt: skip


# --- the page ---------------------------------------------------------------------------------------------------


def test_rates_are_pasted_corrected_and_removed_on_their_page(client_of, cast, as_person):
    browser = client_of(cast.finance)
    assert "No rates are kept yet" in browser.get("/rates/").content.decode()

    refused = browser.post("/rates/", {"rows": "2026-01-05 USD"})
    assert (refused.status_code, "one rate behind the currency" in refused.content.decode()) == (422, True)
    assert browser.post("/rates/", {"rows": "2026-01-05 USD 278.5\n2026-01-06 EUR 301"}).status_code == 302
    with as_person(cast.finance):
        one = ExchangeRate.objects.get(currency="USD")

    text = browser.get(f"/rates/?currency=USD&correct={one.pk}").content.decode()
    assert "278.5" in text and f'action="/rates/{one.pk}/"' in text and "301" not in text
    stale = browser.post(f"/rates/{one.pk}/", {"rate": "280", "seen": "270"})
    assert (stale.status_code, "just now" in stale.content.decode()) == (409, True)
    assert browser.post(f"/rates/{one.pk}/", {"rate": "280,5", "seen": "278.5"}).status_code == 422
    assert browser.post(f"/rates/{one.pk}/", {"rate": "280.5", "seen": "278.50000000"}).status_code == 302
    assert browser.post(f"/rates/{one.pk}/remove/").status_code == 302
    with as_person(cast.finance):
        assert kept() == [("EUR", date(2026, 1, 6), 301)]


def test_who_reads_rates_has_no_form_and_who_sees_no_money_no_page(client_of, cast):
    text = client_of(cast.accountant).get("/rates/").content.decode()
    assert "Add rates" not in text
    client_of(cast.accountant).post("/rates/", {"rows": "2026-01-05 USD 278.5"})
    assert "No rates are kept yet" in client_of(cast.accountant).get("/rates/").content.decode()
    assert client_of(cast.production).get("/rates/").status_code in {403, 404}
