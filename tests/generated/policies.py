"""What row policies must let through, said a second time in Python, and the comparison with what they do let through."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from ops.access.scopes import scopes_of
from ops.db import security
from ops.rates.models import READERS
from tests.generated.session import Session
from tests.generated.world import World, declared_tables, key_columns, key_of

Keys = frozenset[Any]


@dataclass
class Truth:
    """Every row there is, by table, and what `visible_to` lets each person see, both asked as the owner."""

    rows: dict[str, list[dict[str, Any]]]
    visible: dict[tuple[str, str], Keys]

    def column(self, table: str, name: str) -> dict[Any, Any]:
        return {key_of(table, row): row[name] for row in self.rows[table]}

    def where(self, table: str, holds: Callable[[dict[str, Any]], bool]) -> Keys:
        return frozenset(key_of(table, row) for row in self.rows[table] if holds(row))

    def every(self, table: str) -> Keys:
        return self.where(table, lambda row: True)


def truth(world: World) -> Truth:
    """Call with Django signed in to the world as its owner."""
    with world.owner() as owner:
        rows = {table: owner.rows(None, table) or [] for table in declared_tables()}
    visible = {
        (model._meta.db_table, key): frozenset(model._default_manager.visible_to(person).values_list("pk", flat=True))
        for model in apps.get_models()
        if hasattr(model._default_manager, "visible_to")
        for key, person in world.people.items()
    }
    return Truth(rows, visible)


Expected = Callable[[Truth, World, str], Keys]


def _scopes(world: World, key: str) -> frozenset[str]:
    return scopes_of(world.people[key])


def _orders(t: Truth, key: str) -> Keys:
    return t.visible["orders_order", key]


def _lines(t: Truth, world: World, key: str) -> Keys:
    return t.where("orders_orderline", lambda row: row["order_id"] in _orders(t, key))


def _sales(t: Truth, world: World, key: str) -> Keys:
    scopes = _scopes(world, key)
    if scopes & {"sales_all", "sales_read"}:
        return t.every("orders_ordersale")
    return t.where("orders_ordersale", lambda row: "sales_own" in scopes and row["order_id"] in _orders(t, key))


def _prices(t: Truth, world: World, key: str) -> Keys:
    scopes = _scopes(world, key)
    if scopes & {"sales_all", "sales_read"}:
        return t.every("orders_orderlineprice")
    mine = _lines(t, world, key) if "sales_own" in scopes else frozenset()
    return t.where("orders_orderlineprice", lambda row: row["line_id"] in mine)


def _costs(t: Truth, world: World, key: str) -> Keys:
    return t.every("orders_ordercosting") if _scopes(world, key) & {"costs_all", "costs_read"} else frozenset()


def _quotes(t: Truth, key: str) -> Keys:
    return t.visible["quotes_quote", key]


def _of_quote(table: str, scopes: set[str], column: str = "quote_id") -> Expected:
    """Rows that hang on a quote or on a version of one, for who sees the quote and holds one of `scopes`."""

    def seen(t: Truth, world: World, key: str) -> Keys:
        holds, mine = bool(_scopes(world, key) & scopes), _quotes(t, key)
        quote_of, version_of = t.column("quotes_quoteversion", "quote_id"), t.column("quotes_quoteline", "version_id")
        way: dict[str, Callable[[Any], Any]] = {
            "quote_id": lambda pk: pk, "version_id": quote_of.get, "line_id": lambda pk: quote_of.get(version_of.get(pk)),
        }  # fmt: skip
        return t.where(table, lambda row: holds and way[column](row[column]) in mine)

    return seen


_SALES = {"sales_all", "sales_read", "sales_own"}
_BUYERS = {"customers_all", "customers_own"}
_QUOTING = {"quotes_all", "quotes_read", "quotes_own"}


def _transitions(t: Truth, world: World, key: str) -> Keys:
    seen = {"order": _orders(t, key), "quote": _quotes(t, key)}
    return t.where("ops_transition", lambda row: row["subject_id"] in seen[row["noun"]])


# What is told of these nouns is read by who holds one of these scopes.
_TOLD_TO: dict[str, frozenset[str]] = {
    "role": frozenset({"people_admin", "roles_admin"}), "targets": frozenset({"targets_all"}),
    "start": frozenset({"views_admin"}), "exchangerate": frozenset(READERS), "intakekey": frozenset({"intake_keys"}),
    "skualias": frozenset({"catalog_read", "catalog_edit", "orders_import"}),
    "product": frozenset({"catalog_read", "catalog_edit"}), "level": frozenset({"stock_all", "stock_read"}),
    "location": frozenset({"stock_all", "stock_read"}), "importbatch": frozenset({"orders_all", "orders_read"}),
}  # fmt: skip
_ROWS_OF = {"file": "files_file", "message": "threads_message", "customer": "customers_customer"}


def _events(t: Truth, world: World, key: str) -> Keys:
    scopes, uid = _scopes(world, key), world.people[key].pk

    def seen(row: dict[str, Any]) -> bool:
        noun, subject = row["noun"], row["subject_id"]
        if noun in _TOLD_TO and scopes & _TOLD_TO[noun]:
            return True
        match noun:
            case "setting" | "holiday":
                return True
            case "order" | "quote":
                return subject in (_orders if noun == "order" else _quotes)(t, key)
            case "file" | "message" | "customer":
                return subject in t.visible[_ROWS_OF[noun], key]
            case "user":
                return "people_admin" in scopes or subject == uid
            case "importbatch":
                return "imports" in scopes and row["by_id"] == uid
        return False

    return t.where("ops_event", seen)


def _buyers(table: str) -> Expected:
    """Figures of customers with a counted order that the person sees; customers_orderspend also needs its amount."""

    def seen(t: Truth, world: World, key: str) -> Keys:
        scopes = _scopes(world, key)
        rights = (
            {"orders_all", "orders_read", "orders_own"}
            if "figures" in table
            else {"sales_all", "sales_read", "sales_own"}
        )
        orders = t.where("orders_order", lambda row: row["cancelled_at"] is None) & _orders(t, key)
        if "spend" in table:
            orders &= _sales(t, world, key)
        customer_of = t.column("orders_order", "customer_id")
        return frozenset(customer_of[pk] for pk in orders) if scopes & rights else frozenset()

    return seen


def _batches(t: Truth, world: World, key: str) -> Keys:
    scopes, uid = _scopes(world, key), world.people[key].pk

    def seen(row: dict[str, Any]) -> bool:
        of_orders = "orders_read" in scopes and row["noun"] == "order"
        return "orders_all" in scopes or of_orders or ("imports" in scopes and row["by_id"] == uid)

    return t.where("ops_importbatch", seen)


def _staged(table: str) -> Expected:
    def seen(t: Truth, world: World, key: str) -> Keys:
        loads, uid = "imports" in _scopes(world, key), world.people[key].pk
        by = t.column("ops_importbatch", "by_id")
        return t.where(table, lambda row: loads and by[row["batch_id"]] == uid)

    return seen


def _mappings(t: Truth, world: World, key: str) -> Keys:
    return t.where("ops_importmapping", lambda row: "imports" in _scopes(world, key))


def _views(t: Truth, world: World, key: str) -> Keys:
    return t.where("ops_savedview", lambda row: row["shared"] or row["owner_id"] == world.people[key].pk)


def _shares(t: Truth, world: World, key: str) -> Keys:
    scopes, uid, agent_of = _scopes(world, key), world.people[key].pk, t.column("orders_order", "agent_id")
    if "orders_all" in scopes:
        return t.every("orders_orderuserobjectpermission")
    return t.where(
        "orders_orderuserobjectpermission",
        lambda row: "orders_own" in scopes and uid in (row["user_id"], agent_of[row["content_object_id"]]),
    )


def _sign_ins(t: Truth, world: World, key: str) -> Keys:
    scopes, uid = _scopes(world, key), world.people[key].pk
    return t.where("accounts_signin", lambda row: "people_admin" in scopes or row["user_id"] == uid)


def _own(table: str, column: str = "person_id") -> Expected:
    return lambda t, world, key: t.where(
        table, lambda row: "staff" in _scopes(world, key) and row[column] == world.people[key].pk
    )


def _parcels(t: Truth, world: World, key: str) -> Keys:
    return t.where("orders_shipment", lambda row: row["order_id"] in _orders(t, key))


def _contents(t: Truth, world: World, key: str) -> Keys:
    parcels = _parcels(t, world, key)
    return t.where("orders_shipmentline", lambda row: row["shipment_id"] in parcels)


# Tables whose model has no visible_to. A table that shows somebody a part of its rows must stand here or have one.
def _extensions(t: Truth, world: World, key: str) -> Keys:
    return t.where("digests_extension", lambda row: row["noun"] == "order" and row["subject_id"] in _orders(t, key))


def _hand_backs(t: Truth, world: World, key: str) -> Keys:
    everything, uid = "orders_all" in _scopes(world, key), world.people[key].pk
    return t.where("digests_handback", lambda row: everything or row["person_id"] == uid)


def _snoozes(t: Truth, world: World, key: str) -> Keys:
    return t.where("digests_snooze", lambda row: row["person_id"] == world.people[key].pk)


def _starts(t: Truth, world: World, key: str) -> Keys:
    uid, here = world.people[key].pk, "staff" in _scopes(world, key)
    return t.where("standing_start", lambda row: here and (row["role_id"] is not None or row["person_id"] == uid))


def _templates(t: Truth, world: World, key: str) -> Keys:
    uid, here = world.people[key].pk, "staff" in _scopes(world, key)
    return t.where("exports_template", lambda row: here and (row["shared"] or row["owner_id"] == uid))


def _sold_products(t: Truth, world: World, key: str) -> Keys:
    """Products on orders that count: of everybody's orders for who sees those, else of what the person sold."""
    scopes, uid = _scopes(world, key), world.people[key].pk
    if not scopes & _SALES or not scopes & {"orders_all", "orders_read", "orders_own"}:
        return frozenset()
    everything = bool(scopes & {"orders_all", "orders_read"})
    counted = t.where(
        "orders_order", lambda row: row["cancelled_at"] is None and (everything or row["agent_id"] == uid)
    )
    order_of, product_of = t.column("orders_orderline", "order_id"), t.column("orders_orderline", "product_id")
    return frozenset(product_of[pk] for pk in order_of if order_of[pk] in counted and product_of[pk] is not None)


