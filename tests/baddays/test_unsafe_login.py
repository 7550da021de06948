"""A process whose login could go round the rules says so and does not start."""

import json
import signal
from urllib.parse import urlsplit, urlunsplit

import pytest

from ops.dev.cluster import SUPERUSER
from tests.baddays.place import Shop, Web

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("baddays")]

LOGINS = {
    "bypasses": ("BYPASSRLS NOINHERIT", "", "may bypass row security"),
    "inherits": ("INHERIT", "", "inherits the rights of app roles without asking"),
    "granted": ("NOINHERIT", "grant od_s_orders_all to {} with inherit true", "inherits the rights of app roles"),
    "becomes": ("NOINHERIT", "grant opsdeck_owner to {} with inherit false", "may become a login that is not bound"),
    "creates": ("CREATEROLE NOINHERIT", "", "may create roles"),
}


def with_login(shop: Shop, name: str) -> str:
    attributes, grant, _ = LOGINS[name]
    login = f"opsdeck_{name}"
    shop.do(f"create role {login} login password 'word' {attributes}")
    shop.do(f"grant connect on database opsdeck to {login}")
    if grant:
        shop.do(grant.format(login))
    parts = urlsplit(shop.cluster.url())
    return urlunsplit(parts._replace(netloc=f"{login}:word@127.0.0.1:{parts.port}"))


_ASKED = """
import json, sys
import ops.wsgi  # the web login may start
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from ops import env
from ops.checks import refuse_unsafe_login
for sentence, url in json.load(sys.stdin).items():
    connections["default"].settings_dict |= env.database(url)
    try:
        refuse_unsafe_login()
    except ImproperlyConfigured as error:
        print(json.dumps([sentence, str(error)]))
"""


def test_no_unsafe_login_serves_pages(shop: Shop) -> None:
    urls = {sentence: with_login(shop, name) for name, (_, _, sentence) in LOGINS.items()}
    urls["is a superuser"] = shop.cluster.url(SUPERUSER)
    urls["owns tables"] = shop.cluster.url("opsdeck_owner")

    printed = shop.run("-c", _ASKED, feed=json.dumps(urls | {"web": shop.cluster.url()}))

    said = dict(json.loads(line) for line in printed.splitlines())
    assert said.keys() == urls.keys()
    for sentence, refusal in said.items():
        assert refusal.startswith("Opsdeck does not start: its database login opsdeck_")
        assert sentence in refusal
        assert "CREATE ROLE opsdeck_web LOGIN NOINHERIT" in refusal


def test_granian_ends_with_the_sentence_in_its_log(shop: Shop) -> None:
    web = Web.begin(shop, DATABASE_URL=shop.cluster.url("opsdeck_owner"))

    assert web.process.wait(30) != 0
    assert "its database login opsdeck_owner may create roles" in shop.said("web")


def test_a_worker_ends_with_the_sentence(shop: Shop) -> None:
    worker = shop.start_worker(DATABASE_URL=shop.cluster.url(SUPERUSER))

    assert worker.wait(30) not in {0, -signal.SIGKILL}
    assert "Opsdeck does not start: its database login opsdeck_super is a superuser" in shop.said("worker")


def test_a_process_that_was_told_to_be_the_owner_serves_nobody(shop: Shop) -> None:
    web = Web.begin(shop, OPS_LOGIN="owner")

    assert web.process.wait(30) != 0
    assert "start it with OPS_LOGIN=web, never as the owner" in shop.said("web")
