"""The business day, and its twin in SQL (T1): for every hour of a year in three zones, daylight saving included."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from ops import clock
from ops.db.actor import acting_as, door

KARACHI, LONDON, KOLKATA = ZoneInfo("Asia/Karachi"), ZoneInfo("Europe/London"), ZoneInfo("Asia/Kolkata")
SHOPS = [(KARACHI, 300), (LONDON, 240), (KOLKATA, 300)]


@pytest.mark.parametrize(
    ("local", "day"),
    [("2026-03-02 04:59:59", "2026-03-01"), ("2026-03-02 05:00:00", "2026-03-02"), ("2026-03-02 23:59", "2026-03-02"),
     ("2026-01-01 00:30", "2025-12-31")],
)  # fmt: skip
def test_the_day_begins_at_five_in_karachi(local, day):
    instant = datetime.fromisoformat(local).replace(tzinfo=KARACHI)

    assert clock.business_day(instant) == date.fromisoformat(day)


def test_in_london_the_day_begins_at_four_by_the_clock_on_the_wall_in_summer_too():
    winter, summer = datetime(2026, 1, 10, 4, 0, tzinfo=LONDON), datetime(2026, 7, 10, 3, 59, tzinfo=LONDON)

    assert clock.business_day(winter, in_zone=LONDON, reset_minutes=240) == date(2026, 1, 10)
    assert clock.business_day(summer, in_zone=LONDON, reset_minutes=240) == date(2026, 7, 9)


@pytest.mark.parametrize(("zone", "reset"), SHOPS, ids=["karachi", "london", "kolkata"])
def test_sql_and_python_agree_for_every_hour_of_a_year(db, zone, reset):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with acting_as(door()), connection.cursor() as cursor:
        cursor.execute(
            "select t, ops.business_day(t, %s, %s) from generate_series(%s::timestamptz, %s::timestamptz, '1 hour') t",
            [zone.key, reset, start, start + timedelta(days=365)],
        )
        rows = cursor.fetchall()

    assert len(rows) == 365 * 24 + 1
    assert [(t, day) for t, day in rows if clock.business_day(t, in_zone=zone, reset_minutes=reset) != day] == []


def test_the_shops_own_day_is_the_same_in_sql(db):
    with acting_as(door()), connection.cursor() as cursor:
        cursor.execute("select ops.shop_day(ops.now())")
        assert cursor.fetchone() == (clock.today(),)


@given(
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2060, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(SHOPS),
)
def test_a_day_is_within_a_day_of_the_wall_and_never_ahead_of_it(instant, shop):
    zone, reset = shop
    wall = instant.astimezone(zone)

    assert clock.business_day(instant, in_zone=zone, reset_minutes=reset) in {
        wall.date(),
        wall.date() - timedelta(days=1),
    }


def test_python_can_be_moved_for_the_demo_and_comes_back():
    then = datetime(2020, 2, 2, 12, tzinfo=UTC)

    with clock.moved_to(then):
        assert (clock.now(), clock.today()) == (then, date(2020, 2, 2))
    assert clock.now() > datetime(2026, 1, 1, tzinfo=UTC)
