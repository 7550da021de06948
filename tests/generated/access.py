"""Every address there is, asked as everybody: what it must answer follows from what its view declares."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.db import models, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RoutePattern

from accounts.models import User
from ops.access.page import PageInfo
from ops.access.roles import known_scopes
from ops.access.scopes import scopes_of
from ops.db.actor import acting_as, door, for_user

NOBODYS = 2_000_000_000
# Views that are not ours. Their own decorators say who may come in; here they must only never fail.
LENT = ("allauth.", "django.contrib.admin.", "django.contrib.auth.")
ADMIN = ("django.", "accounts.admin", "ops.access.adminpages", "simple_history.")
# What an address cannot do without; whether the row allows it is its verb's to say.
QUERY = {
    "quotes:quote_pdf": "version=9999",
    "orders:move": "to=in_production",
    "analytics:repeat": "",
    "exports:export_menu": "board=people",
    "exports:template_new": "board=people",
    "standing:view_menu": "page=people:person_list",
    **{f"{space}:bulk_results": "" for space in ("orders", "quotes", "customers", "catalog", "people")},
    "roles:role_detail": "",
    "roles:role_copy": "",
    "roles:role_change": "",
    "roles:role_delete": "",
    "roles:who_sees": "",
    "roles:why": "",
}
# Whose ids an address with a number in it takes, by its namespace; a model of the view's own app otherwise.
SUBJECTS = {
    "people": "accounts.User",
    "roles": "accounts.User",
    "accounts": "usersessions.UserSession",
    "imports": "ops.ImportBatch",
    "progress": "progress.Job",
    "quotes": "quotes.Quote",
    "shop": "shop.Setting",
    "intake": "intake.IntakeKey",
    "files": "files.File",
    "files:order_add": "orders.Order",
    "files:order_zip": "orders.Order",
    "files:message_add": "threads.Message",
    "files:message_zip": "threads.Message",
    "threads": "threads.Message",
    "threads:order": "orders.Order",
    "threads:order_people": "orders.Order",
    "threads:order_write": "orders.Order",
    "threads:customer": "customers.Customer",
    "threads:customer_people": "customers.Customer",
    "threads:customer_write": "customers.Customer",
    "notices": "notices.Notice",
    "notice_rules": "notices.Rule",
    "letters": "orders.Order",
    "customers": "customers.Customer",
    "inventory": "inventory.Level",
    "standing": "ops.SavedView",
    "selling": "ops.SavedView",
    "exports": "exports.Template",
    "ops": "ops.OutboxMail",
    **{f"{space}:bulk_results": "progress.Job" for space in ("orders", "quotes", "customers", "catalog", "people")},
}
GIVEN = {"str": "x", "slug": "x", "path": "1", "uuid": "00000000-0000-0000-0000-000000000000"}
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Address:
    """One pattern: its text, the view behind it and what the view declares."""

    route: str
    view: Any
    namespace: str
    name: str

    @property
    def page(self) -> PageInfo | None:
        return getattr(self.view, "page", None)

    @property
    def is_lent(self) -> bool:
        """The system admin's catch-all addresses have views of Django's own; their login is the admin's."""
        module = getattr(self.view, "view_class", self.view).__module__
        if self.route.startswith("accounts/social/") and module == "django.views.generic.base":
            return True  # redirects of django-allauth's own
        return module.startswith(LENT) or (self.route.startswith("admin/") and module.startswith(ADMIN))

    @property
    def takes_a_row(self) -> bool:
        return any(converter == "int" for converter, _ in _PART.findall(self.route))

    def path(self, pk: int) -> str:
        filled = _PART.sub(lambda part: str(pk) if part[1] == "int" else GIVEN.get(part[1] or "str", "x"), self.route)
        query = QUERY.get(f"{self.namespace}:{self.name}", "")
        return f"/{filled.lstrip('/')}{'?' if query else ''}{query}"

    def subject(self) -> type[models.Model] | None:
        if named := SUBJECTS.get(f"{self.namespace}:{self.name}") or SUBJECTS.get(self.namespace):
            return apps.get_model(named)
        app = self.view.__module__.partition(".")[0]
        visible = [m for m in apps.get_app_config(app).get_models() if hasattr(m._default_manager, "visible_to")]
        return visible[0] if len(visible) == 1 else None


def addresses(patterns: list[Any], prefix: str = "", namespace: str = "") -> Iterator[Address]:
    for pattern in patterns:
        route = prefix + _text(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route, pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern):
            yield Address(route, pattern.callback, namespace, pattern.name or "")


def _text(pattern: Any) -> str:
    if isinstance(pattern, RoutePattern):
        return str(pattern)
    text = re.sub(r"\(\?P<\w+>[^)]*\)", "1x", str(pattern))
    return re.sub(r"[\^$\\]|\(\?:\.\*\)", "", text)


