"""Clusters of their own for the tests of the launcher, in folders with spaces in their names."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.dev.cluster import Cluster, ensure_cluster, stop_cluster
from ops.dev.valkey import stop_valkey


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """A folder that the account of the servers can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="a shop with spaces "))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for data in folder.iterdir():
            stop_cluster(data)
            stop_valkey(data)
        shutil.rmtree(folder)


@pytest.fixture
def cluster(place: Path) -> Cluster:
    """A running cluster, which a test may stop or break: the next one gets it mended."""
    return ensure_cluster(place / "the data", durable=False)
