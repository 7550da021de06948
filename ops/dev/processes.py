"""Several programs in one terminal: their lines told apart by a name, their end certain."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path

from ops.dev.ground import CannotStart, wait_until

COLOURS = {"web": 36, "worker": 35, "beat": 34, "migrate": 32, "assets": 33, "static": 33, "demo": 32}
GRACE_SECONDS = 8.0
TETHER = Path(__file__).with_name("tether.py")
_printing = threading.Lock()


def tethered(arguments: list[str]) -> list[str]:
    """The command line whose program the kernel ends when this process dies."""
    return [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), *arguments]


class Leaving(Exception):
    """Somebody asked us to stop."""


class Stop:
    """Remembers that a signal asked us to leave; the second one stops being polite."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.at_once = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._heard)

    def _heard(self, number: int, frame: object) -> None:
        self.at_once = self.asked.is_set()
        self.asked.set()

    def check(self) -> None:
        """Raise Leaving when we were asked to."""
        if self.asked.is_set():
            raise Leaving


def print_line(name: str, line: str) -> None:
    """One line with the name of who said it."""
    label = f"{name:8}"
    if sys.stdout.isatty():
        label = f"\033[{COLOURS.get(name, 37)}m{label}\033[0m"
    with _printing, contextlib.suppress(BrokenPipeError):  # the terminal may be gone while we are leaving
        print(f"{label}│ {line}", flush=True)


class Child:
    """A program whose lines appear under its name, in a process group of its own."""

    def __init__(self, name: str, arguments: list[str], *, cwd: Path, quiet: bool = False, **environment: str) -> None:
        self.name = name
        self.lines: deque[str] = deque(maxlen=2000)
        self.quiet = quiet
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            tethered(arguments),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=os.environ | {"PYTHONUNBUFFERED": "1"} | environment,
            process_group=0,  # Ctrl-C in the terminal reaches us alone; we decide who stops when
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if line.strip() and not self.quiet:
                print_line(self.name, line.rstrip())

    @property
    def text(self) -> str:
        """Everything it said."""
        return "\n".join(self.lines)

    def ended(self) -> bool:
        """Whether it is over."""
        return self.process.poll() is not None

    def end_group(self) -> None:
        """End at once what is left of it and of the processes it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def finish(self, stop: Stop) -> "Child":
        """Wait for its end; a failure is a sentence and its last lines."""
        while not self.ended():
            if stop.asked.wait(0.02):
                raise Leaving
        self._reader.join(timeout=2)
        if self.process.returncode:
            if self.quiet:
                for line in self.lines:
                    print_line(self.name, line)
            raise CannotStart(f"{self.name} failed; its last lines are above.")
        return self


def stop_all(children: list[Child], stop: Stop) -> None:
    """Ask each program to end, wait, then end its whole group."""
    for child in children:
        if not child.ended():
            child.process.terminate()  # the main process alone: it winds its own workers down
    wait_until(lambda: stop.at_once or all(child.ended() for child in children), GRACE_SECONDS)
    for child in children:
        child.end_group()
    for child in children:
        child.process.wait()