def decoration_findings(every: list[Address]) -> list[str]:
    """An address whose view says nothing about who may open it; or says something nobody can mean."""
    found = []
    for address in every:
        if address.page is None:
            if not address.is_lent:
                found.append(
                    f"/{address.route}: {address.view.__module__}.{address.view.__name__} wears neither @page nor @public."
                )
            continue
        if unknown := address.page.scopes - known_scopes():
            found.append(f"/{address.route}: roles.yaml knows no scope {', '.join(sorted(unknown))}.")
        if address.page.signed_in and not address.page.scopes:
            found.append(f"/{address.route}: nobody may open it.")
    return found


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    status: int
    to: str


class Browser:
    """Somebody's browser, or nobody's. Whatever a request changed is undone after it."""

    def __init__(self, person: User | None) -> None:
        self.person = person
        self.client = Client(raise_request_exception=False)
        if person is not None:
            with acting_as(door()):
                self.client.force_login(person)

    def ask(self, method: str, path: str) -> Asked:
        cache.clear()
        before = dict(self.client.cookies)
        with transaction.atomic():
            response: HttpResponse = getattr(self.client, method.lower())(path)
            if getattr(response, "streaming", False):
                b"".join(response.streaming_content)  # type: ignore[attr-defined]
            transaction.set_rollback(True)
        self.client.cookies.clear()
        self.client.cookies.update(before)
        return Asked(method, path, response.status_code, response.headers.get("Location", ""))


def answer_findings(person: User | None, every: list[Address]) -> list[str]:
    """Where an answer differs from what the declared scopes, and whose row it is, say."""
    found = []
    with transaction.atomic():
        browser = Browser(person)
        for address in every:
            for method in ("GET",) if address.is_lent else ("GET", "POST"):
                for pk, yours in _rows(address, person):
                    asked = browser.ask(method, address.path(pk))
                    may = expected(address, person, method, yours)
                    if asked.status not in may or _astray(address, person, asked):
                        who = person.role_id if person else "nobody"
                        to = f" to {asked.to}" if asked.to else ""
                        found.append(f"{method} {asked.path} as {who}: {asked.status}{to}, should be {sorted(may)}.")
        transaction.set_rollback(True)
    return found


def _rows(address: Address, person: User | None) -> list[tuple[int, bool]]:
    """A row that the person may see, and one that they may not: somebody else's, or nobody's."""
    if not address.takes_a_row:
        return [(0, True)]
    model = address.subject()
    if model is None or person is None or not hasattr(model._default_manager, "visible_to"):
        return [(NOBODYS, False)]
    with acting_as(for_user(person)):
        seen = (
            set(model._default_manager.visible_to(person).values_list("pk", flat=True)[:500])
            if _may_ask(person)
            else set()
        )
    others = sorted(set(EVERY.get(model._meta.db_table, ())) - seen)
    hidden = others[0] if others else NOBODYS
    return [*([(min(seen), True)] if seen else []), (hidden, False)]


def _may_ask(person: User) -> bool:
    return bool(scopes_of(person))


# Every key of every table that has visible_to, set once by the suite from what the owner sees.
EVERY: dict[str, list[int]] = {}

_GOT = frozenset({200, 302})
_POSTED = frozenset({200, 204, 302, 303, 400, 404, 409, 422})
_LENT = frozenset({200, 302, 400, 401, 403, 404, 405, 409, 410, 429})
_PUBLIC = frozenset({200, 204, 302, 400, 401, 404, 422})


def expected(address: Address, person: User | None, method: str, yours: bool) -> frozenset[int]:
    page = address.page
    if page is None:
        return _LENT
    if method not in page.methods:
        return frozenset({405})
    if not page.signed_in:
        return _PUBLIC
    if person is None:
        return frozenset({302})
    if scopes_of(person).isdisjoint(page.scopes):
        return frozenset({403})
    if address.takes_a_row and not yours and address.subject() is not None:
        return frozenset({404}) if hasattr(address.subject()._default_manager, "visible_to") else _POSTED  # type: ignore[union-attr]
    if address.takes_a_row and not yours:
        return frozenset({404})
    asks = f"{address.namespace}:{address.name}" in QUERY
    return _GOT if method == "GET" and not asks else _POSTED


def _astray(address: Address, person: User | None, asked: Asked) -> bool:
    """Whoever is signed out is shown the sign-in page, and nobody who is signed in is."""
    if address.page is None or not address.page.signed_in or asked.status != 302:
        return False
    signing_in = asked.to.startswith("/accounts/login/")
    return (
        signing_in
        if person is not None and not address.route.endswith("sign-out-everywhere/")
        else person is None and not signing_in
    )
