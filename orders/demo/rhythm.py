"""When a shop like this one is busy: the week, the month, weddings, the two Eids, and growing all the while."""

from bisect import bisect
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

OPENS, CLOSES = 10, 20
FRIDAY, SUNDAY = 4, 6

# Monday first. Friday afternoon is for prayer; on Sunday the shop is closed, and the telephone is not.
_WEEK = (1.0, 1.0, 0.95, 1.05, 0.7, 1.35, 0.35)
# January first: weddings in the winter, the rains in July and August.
_SEASON = (1.15, 1.1, 1.0, 0.95, 0.9, 0.85, 0.8, 0.8, 0.95, 1.05, 1.2, 1.3)
# First days of Eid ul-Fitr and Eid ul-Azha in Pakistan, as the calendar expects them.
_EIDS = (
    date(2025, 3, 31), date(2025, 6, 7), date(2026, 3, 20), date(2026, 5, 27), date(2027, 3, 10), date(2027, 5, 17),
    date(2028, 2, 27), date(2028, 5, 5), date(2029, 2, 15), date(2029, 4, 24), date(2030, 2, 5), date(2030, 4, 14),
)  # fmt: skip
_HOURS = (1.3, 1.4, 1.2, 0.6, 0.7, 1.0, 1.3, 1.5, 1.3, 0.9)  # from ten to eight: the hour after lunch is quiet


def is_holiday(day: date) -> bool:
    return any(eid <= day < eid + timedelta(days=3) for eid in _EIDS)


def is_closed(day: date) -> bool:
    """Nothing is made, sent or delivered."""
    return day.weekday() == SUNDAY or is_holiday(day)


def busyness(day: date, since: date, days: int) -> float:
    """How many orders come on this day, against a usual one."""
    if is_holiday(day):
        return 0.1
    before_eid = any(0 < (eid - day).days <= 21 for eid in _EIDS)
    payday = 1.2 if day.day <= 6 else 1.0
    grown = 0.7 + 0.6 * (day - since).days / max(days, 1)
    return _WEEK[day.weekday()] * _SEASON[day.month - 1] * payday * grown * (1.5 if before_eid else 1.0)


def placing_times(random: Random, now: datetime, days: int, count: int) -> list[datetime]:
    """`count` moments of the last `days`, in the hours and on the days when people buy."""
    since = now.date() - timedelta(days=days)
    every = [since + timedelta(days=number) for number in range(days + 1)]
    sums = list(accumulate(busyness(day, since, days) for day in every))
    hours = list(accumulate(_HOURS))
    found: list[datetime] = []
    while len(found) < count:
        day = every[bisect(sums, random.random() * sums[-1])]
        hour = OPENS + bisect(hours, random.random() * hours[-1])
        at = datetime.combine(day, time(hour, random.randrange(60), random.randrange(60)), now.tzinfo)
        if at < now - timedelta(minutes=20):
            found.append(at)
    return sorted(found)


def at_work(at: datetime, random: Random) -> datetime:
    """Then, or when the shop is open next: at night, on Sundays and over Eid nobody works."""
    if OPENS <= at.hour < CLOSES and not is_closed(at.date()):
        return at
    day = at.date() + timedelta(days=int(at.hour >= CLOSES))
    while is_closed(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(OPENS), at.tzinfo) + timedelta(minutes=random.randint(1, 150))


def work_days_after(day: date, count: int) -> date:
    """The day on which `count` more working days have passed."""
    while count > 0:
        day += timedelta(days=1)
        count -= not is_closed(day)
    return day
