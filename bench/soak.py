"""`make soak`: an instance of its own lives through a bad half hour while ten streams and two browsers watch.

Several people move orders all the time; the web, PostgreSQL and Valkey are each taken away once, and somebody's role is
changed. At the end every open board equals a fresh load, every customer's mail has arrived exactly once, and nobody has
seen a 500. MINUTES=30 by default.
"""

import asyncio
import contextlib
import http.client
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from typing import Any

import psycopg
from aiosmtpd.controller import Controller

from bench.visitors import Person, Screen
from ops.dev import env_file
from ops.dev.browser import ensure_browser
from ops.dev.cluster import remove_cluster, stop_cluster
from ops.dev.valkey import remove_valkey, stop_valkey

CHECKOUT = Path(__file__).resolve().parent.parent
MINUTES = float(os.environ.get("MINUTES", "30"))
_WATCHERS = ("ayesha", "hamza", "sana", "sana", "omar", "zara", "bilal", "rashid", "tariq", "hira")
_NEXT = {
    "received": "in_production",
    "in_production": "ready_to_ship",
    "ready_to_ship": "shipped",
    "shipped": "delivered",
}
_FOREIGN = ("DATABASE_URL", "OPS_OWNER_DATABASE_URL", "OPS_LIVE_DATABASE_URL", "OPS_SUPER_DATABASE_URL", "REDIS_URL",
            "OPS_SECRET_KEY", "OPS_WEB_PASSWORD", "OPS_OWNER_PASSWORD", "OPS_LIVE_PASSWORD",
            "OPS_SUPER_PASSWORD")  # fmt: skip


class Postbox:
    """Every mail that was accepted, by recipient and Message-ID: that one is the outbox row's own."""

    def __init__(self) -> None:
        self.taken: Counter[tuple[str, str]] = Counter()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(0)
        self.taken[envelope.rcpt_tos[0], str(message_from_bytes(envelope.content)["Message-ID"])] += 1
        return "250 OK"


