"""A small shop in a database of its own: something of everything, of several people, so that 'some rows' means something.

Its name does not begin with test_, so append-only tables refuse TRUNCATE in it as they do in production. It is built by
verbs, signed in as the owner with the clock set back a day: what was done here can no longer be undone by everybody.
"""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

from __future__ import annotations

import functools
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import psycopg
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session as StoredSession
from django.core.cache import cache
from django.db import connections, models, transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm

from ops.access.roles import policybook
from ops.db import security
from ops.db.actor import acting_as, builtin_role, for_user, task
from tests import database, make
from tests.cast import PEOPLE
from tests.generated import rooms
from tests.generated.session import Session, Who

if TYPE_CHECKING:
    from accounts.models import User

SYSTEM = tuple(role.key for role in policybook().system)
STAGES = ("received", "in_production", "ready_to_ship", "shipped", "delivered")


@dataclass
class World:
    name: str
    people: dict[str, User] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    quotes: dict[str, int] = field(default_factory=dict)
    link: str = ""

    def who(self, key: str) -> Who:
        """A person by their name in the cast, or what runs without one by its role."""
        if key in SYSTEM:
            return Who(key, builtin_role(key), link=self.link if key == "link" else "")
        person = self.people[key]
        return Who(key, person.db_role, person.pk)

    def everybody(self) -> list[Who]:
        return [self.who(key) for key in (*self.people, *SYSTEM)]

    @contextmanager
    def web(self) -> Iterator[Session]:
        with psycopg.connect(database.web_url(self.name)) as connection:
            yield Session(connection)

    @contextmanager
    def owner(self) -> Iterator[Session]:
        with psycopg.connect(database.owner_url(self.name)) as connection:
            yield Session(connection)

    def django_as_owner(self) -> AbstractContextManager[None]:
        """Django's own queries, on this database, with nobody bound: every row is there to be filtered."""
        return self._django(database.owner_url(self.name))

    def django_as_web(self) -> AbstractContextManager[None]:
        return self._django(database.web_url(self.name))

    @contextmanager
    def _django(self, url: str) -> Iterator[None]:
        ours = connections["default"]
        there = connections.create_connection("default")
        login = psycopg.conninfo.conninfo_to_dict(url)
        there.settings_dict = ours.settings_dict | {
            "NAME": self.name,
            "USER": login["user"],
            "PASSWORD": login["password"],
        }
        connections["default"] = there
        cache.clear()
        try:
            yield
        finally:
            there.close()
            connections["default"] = ours
            cache.clear()

    def mutated(self, change: str, findings: Callable[[Session], list[str]]) -> list[str]:
        """What the checks find after `change`, which is undone."""
        with self.owner() as session, session.connection.transaction(force_rollback=True):
            session.connection.execute(change)  # type: ignore[call-overload]
            return findings(session)


def name() -> str:
    return f"world_opsdeck_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}_{os.getpid()}"


@functools.cache
def build() -> World:
    """Once in each process, whichever suite asks first."""
    made = World(name())
    database.copy_template(made.name)
    with made.django_as_owner():
        yesterday = (timezone.now() - timedelta(days=1)).isoformat()
        with connections["default"].cursor() as cursor:
            cursor.execute("select set_config('ops.clock', %s, false)", [yesterday])
        with transaction.atomic():
            _hire(made)
            _orders(made)
            _odds_and_ends(made)
    return made


