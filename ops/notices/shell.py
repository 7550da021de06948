"""The bell of every page: how many notices wait. One look into an index, and only where a page draws it."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from ops.db.actor import current_actor
from ops.notices.queries import unread

_MOST = 100


def bell(request: HttpRequest) -> dict[str, object]:
    """The context processor. On pages of signing in the door acts, which may read no notices: it says nothing there."""
    return {"bell": SimpleLazyObject(lambda: Bell(waiting(request)))}


class Bell:
    """`count` as people read it: nothing, 7, 99+."""

    def __init__(self, count: int) -> None:
        self.number = count
        self.count = "" if not count else str(count) if count < _MOST else f"{_MOST - 1}+"


def waiting(request: HttpRequest) -> int:
    actor, user = current_actor.get(), getattr(request, "user", None)
    if actor is None or actor.kind != "person" or user is None or not user.has_scope("staff"):
        return 0
    return unread(user, _MOST)
