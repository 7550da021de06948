"""A scratch database with N orders, written in sets by the owner and kept: only the first run waits.

User triggers rest while it is filled; what they would have written - costings, transitions, events, history - is
written in sets too, so that every table and index has the size it would have in life.
"""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

CHECKOUT = Path(__file__).resolve().parent.parent
AGENT_HAS = 5_000
_VERSION = "4"
_TABLES = ("customers_customer", "orders_order", "orders_orderline", "orders_orderlineprice", "orders_ordersale",
           "orders_ordercosting", "ops_transition", "ops_event")  # fmt: skip


def name_for(count: int, *, all_open: bool = False) -> str:
    return f"opsdeck_bench_{'answered_' if all_open else ''}{count}"


def environment(count: int, *, all_open: bool = False) -> dict[str, str]:
    """The variables that lead this process and its children to the scratch database, and to a cache of its own."""
    from ops import env

    found, path = {}, f"/{name_for(count, all_open=all_open)}"
    for variable in ("DATABASE_URL", "OPS_OWNER_DATABASE_URL", "OPS_LIVE_DATABASE_URL"):
        found[variable] = urlunsplit(urlsplit(env.text(variable))._replace(path=path))
    found["REDIS_URL"] = urlunsplit(urlsplit(env.text("REDIS_URL"))._replace(path="/7"))
    return found


def ensure(count: int, variables: dict[str, str], *, all_open: bool = False) -> None:
    """Make the database unless a finished one of this version is there. `all_open`: no order is delivered."""
    from ops import env

    owner = urlsplit(variables["OPS_OWNER_DATABASE_URL"])
    name = name_for(count, all_open=all_open)
    with psycopg.connect(urlunsplit(owner._replace(path="/opsdeck")), autocommit=True) as admin:
        comment = admin.execute(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = %s", [name]
        ).fetchone()
        if comment and comment[0] == _VERSION:
            _python(["manage.py", "migrate", "--verbosity", "0"], variables)
            _counted(variables)
            return
        began = time.monotonic()
        print(f"Seeding {count:,} orders into {name} …", flush=True)
        if comment:
            admin.execute(f'drop database "{name}"')
        admin.execute(f'create database "{name}"')
        admin.execute(f'revoke all on database "{name}" from public')
        for variable in ("DATABASE_URL", "OPS_LIVE_DATABASE_URL"):
            admin.execute(f'grant connect on database "{name}" to "{env.login(variables[variable])}"')
        _python(["manage.py", "migrate", "--verbosity", "0"], variables)
        _python(["-m", "bench.seed", str(count), *(["open"] if all_open else [])], variables)
        _counted(variables)
        admin.execute(f"comment on database \"{name}\" is '{_VERSION}'")
        print(f"… seeded in {time.monotonic() - began:.0f} s", flush=True)


def _counted(variables: dict[str, str]) -> None:
    """What a job does every minute: without it the report counts every order again, and is as true."""
    with psycopg.connect(variables["OPS_OWNER_DATABASE_URL"]) as owner:
        owner.execute("select ops.freshen_figures()")


def _python(arguments: list[str], variables: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, *arguments], cwd=CHECKOUT, check=True, env=os.environ | variables | {"OPS_LOGIN": "owner"}
    )


# --- as the owner, in a process of its own ----------------------------------------------------------------------

_COSTINGS = """
insert into orders_ordercosting (order_id, order_amount, production_cost, shipping_cost, marketing_cost)
select s.order_id, s.order_amount, trunc(s.order_amount * (0.46 + mod(s.order_id, 19) / 100.0), -1),
       250 + 50 * mod(s.order_id, 25), 0
  from orders_ordersale s order by 1
"""

_TRANSITIONS = """
insert into ops_transition (noun, subject_id, from_stage, to_stage, undo, at, business_day, seconds_before, by_id,
                            source, reason, request, txid)
select 'order', o.id, m.came, m.went, false, m.at, ops.shop_day(m.at), m.seconds, o.agent_id, 'web', '', 'bench', o.id
  from seed_order o cross join lateral (
    select '' as came, 'received' as went, o.placed_at as at, null::bigint as seconds
    union all select 'received', 'in_production', o.placed_at + interval '4 hours', 14400 where o.stage <> 'received'
    union all select 'in_production', 'ready_to_ship', o.placed_at + interval '20 hours', 57600
               where o.stage in ('ready_to_ship', 'shipped', 'delivered')
    union all select 'ready_to_ship', 'shipped', o.placed_at + interval '23 hours', 10800
               where o.stage in ('shipped', 'delivered')
    union all select 'shipped', 'delivered', o.stage_since, 200000 where o.stage = 'delivered') m
"""

