"""`make run` from an empty folder: it answers, it mends what falls over, and TERM leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
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
        not (data_folder() / "static/.mark").exists(), reason="`make test` builds the assets this one needs"
    ),
]


@pytest.fixture(scope="module")
def data(place: Path) -> Path:
    """An empty data folder, but for the assets, which this checkout has built already."""
    folder = place / "a first run"
    shutil.copytree(data_folder() / "static", folder / "static")
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


def start(data: Path, port: int) -> tuple[subprocess.Popen[bytes], str, str]:
    """Run until it says where it is; what it prints goes to a file, so it never waits for a reader."""
    dropped = ("DATABASE_URL", "REDIS_URL", "OPS_", "DJANGO_SETTINGS_MODULE")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    printed = data / "printed"
    with printed.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "ops.dev", "run", "--no-demo"],
            cwd=CHECKOUT, env=environment | {"OPS_DATA": str(data), "PORT": str(port)},
            stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    wait_until(lambda: "Opsdeck is at" in printed.read_text() or process.poll() is not None, 90)
    said = printed.read_text()
    assert "Opsdeck is at" in said, said
    return process, said.split("Opsdeck is at ")[1].split()[0], said


def test_it_runs_mends_itself_leaves_no_process_and_starts_again_with_nothing_to_make(
    data: Path, taken_port: int
) -> None:
    process, address, said = start(data, taken_port)
    try:
        assert f"port {taken_port} is taken" in said
        assert _answers(address)

        postmaster = int((data / "postgres/cluster/postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        assert wait_until(lambda: "starting it again" in (data / "printed").read_text(), 10)
        assert wait_until(lambda: _answers(address), 20)
        assert len(processes_of(data)) > 5
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)

    assert process.returncode == 0
    assert wait_until(lambda: not processes_of(data), 5), processes_of(data)

    process, _, said = start(data, taken_port)

    process.send_signal(signal.SIGINT)
    process.wait(timeout=30)

    assert process.returncode == 0
    assert not processes_of(data)
    assert "No migrations to apply" in said
    assert "Applying" not in said


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}accounts/login/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
