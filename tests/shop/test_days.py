"""On which days the shop works; holidays by form and by paste."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from ops.errors import Refused
from ops.models import Event
from ops.shop import actions, is_working_day, next_working_day, working_days_between
from ops.shop.models import Holiday

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2027, 1, day) for day in (1, 2, 3, 4))


def test_weekdays_by_rule_less_the_holidays(cast, as_person):
    with as_person(cast.manager):
        assert [is_working_day(day) for day in (FRIDAY, SATURDAY, SUNDAY, MONDAY)] == [True, True, False, True]

        actions.add_holidays([(MONDAY, "Founder's day")], by=cast.manager)
        assert (is_working_day(MONDAY), next_working_day(SATURDAY)) == (False, date(2027, 1, 5))
        actions.remove_holiday(Holiday.objects.get(), by=cast.manager)
        actions.remove_holiday(Holiday(pk=1, day=MONDAY), by=cast.manager)
        assert is_working_day(MONDAY)

        actions.change_setting("calendar.working_days", [0, 1, 2, 3, 4], by=cast.manager)
        assert [is_working_day(day) for day in (SATURDAY, SUNDAY)] == [False, False]


def test_working_days_are_counted_with_halves_and_both_ways(cast, as_person):
    with as_person(cast.manager):
        assert working_days_between(FRIDAY, MONDAY) == 2
        actions.change_setting("calendar.half_days", [5], by=cast.manager)
        assert working_days_between(FRIDAY, MONDAY) == Decimal("1.5")
        assert working_days_between(MONDAY, FRIDAY) == Decimal("-1.5")
        assert working_days_between(MONDAY, MONDAY) == 0


def test_holidays_are_known_to_all_and_kept_by_who_keeps_the_calendar(cast, as_person):
    with as_person(cast.manager):
        actions.add_holidays([(FRIDAY, "New year"), (MONDAY, "Bridge")], by=cast.manager)
        assert actions.add_holidays([(FRIDAY, "New Year's Day")], by=cast.manager) == 0
        assert Event.objects.get(kind="shop.holidays_added").data["days"] == "1 Jan 2027 New year, 4 Jan 2027 Bridge"
    with as_person(cast.agent):
        assert [str(one) for one in Holiday.objects.all()] == ["New Year's Day", "Bridge"]
        with pytest.raises(Refused, match="may not change the days"):
            actions.add_holidays([(SUNDAY, "x")], by=cast.agent)
        for sql in ("insert into shop_holiday (day, name) values ('2027-05-01', 'x')", "delete from shop_holiday",
                    "update shop_holiday set name = 'x'"):  # fmt: skip
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)
        assert Holiday.objects.count() == 2


def test_a_year_is_pasted_and_what_cannot_be_read_is_said_by_line(cast, as_person, client_of):
    browser = client_of(cast.manager)

    bad = browser.post(
        "/rules/holidays/", {"rows": "day,name\n2027-03-23,Pakistan Day\n31/02/2027,No day\n1 May 2027,"}
    )
    assert bad.status_code == 422
    text = bad.content.decode()
    assert "Line 3: “31/02/2027” is not a day." in text
    assert "Line 4: 1 May 2027 needs a name." in text
    good = browser.post(
        "/rules/holidays/", {"rows": "2027-03-23,Pakistan Day\r01/05/2027,Labour Day\n\n14 Aug 2027,Independence Day"}
    )
    assert good.status_code == 302

    with as_person(cast.manager):
        assert [f"{one.day} {one.name}" for one in Holiday.objects.all()] == [
            "2027-03-23 Pakistan Day", "2027-05-01 Labour Day", "2027-08-14 Independence Day",
        ]  # fmt: skip
        pk = Holiday.objects.get(day="2027-05-01").pk
    assert "Labour Day" in browser.get("/rules/holidays/").content.decode()
    assert browser.post(f"/rules/holidays/{pk}/remove/").status_code == 302
    browser.get("/rules/holidays/")  # says once that it is gone
    assert "Labour Day" not in browser.get("/rules/holidays/").content.decode()
