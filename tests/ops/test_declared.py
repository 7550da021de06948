"""What apps declare is there before the first request: what grows later grows under a thread that reads it."""

import subprocess
import sys

from ops import env

_LOOK = """
import sys
import django
from django.urls import get_resolver

FLOORS = {"ops", "accounts", "customers", "catalog", "inventory", "orders", "analytics"}

def registries():
    return {
        f"{name}.{key}": frozenset(map(str, value))
        for name, module in list(sys.modules.items()) if name.partition(".")[0] in FLOORS
        for key, value in vars(module).items() if isinstance(value, dict | list | set) and not key.startswith("__")
    }

def load(resolver):
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            load(one)

django.setup()
before = registries()
load(get_resolver())
after = registries()
grown = {name: sorted(after[name] - known) for name, known in before.items() if after[name] != known}
print(len(before["ops.boards.declare.BOARDS"]), grown)
"""


def test_no_registry_grows_when_the_first_request_loads_the_pages():
    done = subprocess.run(
        [sys.executable, "-c", _LOOK],
        env={
            "DJANGO_SETTINGS_MODULE": "ops.settings", "OPS_SECRET_KEY": "x", "PYTHONPATH": str(env.BASE_DIR),
            "DATABASE_URL": "postgres://web@127.0.0.1:1/never", "OPS_DATA": "/nonexistent",
        },
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.strip() == "7 {}"
