"""`python -m tests.attack [URL]`: the attacks, with the web login's address (DATABASE_URL when none is given).

Against the cluster that `make run` started: `python -m ops.dev module tests.attack` (ruling 35). Nothing stays.
"""

import os
import sys

import psycopg

from tests.attack.attacks import EVERY, findings


def main() -> int:
    url = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("DATABASE_URL", "")
    if not url:
        print("Say which database: python -m tests.attack postgresql://…")
        return 2
    with psycopg.connect(url) as connection:
        found = findings(connection, os.environ.get("OPS_ROLE_PREFIX", "od"))
    for sentence in found:
        print(sentence)
    print(f"{len(EVERY)} attacks, {len(found)} came to something.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
