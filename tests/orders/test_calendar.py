"""The calendar of promises: days, stages, and only what the person may see."""

from datetime import timedelta

from ops import clock
from tests import make


def test_each_day_counts_what_is_promised_by_stage_and_links_to_the_rows(cast, client_of):
    day = clock.today() + timedelta(days=1)
    make.order(cast.agent, promise_on=day)
    make.order_in("in_production", cast.agent, cast.production, promise_on=day)
    client = client_of(cast.manager)

    html = client.get(f"/orders/calendar/?month={day:%Y-%m}").content.decode()

    assert f'aria-label="2 promised for {day.day} {day:%B}"' in html
    link = f"/orders/list/?promised_from={day}&amp;promised_to={day}&amp;cancelled=0"
    assert link in html
    rows = client.get(link.replace("&amp;", "&")).content.decode()
    assert rows.count('<tr id="row-') == 2


def test_an_agent_sees_own_promises_and_the_floor_those_in_work(cast, client_of):
    day = clock.today() + timedelta(days=1)
    make.order(cast.other_agent, promise_on=day)
    make.order_in("in_production", cast.other_agent, cast.production, promise_on=day)
    url = f"/orders/calendar/?month={day:%Y-%m}"

    assert "promised for" not in client_of(cast.agent).get(url).content.decode()
    assert f'aria-label="1 promised for {day.day} {day:%B}"' in client_of(cast.production).get(url).content.decode()


def test_what_is_no_month_is_not_there(cast, client_of):
    assert client_of(cast.manager).get("/orders/calendar/?month=2026-13").status_code == 404
