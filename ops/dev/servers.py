"""The PostgreSQL and Valkey a command works with: those the environment names, else the embedded ones."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ops.dev import env_file
from ops.dev.cluster import ensure_cluster, is_running, stop_cluster
from ops.dev.ground import CannotStart
from ops.dev.valkey import ensure_valkey, stop_valkey, valkey_is_running

CHECKOUT = Path(__file__).resolve().parents[2]


def data_folder() -> Path:
    """Where this checkout keeps what it makes."""
    return Path(os.environ.get("OPS_DATA") or CHECKOUT / ".data").resolve()


def embedded_database() -> bool:
    """Whether PostgreSQL is ours to start."""
    return not os.environ.get("DATABASE_URL")


def embedded_queue() -> bool:
    """Whether Valkey is ours to start."""
    return not os.environ.get("REDIS_URL")


def start_servers(data: Path) -> dict[str, str]:
    """Start what is ours and does not run; the variables that reach all of it."""
    data.mkdir(parents=True, exist_ok=True)
    found: dict[str, str] = {}
    if embedded_database():
        found |= ensure_cluster(data).environment()
    else:
        found |= _foreign_database(data)
    if embedded_queue():
        found |= ensure_valkey(data).environment()
    found.pop("OPS_SUPER_DATABASE_URL", None)
    return found


def servers_are_up(data: Path) -> bool:
    """Whether every server that is ours runs."""
    return (not embedded_database() or is_running(data)) and (not embedded_queue() or valkey_is_running(data))


def stop_servers(data: Path) -> None:
    """Stop what is ours, unless `python -m ops.dev cluster` asked for it to stay."""
    if kept(data):
        return
    if embedded_queue():
        stop_valkey(data)
    if embedded_database():
        stop_cluster(data)


def keep(data: Path, stay: bool) -> None:
    """Note whether the servers outlive the command that uses them."""
    data.mkdir(parents=True, exist_ok=True)
    (data / "keep").touch() if stay else (data / "keep").unlink(missing_ok=True)


def kept(data: Path) -> bool:
    """Whether the servers were asked to stay."""
    return (data / "keep").exists()


@contextmanager
def only_run(data: Path) -> Iterator[bool]:
    """True for the one `make run` of this data folder, False while another has it."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "run.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def servers(data: Path) -> Iterator[dict[str, str]]:
    """The servers for one command; those it had to start are stopped after it."""
    were_up = servers_are_up(data)
    try:
        yield start_servers(data)
    finally:
        with only_run(data) as nobody_else:
            if not were_up and nobody_else:
                stop_servers(data)


def _foreign_database(data: Path) -> dict[str, str]:
    if not os.environ.get("OPS_OWNER_DATABASE_URL"):
        raise CannotStart(
            "DATABASE_URL names your own PostgreSQL, so set OPS_OWNER_DATABASE_URL too: "
            "the login that owns the database and may change its tables."
        )
    if "OPS_SECRET_KEY" not in os.environ | env_file.read(data):
        env_file.write(data, OPS_SECRET_KEY=secrets.token_urlsafe(50))
    web = os.environ["DATABASE_URL"]
    return {
        "DATABASE_URL": web,
        "OPS_OWNER_DATABASE_URL": os.environ["OPS_OWNER_DATABASE_URL"],
        "OPS_LIVE_DATABASE_URL": os.environ.get("OPS_LIVE_DATABASE_URL") or web,
    }