class Soak:
    def __init__(self, data: Path) -> None:
        self.data = data
        self.log = data.parent / "soak.log"
        self.stop = threading.Event()
        self.rest = threading.Event()  # the movers stop first, the screens look on
        self.post = Postbox()
        self.random = random.Random(38)
        self.moves: Counter[str] = Counter()
        self.errors: list[str] = []
        self.shipped: set[str] = set()
        self.base = ""
        self.maker = 0

    # --- the instance -------------------------------------------------------------------------------------------

    def start(self) -> None:
        mail = _free_port()
        self.server = Controller(self.post, hostname="127.0.0.1", port=mail)
        self.server.start()
        clean = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
        clean |= {"OPS_DATA": str(self.data), "PORT": str(_free_port()), "EMAIL_URL": f"smtp+plain://127.0.0.1:{mail}",
                  "OPS_LOGIN": "web"}  # fmt: skip
        with self.log.open("w") as lines:
            self.shop = subprocess.Popen(
                [sys.executable, "-m", "ops.dev", "run"],
                cwd=CHECKOUT,
                env=clean,
                stdout=lines,
                stderr=subprocess.STDOUT,
            )
        address = self.data / "run.address"
        _until(address.exists, 300, "the shop did not start; see .data/soak.log")
        self.base = address.read_text()

    def end(self) -> None:
        self.stop.set()
        self.shop.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.shop.wait(40)
        self.server.stop()
        remove_cluster(self.data)
        remove_valkey(self.data)
        shutil.rmtree(self.data, ignore_errors=True)

    def person(self, name: str) -> Person:
        from orders.demo.people import DOMAIN, PASSWORD

        return Person(self.base, f"{name}@{DOMAIN}", PASSWORD).sign_in()

    # --- work ---------------------------------------------------------------------------------------------------

    def work(self, person: Person, pause: float) -> None:
        """Moves whatever the board offers, one card after the other, and receives a new order now and then."""
        while not self.rest.wait(pause * self.random.uniform(0.5, 1.5)):
            with contextlib.suppress(OSError, http.client.HTTPException):
                cards = person.board() or {}
                open_to = [(pk, c) for pk, c in cards.items() if _NEXT.get(c[0], "-") in c[2].split()]
                if len(open_to) < 8 and not person.email.startswith(("bilal", "rashid")):
                    self._receive(person)
                elif open_to:
                    self._move(person, *self.random.choice(open_to))

    def _move(self, person: Person, pk: int, card: tuple[str, int, str]) -> None:
        to = _NEXT[card[0]]
        said = {"stage": to, "version": str(card[1]), "asked": "1"}
        if to == "in_production":
            said["assignee"] = str(self.maker)
        if to == "shipped":
            said |= {"tracking": f"SOAK-{pk}", "carrier": "TCS"}
        answer = person.ask(f"/orders/{pk}/move/", said)
        self._note(answer.status, f"move of {pk}")
        if to == "shipped" and answer.status in {200, 302}:
            self.shipped.add(f"SOAK-{pk}")

    def _receive(self, person: Person) -> None:
        number = self.random.randrange(10**9)
        said = {"name": f"Soak {number}", "email": f"soak{number}@mail.example", "currency": "PKR", "promise_on": "",
                "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-MIN_NUM_FORMS": "1",
                "lines-MAX_NUM_FORMS": "100", "lines-0-description": "Rope stool", "lines-0-quantity": "2"}  # fmt: skip
        self._note(person.ask("/orders/new/", said).status, "a new order")

    def _note(self, status: int, what: str) -> None:
        self.moves[str(status)] += 1
        if status == 500:
            self.errors.append(f"500 at {what}")

    # --- bad luck -----------------------------------------------------------------------------------------------

    def trouble(self, begins: float, lasts: float) -> None:
        plan = [(0.2, "web", self._web_away), (0.4, "PostgreSQL", lambda: stop_cluster(self.data)),
                (0.6, "Valkey", lambda: stop_valkey(self.data)), (0.75, "a role", self._new_role)]  # fmt: skip
        for share, name, act in plan:
            self.rest.wait(max(0.0, begins + share * lasts - time.monotonic()))
            print(f"  {time.monotonic() - begins:5.0f} s  {name} changes", flush=True)
            act()

    def _web_away(self) -> None:
        """Kill what listens on our port, and nothing else: found among the children of our own instance."""
        for pid in _family(self.shop.pid):
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):  # one may take the next along
                if b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGKILL)

    def _new_role(self) -> None:
        with psycopg.connect(env_file.read(self.data)["OPS_OWNER_DATABASE_URL"], autocommit=True) as owner:
            owner.execute("update accounts_user set role = 'accountant' where email like 'hira@%'")

    # --- the end ------------------------------------------------------------------------------------------------

    def judge(self, screens: list[Screen], pages: list[Any]) -> list[str]:
        wrong = list(self.errors)
        for number, screen in enumerate(screens):
            fresh = screen.person.board()
            if screen.person.email.startswith("hira"):
                if fresh is not None or not screen.ended:
                    wrong.append("a changed role left its old session or stream open")
            elif fresh is None or fresh != screen.cards:
                differ = "no answer" if fresh is None else sorted(set(fresh.items()) ^ set(screen.cards.items()))[:4]
                wrong.append(f"screen {number} of {screen.person.email} differs from a fresh load: {differ}")
        for page in pages:
            shown, state = set(page.evaluate(_SHOWN)), page.inner_text("#live-state")
            page.reload()
            page.wait_for_selector("#lanes")
            fresh_page = set(page.evaluate(_SHOWN))
            # A lane of what is done shows the newest; a page that watched keeps the older ones below them.
            if differ := {card for card in shown ^ fresh_page if card not in shown or " delivered " not in card}:
                wrong.append(f"a browser ({state}) differs from its reload: {sorted(differ)[:4]}")
        wrong += [f"mail arrived {times} times: {mail}" for mail, times in self.post.taken.items() if times != 1]
        with psycopg.connect(env_file.read(self.data)["OPS_OWNER_DATABASE_URL"]) as owner:
            for state, count in owner.execute("select state, count(*) from ops_outboxmail group by 1").fetchall():
                if state != "sent":
                    wrong.append(f"{count} mails are {state}")
            sent = owner.execute("select count(*) from ops_outboxmail where recipient like 'soak%'").fetchone()
            arrived = sum(1 for to, _ in self.post.taken if to.startswith("soak"))
            if sent is not None and sent[0] != arrived:
                wrong.append(f"{sent[0]} mails to customers were written, {arrived} arrived")
            shipped = owner.execute(
                "select count(*) from ops_outboxmail where recipient like 'soak%' and kind = 'order.shipped'"
            ).fetchone()
            told = owner.execute(
                "select count(*) from orders_order o join customers_customer c on c.id = o.customer_id"
                " where c.email like 'soak%' and o.stage in ('shipped', 'delivered')"
            ).fetchone()
            if told is not None and shipped is not None and told[0] != shipped[0]:
                wrong.append(f"{told[0]} customers should have been told of their parcel, {shipped[0]} were")
        wrong += [f"log: {line}" for line in self.log.read_text().splitlines() if "Internal Server Error" in line]
        return wrong


