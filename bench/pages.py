"""What a page costs at the server, through the whole stack in this process, against its bare SQL and its bare template.

The SQL is what the page asked, asked again on a connection of our own under the same rights; the template is drawn
again from the context it had. `cpu` is this process's own work, `ours` is that and the SQL: on a busy machine they say
more than the clock, in which others' turns on the processor are. Pages a second are asked of the web process as
deployed, by eight signed-in readers at once.
"""

import asyncio
import copy
import gzip
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.signals import template_rendered
from django.test.utils import setup_test_environment, teardown_test_environment
from django.urls import reverse

from bench.seed import CHECKOUT
from ops.access.scopes import scopes_of
from ops.db.actor import Actor, acting_as, current_actor, door, for_user

PEOPLE = {"admin": "admin", "agent 5,000": "agent0", "agent 20": "few", "production": "maker0"}
GOALS_MS = {"list": 15.0, "board": 30.0, "detail": 20.0, "search": 15.0, "list q=": 15.0}
GOALS_MS |= {"report": 100.0, "home": 100.0, "palette": 50.0, "palette verb": 50.0}
P95_TO_P50 = 2.0
_READERS = 8


@dataclass
class Asked:
    """One statement of a page, and who asked it."""

    sql: str
    params: Any
    actor: Actor | None


@dataclass
class Measured:
    page: str
    person: str
    p50_ms: float
    p95_ms: float
    best_ms: float
    cpu_ms: float
    queries: int
    sql_ms: float
    template_ms: float
    kb: float
    kb_zipped: float
    goal_ms: float | None = None
    slowest: list[tuple[float, str]] = field(default_factory=list)

    @property
    def ours_ms(self) -> float:
        """What the page takes when nobody else works on the machine: its own work and its statements."""
        return self.cpu_ms + self.sql_ms

    @property
    def is_met(self) -> bool:
        return self.goal_ms is None or (self.p50_ms <= self.goal_ms and self.p95_ms <= P95_TO_P50 * self.p50_ms)


def run(duration: float, orders: int) -> list[Measured]:
    """Every page for every person. `duration` is seconds a page."""
    return [
        _measure(page, person, client, address, duration, orders)
        for person, name in PEOPLE.items()
        for client, user in [_signed_in(f"{name}@bench.example")]
        for page, address in _addresses(user)
    ]


def _signed_in(email: str) -> tuple[Client, Any]:
    from accounts.models import User

    client = Client(headers={"Accept-Encoding": "gzip"})
    with acting_as(door()):
        user = User.objects.get(email=email)
        client.force_login(user)
    # The palette is asked from an order's page.
    client.defaults["HTTP_HX_CURRENT_URL"] = reverse("orders:order_detail", args=[_newest(user).pk])
    return client, user


def _newest(user: Any) -> Any:
    from orders.models import Order

    with acting_as(for_user(user)):
        return Order.objects.visible_to(user).order_by("-pk")[0]


def _addresses(user: Any) -> Iterator[tuple[str, str]]:
    from orders.models import Order

    with acting_as(for_user(user)):
        rows = Order.objects.visible_to(user).order_by("-pk")[:20]
        order = next((row for row in rows if row.stage in {"in_production", "ready_to_ship"}), rows[0])
    yield "board", reverse("orders:board")
    yield "list", reverse("orders:order_list")
    yield "detail", reverse("orders:order_detail", args=[order.pk])
    yield "search", f"{reverse('ops:palette')}?q={order.number}"
    # On an order's page with what was open before, and a verb typed with a number (X1).
    lately = "+".join(reverse("orders:order_detail", args=[row.pk]) for row in rows)
    yield "palette", f"{reverse('ops:palette')}?recent={lately}"
    yield "palette verb", f"{reverse('ops:palette')}?q=hold+{order.number}"
    yield "list q=", f"{reverse('orders:order_list')}?q=walnut"
    if not scopes_of(user).isdisjoint({"sales_all", "sales_read", "sales_own"}):
        yield "report", reverse("analytics:report")
    yield "home", reverse("analytics:home")
    yield "list q= rare", f"{reverse('orders:order_list')}?q={order.number}"


def _measure(page: str, person: str, client: Client, address: str, duration: float, orders: int) -> Measured:
    for _ in range(5):  # plans, templates and caches of the first readers
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code} to {person}.")
    taken, worked = [], []
    end = time.perf_counter() + duration
    while time.perf_counter() < end or len(taken) < 20:
        began, busy = time.perf_counter(), time.process_time()
        client.get(address)
        taken.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - busy) * 1000)
    with _listening() as asked, _drawing() as drawn:
        answer = client.get(address)
    zipped = answer.content
    plain = gzip.decompress(zipped) if answer.headers.get("Content-Encoding") == "gzip" else zipped
    times = _asked_again(asked)
    goal = GOALS_MS.get(page.removesuffix(" rare")) if orders <= 200_000 or page != "search" else 50.0
    return Measured(
        page, person, median(taken), quantiles(taken, n=20)[18], min(taken), median(worked), len(asked), sum(times), _drawn_again(drawn),  # noqa: E501
        len(plain) / 1000, len(zipped) / 1000, goal,
        sorted(((spent, one.sql) for spent, one in zip(times, asked, strict=True)), reverse=True)[:3],
    )  # fmt: skip


