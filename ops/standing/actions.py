"""Verbs of views that stand: check, change, record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops import events
from ops.access.scopes import scopes_of
from ops.boards.ask import Ask
from ops.boards.saved import kept_query, save
from ops.errors import Refused
from ops.models import Role, SavedView
from ops.standing.models import Mailing, Start

if TYPE_CHECKING:
    from accounts.models import User

MAY_DECIDE = "views_admin"


def start_with(ask: Ask, page: str, name: str, *, by: User) -> Start:
    """This page opens with this filter for oneself from now on; one's own start wins over the role's."""
    made, _ = Start.objects.update_or_create(
        person=by, board=page, defaults={"query": kept_query(ask), "name": name[:60]}
    )
    return made


def start_as_role(page: str, *, by: User) -> None:
    """No start of one's own any more."""
    Start.objects.filter(person=by, board=page).delete()


def start_role_with(ask: Ask, page: str, name: str, role: Role, *, by: User) -> Start:
    """Everybody of the role opens this page with this filter, unless they have a start of their own."""
    _may_decide(by)
    made, _ = Start.objects.update_or_create(
        role=role, board=page, defaults={"query": kept_query(ask), "name": name[:60]}
    )
    events.record("start.role_set", made, role=role.label, page=ask.board.plural, name=made.name)
    return made


def end_role_start(ask: Ask, page: str, role: Role, *, by: User) -> None:
    _may_decide(by)
    found = Start.objects.select_for_update(of=("self",)).filter(role=role, board=page).first()
    if found is None:
        return
    events.record("start.role_ended", found, role=role.label, page=ask.board.plural)
    found.delete()


def mail_view(view: SavedView, often: str, *, by: User) -> Mailing:
    """A saved view comes by mail, as its reader sees it that morning."""
    if often not in Mailing.Often.values:
        raise Refused("Choose how often it comes.")
    Mailing.objects.bulk_create(
        [Mailing(person=by, view=view, name=view.name, often=often)],
        update_conflicts=True, unique_fields=["person", "view"], update_fields=["often"],
    )  # fmt: skip
    return Mailing.objects.get(person=by, view=view)


def mail_filter(ask: Ask, page: str, name: str, often: str, *, by: User) -> Mailing:
    """What is on screen comes by mail: kept under its name first, for oneself; a view of that name stays as it is."""
    mine = SavedView.objects.filter(owner=by, board=page)
    view = mine.filter(query=kept_query(ask)).first()
    if view is None:
        taken = mine.filter(name=name).exists()
        view = save(ask, page, f"{name[:50]} by mail" if taken else name, shared=False)
    return mail_view(view, often, by=by)


def end_mailing(view: SavedView, *, by: User) -> None:
    Mailing.objects.filter(person=by, view=view).delete()


def _may_decide(by: User) -> None:
    if MAY_DECIDE not in scopes_of(by):
        raise Refused("Your role does not decide what others start with.")
