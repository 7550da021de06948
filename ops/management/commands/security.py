"""Installs what the security.py files declare, or says how the database differs from it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ops.db.sync import drift, sync


class Command(BaseCommand):
    help = "Install roles, policies, guards and history. With --check: change nothing, list every difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Only compare; exit 1 when something differs.")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not check:
            self.stdout.write(str(sync()))
            return
        found = drift()
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"The database differs from its declarations in {len(found)} places.", returncode=1)
        self.stdout.write("The database is as declared.")
