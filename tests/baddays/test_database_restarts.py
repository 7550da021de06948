"""PostgreSQL is restarted, and then killed, under load: no fault is seen, nothing is half done, nobody mends it."""

import json
import os
import signal
import threading
import time
from dataclasses import dataclass, field

import pytest

from ops.dev.cluster import ensure_cluster
from ops.dev.ground import alive, wait_until
from tests.baddays.place import Answer, Browser, Shop, Web, version_in

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("baddays")]
SAID = "The database is not there right now; nothing was saved."
BEFORE = 2  # received, started
READS = ("/orders/", "/orders/list/", "/palette/?q=walnut", "/")


@dataclass
class Mover:
    """Sends one order to and fro between two stages; knows which moves were confirmed and which may have happened."""

    browser: Browser
    order: int
    stage: str = "in_production"
    version: int | None = None
    confirmed: int = 0
    unsure: int = 0
    seen: list[Answer] = field(default_factory=list)

    def step(self) -> None:
        if self.version is None:
            page = self._keep(self.browser.get(f"/orders/{self.order}/"))
            if page.status == 200:
                self.version = version_in(page)
            return
        to = "ready_to_ship" if self.stage == "in_production" else "in_production"
        answer = self._keep(self.browser.post(f"/orders/{self.order}/move/", htmx=True, stage=to, version=self.version))
        if answer.status == 204:
            self.stage, self.version, self.confirmed = to, version_in(answer), self.confirmed + 1
        elif answer.status == 409:  # a move whose answer was lost has happened
            self.stage, self.version = to, None
        else:
            self.unsure, self.version = self.unsure + 1, None

    def _keep(self, answer: Answer) -> Answer:
        self.seen.append(answer)
        return answer


@dataclass
class Reader:
    browser: Browser
    seen: list[Answer] = field(default_factory=list)
    asked: int = 0

    def step(self) -> None:
        self.seen.append(self.browser.get(READS[self.asked % len(READS)]))
        self.asked += 1


def test_a_restart_and_a_crash_under_load_lose_nothing_and_show_no_fault(shop: Shop, web: Web) -> None:
    signed_in = [Browser(web.port) for _ in range(2)]
    for browser in signed_in:
        assert browser.sign_in("manager").status == 302
    movers = [Mover(signed_in[0], order) for order in shop.orders(4)]
    readers = [Reader(signed_in[1]) for _ in range(4)]
    over, faults = threading.Event(), []

    def work(somebody: Mover | Reader) -> None:
        try:
            while not over.wait(0.02 if not somebody.seen or somebody.seen[-1].status != 503 else 0.2):
                somebody.step()
        except (OSError, AssertionError) as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=[somebody]) for somebody in (*movers, *readers)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(1.5)
        _restart(shop, signal.SIGINT)
        back_after_restart = _back_within(signed_in[1], 5)
        time.sleep(1)
        _restart(shop, signal.SIGQUIT)
        back_after_crash = _back_within(signed_in[1], 5)
        time.sleep(1)
    finally:
        over.set()
        for thread in threads:
            thread.join(30)

    assert not faults
    assert (back_after_restart, back_after_crash) == (True, True)
    assert web.process.poll() is None
    answers = [answer for somebody in (*movers, *readers) for answer in somebody.seen]
    assert {answer.status for answer in answers} <= {200, 204, 302, 409, 503}
    away = [answer for answer in answers if answer.status == 503]
    assert away
    assert all(SAID in answer.headers["hx-trigger"] and answer.headers["retry-after"] == "5" for answer in away)
    assert "the database is away" in shop.said("web")
    assert "Traceback" not in shop.said("web")  # a line for each request, or nobody finds anything else
    _nothing_is_half_done(shop, movers)
    # The live channel comes back by itself too; between attempts it waits for some seconds.
    assert wait_until(lambda: json.loads(signed_in[1].get("/live/health").text)["listening"], 15)
    shop.run("manage.py", "verify_history", OPS_LOGIN="owner")


def _restart(shop: Shop, how: signal.Signals) -> None:
    postmaster = int((shop.cluster.folder / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, how)
    assert wait_until(lambda: not alive(postmaster), 20)
    assert ensure_cluster(shop.data) == shop.cluster


def _back_within(browser: Browser, seconds: float) -> bool:
    return wait_until(lambda: browser.get("/orders/list/").status == 200, seconds)


def _nothing_is_half_done(shop: Shop, movers: list[Mover]) -> None:
    rows = shop.ask(
        "select o.id, o.stage, (array_agg(t.to_stage order by t.id desc))[1], count(t.id) from orders_order o"
        " join ops_transition t on t.noun = 'order' and t.subject_id = o.id where o.id = any(%s) group by o.id",
        [mover.order for mover in movers],
    )
    at = {pk: (stage, last, moves - BEFORE) for pk, stage, last, moves in rows}
    for mover in movers:
        stage, last, moves = at[mover.order]
        assert stage == last
        assert mover.confirmed > 0
        assert mover.confirmed <= moves <= mover.confirmed + mover.unsure
        if mover.version is not None:
            assert stage == mover.stage
