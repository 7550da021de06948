"""The web process is told to stop while it works: what was asked before is answered, then it leaves."""

import signal
import threading

import psycopg
import pytest

from ops.dev.cluster import SUPERUSER
from ops.dev.ground import wait_until
from tests.baddays.place import Answer, Browser, Shop, Web, version_in

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("baddays")]


def test_a_request_in_flight_is_answered_before_the_process_leaves(shop: Shop, web: Web, manager: Browser) -> None:
    (order,) = shop.orders(1)
    version = version_in(manager.get(f"/orders/{order}/"))
    answers: list[Answer] = []

    def move() -> None:
        answers.append(manager.post(f"/orders/{order}/move/", htmx=True, stage="ready_to_ship", version=version))

    asking = threading.Thread(target=move)
    with psycopg.connect(shop.cluster.url(SUPERUSER)) as obstacle:
        obstacle.execute("select 1 from orders_order where id = %s for update", [order])
        asking.start()
        waits = "select 1 from pg_stat_activity where application_name = 'opsdeck' and wait_event_type = 'Lock'"
        assert wait_until(lambda: bool(shop.ask(waits)), 10)
        web.process.send_signal(signal.SIGTERM)
        assert not wait_until(lambda: bool(answers) or web.process.poll() is not None, 0.5)
    asking.join(10)

    assert [answer.status for answer in answers] == [204]
    assert web.process.wait(10) == 0
    assert shop.ask("select stage from orders_order where id = %s", order) == [("ready_to_ship",)]
