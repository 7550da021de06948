"""`manage.py demo`: fills an empty shop with believable months. `--sign-ins` prints who can sign in."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from analytics import demo
from ops import clock
from ops.db.actor import acting_as
from orders.demo import large, people, plan, shop
from orders.demo.sizes import SMALL, USUAL
from orders.models import Order


class Command(BaseCommand):
    help = "Fill an empty shop with invented people and orders, by calling the verbs. Does nothing to a real shop."
    requires_system_checks = ()  # asked at every start of `make run`

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--size",
            choices=["small", "usual", "large"],
            default="usual",
            help="small: three months of 220 orders; usual: six months of 1,500; large: a year of 20,000 and 25 people",
        )
        parser.add_argument("--sign-ins", action="store_true", help="print who can sign in, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.LOGIN != "owner":
            raise CommandError("The demo is made by the owner of the database: run it through manage.py.")
        with acting_as(None):
            if options["sign_ins"]:
                self._print_sign_ins()
            else:
                self._fill(size=options["size"])

    def _fill(self, *, size: str) -> None:
        theirs = shop.demo_people()
        if User.objects.exists() and len(theirs) < User.objects.count():
            self.stdout.write("People work here already; the demo is left out.")
            return
        if settings.SECURE and not theirs:
            raise CommandError("This is a public shop (OPS_ORIGIN is https): its people would have a printed password.")
        began = time.monotonic()
        now = (shop.started() or clock.now()).astimezone(clock.zone())
        begun = shop.size_begun()
        wanted = SMALL if (begun or size) == "small" else USUAL
        if finished := shop.is_finished():
            self.stdout.write(f"The demo shop is there already ({begun}).")
        else:
            again = "The demo was interrupted; going on with it"
            self.stdout.write(again if theirs else "Making the demo shop: hiring people, filling the catalogue")
            shop.hire(wanted.staff, now, wanted.days, wanted.name)
            shop.live(demo.steps(plan.steps(now, wanted), now), self.stdout.write, demo.VERBS)
            shop.finish()
            self._told(began)
        if size == "large" and not (finished and large.is_there()):
            self.stdout.write("Making it large: 25 people, a year of 20,000 orders, written in sets")
            shop.hire(people.LARGE, now, wanted.days)
            large.fill(now)
            self._told(began)

    def _told(self, began: float) -> None:
        self.stdout.write(
            f"The demo shop has {User.objects.count()} people and {Order.objects.count():,} orders"
            f" ({time.monotonic() - began:.0f} s)"
        )

    def _print_sign_ins(self) -> None:
        theirs = shop.demo_people()
        if not theirs:
            self.stdout.write("No demo people work here: sign in with your own e-mail.")
            return
        self.stdout.write(f"Sign in as anybody below; the password of all of them is  {people.PASSWORD}")
        shown = set()
        for user in theirs:
            if user.is_active and (user.role_id not in shown or len(theirs) <= len(people.USUAL)):
                shown.add(user.role_id)
                own = "" if shop.has_demo_password(user) else "   (has chosen another password)"
                self.stdout.write(f"  {user.role.label:<14}{user.name:<16}{user.email}{own}")
