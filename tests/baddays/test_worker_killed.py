"""A worker is killed in the middle of a task: what it had to do is done by the next one, and mail arrives once."""

import os
import signal
from pathlib import Path

import psycopg
import pytest

from ops.dev.cluster import SUPERUSER
from ops.dev.ground import wait_until
from tests.baddays.mail import Postbox
from tests.baddays.place import Shop

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("baddays")]
OVERDUE = "select state, attempts from ops_outboxmail where kind = 'digest' order by id"


def kill_child_of(worker: int) -> None:
    """The process that runs the task; the worker itself lives on and makes another."""
    (child,) = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
    os.kill(int(child), signal.SIGKILL)


def test_a_task_and_its_mail_survive_two_deaths(shop: Shop, postbox: Postbox) -> None:
    (order,) = shop.orders(1)
    shop.do("update orders_order set held_at = now(), hold_reason = 'not this one' where id <> %s", order)
    shop.do("update orders_order set promise_on = current_date - 3 where id = %s", order)
    worker = shop.start_worker(EMAIL_URL=postbox.url)
    assert wait_until(shop.worker_listens, 30), shop.said("worker")

    # The finder stands before the mail it is about to queue ...
    with psycopg.connect(shop.cluster.url(SUPERUSER)) as obstacle:
        obstacle.execute("lock table ops_outboxmail in access exclusive mode")
        shop.call("ops.digests.tasks.write_lists", True)
        waits = "select 1 from pg_locks where not granted and relation = 'ops_outboxmail'::regclass"
        assert wait_until(lambda: bool(shop.ask(waits)), 20), shop.said("worker")
        kill_child_of(worker.pid)
    # ... and somebody else writes it.
    assert wait_until(lambda: shop.ask(OVERDUE) == [("waiting", 0)], 30), shop.said("worker")

    # The whole worker dies in the middle of the conversation with the mail server.
    postbox.slow = 60.0
    shop.call("ops.tasks.send_mail")
    assert postbox.asked.wait(20), shop.said("worker")
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    postbox.slow = 0.0
    next_one = shop.start_worker(EMAIL_URL=postbox.url)
    shop.call("ops.tasks.send_mail")  # as beat does every ten seconds
    assert wait_until(lambda: shop.ask(OVERDUE) == [("sent", 1)], 30), shop.said("worker")
    shop.call("ops.tasks.send_mail")
    shop.call("ops.digests.tasks.write_lists", True)

    runs = "select rows from ops_jobrun where name = 'write morning lists' and ended_at is not null order by id"
    assert wait_until(lambda: shop.ask(runs) == [(1,), (0,)], 30), shop.said("worker")
    lists = [mail for mail in postbox.taken if b"production@cast.example" in mail]
    assert len(lists) == 1  # the customers' mails went the same way
    assert len(set(postbox.taken)) == len(postbox.taken)
    assert next_one.poll() is None
