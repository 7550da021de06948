"""Two people edit one row: fields are compared one by one, and only a true clash stops the save (A3)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms import Form

from ops.errors import Conflict, FieldConflict
from ops.given import id_of


def merge(
    current: Mapping[str, Any], was: Mapping[str, str], mine: Mapping[str, Any], labels: Mapping[str, str]
) -> dict[str, Any]:
    """The fields to write. `was` is what the form showed, as text.

    A field that nobody else touched is written; one that somebody set to the same is left; one that differs from both
    what was shown and what is wanted raises Conflict, with every such field.
    """
    changes: dict[str, Any] = {}
    clashes: list[FieldConflict] = []
    for field, wanted in mine.items():
        now = current[field]
        if as_text(now) == as_text(wanted):
            continue
        if field in was and was[field] != as_text(now):
            if was[field] == as_text(wanted):
                continue  # untouched here, changed elsewhere: theirs stays
            label = labels.get(field, field.replace("_", " ").capitalize())
            clashes.append(FieldConflict(field, label, was[field], as_text(now), as_text(wanted)))
            continue
        changes[field] = wanted
    if clashes:
        raise Conflict("Somebody changed this while you were editing. Choose which value stays.", clashes)
    return changes


def conflict_panel(
    form: Form, conflict: Conflict, post: Mapping[str, str], *, action: str, cancel: str,
    also: Iterable[tuple[str, str]] = (),
) -> dict[str, Any]:  # fmt: skip
    """What the conflict panel needs: the clashing fields, and everything that was typed, to send again."""
    theirs = {field.field: field.theirs for field in conflict.fields}
    hidden = [*also, *((key, as_text(value)) for key, value in form.cleaned_data.items())]
    hidden += [(f"was_{key}", theirs.get(key, post.get(f"was_{key}", ""))) for key in form.cleaned_data]
    shown = [
        (f.field, f.label, _named(form, f.field, f.theirs), _named(form, f.field, f.mine)) for f in conflict.fields
    ]
    return {"fields": shown, "hidden": hidden, "action": action, "cancel": cancel}


def _named(form: Form, field: str, text: str) -> str:
    """The name where a field holds the id of a person or another row."""
    queryset = getattr(form.fields[field], "queryset", None)
    found = queryset.model.objects.filter(pk=id_of(text) or 0).first() if queryset is not None else None
    return str(found) if found else text


def typed(values: Mapping[str, Any], post: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """What is to be saved of a checked form, without what was left to the other person; and what the form had shown."""
    mine = {field: value for field, value in values.items() if post.get(f"keep_{field}") != "theirs"}
    return mine, {field: post[f"was_{field}"] for field in mine if f"was_{field}" in post}


def as_text(value: Any) -> str:
    """How a value stands in a form: the same text for the same value, to compare with what was shown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else ""
    if hasattr(value, "pk"):
        return str(value.pk)
    if hasattr(value, "normalize") and hasattr(value, "as_tuple"):
        return f"{value.normalize():f}" if value else "0"
    return str(value)
