"""The live process as it is deployed: granian, real sockets, HTTP/1.1."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ops.live.tickets import seal
from tests.live.conftest import NOUN, OWN, a_person, a_ticket

CHECKOUT = Path(__file__).parents[2]


class Server:
    def __init__(self, url: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--no-ws"]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port), "--workers-kill-timeout", "5", "ops.asgi:application"],
            cwd=CHECKOUT,
            env=os.environ | {"OPS_SERVE": "live", "OPS_LIVE_DATABASE_URL": url},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def health(self) -> dict[str, object]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/live/health")
            found: dict[str, object] = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return found

    def until(self, state: dict[str, object]) -> None:
        deadline = time.monotonic() + 10
        while True:
            try:
                found = self.health()
            except OSError:
                found = {}
            if found == state:
                return
            assert time.monotonic() < deadline, found
            time.sleep(0.02)

    def stop(self) -> float:
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        return time.monotonic() - started


class Wire:
    """One EventSource on a connection of its own, as a browser's tab on HTTP/1.1 has it."""

    def __init__(self, port: int, cookie: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.socket.sendall(f"GET /live/ HTTP/1.1\r\nHost: x\r\nCookie: ops_live={cookie}\r\n\r\n".encode())
        self.said = b""

    def until(self, expected: bytes) -> None:
        while expected not in self.said:
            more = self.socket.recv(4096)
            assert more, self.said
            self.said += more


@pytest.fixture
def server(live_url: str) -> Iterator[Server]:
    server = Server(live_url)
    try:
        server.until({"listening": True, "streams": 0})
        yield server
    finally:
        server.process.kill()
        server.process.wait()


def test_eight_tabs_of_one_person_live_and_leave(server: Server, live_url: str) -> None:
    uid = a_person()
    cookie = seal(a_ticket(uid, OWN))
    tabs = [Wire(server.port, cookie) for _ in range(8)]
    for tab in tabs:
        tab.until(b"event: hello")

    with psycopg.connect(live_url, autocommit=True) as database:
        database.execute("SELECT pg_notify('ops', %s)", [f"{NOUN} 41 received - {uid}"])

    for tab in tabs:
        tab.until(f'event: {NOUN}\ndata: {{"ids":[41]}}\n\n'.encode())
    assert server.health()["streams"] == 8

    for tab in tabs[:7]:
        tab.socket.close()
    server.until({"listening": True, "streams": 1})

    # A stream never ends by itself; a server that waited for it would have to be killed.
    assert server.stop() < 3
    tabs[7].until(b'event: renew\ndata: {"why":"stop"}')
    assert server.process.returncode == 0
