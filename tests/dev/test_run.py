"""`make run` from an empty folder: it answers, it mends what falls over, and TERM leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.dev.ground import alive, wait_until
from ops.dev.testing import data_folder

CHECKOUT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("servers"),
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks processes up in /proc"),
    pytest.mark.skipif(
        not (data_folder() / "assets.stamp").exists(), reason="`make test` builds the assets this one needs"
    ),
]


@pytest.fixture(scope="module")
def data(place: Path) -> Path:
    """An empty data folder, but for the assets, which this checkout has built already."""
    folder = place / "a first run"
    shutil.copytree(data_folder() / "static", folder / "static")
    shutil.copy(data_folder() / "assets.stamp", folder)
    return folder


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        yield squatter.getsockname()[1]


def processes_of(data: Path) -> set[int]:
    """Every living process that was told of this data folder or stands in it."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = str(data).encode() in (folder / "environ").read_bytes()
            if (told or (folder / "cwd").resolve().is_relative_to(data)) and alive(int(folder.name)):
                found.add(int(folder.name))
        except OSError:
            continue
    return found - {os.getpid()}


def start(data: Path, port: int) -> tuple[subprocess.Popen[str], str, list[str]]:
    """Run until it says where it is."""
    dropped = ("DATABASE_URL", "REDIS_URL", "OPS_")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    process = subprocess.Popen(
        [sys.executable, "-m", "ops.dev", "run", "--no-demo"],
        cwd=CHECKOUT, env=environment | {"OPS_DATA": str(data), "PORT": str(port)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if "Opsdeck is at" in line:
            return process, line.split("Opsdeck is at ")[1].split()[0], lines
    raise AssertionError("".join(lines))


def test_it_runs_on_a_taken_port_mends_itself_and_leaves_no_process(data: Path, taken_port: int) -> None:
    process, address, lines = start(data, taken_port)
    try:
        assert f"port {taken_port} is taken" in "".join(lines)
        assert urllib.request.urlopen(f"{address}accounts/login/", timeout=10).status == 200

        postmaster = int((data / "postgres/cluster/postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        assert wait_until(lambda: _answers(f"{address}accounts/login/"), 15)
        assert len(processes_of(data)) > 5
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        process.stdout.read()
        process.wait(timeout=20)

    assert process.returncode == 0
    assert wait_until(lambda: not processes_of(data), 5), processes_of(data)


def test_a_second_start_takes_seconds_and_interrupt_leaves_no_process(data: Path, taken_port: int) -> None:
    began = time.monotonic()

    process, _, _ = start(data, taken_port)

    seconds = time.monotonic() - began
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert not processes_of(data)
    assert seconds < 15


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
