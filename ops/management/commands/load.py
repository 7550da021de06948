"""Load a file of anything that can be loaded: check it, say what loading would do, do it as one person."""

from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.utils import Error as DatabaseError

from ops.db.actor import acting_as, door, for_user
from ops.errors import Refused, refusal_of
from ops.imports import deciding
from ops.imports.applying import apply
from ops.imports.checking import check
from ops.imports.kept import Brought
from ops.imports.models import ImportBatch
from ops.imports.nouns import every

_SHOWN = 20


class Command(BaseCommand):
    help = "Load files: what they are is found by their columns. The same file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="+", help="a table, or the several tables of one export")
        parser.add_argument("--noun", default="", choices=["", *(noun.key for noun in every())], help="what it is")
        parser.add_argument("--preset", default=None, help="which program it is from; an empty one: none")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who loads it")
        parser.add_argument("--rate", action="append", default=[], metavar="USD=278.5", help="what a currency is worth")
        parser.add_argument("--check", action="store_true", help="say what loading would do, and change nothing")
        parser.add_argument("--leave-out", action="store_true", help="load the rest when something cannot be taken")

    def handle(self, *args: Any, **said: Any) -> None:
        with acting_as(door()):
            by = get_user_model().objects.filter(email=said["by"].strip().lower(), is_active=True).first()
        if by is None:
            raise CommandError(f"Nobody active signs in as {said['by']}.")
        try:
            with acting_as(for_user(by, request="command:load", source="import")):  # type: ignore[arg-type]
                self._load(by, said)
        except Refused as no:
            raise CommandError(no.sentence) from no
        except DatabaseError as error:
            refused = refusal_of(error)
            raise (CommandError(refused.sentence) if refused else error) from error

    def _load(self, by: Any, said: dict[str, Any]) -> None:
        missing = next((path for path in said["file"] if not path.is_file()), None)
        if missing:
            raise CommandError(f"There is no file {missing}.")
        with transaction.atomic():
            with ExitStack() as opened:
                batch = deciding.receive(
                    [Brought(p.name, opened.enter_context(p.open("rb"))) for p in said["file"]], by=by
                )
            if said["noun"] or said["preset"] is not None:
                batch = deciding.read_as(batch, noun=said["noun"], preset=said["preset"])
            for rate in said["rate"]:
                code, _, worth = rate.partition("=")
                batch = deciding.say_rate(batch, code, worth)
            batch = check(batch, ask=False)
        self._say(batch)
        if said["check"]:
            return
        with transaction.atomic():
            batch = apply(batch, by=by, leave_out=said["leave_out"])
        counts = batch.counts
        self.stdout.write(self.style.SUCCESS(
            f"Loaded: {counts['new']:,} new, {counts['changed']:,} changed, {counts['same']:,} as before,"
            f" {counts['refused']:,} left out."))  # fmt: skip

    def _say(self, batch: ImportBatch) -> None:
        say = self.stdout.write
        say(f"{batch.file_name}: {batch.rows:,} rows, read as {batch.noun} ({batch.settings.get('why', '')})")
        for note in batch.notes:
            say(f"  {note}")
        for problem in batch.problems[:_SHOWN]:
            column = f", {problem['column']}" if problem["column"] else ""
            say(self.style.WARNING(f"  line {problem['line']:,}{column}: {problem['sentence']}"))
        if (more := len(batch.problems) - _SHOWN) > 0:
            say(self.style.WARNING(f"  and {more:,} more"))
