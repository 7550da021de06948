"""Where changes stand: each table with history, the moves and the events, as far as a person may read them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from ops import asof
from ops.db import history, security
from ops.models import Event, Transition

# What follows from every change, or only says that there was one.
_QUIET = frozenset({"version", "updated_at", "row_sha256", "stage_since", "clock_since"})


@dataclass(frozen=True)
class Source:
    """`rank` decides between changes of one instant; `columns` are the fields that it can tell apart."""

    rank: int
    noun: str
    label: str
    table: str
    readers: frozenset[str]
    view: str = ""
    pk: str = "id"
    subject: str = ""
    of_subject: str = ""
    only: str = "true"
    columns: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    instants: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()

    @property
    def has_history(self) -> bool:
        return bool(self.view)


@cache
def every_source() -> tuple[Source, ...]:
    """Events and moves first: what was meant stands above the fields that it changed."""
    found = [
        Source(0, "", "", Event._meta.db_table, security.readers_of(Event._meta.db_table)),
        Source(1, "", "", Transition._meta.db_table, security.readers_of(Transition._meta.db_table)),
    ]
    for rank, table in enumerate((t for t in security.tables() if t.history), start=2):
        model: Any = table.django_model
        kept, meta = history.history_model(model)._meta.db_table, model._meta
        home = next(((past, part) for past in asof.every_past() for part in past.parts if part.model is model), None)
        noun = home[0].noun if home else str(meta.model_name)
        label = home[1].label if home else str(meta.verbose_name).capitalize()
        found.append(
            Source(
                rank, noun, label, f'public."{kept}"', security.readers_of(kept), history.changes_name(model),
                str(meta.pk.column),
                subject=home[0].subject(home[1]) if home else f'h."{meta.pk.column}"',
                of_subject=home[0].where(home[1]) if home else f'h."{meta.pk.column}" = %s',
                only=security.WORTH_TELLING if table.adds_are_told else "true",
                columns=frozenset(str(f.column) for f in meta.concrete_fields) - _QUIET,
                people=frozenset(
                    str(f.column) for f in meta.concrete_fields
                    if f.is_relation and f.related_model._meta.label == settings.AUTH_USER_MODEL
                ),
                numbers=_of_kind(model, models.DecimalField),
                instants=(instants := _of_kind(model, models.DateTimeField)),
                days=_of_kind(model, models.DateField) - instants,
            )
        )  # fmt: skip
    return tuple(found)


def _of_kind(model: Any, kind: "type[models.Field[Any, Any]]") -> frozenset[str]:
    fields = model._meta.concrete_fields
    return frozenset(str(f.column) for f in fields if isinstance(f.output_field if f.generated else f, kind))


def sources_for(held: frozenset[str]) -> list[Source]:
    """Those whose rows this person may read at all; row security says which of them."""
    return [source for source in every_source() if source.readers & held]


def nouns_for(held: frozenset[str]) -> list[tuple[str, str]]:
    """Key and words of every kind of record that can be asked for."""
    nouns: dict[str, str] = {}
    for source in sources_for(held):
        if source.has_history:
            nouns.setdefault(source.noun, source.label)
    return sorted(nouns.items(), key=lambda pair: pair[1])


def fields_for(held: frozenset[str], noun: str) -> list[tuple[str, str]]:
    columns = {c for s in sources_for(held) if s.noun == noun or not noun for c in s.columns} - {"id"}
    return sorted((column, label_of(noun, column)) for column in columns)


def label_of(noun: str, column: str) -> str:
    past = next((past for past in asof.every_past() if past.noun == noun), None)
    return (past.labels.get(column) if past else None) or asof.spaced(column)


def label_of_noun(noun: str) -> str:
    found = next((source.label for source in every_source() if source.noun == noun), None)
    if found is None and any(model._meta.model_name == noun for model in apps.get_models()):
        found = next(str(m._meta.verbose_name).capitalize() for m in apps.get_models() if m._meta.model_name == noun)
    return found or noun.capitalize()
