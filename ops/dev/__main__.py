"""`python -m ops.dev cluster | stop`: the embedded servers by hand."""

import argparse
import os
import sys
from pathlib import Path

from ops.dev import env_file
from ops.dev.cluster import ensure_cluster, stop_cluster
from ops.dev.ground import CannotStart, say
from ops.dev.valkey import ensure_valkey, stop_valkey

CHECKOUT = Path(__file__).resolve().parents[2]


def data_folder() -> Path:
    """Where this checkout keeps what it makes."""
    return Path(os.environ.get("OPS_DATA") or CHECKOUT / ".data")


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(prog="python -m ops.dev", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    cluster = commands.add_parser("cluster", help="start PostgreSQL and Valkey and print where they are")
    cluster.add_argument("--test", action="store_true", help="the throw-away cluster of the tests")
    commands.add_parser("stop", help="stop every server of this checkout")
    asked = parser.parse_args(arguments)
    data = data_folder()
    try:
        if asked.command == "cluster":
            started = ensure_cluster(data / "test", durable=False) if asked.test else ensure_cluster(data)
            print(f"PostgreSQL  127.0.0.1:{started.port}  {started.folder}")
            if not asked.test:
                valkey = ensure_valkey(data)
                print(f"Valkey      {valkey.folder}")
            print(f"Logins in   {env_file.path(started.data)}")
        else:
            for folder in (data, data / "test"):
                if folder.exists():
                    stop_cluster(folder)
                    stop_valkey(folder)
    except CannotStart as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
