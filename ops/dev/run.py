"""`make run`: servers, schema, assets, demo, then web, worker and beat in one terminal until Ctrl-C."""

import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from ops.dev.ground import CannotStart, is_free, say
from ops.dev.processes import Child, Leaving, Stop, print_line, stop_all
from ops.dev.servers import CHECKOUT, only_run, servers_are_up, start_servers, stop_servers

FIRST_PORT = int(os.environ.get("PORT") or 8000)
# On a machine that has only root the launcher chose to run as root; Celery need not repeat it.
QUIET = "ignore::UserWarning:celery.platforms"
PYTHON = sys.executable
LOG_LEVEL = os.environ.get("OPS_LOG_LEVEL", "WARNING")  # INFO also shows every task that runs


def run(data: Path, *, demo: bool = True, size: str = "") -> int:
    """Everything the product needs, until somebody stops it."""
    with only_run(data) as alone:
        if not alone:
            address = _address_file(data)
            say(f"This checkout already runs{' at ' + address.read_text() if address.exists() else ''}.")
            return 1
        return _Run(data, demo=demo, size=size).until_stopped()


class _Run:
    def __init__(self, data: Path, *, demo: bool, size: str) -> None:
        self.data = data
        self.demo = demo
        self.size = ["--size", size] if size else []
        self.stop = Stop()
        self.children: list[Child] = []
        self.environment: dict[str, str] = {}
        self.port = 0

    def until_stopped(self) -> int:
        failed = False
        try:
            self._start()
            self._watch()
        except Leaving:
            pass
        except CannotStart as error:
            say(str(error))
            failed = True
        finally:
            print_line("ops", "stopping")
            stop_all(self.children, self.stop)
            stop_servers(self.data)
            _address_file(self.data).unlink(missing_ok=True)
            print_line("ops", "stopped; everything is kept for the next time")
        return int(failed)

    def _start(self) -> None:
        began = time.monotonic()
        self.environment = start_servers(self.data)
        print_line("ops", f"servers are up after {time.monotonic() - began:.1f} s")
        self.stop.check()
        migrate = self._manage("migrate", "migrate", "--no-input", OPS_LOGIN="owner")
        self._manage("assets", "assets").finish(self.stop)
        migrate.finish(self.stop)
        self.port = _first_free(FIRST_PORT)
        self._spawn("web")  # it loads while the demo is looked at
        if self.demo:
            self._manage("demo", "demo", *self.size, OPS_LOGIN="owner").finish(self.stop)
            sign_ins = self._manage("demo", "demo", "--sign-ins", OPS_LOGIN="owner", quiet=True)
        self._spawn("worker")
        self._spawn("beat")
        people = sign_ins.finish(self.stop).text if self.demo else "This shop is empty."
        self._wait_for_web()
        self._announce(people, time.monotonic() - began)

    def _child(self, name: str, *arguments: str, quiet: bool = False, **environment: str) -> Child:
        self.stop.check()
        extra = self.environment | environment
        child = Child(name, [PYTHON, *arguments], cwd=CHECKOUT, quiet=quiet, **extra)
        self.children.append(child)
        return child

    def _manage(self, name: str, *arguments: str, quiet: bool = False, **environment: str) -> Child:
        return self._child(name, "manage.py", *arguments, quiet=quiet, **environment)

    def _spawn(self, name: str) -> None:
        shown = os.environ.get("OPS_DEMO") or str(int(self.demo and not os.environ.get("OPS_ORIGIN")))
        program = _programs(self.port, self.data)[name]
        self._child(name, "-m", *program, OPS_LOGIN="web", OPS_DEMO=shown, PYTHONWARNINGS=QUIET)

    def _wait_for_web(self) -> None:
        web = self._running()["web"]
        deadline = time.monotonic() + 60
        while not _answers(self.port):
            if self.stop.asked.wait(0.05):
                raise Leaving
            if web.ended() or time.monotonic() > deadline:
                raise CannotStart("The web process did not come up; its last lines are above.")

    def _announce(self, sign_ins: str, seconds: float) -> None:
        address = f"http://127.0.0.1:{self.port}/"
        _address_file(self.data).write_text(address)
        taken = f" (port {FIRST_PORT} is taken)" if self.port != FIRST_PORT else ""
        for line in ("", f"Opsdeck is at {address}{taken}, ready after {seconds:.1f} s", *sign_ins.splitlines(), ""):
            print_line("ops", line)

    def _running(self) -> dict[str, Child]:
        return {child.name: child for child in self.children}

    def _watch(self) -> None:
        """Start again what fell over: a program, PostgreSQL or Valkey."""
        falls = 0
        while not self.stop.asked.wait(1):
            if not servers_are_up(self.data):
                print_line("ops", "a server is gone; starting it again")
                self._servers_again()
            for name, child in self._running().items():
                if name not in _programs(0, self.data) or not child.ended():
                    continue
                falls = falls + 1 if time.monotonic() - child.started < 10 else 0
                if falls >= 5:
                    raise CannotStart(f"{name} falls over as soon as it starts; its last lines are above.")
                print_line("ops", f"{name} ended with {child.process.returncode}; starting it again")
                child.end_group()  # its workers may have outlived it and still hold the port
                self.children.remove(child)
                self._spawn(name)

    def _servers_again(self) -> None:
        before, self.environment = self.environment, start_servers(self.data)
        if self.environment != before:  # another port: everybody has to hear of it
            stop_all(self.children, self.stop)
            self.children.clear()
            for name in _programs(0, self.data):
                self._spawn(name)


def _programs(port: int, data: Path) -> dict[str, list[str]]:
    return {
        "web": [
            "granian", "--interface", "asgi", "ops.asgi:application", "--host", os.environ.get("HOST", "127.0.0.1"),
            "--port", str(port), "--workers", "1", "--workers-kill-timeout", "3", "--backlog", "1024",
            "--backpressure", "4096", "--respawn-failed-workers", "--log-level", "warning",
        ],
        "worker": [
            "celery", "--quiet", "--app", "ops.celery:app", "worker", "--concurrency", "2", "--without-gossip",
            "--without-mingle", "--loglevel", LOG_LEVEL,
        ],
        "beat": [
            "celery", "--quiet", "--app", "ops.celery:app", "beat", "--pidfile=", "--schedule",
            str(data / "beat-schedule"), "--loglevel", LOG_LEVEL,
        ],
    }  # fmt: skip


def _first_free(port: int) -> int:
    for candidate in range(port, port + 100):
        if is_free(candidate) and is_free(candidate, "0.0.0.0"):  # noqa: S104  a listener on all addresses takes ours too
            return candidate
    raise CannotStart(f"No port between {port} and {port + 99} is free.")


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _address_file(data: Path) -> Path:
    return data / "run.address"