def _hire(made: World) -> None:
    """The cast, and two whose rights no shipped role has: a role of the shop's own, and rights beyond a role."""
    from accounts import actions
    from accounts.models import User
    from ops.models import Role

    Role.objects.create(
        key="packer",
        label="Packer",
        scopes=["staff", "orders_own", "orders_floor", "sales_own", "customers_own", "catalog_read"],
    )
    Role.objects.create(key="watcher", label="Watcher", scopes=["staff"])
    actions.add_person(email="packer@cast.example", name="Danish Iqbal", role="packer", by=None)
    actions.add_person(email="stranger@cast.example", name="Zoya Mir", role="watcher", by=None)
    actions.add_person(email="newcomer@cast.example", name="Imran Dar", role="manager", by=None)
    auditor = actions.add_person(email="auditor@cast.example", name="Farah Zia", role="production", by=None)
    actions.change_overrides(auditor, by=None, add=["orders_read", "customers_own"], remove=["orders_floor"])
    by_email = {person.email: person for person in User.objects.all()}
    keys = {key: email for key, (email, _, _) in PEOPLE.items()}
    keys |= {key: f"{key}@cast.example" for key in ("packer", "stranger", "auditor", "newcomer")}
    made.people = {key: by_email[email] for key, email in keys.items()}


def _orders(made: World) -> None:
    from orders import actions
    from orders.models import Order

    people = made.people
    floor, manager = people["production"], people["manager"]
    for owner in ("agent", "other_agent", "packer"):
        by = people[owner]
        for number, stage in enumerate(STAGES):
            phone = f"+92300{len(made.orders):07}"
            order = make.order_in(
                stage, by, floor, name=f"{owner} {number}", phone=phone, email=f"{owner}{number}@c.example"
            )
            made.orders[f"{owner}/{stage}"] = order.pk
    for flag in ("cancelled", "held", "shared"):
        order = make.order_in(
            "in_production", people["agent"], floor, name=f"agent {flag}", phone=f"+92301{len(flag):07}"
        )
        made.orders[f"agent/{flag}"] = order.pk
        with acting_as(for_user(manager)):
            if flag == "cancelled":
                actions.cancel_order(order, by=manager, reason="the customer left")
            if flag == "held":
                actions.hold_order(order, by=manager, reason="fabric missing")
    made.orders["manager/received"] = make.order(manager, name="Walk-in").pk
    shared = Order.objects.get(pk=made.orders["agent/shared"])
    with acting_as(for_user(people["agent"])):
        actions.share_order(shared, by=people["agent"], colleague=people["other_agent"])
    with acting_as(for_user(people["other_agent"])):
        theirs = Order.objects.get(pk=made.orders["other_agent/shipped"])
        actions.share_order(theirs, by=people["other_agent"], colleague=people["packer"])
    assign_perm("orders.view_order", people["stranger"], shared)  # a share gives no right to see orders at all


