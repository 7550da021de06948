"""The audit page: who changed what, when, through what and why; with the state of the hash chains on top (X9)."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_date

from ops import asof, clock
from ops.access import page
from ops.access.scopes import scopes_of
from ops.audit import reading
from ops.audit.reading import KINDS, Asked, Hit
from ops.audit.sources import fields_for, label_of_noun, nouns_for
from ops.errors import Refused
from ops.exports.files import deliver
from ops.exports.sheets import Table
from ops.given import id_of
from ops.models import ChainRoot, JobRun
from ops.templatetags.ops import exact

_DAYS = 30
_MOST = 200_000
_HEADS = ["When", "Who", "Really", "Through", "Record", "Number", "What", "Field", "Old", "New", "Reason", "Request",
          "Transaction"]  # fmt: skip


@dataclass
class Group:
    """What one transaction did, as far as this page holds it."""

    first: Hit
    hits: list[Hit] = field(default_factory=list)


@dataclass(frozen=True)
class Chains:
    """The last whole walk through the chains, and the day whose roots were kept last with one hash over them all."""

    verified: JobRun | None
    day: date | None
    root: str
    roots: Sequence[ChainRoot]


def asked_of(given: QueryDict, held: frozenset[str]) -> Asked:
    """What the address asks for, among the records this person may read; what it says wrongly counts as not said.

    Without any day it is the last thirty; one record is asked for from its beginning.
    """
    noun, record = given.get("noun", ""), given.get("record", "").strip()
    if noun and noun not in dict(nouns_for(held)):
        raise Refused("There are no such records, or they are not yours to see.")
    subject = _subject(noun, record) if record else None
    today = clock.today()
    first = _day(given.get("from", "")) if "from" in given else today - timedelta(days=_DAYS)
    return Asked(
        person=id_of(given.get("person", "")),
        noun=noun, subject=subject, field=given.get("field", ""), kind=given.get("kind", ""),
        reason=given.get("reason", "").strip()[:80], last=_day(given.get("to", "")),
        first=None if subject is not None and "from" not in given else first,
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _subject(noun: str, record: str) -> int:
    """The id behind a record's number. Raises Refused when there is none that this person may see."""
    past = next((past for past in asof.every_past() if past.noun == noun), None)
    found = past.find(record) if past else None
    if found is None:
        found = id_of(record)
    if not noun:
        raise Refused("Say what kind of record it is, then which.")
    if found is None:
        raise Refused(f"There is no {label_of_noun(noun).lower()} “{record[:40]}”, or it is not yours to see.")
    return found


def _key(text: str) -> reading.Key | None:
    """Where the page before ended: time in microseconds, rank, id."""
    parts = [number for part in text.split(".")[:4] if (number := id_of(part)) is not None]
    if len(parts) != 3:
        return None
    micros, rank, id_ = parts
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros), rank, id_
    except OverflowError:
        return None


def _key_text(key: reading.Key) -> str:
    at, rank, id_ = key
    micros = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return f"{micros}.{rank}.{id_}"


def _people() -> dict[int, str]:
    return dict(get_user_model()._default_manager.values_list("pk", "name"))


def _name(hits: Sequence[Hit], held: frozenset[str]) -> None:
    """Numbers and addresses of the records, one query for each kind that has numbers."""
    mine = dict(nouns_for(held))
    pasts = {past.noun: past for past in asof.every_past() if past.noun in mine}
    wanted: dict[str, set[int]] = {}
    for hit in hits:
        if hit.noun in pasts and hit.subject:
            wanted.setdefault(hit.noun, set()).add(hit.subject)
    numbers: dict[str, Mapping[int, str]] = {noun: pasts[noun].numbers(sorted(ids)) for noun, ids in wanted.items()}
    for hit in hits:
        past = pasts.get(hit.noun)
        number = numbers.get(hit.noun, {}).get(hit.subject or 0)
        if past is None or hit.subject is None or number is None:
            continue
        hit.number = number
        hit.url = _address(past.page, hit.subject)
        if past.past and (url := _address(past.past, hit.subject)):
            hit.then = f"{url}?at={exact(hit.entry.at)}"