@contextmanager
def _listening() -> Iterator[list[Asked]]:
    asked: list[Asked] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(Asked(sql, params, current_actor.get()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield asked


def _asked_again(asked: list[Asked]) -> list[float]:
    """Milliseconds of each statement: the best of nine, with rights bound outside the clock; writes count as 0."""
    base = settings.DATABASES["default"]
    times = []
    with psycopg.connect(
        host=base["HOST"], port=base["PORT"], user=base["USER"], password=base["PASSWORD"], dbname=base["NAME"]
    ) as raw:
        raw.cursor_factory = type(connection.connection.cursor())
        for one in asked:
            if not one.sql.lstrip("( ").lower().startswith(("select", "with")):
                times.append(0.0)
                continue
            with raw.transaction(force_rollback=True), raw.cursor() as cursor:
                if one.actor is not None:
                    cursor.execute(
                        "select set_config('ops.uid', %s, true), set_config('role', %s, true)",
                        [str(one.actor.uid or ""), one.actor.role],
                    )
                spent = []
                for _ in range(9):
                    began = time.perf_counter()
                    cursor.execute(one.sql, one.params)
                    cursor.fetchall()
                    spent.append((time.perf_counter() - began) * 1000)
                times.append(min(spent))
    return times


@contextmanager
def _drawing() -> Iterator[list[tuple[Any, Any]]]:
    """The templates of a page with their contexts, outermost first."""
    drawn: list[tuple[Any, Any]] = []

    def note(sender: Any, template: Any, context: Any, **_: Any) -> None:
        drawn.append((template, copy.copy(context)))

    setup_test_environment()  # for this one page only: noting every template costs as much as drawing it
    template_rendered.connect(note)
    try:
        yield drawn
    finally:
        template_rendered.disconnect(note)
        teardown_test_environment()


def _drawn_again(drawn: list[tuple[Any, Any]]) -> float:
    """Milliseconds to draw the page once more from what it had in memory, the median of nine."""
    if not drawn:
        return 0.0
    template, context = drawn[0]
    spent = []
    with ExitStack() as stack:
        stack.enter_context(acting_as(None))
        for _ in range(9):
            fresh = copy.copy(context)
            fresh.template = None
            began = time.perf_counter()
            with fresh.render_context.push_state(template), fresh.bind_template(template):
                template.nodelist.render(fresh)
            spent.append((time.perf_counter() - began) * 1000)
    return median(spent)


# --- pages a second ---------------------------------------------------------------------------------------------


def per_second(duration: float) -> list[dict[str, Any]]:
    """Whole pages a second of the web process as `make run` starts it, for the admin and the agent with 5,000."""
    with _web() as port:
        rows = []
        for person in ("admin", "agent 5,000"):
            client, user = _signed_in(f"{PEOPLE[person]}@bench.example")
            cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
            for page, address in list(_addresses(user))[:3]:
                asyncio.run(_read(port, address, cookie, 0.5))
                times = asyncio.run(_read(port, address, cookie, duration))
                cuts = quantiles(times, n=20)
                rows.append({"page": page, "person": person, "per_second": round(len(times) / duration, 1),
                             "p50_ms": round(cuts[9] * 1000, 1), "p95_ms": round(cuts[18] * 1000, 1)})  # fmt: skip
        return rows


@contextmanager
def _web() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "--workers", "1",
            "--workers-kill-timeout", "3", "--log-level", "error", "ops.asgi:application",
        ],
        cwd=CHECKOUT, env=os.environ | {"OPS_LOGIN": "web"},
    )  # fmt: skip
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(15)


async def _read(port: int, address: str, cookie: str, duration: float) -> list[float]:
    times: list[float] = []
    end = time.perf_counter() + duration
    asking = (
        f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nAccept-Encoding: gzip\r\n\r\n"
    ).encode()

    async def reader() -> None:
        source, sink = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < end:
            began = time.perf_counter()
            sink.write(asking)
            head = await source.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.partition(b"\r\n")[0].decode())
            await _body(source, head.lower())
            times.append(time.perf_counter() - began)
        sink.close()

    await asyncio.gather(*(reader() for _ in range(_READERS)))
    return times


async def _body(source: asyncio.StreamReader, head: bytes) -> None:
    if b"content-length:" in head:
        await source.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
        return
    while size := int(await source.readuntil(b"\r\n"), 16):
        await source.readexactly(size + 2)
    await source.readexactly(2)


def _verdict(one: Measured) -> str:
    if one.is_met:
        return "met"
    return "MISSED, ours within" if one.goal_ms is not None and one.ours_ms <= one.goal_ms else "MISSED"


def line(one: Measured) -> str:
    verdict = "" if one.goal_ms is None else f" goal {one.goal_ms:.0f} ms {_verdict(one)}"
    return (
        f"{one.page:<12} {one.person:<12} p50 {one.p50_ms:6.1f}  p95 {one.p95_ms:6.1f}  best {one.best_ms:5.1f}  cpu {one.cpu_ms:5.1f}  ours {one.ours_ms:5.1f} ms  {one.queries:>2} queries"  # noqa: E501
        f"  SQL {one.sql_ms:6.1f} ms (×{one.p50_ms / max(one.sql_ms, 0.01):4.1f})  template {one.template_ms:5.1f} ms"
        f" (×{one.p50_ms / max(one.template_ms, 0.01):4.1f})  {one.kb:6.1f} kB, {one.kb_zipped:5.1f} zipped {verdict}"
    )