EXPECTED: dict[str, Expected] = {
    "analytics_productfigures": _sold_products,
    "standing_start": _starts, "standing_mailing": _own("standing_mailing", "person_id"),
    "digests_extension": _extensions, "digests_handback": _hand_backs, "digests_snooze": _snoozes,
    "orders_orderline": _lines, "orders_ordersale": _sales, "orders_orderlineprice": _prices, "orders_ordercosting": _costs,
    "exports_template": _templates,
    "ops_transition": _transitions, "ops_event": _events, "ops_importbatch": _batches, "ops_savedview": _views,
    "accounts_signin": _sign_ins,
    "ops_importitem": _staged("ops_importitem"), "ops_importrow": _staged("ops_importrow"),
    "ops_importfile": _staged("ops_importfile"), "ops_importcell": _staged("ops_importcell"),
    "ops_importmatch": _staged("ops_importmatch"), "ops_importmapping": _mappings,
    "orders_orderuserobjectpermission": _shares,
    "notices_mute": _own("notices_mute"), "notices_preference": _own("notices_preference"), "notices_watch": _own("notices_watch"),
    "quotes_quoteversion": _of_quote("quotes_quoteversion", _QUOTING),
    "quotes_quoteline": _of_quote("quotes_quoteline", _QUOTING, "version_id"),
    "quotes_quotelineprice": _of_quote("quotes_quotelineprice", _SALES, "line_id"),
    "quotes_quotesale": _of_quote("quotes_quotesale", _SALES, "version_id"),
    "quotes_quoterecipient": _of_quote("quotes_quoterecipient", _BUYERS, "version_id"),
    "quotes_quoteanswer": _of_quote("quotes_quoteanswer", _BUYERS),
    "quotes_quoteorder": _of_quote("quotes_quoteorder", _QUOTING),
    "customers_orderfigures": _buyers("customers_orderfigures"), "customers_orderspend": _buyers("customers_orderspend"),
    "orders_shipment": _parcels, "orders_shipmentline": _contents,
}  # fmt: skip


