"""Walks every chain of history and says which rows do not follow from the row before."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ops import chain


class Command(BaseCommand):
    help = "Verify the hash chains of history and the day's roots; exit 1 when a link is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = chain.verify()
        for row in broken:
            self.stdout.write(f"{row.table}: row {row.history_id} {row.what}.")
        if broken:
            raise CommandError(f"{len(broken)} links of history are broken.", returncode=1)
        self.stdout.write(f"The histories of {len(chain.kept_models())} tables are whole.")
