"""What is on hand of one thing at one place, with its moves and the forms of its verbs; opening stock; locations."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from inventory import actions
from inventory.forms import FORMS, LocationForm, MoveForm, OpeningForm
from inventory.models import SEES, Level, Location, Move, StockItem
from inventory.queries import level_page, seen
from ops.access import page
from ops.access.page import wants_fragment
from ops.boards.views import is_live
from ops.editing import as_text
from ops.errors import Refused, attempt
from ops.forms import carry_out, say_in_form
from ops.given import id_of, plain, whole

WORKS = ("stock_all",)
_LISTED = 20
_VERBS: dict[str, Callable[..., Move]] = {
    "count": actions.count_stock, "receive": actions.receive, "scrap": actions.scrap, "opening": actions.set_opening,
}  # fmt: skip


def _level_or_404(request: HttpRequest, pk: int) -> Level:
    level = seen(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if level is None:
        raise Http404("There is no such stock.")
    return level


def _form(request: HttpRequest, asked: str, data: Any = None) -> MoveForm:
    form = FORMS[asked](data)
    if "unit_cost" in form.fields and not request.user.has_scope("costs_all"):  # type: ignore[union-attr]
        del form.fields["unit_cost"]
    return form


@page(scopes=SEES, partials={"body"}, nav="stock_list")
def level_detail(request: HttpRequest, pk: int) -> HttpResponse:
    level = _level_or_404(request, pk)
    asked = request.GET.get("do", "")
    if asked in _offered(level) and request.user.has_scope("stock_all"):  # type: ignore[union-attr]
        return _draw(request, level, asked=asked, form=_form(request, asked))
    return _draw(request, level)


def _offered(level: Level) -> list[str]:
    """Opening stock is only for where nothing stands."""
    return ["count", "receive", "scrap"] if level.moves else ["opening", "receive", "count"]


def _draw(
    request: HttpRequest, level: Level, *, asked: str = "", form: Form | None = None, status: int = 200,
    refused: str = "",
) -> HttpResponse:  # fmt: skip
    p = level_page(level, request.user)  # type: ignore[arg-type]
    offered = [(key, FORMS[key].title) for key in _offered(level)]  # type: ignore[attr-defined]
    context = {"p": p, "o": level, "asked": asked, "form": form, "offered": offered, "refused": refused}
    template = "inventory/level_detail.html" + ("#body" if is_live(request) else "")
    return render(request, template, context, status=status)


@page(scopes=SEES, partials={"rows"}, nav="stock_list")
def level_moves(request: HttpRequest, pk: int) -> HttpResponse:
    """More of the moves, under the last that is shown."""
    level = _level_or_404(request, pk)
    if not wants_fragment(request):
        return redirect("inventory:level_detail", pk=pk)
    p = level_page(level, request.user, page=whole(request.GET.get("page", ""), digits=4) or 1)  # type: ignore[arg-type]
    return render(request, "inventory/level_detail.html#rows", {"p": p, "o": level})


@page(scopes=WORKS, methods=["POST"], nav="stock_list")
def move(request: HttpRequest, pk: int, do: str) -> HttpResponse:
    """Count, receive, scrap or open: the form that was asked for, carried out."""
    level = _level_or_404(request, pk)
    if do not in _VERBS:
        raise Http404("There is nothing like that to do with stock.")

    def verb(level: Level, *, by: User, **said: Any) -> Move:
        return _VERBS[do](level.item, by=by, location=level.location, **said)

    def done(made: Move) -> HttpResponse:
        messages.success(request, _told(made))
        return redirect("inventory:level_detail", pk=pk)

    return carry_out(request, level, verb, draw=_draw, done=done, asked=do, form=_form(request, do, request.POST))


def _told(made: Move) -> str:
    if made.kind != Move.Kind.COUNT:
        return "Saved."
    if not made.quantity:
        return "Counted: as many as expected."
    return f"Counted: {as_text(abs(made.quantity))} {'more' if made.quantity > 0 else 'fewer'} than expected."


# --- opening stock ----------------------------------------------------------------------------------------------


@page(scopes=WORKS, methods=["GET", "POST"], nav="stock_list")
def opening_new(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = OpeningForm(request.POST or None, user=user, initial={"item": request.GET.get("item", "")[:200]})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = dict(form.cleaned_data)
            item, location = said.pop("item"), said.pop("location")
            try:
                with attempt():
                    actions.set_opening(item, by=user, location=location, **said)
            except Refused as refused:
                say_in_form(form, refused, otherwise="item")
                status = refused.status
            else:
                messages.success(request, f"{item.name} has its opening stock.")
                return redirect("inventory:level_detail", pk=Level.objects.get(item=item, location=location).pk)
    return render(request, "inventory/opening_new.html", {"form": form}, status=status)


@page(scopes=WORKS, partials={"found"})
def items_found(request: HttpRequest) -> HttpResponse:
    """What may be meant by the words that are being typed."""
    words = plain(request.GET.get("item", "")).strip()[:80]
    items = StockItem.objects.visible_to(request.user).filter(is_active=True)  # type: ignore[arg-type]
    found = items.filter(Q(name__icontains=words) | Q(sku__istartswith=words)).order_by("name")[:_LISTED]
    return render(request, "inventory/opening_new.html#found", {"found": found if words else ()})


# --- locations --------------------------------------------------------------------------------------------------


@page(scopes=WORKS, methods=["GET", "POST"], nav="stock_list")
def location_list(request: HttpRequest) -> HttpResponse:
    """Where stock lies; a new location, or another name for one."""
    user: Any = request.user
    known = Location.objects.visible_to(user)
    edited = known.filter(pk=id_of(request.GET.get("edit", "")) or 0).first()
    form = LocationForm(request.POST or None, initial={"name": edited.name if edited else ""})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with attempt():
                    if edited:
                        actions.rename_location(edited, by=user, name=form.cleaned_data["name"])
                    else:
                        actions.add_location(by=user, name=form.cleaned_data["name"])
            except Refused as refused:
                say_in_form(form, refused, otherwise="name")
                status = refused.status
            else:
                messages.success(request, "Saved.")
                return redirect("inventory:location_list")
    context = {"form": form, "edited": edited, "locations": known}
    return render(request, "inventory/location_list.html", context, status=status)
