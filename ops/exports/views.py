"""The templates of exports: those a list offers, all of them, one of them with its columns and a look at its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from ops.access.page import page
from ops.access.scopes import scopes_of
from ops.boards.ask import Ask
from ops.boards.declare import BOARDS, Board, open_to
from ops.boards.export import rows_of
from ops.errors import Refused, attempt
from ops.exports import actions
from ops.exports.actions import Written
from ops.exports.forms import TemplateForm
from ops.exports.models import Template
from ops.exports.queries import seen_by
from ops.exports.sheets import Style
from ops.forms import say_in_form
from ops.given import plain

if TYPE_CHECKING:
    from accounts.models import User

_PREVIEW = 3
_PLAIN = Style()


def _board(user: Any, key: str) -> Board:
    board = BOARDS.get(key)
    if board is None or not open_to(board.scopes, scopes_of(user)):
        raise Http404("There is no such list, or it is not yours.")
    return board


def _asked(board: Board, user: Any, query: str = "") -> Ask:
    return Ask.read(board, user, QueryDict(query.removeprefix("?")))


@page(scopes=["staff"])
def export_menu(request: HttpRequest) -> HttpResponse:
    """The templates that a list offers for what is on screen; asked for when its menu is opened."""
    ask = _asked(_board(request.user, request.GET.get("board", "")), request.user, request.GET.get("query", ""))
    templates = [one for one in seen_by(ask.user).filter(board=ask.board.key) if one.shown_to(ask)]
    context = {"ask": ask, "board": ask.board, "templates": templates, "export": reverse(ask.board.url("export"))}
    return render(request, "exports/menu.html", context)


@page(scopes=["staff"])
def template_list(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    boards = {key: board for key, board in sorted(BOARDS.items()) if open_to(board.scopes, scopes_of(user))}
    asks = {key: _asked(board, user) for key, board in boards.items()}
    lines: dict[str, list[dict[str, Any]]] = {key: [] for key in boards}
    for one in seen_by(user).filter(board__in=boards).select_related("owner"):
        shown = [head for _, head in one.shown_to(asks[one.board])]
        lines[one.board].append({
            "template": one, "heads": shown, "hidden": len(one.keys) - len(shown), "mine": one.owner_id == user.pk,
            "export": reverse(boards[one.board].url("export")),
        })  # fmt: skip
    groups = [(board, lines[key], reverse(board.url(board.list_name))) for key, board in boards.items()]
    return render(request, "exports/template_list.html", {"groups": groups})


@page(scopes=["staff"], methods=["GET", "POST"])
def template_new(request: HttpRequest) -> HttpResponse:
    board = _board(request.user, request.GET.get("board", ""))
    return _form(request, board, Template(board=board.key))


@page(scopes=["staff"], methods=["GET", "POST"])
def template_change(request: HttpRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(Template, pk=pk, owner=request.user)
    return _form(request, _board(request.user, template.board), template)


@page(scopes=["staff"], methods=["POST"])
def template_drop(request: HttpRequest, pk: int) -> HttpResponse:
    template = get_object_or_404(Template, pk=pk, owner=request.user)
    actions.drop_template(template, by=request.user)  # type: ignore[arg-type]
    messages.success(request, f"“{template.name}” is gone.")
    return redirect("exports:template_list")


def _form(request: HttpRequest, board: Board, template: Template) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    ask, status = _asked(board, user), 200
    columns = actions.as_written(board, ask.held, template if template.pk else None)
    form = TemplateForm(instance=template)
    if request.method == "POST":
        form, columns = TemplateForm(request.POST, instance=template), _typed(columns, request.POST)
        if "up" not in request.POST and "down" not in request.POST and form.is_valid():
            try:
                with attempt():
                    kept = actions.keep_template(form.instance, columns, by=user)
            except Refused as refused:
                say_in_form(form, refused)
            else:
                messages.success(request, f"“{kept.name}” is kept{' for everybody' if kept.shared else ''}.")
                return redirect("exports:template_list")
        status = 422 if form.errors else 200
    context = {
        "form": form, "columns": columns, "board": board, "template": template, "sample": _sample(ask, columns),
        "asks": [form[name] for name in ("days", "decimal", "separator")],
    }  # fmt: skip
    return render(request, "exports/template_form.html", context, status=status)


def _typed(columns: list[Written], posted: QueryDict) -> list[Written]:
    """The columns as they stand in the form, after the step up or down that was asked for."""
    there = {one.column.key: one for one in columns}
    keys = [key for key in dict.fromkeys(posted.getlist("column")) if key in there]
    on = set(posted.getlist("on"))
    typed = [
        Written(there[key].column, plain(posted.get(f"head_{key}", there[key].head)), on=key in on)
        for key in [*keys, *(key for key in there if key not in keys)]
    ]
    typed = actions.moved(typed, posted.get("up", ""), -1)
    return actions.moved(typed, posted.get("down", ""), 1)


def _sample(ask: Ask, columns: list[Written]) -> list[list[str]]:
    """The first rows of the list in the chosen columns, as a spreadsheet would show them."""
    shown = [one.column for one in columns if one.on]
    if not shown:
        return []
    rows = rows_of(ask, shown, ask.in_order(ask.rows)[:_PREVIEW])
    return [["" if cell is None else str(_PLAIN.text(cell)) for cell in row] for row in rows]
