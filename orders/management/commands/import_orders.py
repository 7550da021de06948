"""Load orders from a file: check it, say what loading would do, and do it as one person with their rights."""

from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Sum
from django.db.utils import Error as DatabaseError

from accounts.models import User
from ops.db.actor import acting_as, door, for_user
from ops.errors import Refused, refusal_of
from ops.models import ImportBatch
from orders.importing import check_orders, import_orders
from orders.imports import presets
from orders.models import Order

_SHOWN = 20
_MARKS = {"point": ".", "comma": ","}


class Command(BaseCommand):
    help = "Load orders from a file. The same file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV or TSV file, also .gz, or a folder with the preset's tables")
        parser.add_argument("--preset", required=True, choices=sorted(presets()))
        parser.add_argument("--by", default="", metavar="EMAIL", help="who loads it (default: the first active admin)")
        parser.add_argument("--check", action="store_true", help="say what loading would do, and change nothing")
        parser.add_argument("--leave-out", action="store_true", help="load the rest when some orders cannot be taken")
        parser.add_argument("--decimals", choices=sorted(_MARKS), default="", help="when the file itself does not tell")
        parser.add_argument(
            "--dates", choices=["dmy", "mdy", "ymd"], default="", help="when the file itself does not tell"
        )
        parser.add_argument("--currency", default="", help="of the amounts (default: the preset's)")
        parser.add_argument(
            "--rate", action="append", default=[], metavar="USD=278.5",
            help="what one of a currency is in the shop's, once for each; USD=table counts again at the shop's rates",
        )  # fmt: skip
        parser.add_argument(
            "--currencies", default="", help="what amounts say that name others: each, each:CAD (for $), or column"
        )
        parser.add_argument("--new-skus", action="store_true", help="SKUs that look like known ones are new")

    def handle(self, *args: Any, **said: Any) -> None:
        by = _person(said["by"])
        try:
            with acting_as(for_user(by, request="command:import_orders", source="import")):
                self._load(by, *_rates(said["rate"]), said)
        except Refused as no:
            raise CommandError(no.sentence) from no
        except DatabaseError as error:
            refused = refusal_of(error)
            raise (CommandError(refused.sentence) if refused else error) from error

    def _load(self, by: User, rate: Decimal | None, rates: dict[str, str], said: dict[str, Any]) -> None:
        began = monotonic()
        with transaction.atomic():
            batch = check_orders(
                said["file"], said["preset"], by=by, dates=said["dates"], decimals=_MARKS.get(said["decimals"], ""),
                currency=said["currency"], currencies=said["currencies"], rate=rate, rates=rates,
                progress=self._progress,
            )  # fmt: skip
        if self.stderr.isatty():
            self.stderr.write("")
        self._say_check(batch, monotonic() - began)
        if said["check"]:
            return
        began = monotonic()
        with transaction.atomic():
            if said["new_skus"]:
                batch.matches.filter(answer=None).update(answer="")
            batch = import_orders(batch, by=by, leave_out=said["leave_out"])
        self._say_loaded(batch, by, monotonic() - began)

    def _progress(self, lines: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r  {lines:,} lines read", ending="")

    def _say_check(self, batch: ImportBatch, seconds: float) -> None:
        say, counts = self.stdout.write, batch.counts
        say(f"{batch.file_name}: {batch.rows:,} lines checked in {seconds:.1f} s")
        for note in batch.notes:
            say(f"  {note}")
        for verdict, words in (("new", "new"), ("changed", "changed"), ("same", "as before"), ("refused", "refused")):
            if total := counts["totals"].get(verdict):
                profit = f", profit {Decimal(total['profit']):,}" if total["profit"] else ""
                say(f"  {words:<10}{counts[verdict]:>9,} orders {total['lines']:>9,} lines   sales"
                    f" {Decimal(total['amount']):,}{profit}")  # fmt: skip
                if len(total["currencies"]) > 1:
                    self._say_currencies(total)
        for match in batch.matches.filter(answer=None)[:_SHOWN]:
            likely = match.likely[0]
            say(self.style.WARNING(f"  line {match.line:,}: SKU {match.key} may be {likely['label']}: {likely['why']}"))
        for problem in batch.problems[:_SHOWN]:
            column = f", {problem['column']}" if problem["column"] else ""
            say(self.style.WARNING(f"  line {problem['line']:,}{column}: {problem['sentence']}"))
        more = len(batch.problems) - _SHOWN
        if more > 0:
            say(self.style.WARNING(f"  and {more:,} more"))

    def _say_currencies(self, total: dict[str, Any]) -> None:
        for code, part in total["currencies"].items():
            self.stdout.write(f"    {part['orders']:>9,} orders in {code}   sales {Decimal(part['amount']):,}")
        self.stdout.write(f"    in {total['currency']} all together   sales {Decimal(total['shop_amount']):,}")

    def _say_loaded(self, batch: ImportBatch, by: User, seconds: float) -> None:
        counts = batch.counts
        speed = f", {batch.rows / seconds:,.0f} lines a second" if counts["new"] or counts["changed"] else ""
        self.stdout.write(self.style.SUCCESS(
            f"Loaded as {by.name} in {seconds:.1f} s{speed}: {counts['new']:,} new, {counts['changed']:,} changed,"
            f" {counts['same']:,} as before, {counts['refused']:,} left out."))  # fmt: skip
        here = Order.objects.filter(source=batch.settings["source"]).aggregate(
            sales=Sum("sale__amount"), profit=Sum("costing__profit")
        )
        count = Order.objects.filter(source=batch.settings["source"]).count()
        self.stdout.write(
            f"In the database from {batch.settings['source']}: {count:,} orders, sales {here['sales'] or 0:,},"
            f" profit {here['profit'] or 0:,}"
        )


def _rates(said: list[str]) -> tuple[Decimal | None, dict[str, str]]:
    """A number alone is the rate of the file's own currency."""
    rates = {code.strip().upper(): text.strip() for code, mark, text in map(_parted, said) if mark}
    alone = [code for code, mark, _ in map(_parted, said) if not mark]
    if len(alone) > 1:
        raise CommandError("Say which currency each rate is of, like --rate USD=278.5.")
    try:
        return (Decimal(alone[0]) if alone else None), rates
    except InvalidOperation as error:
        raise CommandError("A rate is a number, like 1 or 278.5.") from error


def _parted(text: str) -> tuple[str, str, str]:
    return text.partition("=")


def _person(email: str) -> User:
    with acting_as(door()):
        people = User.objects.filter(is_active=True).order_by("pk")
        found = people.filter(email=email.strip().lower()) if email else people.filter(role_id="admin")
        person: User | None = found.first()
    if person is None:
        raise CommandError(f"Nobody active signs in as {email}." if email else "There is no active admin; give --by.")
    return person
