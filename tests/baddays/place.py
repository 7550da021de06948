"""A shop of its own with servers that may be broken: its data folder, its processes, and browsers that talk to it."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import redis
from celery import Celery

from ops.dev import env_file
from ops.dev.cluster import SUPERUSER, Cluster, ensure_cluster
from ops.dev.ground import wait_until
from ops.dev.valkey import Valkey, ensure_valkey
from tests.cast import PASSWORD, PEOPLE

CHECKOUT = Path(__file__).resolve().parents[2]
_OURS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SENTRY_DSN", "OPS_", "PYTEST_")


@dataclass
class Shop:
    data: Path
    cluster: Cluster
    valkey: Valkey
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def mend(self) -> None:
        """Start again what a test has stopped."""
        ensure_cluster(self.data)
        ensure_valkey(self.data)

    def environment(self, **more: str) -> dict[str, str]:
        mine = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        mine |= self.cluster.environment() | self.valkey.environment()
        mine |= {"OPS_DATA": str(self.data), "OPS_SECRET_KEY": env_file.read(self.data)["OPS_SECRET_KEY"]}
        mine |= {"OPS_LOGIN": "web", "DJANGO_SETTINGS_MODULE": "tests.baddays.settings", "PYTHONPATH": str(CHECKOUT)}
        return mine | more

    def run(self, *arguments: str, feed: str = "", **environment: str) -> str:
        """A command to its end; what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments], input=feed, capture_output=True, text=True, check=False, timeout=120,
            cwd=CHECKOUT, env=self.environment(**environment),
        )  # fmt: skip
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self, name: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """A process of the product in a group of its own; what it says goes to `<name>.log`."""
        with (self.data / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=CHECKOUT, env=self.environment(**environment), stdout=log, stderr=log, process_group=0,
            )  # fmt: skip
        self.started.append(process)
        return process

    def start_worker(self, **environment: str) -> subprocess.Popen[bytes]:
        return self.start(
            "worker", "celery", "--quiet", "--app", "ops.celery:app", "worker", "--concurrency", "1",
            "--without-gossip", "--without-mingle", **environment,
        )  # fmt: skip

    def start_beat(self) -> subprocess.Popen[bytes]:
        schedule = str(self.data / "beat-schedule")
        return self.start(
            "beat", "celery", "--quiet", "--app", "ops.celery:app", "beat", "--pidfile=", "--schedule", schedule
        )

    def call(self, task: str, *arguments: object) -> None:
        """Queue a task as beat does: for nobody in particular."""
        with Celery("beat", broker=self.valkey.url, set_as_current=False) as beat:
            beat.send_task(task, arguments, queue="od")

    def worker_listens(self) -> bool:
        """Whether a worker waits for tasks."""
        with redis.Redis.from_url(self.valkey.url) as client:
            return any(connection["cmd"] == "brpop" for connection in client.client_list())

    def said(self, name: str) -> str:
        """What a process has printed."""
        return (self.data / f"{name}.log").read_text()

    def end_all(self) -> None:
        for process in self.started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.started.clear()

    def orders(self, many: int) -> list[int]:
        found: list[int] = json.loads(self.run("-m", "tests.baddays.stock", str(many)))
        return found

    def ask(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """A question past every rule: what the database really holds."""
        with psycopg.connect(self.cluster.url(SUPERUSER)) as connection:
            return connection.execute(sql, params).fetchall()

    def do(self, sql: str, *params: Any) -> None:
        with psycopg.connect(self.cluster.url(SUPERUSER), autocommit=True) as connection:
            connection.execute(sql, params)


@dataclass
class Web:
    """Granian with the product in it, started as `make run` starts it."""

    shop: Shop
    process: subprocess.Popen[bytes]
    port: int

    @classmethod
    def begin(cls, shop: Shop, **environment: str) -> "Web":
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        process = shop.start(
            "web", "granian", "--interface", "asgi", "ops.asgi:application", "--host", "127.0.0.1", "--port", str(port),
            "--workers", "1", "--workers-kill-timeout", "3", "--log-level", "warning", **environment,
        )  # fmt: skip
        return cls(shop, process, port)

    def comes_up(self) -> "Web":
        assert wait_until(lambda: self.answers() or self.process.poll() is not None, 30)
        assert self.process.poll() is None, self.shop.said("web")
        return self

    def answers(self) -> bool:
        try:
            return Browser(self.port).get("/accounts/login/").status == 200
        except OSError:
            return False


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: dict[str, str]


class Browser:
    """One person's cookies; a connection for each question, as after a cut."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, *, htmx: bool = False, **form: object) -> Answer:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
        }
        if htmx:
            headers["HX-Request"] = "true"
        return self._ask("POST", path, urlencode(form), headers)

    def sign_in(self, name: str, password: str = PASSWORD) -> Answer:
        self.get("/accounts/login/")
        return self.post("/accounts/login/", login=PEOPLE[name][0], password=password)

    def _ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body or None, (headers or {}) | ({"Cookie": sent} if sent else {}))
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(answer.status, text, {name.lower(): value for name, value in answer.getheaders()})


def version_in(answer: Answer) -> int:
    """The version that a drawn order, or the answer to a move, carries."""
    if toast := answer.headers.get("hx-trigger"):
        return int(json.loads(toast)["toast"]["values"]["version"])
    found = re.search(r'name="version" value="(\d+)"', answer.text)
    assert found, answer.text
    return int(found[1])
