"""The list says of each row why it is overdue: by how many days its promise is over, how long it stands still."""

from datetime import timedelta

from ops import clock
from tests import make


def test_a_row_says_how_late_and_how_stuck_it_is(cast, client_of):
    make.order_in("in_production", cast.agent, cast.production, promise_on=clock.today() + timedelta(days=2))
    client = client_of(cast.manager)
    now = client.get("/orders/list/").content.decode()

    with clock.moved_to(clock.now() + timedelta(days=7)):
        later = client.get("/orders/list/").content.decode()

    assert "d late" not in now and "stuck" not in now
    assert ">5 d late<" in later
    assert ">stuck 7 d<" in later
    assert '<span class="only-phone">Promised </span>' in later


def test_what_is_delivered_is_neither(cast, client_of):
    make.order_in("delivered", cast.agent, cast.production, promise_on=clock.today() + timedelta(days=2))

    with clock.moved_to(clock.now() + timedelta(days=7)):
        html = client_of(cast.manager).get("/orders/list/").content.decode()

    assert "d late" not in html and "stuck" not in html
