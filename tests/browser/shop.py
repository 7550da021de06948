"""A shop of its own for one test worker: a copy of the template database and a granian that serves it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from tests import database

CHECKOUT = Path(__file__).parents[2]
DEAD_VALKEY = "redis://127.0.0.1:9/0"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """`ops.asgi:application` as `make run` serves it, on a port that stays when it is started again."""

    database: str
    port: int = field(default_factory=_free_port)
    changes: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.browser.served",
            "PYTHONPATH": str(CHECKOUT),
            "OPS_LOGIN": "web",
            "DATABASE_URL": database.web_url(self.database),
            "OPS_OWNER_DATABASE_URL": database.owner_url(self.database),
            "OPS_LIVE_DATABASE_URL": database.live_url(self.database),
            "PYTHONWARNINGS": "ignore",
        }
        environment.pop("OPS_SUPER_DATABASE_URL", None)
        program = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--no-ws"]
        options = ["--port", str(self.port), "--workers-kill-timeout", "3", "--log-level", "warning"]
        self.process = subprocess.Popen(
            [*program, *options, "ops.asgi:application"], cwd=CHECKOUT, env=environment | self.changes
        )
        deadline = time.monotonic() + 30
        while not self._answers():
            assert self.process.poll() is None, "the server of the browser tests fell over"
            assert time.monotonic() < deadline, "the server of the browser tests does not answer"
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()
        except (OSError, urllib.error.URLError):
            return False
        return True

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