_EVENTS = """
insert into ops_event (kind, noun, subject_id, data, at, by_id, source, reason, request, txid)
select 'order.received', 'order', o.id, '{}', o.placed_at, o.agent_id, 'web', '', 'bench', o.id from seed_order o
"""


# Four orders of five were edited once by their agent, hours after they came: the audit walks through these.
_EDITS = """
insert into orders_historicalorder ({columns}, history_date, history_type, history_user_id, history_source,
                                    history_request, history_txid)
select {columns}, placed_at + interval '5 hours', '~', agent_id, 'web', 'edit-' || id, id
  from orders_order where mod(id, 5) > 0 order by placed_at
"""

# Of the open ones, what people said of them: one of a hundred extended, one not now, one of four hundred not mine.
_ANSWERED = ("digests_extension", "digests_snooze", "digests_handback")
_ANSWERS = (
    "insert into digests_extension (noun, subject_id, until, reason, by_id, made_at)"
    " select 'order', id, current_date + 5, 'Fabric comes late', agent_id, now() from orders_order"
    " where mod(id, 100) = 0",
    "insert into digests_snooze (person_id, noun, subject_id, until)"
    " select agent_id, 'order', id, current_date + 5 from orders_order where mod(id, 100) = 1",
    "insert into digests_handback (person_id, noun, subject_id, reason, made_at)"
    " select agent_id, 'order', id, 'Sold by another', now() from orders_order where mod(id, 400) = 2",
)


def fill(count: int, *, all_open: bool = False) -> None:
    import django

    django.setup()
    from django.db import connection, transaction

    from accounts.models import User
    from catalog.models import Category, Product
    from ops import clock
    from orders.demo import bulk, goods

    for number in range(max(2, count // AGENT_HAS)):
        _person(User, f"agent{number}", "sales_agent")
    for number in range(6):
        _person(User, f"maker{number}", "production")
    for role in ("admin", "manager", "finance", "accountant"):
        _person(User, role, role)
    few = _person(User, "few", "sales_agent")
    for category, products in goods.CATALOGUE.items():
        kind = Category.objects.create(name=category)
        for name, price in products:
            Product.objects.create(sku=name[:60], name=name, category=kind, price=price)
    agents = list(User.objects.filter(email__startswith="agent").order_by("pk").values_list("pk", flat=True))
    makers = list(User.objects.filter(email__startswith="maker").order_by("pk").values_list("pk", flat=True))
    plan = bulk.Bulk(
        count=count, agents=agents, makers=makers, customers=max(100, count // 10),
        since=clock.today() - timedelta(days=731), days=730,
        open_share=0.96 if all_open else 0.15, first=1001,
    )  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        for table in (*_TABLES, *_ANSWERED):
            cursor.execute(f"alter table {table} disable trigger user")
        said = bulk.prepare(plan)
        cursor.execute("update seed_order set agent_id = %s where mod(n, %s) = 0", [few.pk, count // 20])
        bulk.write(said)
        for statement in (_COSTINGS, *(_ANSWERS if all_open else (_TRANSITIONS, _EVENTS, *_histories()))):
            cursor.execute(statement)
        cursor.execute("set constraints all immediate")
        for table in (*_TABLES, *_ANSWERED):
            cursor.execute(f"alter table {table} enable trigger user")
        bulk.move_sequences(said)
    with connection.cursor() as cursor:
        cursor.execute("vacuum (analyze)")


def _person(people: Any, name: str, role: str) -> Any:
    return people.objects.create(email=f"{name}@bench.example", name=name.capitalize(), role_id=role)


def _histories() -> list[str]:
    """A first history row for every row there is, without its hash: a place in the table and in its indexes."""
    from django.apps import apps

    from ops.db import history

    statements, edits = [], ""
    for label in (
        "orders.Order",
        "orders.OrderLine",
        "orders.OrderLinePrice",
        "orders.OrderSale",
        "orders.OrderCosting",
    ):
        model = apps.get_model(label)
        columns = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if not f.generated)
        kept = history.history_model(model)._meta.db_table
        if label == "orders.Order":
            edits = _EDITS.format(columns=columns)
        statements.append(
            f"insert into {kept} ({columns}, history_date, history_type, history_source, history_request, history_txid)"
            f" select {columns}, now(), '+', 'web', 'bench', 1 from {model._meta.db_table} order by 1"
        )
    return [*statements, edits]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")
    fill(int(sys.argv[1]), all_open="open" in sys.argv[2:])
