"""How long a committed change takes to every open screen, and what an open screen costs.

    python -m bench.streams 10 200 1000        on the suite's own cluster
    bench.streams.run([10, 200, 1000])         on the cluster of the current settings

The server is the live process as deployed (granian, one worker); the screens are sockets of this process, so on two
cores the reading of a thousand screens is part of what is measured.
"""

import asyncio
import gc
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import psycopg

from ops.live.filters import Reach
from ops.live.tickets import Ticket, seal

CHECKOUT = Path(__file__).resolve().parent.parent
NOUN = "bench"
EVENTS = 60
GOALS = {200: {"p50_ms": 10.0, "p99_ms": 20.0, "kb_per_stream": 30.0}}
_FRAME_END = b"]}\n\n"


@dataclass
class _Screens:
    """What all sockets saw: one list of arrival times, emptied for every event."""

    arrived: list[float] = field(default_factory=list)
    greeted: int = 0


class _Screen(asyncio.Protocol):
    def __init__(self, screens: _Screens, cookie: str) -> None:
        self.screens = screens
        self.cookie = cookie

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(f"GET /live/ HTTP/1.1\r\nHost: bench\r\nCookie: ops_live={self.cookie}\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        if _FRAME_END in data:
            self.screens.arrived.append(time.perf_counter())
        elif b"hello" in data:
            self.screens.greeted += 1


def run(n: list[int]) -> list[dict[str, float]]:
    """One row for each number of streams."""
    from django.conf import settings

    url: str = settings.LIVE_DATABASE_URL
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        rows = [asyncio.run(_measure(url, count)) for count in n]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    for row in rows:
        print(line(row))
    return rows


def line(row: dict[str, float]) -> str:
    """The row of the bench table."""
    goal = GOALS.get(int(row["streams"]), {})
    verdict = "" if not goal else " goal met" if all(row[key] <= most for key, most in goal.items()) else " GOAL MISSED"
    return (
        f"commit -> {row['streams']:>5.0f} streams  p50 {row['p50_ms']:6.1f} ms  p99 {row['p99_ms']:6.1f} ms  "
        f"max {row['max_ms']:6.1f} ms  {row['kb_per_stream']:5.1f} kB/stream  "
        f"{row['db_connections_per_stream']:.2f} database connections/stream  load {row['load']:.1f}{verdict}"
    )


async def _measure(url: str, count: int) -> dict[str, float]:
    load = os.getloadavg()[0]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    server = subprocess.Popen(  # noqa: ASYNC220  it starts before anything else runs
        [
            sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "--backpressure", "4096",
            "--no-ws", "--workers-kill-timeout", "3", "--log-level", "error", "ops.asgi:application",
        ],
        cwd=CHECKOUT, env=os.environ | {"OPS_SERVE": "live", "OPS_LIVE_DATABASE_URL": url},
    )  # fmt: skip
    try:
        await _comes_up(port)
        _, warm = await _open(port, min(count, 50))
        await _close(warm)  # what is allocated once is not a stream's cost
        await asyncio.sleep(0.3)
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as database:
            before, lines_before = _resident_kb(server.pid), await _lines(database)
            screens, transports = await _open(port, count)
            await asyncio.sleep(0.5)
            cost, lines = _resident_kb(server.pid) - before, await _lines(database) - lines_before
            seconds = await _latencies(database, screens, count)
            await _close(transports)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(15)
    cuts = quantiles(seconds, n=100)
    return {
        "streams": count,
        "p50_ms": round(cuts[49] * 1000, 2),
        "p99_ms": round(cuts[98] * 1000, 2),
        "max_ms": round(max(seconds) * 1000, 2),
        "kb_per_stream": round(cost / count, 1),
        "db_connections_per_stream": lines / count,
        "events": EVENTS,
        "load": round(load, 2),  # somebody else's work on these cores shows in p99 first
    }


async def _comes_up(port: int) -> None:
    for _ in range(200):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /live/health HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
            answer = await reader.read()
            writer.close()
            if b"200 OK" in answer:
                return
        except OSError:
            pass
        await asyncio.sleep(0.05)
    raise RuntimeError("The live process did not come up.")


async def _open(port: int, count: int) -> tuple[_Screens, list[asyncio.Transport]]:
    loop, screens = asyncio.get_running_loop(), _Screens()
    transports: list[asyncio.Transport] = []
    for uid in range(1, count + 1):
        cookie = seal(Ticket(uid, time.time(), "bench", {NOUN: Reach(everything=True)}))
        transport, _ = await loop.create_connection(lambda cookie=cookie: _Screen(screens, cookie), "127.0.0.1", port)
        transports.append(transport)
    async with asyncio.timeout(20):
        while screens.greeted < count:  # noqa: ASYNC110  nothing is measured here
            await asyncio.sleep(0.01)
    return screens, transports


async def _close(transports: list[asyncio.Transport]) -> None:
    for transport in transports:
        transport.close()
    await asyncio.sleep(0)


async def _latencies(database: psycopg.AsyncConnection, screens: _Screens, count: int) -> list[float]:
    """From just before the commit to the arrival at every screen, event by event."""
    seconds: list[float] = []
    pause = max(0.02, count * 0.0001)
    gc.collect()
    gc.disable()
    try:
        for number in range(EVENTS):
            screens.arrived.clear()
            started = time.perf_counter()
            await database.execute("SELECT pg_notify('ops', %s)", [f"{NOUN} {number + 1} received - 17,18"])
            async with asyncio.timeout(10):
                while len(screens.arrived) < count:  # noqa: ASYNC110  an Event a screen would be part of the measure
                    await asyncio.sleep(0.005)
            if number >= EVENTS // 10:  # the first ones warm up
                seconds += [arrived - started for arrived in screens.arrived]
            await asyncio.sleep(pause)
    finally:
        gc.enable()
    return seconds


async def _lines(database: psycopg.AsyncConnection) -> int:
    """How many connections the hub's login has."""
    row = await (
        await database.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = current_user")
    ).fetchone()
    assert row is not None
    return int(row[0])


def _resident_kb(parent: int) -> int:
    """Resident memory of the server and its worker."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(entry.split(":\t", 1) for entry in status.read_text().splitlines() if ":\t" in entry)
        except OSError:
            continue
        if str(parent) in {fields["Pid"], fields["PPid"]} and "VmRSS" in fields:
            total += int(fields["VmRSS"].split()[0])
    return total


def main() -> None:
    from ops.dev import testing

    os.environ.update(testing.environment())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")
    run([int(word) for word in sys.argv[1:]] or [10, 200, 1000])
    testing.release()


if __name__ == "__main__":
    main()