def _expected(t: Truth, world: World, table: str, key: str) -> Keys | None:
    if (table, key) in t.visible:
        return t.visible[table, key]
    return EXPECTED[table](t, world, key) if table in EXPECTED else None


# What was removed from a thread stands in its history, for those who keep the thread.
_KEEPERS = {"order": "orders_all", "customer": "customers_all"}


def _kept_back(t: Truth, world: World, subject: str, key: str) -> Keys:
    if subject != "threads_message":
        return frozenset()
    return t.where(subject, lambda row: _KEEPERS[row["noun"]] not in _scopes(world, key))


def _subject_of() -> dict[str, str]:
    """Each history table and each changes view, with the table whose rows it tells of."""
    from ops.db import history

    kept = {t.name: t.django_model for t in security.tables() if t.history}
    return {history.history_model(model)._meta.db_table: name for name, model in kept.items() if model} | {
        f"{name}_changes": name for name in kept
    }


def row_findings(world: World, t: Truth, session: Session) -> list[str]:
    """Where what the database shows a person differs from what visible_to, or its like above, lets them see."""
    found: list[str] = []
    subjects = _subject_of()
    for table in declared_tables():
        for key in world.people:
            rows = session.rows(world.who(key), table)
            shown = None if rows is None else frozenset(key_of(table, row) for row in rows)
            if table in subjects:
                found += _history_finding(world, t, table, subjects[table], key, shown)
                continue
            expected = _expected(t, world, table, key)
            if expected is None:
                if shown and shown != t.every(table):
                    found.append(f"{table}: {key} sees a part of it, and neither visible_to nor EXPECTED says which.")
            elif (shown or frozenset()) != expected:
                found.append(f"{table}: {key} sees {sorted(shown or ())}, should see {sorted(expected)}.")
    return found


