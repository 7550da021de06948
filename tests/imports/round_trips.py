"""What is taken away from a list, brought back: the same bytes through the same pages' verbs."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.db import transaction

from ops.imports.applying import apply
from ops.imports.checking import check
from ops.imports.deciding import receive
from ops.imports.kept import Brought
from ops.imports.models import ImportBatch


def taken(client: Any, address: str) -> tuple[str, bytes]:
    """A list's file and what it is called."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:200]
    return answer.headers["Content-Disposition"].partition('filename="')[2].rstrip('"'), answer.getvalue()


def brought_back(name: str, data: bytes, *, by: Any, as_person: Callable[[Any], Any]) -> ImportBatch:
    """Checked, as the page would show it."""
    with as_person(by):
        return check(receive([Brought(name, BytesIO(data))], by=by))


def loaded(batch: ImportBatch, *, by: Any, as_person: Callable[[Any], Any]) -> ImportBatch:
    with as_person(by), transaction.atomic():
        return apply(batch, by=by)
