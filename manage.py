#!/usr/bin/env python
"""Django's command line; commands that change the database's shape sign in as its owner."""

import os
import sys

OWNER_COMMANDS = {
    "demo",
    "dbshell",
    "flush",
    "makemigrations",
    "migrate",
    "rules",
    "security",
    "showmigrations",
    "sqlmigrate",
    "sync",
    "verify_history",
}


def main() -> None:
    """Choose the settings and the login, then let Django run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    os.environ.setdefault("OPS_LOGIN", "owner" if command in OWNER_COMMANDS else "web")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