def _history_finding(world: World, t: Truth, table: str, subject: str, key: str, shown: Keys | None) -> list[str]:
    """History is seen exactly when its row is (leak channels 6 and 8)."""
    whose = "subject_id" if table.endswith("_changes") else key_columns(subject)[0]
    expected = _expected(t, world, subject, key)
    if expected is None:
        return []
    expected -= _kept_back(t, world, subject, key)
    entitled = t.where(table, lambda row: row[whose] in expected)
    if (shown or frozenset()) == entitled:
        return []
    return [f"{table}: {key} sees {len(shown or ())} rows, should see {len(entitled)}."]


def unbound_findings(session: Session) -> list[str]:
    """With nobody bound there is no table at all: not an empty answer, but a loud one (D2)."""
    asked = {table: session.attempt(None, f'select 1 from public."{table}"') for table in declared_tables()}
    return [
        f"{table}: nobody is bound and {answer.count} rows came."
        for table, answer in asked.items()
        if not answer.denied
    ]


def empty_findings(t: Truth) -> list[str]:
    """A policy that no row meets is not tested: the world must have a row of everything that has policies."""
    kept_empty = {
        "analytics_productfigures",  # says something to people only: the owner has no scope
        "auth_group",
        "auth_group_permissions",
        "guardian_userobjectpermission",
        "guardian_groupobjectpermission",
        "ops_takeover",
        "socialaccount_socialapp",
        "socialaccount_socialtoken",
    }
    empty = {table for table, rows in t.rows.items() if not rows}
    return [f"{table}: the world has no row of it (tests/generated/world.py)." for table in sorted(empty - kept_empty)]