_SHOWN = (
    "() => [...document.querySelectorAll('.card')].map(c => [c.id, c.dataset.lane, c.dataset.version].join(' ')).sort()"
)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")
    from playwright.sync_api import sync_playwright

    data = Path(os.environ.get("OPS_DATA") or CHECKOUT / ".data").resolve() / "soak"
    soak = Soak(data)
    try:
        print("starting an instance of its own …", flush=True)
        soak.start()
        with psycopg.connect(env_file.read(data)["OPS_OWNER_DATABASE_URL"]) as owner:
            (soak.maker,) = owner.execute("select id from accounts_user where email like 'bilal@%'").fetchone()
        with sync_playwright() as playwright:
            root = ["--no-sandbox"] if os.geteuid() == 0 else []
            chromium = playwright.chromium.launch(executable_path=ensure_browser(), args=[*root, "--disable-gpu"])
            return _lived(soak, chromium)
    finally:
        soak.end()


def _lived(soak: Soak, chromium: Any) -> int:
    screens = [Screen(soak.person(name), soak.stop) for name in _WATCHERS]
    pages = []
    for screen in (screens[0], screens[2]):
        context = chromium.new_context()
        # Only the session: the page gets a live ticket of its own, under the path it belongs to.
        context.add_cookies([{"name": "sessionid", "value": screen.person.cookie("sessionid"), "url": soak.base}])
        pages.append(context.new_page())
        pages[-1].goto(f"{soak.base}orders/")
    movers = [soak.person(name) for name in ("hamza", "sana", "omar", "bilal", "zara")]
    begins, lasts = time.monotonic(), MINUTES * 60
    threads = [threading.Thread(target=soak.work, args=(person, 1.5), daemon=True) for person in movers]
    threads.append(threading.Thread(target=soak.trouble, args=(begins, lasts), daemon=True))
    for thread in threads:
        thread.start()
    while time.monotonic() < begins + lasts:
        pages[0].wait_for_timeout(1_000)  # lets the browsers' own events through, too
    return _judged(soak, screens, pages, threads)


def _judged(soak: Soak, screens: list[Screen], pages: list[Any], threads: list[threading.Thread]) -> int:
    soak.rest.set()
    for thread in threads:
        thread.join(30)
    pages[0].wait_for_timeout(25_000)  # the mailer comes by every ten seconds
    wrong = soak.judge(screens, pages)
    print(f"answers to moves: {dict(soak.moves)}; mails: {sum(soak.post.taken.values())}")
    print(f"events heard a screen: {[s.heard for s in screens]}, connections: {[s.connected for s in screens]}")
    for line in wrong:
        print(f"WRONG  {line}")
    print("Nothing was lost." if not wrong else f"{len(wrong)} things went wrong; the log is {soak.log}")
    return int(bool(wrong))


def _family(pid: int) -> list[int]:
    """A process' descendants."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        mine = children.get(waiting.pop(), [])
        found += mine
        waiting += mine
    return found


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _until(done: Any, seconds: float, otherwise: str) -> None:
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise RuntimeError(otherwise)
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
