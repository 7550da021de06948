"""One shop for all bad days, apart from the suite's servers; each test finds it mended and leaves no process behind."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.dev.cluster import ensure_cluster, stop_cluster
from ops.dev.valkey import ensure_valkey, stop_valkey
from tests.baddays.mail import Postbox
from tests.baddays.place import Browser, Shop, Web


@pytest.fixture(scope="session")
def _shop() -> Iterator[Shop]:
    folder = Path(tempfile.mkdtemp(prefix="a shop with bad days "))
    folder.chmod(0o755)  # the account of the servers walks through
    data = folder / "data"
    (data / "static").mkdir(parents=True)
    try:
        shop = Shop(data, ensure_cluster(data), ensure_valkey(data))
        shop.run("manage.py", "migrate", "--verbosity", "0", OPS_LOGIN="owner")
        shop.run("-m", "tests.cast", OPS_LOGIN="owner")
        yield shop
    finally:
        stop_cluster(data)
        stop_valkey(data)
        shutil.rmtree(folder)


@pytest.fixture
def shop(_shop: Shop) -> Iterator[Shop]:
    _shop.mend()
    try:
        yield _shop
    finally:
        _shop.end_all()


@pytest.fixture
def web(shop: Shop) -> Web:
    return Web.begin(shop).comes_up()


@pytest.fixture
def manager(web: Web) -> Browser:
    browser = Browser(web.port)
    assert browser.sign_in("manager").status == 302
    return browser


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    box = Postbox()
    yield box
    box.stop()
