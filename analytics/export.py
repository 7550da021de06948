"""A small table of figures as a file, written as every list is."""

from collections.abc import Sequence
from decimal import Decimal

from django.http import FileResponse, HttpRequest

from accounts.models import User
from ops.boards.cells import Plain
from ops.exports.files import deliver, origin_of
from ops.exports.sheets import Table
from ops.money import stored

Rows = Sequence[Sequence[Plain]]


def as_file(request: HttpRequest, name: str, heads: Sequence[str], rows: Rows, *, what: str) -> FileResponse:
    """What the page shows, in the form its address asks for; `what` is the page in words."""
    user: User = request.user  # type: ignore[assignment]
    asked = request.GET.copy()
    form = asked.pop("as", ["csv"])[-1]
    path = f"{request.path}?{asked.urlencode()}" if asked else request.path
    cells = [[stored(value) if isinstance(value, Decimal) else value for value in row] for row in rows]
    table = Table(
        "Report", "lines of the report", heads, cells, origin=origin_of(what, narrowed="", by=user, path=path)
    )
    return deliver(table, form, by=user, name=name)
