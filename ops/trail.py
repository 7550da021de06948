"""The trail of one subject on paper: every change, and whether the hash chains of its rows hold (A15, ruling 13)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from ops import asof, clock
from ops.db import history
from ops.models import ChainRoot
from ops.shop import shown as rule


@dataclass
class Proof:
    """What walking the chains found: `links` history rows in `chains` rows, and the first that do not hold.

    `root` is the SHA-256 of the last hash of every chain, in order: the same content always has the same root.
    """

    links: int = 0
    chains: int = 0
    broken: list[str] = field(default_factory=list)
    root: str = ""
    day_root: ChainRoot | None = None


def proof(noun: str, subject_id: int, held: frozenset[str]) -> Proof:
    """Under the reader's own rights: a part that they may not see is neither walked nor in the root."""
    past, found, digest = asof.past_of(noun), Proof(), hashlib.sha256()
    with connection.cursor() as cursor:
        for part in past.seen_by(held):
            cursor.execute(history.row_order(part.model))
            columns = [name for (name,) in cursor.fetchall()]
            walk = history.broken_links(part.model, columns, past.where(part, "x"))
            cursor.execute(f"{walk} limit 20", [subject_id])
            found.broken += [f"{part.label} {row_id}" for (row_id,) in cursor.fetchall()]
            cursor.execute(
                f'select h."{part.pk}", count(*), (array_agg(h.history_hash order by h.history_id desc))[1]'
                f' from {part.table} h where {past.where(part)} group by h."{part.pk}" order by 1',
                [subject_id],
            )
            for pk, links, last in cursor.fetchall():
                found.links += links
                found.chains += 1
                digest.update(f"{part.key}:{pk}:{links}:".encode() + bytes(last or b""))
    found.root = digest.hexdigest()
    if held & {"health", "audit"}:
        table = history.history_model(past.parts[0].model)._meta.db_table
        found.day_root = ChainRoot.objects.filter(table=table).order_by("-day").first()
    return found


def trail_context(
    noun: str, subject_id: int, held: frozenset[str], *, title: str, by: str, people: Mapping[int, str]
) -> dict[str, Any]:
    """Everything that `ops/trail.html` says, as plain values."""
    entries = asof.trail(noun, subject_id, held, people)
    for entry in entries:
        entry.by, entry.real_by = people.get(entry.by_id or 0, "Opsdeck"), people.get(entry.real_by_id or 0, "")
    shown = proof(noun, subject_id, held)
    day_root = shown.day_root
    return {
        "shop": rule("shop.name"), "shop_address": rule("shop.address"), "number": title, "entries": entries,
        "proof": shown, "by": by, "at": clock.now(), "day": day_root.day if day_root else None,
        "day_root": bytes(day_root.root).hex() if day_root else "",
    }  # fmt: skip
