"""What a page opens with, and what comes by mail: the menu of a view, its verbs, and the link in the mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from ops import links
from ops.access.page import page, public
from ops.access.scopes import scopes_of
from ops.boards.ask import EVERY, Ask
from ops.boards.declare import open_to
from ops.boards.saved import seen_by
from ops.db.actor import acting_as, for_link
from ops.errors import Refused, attempt
from ops.given import plain
from ops.models import Role, SavedView
from ops.standing import actions
from ops.standing.mailing import KIND, board_of
from ops.standing.models import Mailing, Start

if TYPE_CHECKING:
    from accounts.models import User


def _asked(request: HttpRequest, given: QueryDict) -> tuple[Ask, str]:
    """The board's page and the filter that are on screen, read under the person's own rights."""
    name, user = given.get("page", ""), request.user
    board = board_of(name)
    if board is None or scopes_of(user).isdisjoint(board.scopes):
        raise Http404("There is no such board, or it is not yours.")
    query = given.get("query", "").removeprefix("?")
    return Ask.read(board, user, QueryDict(query)), name  # type: ignore[arg-type]


def _named(ask: Ask, name: str, views: list[SavedView]) -> str:
    """What the filter on screen is called: the saved view, the tab that ships with the board, else its own words."""
    for view in views:
        if Ask.read(ask.board, ask.user, QueryDict(view.query)).query() == ask.query():
            return view.name
    shipped = ask.board.board_views if name == ask.board.url("board") else ask.board.views
    for tab in shipped:
        if open_to(tab.scopes, ask.held) and Ask.read(ask.board, ask.user, QueryDict(tab.query)).query() == ask.query():
            return tab.label
    return " · ".join(one.words(pair, ask.user) for one, pairs in ask.given for pair in pairs)[:60] or "Everything"


def _current(ask: Ask, name: str) -> list[SavedView]:
    """The saved views that are this very filter."""
    query = "" if ask.query() == EVERY else ask.query().removeprefix("?")
    return list(seen_by(ask.user).filter(board=name, query=query).order_by("-shared", "name")[:3])


@page(scopes=["staff"])
def view_menu(request: HttpRequest) -> HttpResponse:
    """What can be decided about the view on screen; asked for when its menu is opened."""
    ask, name = _asked(request, request.GET)
    views = _current(ask, name)
    query = "" if ask.query() == EVERY else ask.query().removeprefix("?")
    starts = list(Start.objects.filter(Q(person=ask.user) | Q(role__isnull=False), board=name).select_related("role"))
    mine = next((one for one in starts if one.person_id == ask.user.pk), None)
    decides = actions.MAY_DECIDE in scopes_of(ask.user)
    mailed = dict(Mailing.objects.filter(view__in=views).values_list("view_id", "often"))
    context = {
        "page": name, "query": ask.query(), "name": _named(ask, name, views), "mine": mine,
        "starts_here": mine is not None and mine.query == query,
        "role_start": next((one for one in starts if one.role_id == ask.user.role_id), None), "decides": decides,
        "roles": _roles(starts, query, ask.board.scopes) if decides else [],
        "views": [(view, mailed.get(view.pk, "")) for view in views], "often": Mailing.Often.choices,
    }  # fmt: skip
    return render(request, "standing/menu.html", context)


def _roles(starts: list[Start], query: str, scopes: Any) -> list[dict[str, Any]]:
    """Every role that opens this board, with what it starts with."""
    known = {one.role_id: one for one in starts if one.role_id}
    roles = [role for role in Role.objects.order_by("position", "label") if not set(role.scopes).isdisjoint(scopes)]
    return [
        {"key": role.key, "label": role.label, "start": known.get(role.key),
         "here": role.key in known and known[role.key].query == query}
        for role in roles
    ]  # fmt: skip


@page(scopes=["staff"], methods=["POST"])
def set_start(request: HttpRequest) -> HttpResponse:
    ask, name = _asked(request, request.POST)
    if request.POST.get("on") == "1":
        made = actions.start_with(ask, name, _named(ask, name, _current(ask, name)), by=ask.user)
        messages.success(request, f"This page opens with “{made.name}” for you from now on.")
    else:
        actions.start_as_role(name, by=ask.user)
        messages.success(request, "This page opens as it does for your role.")
    return redirect(reverse(name) + ask.query())


@page(scopes=[actions.MAY_DECIDE], methods=["POST"])
def set_role_start(request: HttpRequest) -> HttpResponse:
    ask, name = _asked(request, request.POST)
    role = Role.objects.filter(key=plain(request.POST.get("role", ""))).first()
    if role is None:
        raise Http404("There is no such role.")
    if request.POST.get("on") == "1":
        made = actions.start_role_with(ask, name, _named(ask, name, _current(ask, name)), role, by=ask.user)
        messages.success(request, f"{role.label}: this page opens with “{made.name}”, where nobody chose their own.")
    else:
        actions.end_role_start(ask, name, role, by=ask.user)
        messages.success(request, f"{role.label}: this page opens with everything.")
    return redirect(reverse(name) + ask.query())


@page(scopes=["staff"], methods=["POST"])
def mail_filter(request: HttpRequest) -> HttpResponse:
    """The filter on screen comes by mail, whether or not somebody has saved it."""
    ask, name = _asked(request, request.POST)
    often = request.POST.get("often", "")
    made = actions.mail_filter(ask, name, _named(ask, name, _current(ask, name)), often, by=ask.user)
    _say_mailed(request, made)
    return redirect(reverse(name) + ask.query())


def _say_mailed(request: HttpRequest, made: Mailing) -> None:
    when = made.get_often_display()
    messages.success(request, f"“{made.name}” comes by mail: {when[0].lower()}{when[1:]}, when something is in it.")


@page(scopes=["staff"], methods=["POST"])
def set_mailing(request: HttpRequest, pk: int) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    view = seen_by(user).filter(pk=pk).first()
    if view is None:
        raise Http404("There is no such view, or it is not shared with you.")
    often = request.POST.get("often", "")
    if often == "never":
        actions.end_mailing(view, by=user)
        messages.success(request, f"“{view.name}” does not come by mail any more.")
    else:
        _say_mailed(request, actions.mail_view(view, often, by=user))
    return redirect(f"{reverse(view.board)}?{view.query}" if view.query else f"{reverse(view.board)}{EVERY}")


@public(methods=["GET", "POST"])
def end_mailing(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows, for a scanner of mails too; POST ends the mailing (ruling 2)."""
    status = 200
    context: dict[str, Any] = {"token": token}
    with acting_as(for_link(token, request.request_id)):  # type: ignore[attr-defined]
        mailing = Mailing.objects.first()
        if mailing is None:
            why = links.state(KIND)
            context |= {"over": "This view does not come any more." if why == "open" else "This link is not valid."}
            status = 404 if why != "open" else 200
        elif request.method == "POST":
            try:
                with attempt():
                    mailing.delete()
            except Refused as refused:
                context |= {"over": refused.sentence}
            else:
                context |= {"done": True}
        else:
            context |= {"often": mailing.get_often_display()}
    response = render(request, "standing/end.html", context, status=status)
    response["Cache-Control"], response["X-Robots-Tag"] = "private, no-store", "noindex"
    return response