def _address(name: str, pk: int) -> str:
    try:
        return reverse(name, args=[pk]) if name else ""
    except NoReverseMatch:
        return ""


def _groups(hits: Sequence[Hit]) -> list[Group]:
    groups: list[Group] = []
    for hit in hits:
        if not groups or groups[-1].first.entry.token != hit.entry.token:
            groups.append(Group(hit))
        groups[-1].hits.append(hit)
    return groups


def _chains() -> Chains:
    verified = JobRun.objects.filter(name="verify history", ended_at__isnull=False).order_by("-started_at").first()
    day = ChainRoot.objects.order_by("-day").values_list("day", flat=True).first()
    roots = list(ChainRoot.objects.filter(day=day).order_by("table")) if day else []
    whole = hashlib.sha256(b"".join(root.table.encode() + bytes(root.root) for root in roots))
    return Chains(verified, day, whole.hexdigest() if roots else "", roots)


@page(scopes=["audit"], partials={"rows"}, nav="audit")
def audit(request: HttpRequest) -> HttpResponse:
    """Newest first; each page goes on from the last change of the one before."""
    held, people = scopes_of(request.user), _people()
    refused, hits, asked = "", [], Asked()
    try:
        asked = asked_of(request.GET, held)
        hits = reading.page(asked, held, before=_key(request.GET.get("before", "")), people=people)
    except Refused as error:
        refused = error.sentence
    _name(hits, held)
    further = request.GET.copy()
    further["before"] = _key_text(hits[-1].key) if hits else ""
    same = request.GET.copy()
    same.pop("before", None)
    context = {
        "asked": asked, "given": request.GET, "groups": _groups(hits), "refused": refused, "chains": _chains(),
        "older": further.urlencode() if len(hits) == reading.PAGE else "", "query": same.urlencode(),
        "people": sorted(people.items(), key=lambda pair: pair[1]), "nouns": nouns_for(held),
        "fields": fields_for(held, asked.noun), "kinds": [(key, words) for key, (words, _) in KINDS.items()],
        "begun": bool(request.GET.get("before")), "days": _DAYS,
    }  # fmt: skip
    return render(request, "audit/audit.html", context, status=422 if refused else 200)


@page(scopes=["audit"])  # type: ignore[arg-type]  # a file is a response too
def audit_export(request: HttpRequest) -> FileResponse:
    """Everything that the page would show, a line a field, as CSV or XLSX; who took it away is on record."""
    held, people = scopes_of(request.user), _people()
    asked = asked_of(request.GET, held)
    table = Table("Audit", "changes", _HEADS, _lines(reading.every(asked, held, people, most=_MOST), held))
    name = f"changes-{asked.first or 'all'}-to-{asked.last or clock.today()}"
    return deliver(table, request.GET.get("format", "csv"), by=request.user, name=name, query=request.GET.urlencode())


def _lines(hits: Iterator[Hit], held: frozenset[str]) -> Iterator[list[Any]]:
    some: list[Hit] = []
    for hit in hits:
        some.append(hit)
        if len(some) == 500:
            yield from _spelled(some, held)
            some = []
    yield from _spelled(some, held)


def _spelled(hits: list[Hit], held: frozenset[str]) -> Iterator[list[Any]]:
    _name(hits, held)
    for hit in hits:
        entry = hit.entry
        txid, _, request = entry.token.partition(".")
        head = [entry.at.astimezone(clock.zone()), entry.by, entry.real_by, entry.way, hit.label, hit.number, hit.text]
        for what in [(change.label, change.old, change.new) for change in hit.changes] or [("", "", "")]:
            yield [*head, *what, entry.reason, request, txid]
