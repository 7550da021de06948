"""The pytest plugin that puts the suite on servers of its own: a throw-away cluster and Valkey in `.data/test`.

It is named in `addopts`, because pytest-django reads the settings before any conftest.
"""

import fcntl
import os
from pathlib import Path
from typing import TextIO

from ops.dev import env_file
from ops.dev.browser import find_browser
from ops.dev.cluster import ensure_cluster, stop_cluster
from ops.dev.servers import CHECKOUT, kept
from ops.dev.valkey import ensure_valkey, stop_valkey

ROLE_PREFIX = "odt"
_use: TextIO | None = None


def data_folder() -> Path:
    """Where the suite's servers and files live."""
    return CHECKOUT / ".data" / "test"


def environment() -> dict[str, str]:
    """Start the suite's servers; the variables that lead to them and to nothing else."""
    data = data_folder()
    found = ensure_cluster(data, durable=False).environment() | ensure_valkey(data).environment()
    found["OPS_SECRET_KEY"] = env_file.read(data)["OPS_SECRET_KEY"]
    found |= {"OPS_DATA": str(data), "OPS_ROLE_PREFIX": ROLE_PREFIX, "EMAIL_URL": "", "SENTRY_DSN": "", "OPS_DEMO": ""}
    if browser := find_browser():
        found["OPS_CHROMIUM"] = browser
    return found


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def pytest_unconfigure() -> None:
    """The last suite to leave stops the servers."""
    release()


def release() -> None:
    """Stop the servers unless another suite, or `python -m ops.dev cluster --test`, still wants them."""
    if _use is None:
        return
    try:
        fcntl.flock(_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    if not kept(data_folder()):
        stop_valkey(data_folder())
        stop_cluster(data_folder())


if not _is_worker():
    data_folder().mkdir(parents=True, exist_ok=True)
    _use = (data_folder() / "use.lock").open("w")
    fcntl.flock(_use, fcntl.LOCK_SH)
    os.environ.update(environment())