def _odds_and_ends(made: World) -> None:
    """A row or two of everything that no verb above has written."""
    from allauth.account.models import EmailConfirmation
    from allauth.mfa.models import Authenticator
    from allauth.socialaccount.models import SocialAccount
    from allauth.usersessions.models import UserSession
    from django.contrib.admin.models import LogEntry

    from accounts.models import SignIn
    from catalog.models import Category, Product
    from ops import chain, events
    from ops import models as kernel

    people, now = made.people, timezone.now()
    for key in ("agent", "auditor"):
        SignIn.objects.create(user=people[key], last_at=now)
    events.record_about("role", "role.made", role="packer", label="Packer", copied="Sales agent")
    chairs = Category.objects.create(name="Chairs")
    Product.objects.create(sku="CH-1", name="Walnut chair", category=chairs, price=1250)
    for key in ("manager", "admin"):
        batch = kernel.ImportBatch.objects.create(noun="order", preset="superstore", file_name=f"{key}.csv",
                                                  file_sha256="0" * 64, by=people[key], state="checked",
            settings={"source": "superstore", "currency": "PKR", "rate": "1"},
        )  # fmt: skip
        kernel.ImportItem.objects.create(batch=batch, key="A", row_sha256="", verdict="new", first_line=2, rows=1)
        kernel.ImportRow.objects.create(batch=batch, line=2, cells=["A"])
        kernel.ImportFile.objects.create(batch=batch, position=0, name=batch.file_name, sha256="0" * 64, bytes=12)
        kernel.ImportCell.objects.create(batch=batch, line=2, at=0, value="B")
        kernel.ImportMatch.objects.create(batch=batch, kind="sku", key="ch 1", likely=[{"value": "CH-1"}])
        kernel.ImportMapping.objects.create(noun="order", fingerprint=key, header=["No"], names={"external_id": "No"},
                                            by=people[key])  # fmt: skip
        with acting_as(for_user(people[key])):
            events.record("orders.imported", batch, file=batch.file_name, new=0, changed=0, same=0)
    kernel.ImportBatch.objects.create(noun="customer", file_name="customers.csv", file_sha256="0" * 64,
                                      by=people["manager"], problems=[{"value": "+923001234567"}])  # fmt: skip
    for key in ("agent", "other_agent"):
        mine = kernel.SavedView(owner=people[key], board="orders", name="Mine")
        kernel.SavedView.objects.bulk_create(
            [mine, kernel.SavedView(owner=people[key], board="orders", name="Ours", shared=True)]
        )
    made.link = secrets.token_urlsafe(24)
    kernel.SignedLink.objects.create(
        kind="order_status", subject_id=made.orders["agent/shipped"], token_sha256=sha256(made.link.encode()).digest(),
        expires_at=now + timedelta(days=90),
    )  # fmt: skip
    kernel.JobRun.objects.create(name="write morning lists")
    kernel.RunOnce.objects.create(kind="overdue", day=now.date(), key="1")
    kernel.OutboxMail.objects.create(key="a", kind="test", recipient="a@c.example", subject="Hello", text="Hello")
    with acting_as(task("chain")):
        chain.keep_roots()
    StoredSession.objects.create(session_key="k" * 32, session_data="x", expire_date=now)
    agent = people["agent"]
    UserSession.objects.create(user=agent, session_key="k" * 32, ip="127.0.0.1", user_agent="", last_seen_at=now)
    SocialAccount.objects.create(user=agent, provider="sso", uid="agent", extra_data={})
    Authenticator.objects.create(user=agent, type="totp", data={"secret": "x"})
    EmailConfirmation.objects.create(email_address=agent.emailaddress_set.get(), key="key", created=now)
    kind = ContentType.objects.get_for_model(kernel.Stage)
    LogEntry.objects.create(user=people["owner"], content_type=kind, object_id="1", object_repr="x", action_flag=2)
    for table, change in EDITS.items():
        with connections["default"].cursor() as cursor:
            cursor.execute(f"update {table} set {change}")
    fill(made)


# A second version of everything that keeps history, so that its changes can be read, or not.
EDITS = {
    "accounts_user": "name = name || ' Jr'", "analytics_target": "amount = amount + 1", "catalog_product": "price = price + 1", "customers_customer": "city = 'Multan', source = 'file', external_id = id",
    "ops_arrow": "within_minutes = 30 where undo", "ops_role": "label = label || '.'",
    "notices_rule": "active = false where key = 'order.held'",
    "ops_stage": "limit_hours = 48", "orders_ordercosting": "production_cost = 10", "orders_ordersale": "amount = amount + 5",
    "orders_order": "source = 'file', external_id = id",
    "orders_orderline": "quantity = 3", "orders_orderlineprice": "discount = 1",
}  # fmt: skip


def fill(made: World) -> None:
    for write in rooms.FILL.values():
        write(made)


def declared_tables() -> list[str]:
    """Every table and every view that somebody may have been given rights on, histories included."""
    return sorted(
        {made.key.split(":")[1] for made in security.declarations() if made.key.startswith(("rows:", "view:"))}
    )


def model_of(table: str) -> type[models.Model] | None:
    from django.apps import apps

    every = apps.get_models(include_auto_created=True)
    return next((model for model in every if model._meta.db_table == table), None)


def key_columns(table: str) -> list[str]:
    """What names a row: the key of its table; for changes, the history row and the field."""
    if table.endswith("_changes"):
        return ["history_id", "field"]
    model: Any = model_of(table)
    return [key.column for key in model._meta.pk_fields] if model else ["id"]


def key_of(table: str, row: dict[str, Any]) -> Any:
    key = tuple(row[column] for column in key_columns(table))
    return key[0] if len(key) == 1 else key
