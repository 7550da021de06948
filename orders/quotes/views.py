"""One quote: its page with versions, its verbs, writing and editing it, its PDF, and how the shop quotes."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from ops import documents, shown_once
from ops.access import page
from ops.access.scopes import has_any, scopes_of
from ops.errors import Refused, attempt
from ops.forms import carry_out, say_in_form
from ops.given import version_of, whole
from ops.panels import panels_of
from orders.forms import LineFormSet
from orders.quotes import actions, answers, emails, forms, papers
from orders.quotes.models import Quote, QuoteVersion
from orders.quotes.queries import BUYERS, SEES, SELLS, WRITES, quote_page
from orders.quotes.stages import DRAFT


def _quote_or_404(request: HttpRequest, pk: int) -> Quote:
    quote = Quote.objects.visible_to(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if quote is None:
        raise Http404("There is no such quote, or it is not yours.")
    return quote


def _number(request: HttpRequest, name: str) -> int | None:
    return whole(request.GET.get(name, ""), digits=4)


@page(scopes=SEES, partials={"body"}, nav="quotes")
def quote_detail(request: HttpRequest, pk: int) -> HttpResponse:
    if request.headers.get("Ops-Live") and not Quote.objects.visible_to(request.user).filter(pk=pk).exists():  # type: ignore[arg-type]
        return render(request, "quotes/quote_detail.html#gone")
    quote = _quote_or_404(request, pk)
    asked = request.GET.get("do", "")
    linked = shown_once.take(request, f"quote:{pk}")
    return _draw(request, quote, asked=asked, form=_form(asked) if asked in ASKS else None, linked=linked)


def _draw(
    request: HttpRequest, quote: Quote, *, asked: str = "", form: Form | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    shown = quote_page(quote, request.user, n=_number(request, "version"), against=_number(request, "against"))  # type: ignore[arg-type]
    context = {"p": shown, "q": quote, "asked": asked, "form": form, "ask": ASKS.get(asked), **more}
    context["panels"] = panels_of("quote", request, quote)
    live = "#body" if request.headers.get("Ops-Live") else ""
    return render(request, f"quotes/quote_detail.html{live}", context, status=status)


# --- verbs ------------------------------------------------------------------------------------------------------

# The verbs that ask something first: title, button, url name, whether it ends something.
ASKS: dict[str, tuple[str, str, str, bool]] = {
    "accept": ("The customer accepted", "Note it", "quotes:accept", False),
    "lost": ("Mark it lost", "Mark lost", "quotes:lost", True),
}


def _form(name: str, data: Any = None) -> Form:
    return forms.AcceptForm(data) if name == "accept" else forms.LostForm(data)


def _act(request: HttpRequest, pk: int, name: str, verb: Callable[..., Any], done: str) -> HttpResponse:
    """Form, verb, back to the quote."""
    quote = _quote_or_404(request, pk)

    def finish(made: Any) -> HttpResponse:
        messages.success(request, done.format(quote=quote.number, made=made))
        return redirect("quotes:quote_detail", pk=pk)

    form = _form(name, request.POST) if name in ASKS else None
    return carry_out(request, quote, verb, draw=_draw, done=finish, asked=name, form=form)


@page(scopes=WRITES, methods=["POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    return _linked(request, pk, actions.send_quote, "{quote} is sent.")


@page(scopes=WRITES, methods=["POST"])
def link(request: HttpRequest, pk: int) -> HttpResponse:
    def linked(quote: Quote, *, by: User, version: int | None = None) -> tuple[Quote, str]:
        return quote, actions.make_link(quote, by=by)

    return _linked(request, pk, linked, "The links before it have ended.")


def _linked(request: HttpRequest, pk: int, verb: Callable[..., tuple[Quote, str]], done: str) -> HttpResponse:
    """A verb that makes a link. The page shows it once after the redirect: nobody keeps the token."""
    quote = _quote_or_404(request, pk)

    def finish(made: tuple[Quote, str]) -> HttpResponse:
        linked, token = made
        if token:
            shown_once.keep(request, f"quote:{pk}", request.build_absolute_uri(emails.address_of(token)))
            messages.success(request, done.format(quote=linked.number))
        return redirect("quotes:quote_detail", pk=pk)

    return carry_out(request, quote, verb, draw=_draw, done=finish)


@page(scopes=WRITES, methods=["POST"])
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    response = _act(request, pk, "revise", actions.revise_quote, "A new version of {quote} is begun.")
    return redirect("quotes:quote_edit", pk=pk) if response.status_code == 302 else response


@page(scopes=WRITES, methods=["POST"])
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "accept", answers.accept_quote, "{quote} is accepted.")


@page(scopes=WRITES, methods=["POST"])
def lost(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "lost", actions.lose_quote, "{quote} is lost.")


@page(scopes=WRITES, methods=["POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "reopen", actions.reopen_quote, "{quote} is open again.")


@page(scopes=WRITES, methods=["POST"])
def convert(request: HttpRequest, pk: int) -> HttpResponse:
    def converted(quote: Quote, *, by: User, version: int | None = None) -> str:
        return answers.convert_quote(quote, by=by).number

    return _act(request, pk, "convert", converted, "{quote} is order {made} now.")


# --- writing ----------------------------------------------------------------------------------------------------


def _refuse_who_cannot_write(user: User) -> None:
    """A quote has a customer and amounts: who may set neither writes none."""
    if not has_any(user, "sales_all", "sales_own") or scopes_of(user).isdisjoint(BUYERS):
        raise PermissionDenied


@page(scopes=WRITES, methods=["GET", "POST"], nav="quotes")
def quote_new(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    _refuse_who_cannot_write(user)

    def write(offer: actions.OfferInput, agent: User | None) -> Quote:
        return actions.draft_quote(offer, by=user, agent=agent, tell=partial(messages.info, request))

    return _write(request, None, write, forms.blank(), [])


@page(scopes=WRITES, methods=["GET", "POST"], nav="quotes")
def quote_edit(request: HttpRequest, pk: int) -> HttpResponse:
    quote = _quote_or_404(request, pk)
    user: Any = request.user
    _refuse_who_cannot_write(user)
    if quote.stage != DRAFT:
        messages.error(request, f"{quote.number} was sent; make a new version to change it.")
        return redirect("quotes:quote_detail", pk=pk)

    def write(offer: actions.OfferInput, agent: User | None) -> Quote:
        return actions.edit_draft(quote, offer, by=user, version=version_of(request.POST))

    return _write(request, quote, write, *forms.as_typed(quote.newest()))


def _write(
    request: HttpRequest,
    quote: Quote | None,
    write: Callable[[actions.OfferInput, User | None], Quote],
    head: dict[str, Any],
    rows: list[dict[str, Any]],
) -> HttpResponse:
    """The form of a quote; what is wrong is said in place, and what was typed stays."""
    user: Any = request.user
    form = forms.OfferForm(request.POST or None, user=user, initial=head)
    if quote is not None:
        form.fields.pop("agent", None)
    shown = rows if rows and request.method == "GET" else None  # a line typed as it was is a line all the same
    lines = LineFormSet(request.POST or None, prefix="lines", form_kwargs=form.of_lines, initial=shown)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() & lines.is_valid():
            try:
                with attempt():
                    made = write(form.offer(lines), form.cleaned_data.get("agent"))
            except Refused as refused:
                say_in_form(form, refused)
                status = refused.status
            else:
                messages.success(request, f"{made.number} is saved; nobody has been sent it yet.")
                return redirect("quotes:quote_detail", pk=made.pk)
    context = {"form": form, "lines": lines, "products": forms.products_for(user), "q": quote}
    return render(request, "quotes/quote_form.html", context, status=status)


@page(scopes=SELLS, nav="quotes")
@transaction.non_atomic_requests
def quote_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    with transaction.atomic():
        quote = _quote_or_404(request, pk)
        n = _number(request, "version")
        version = quote.newest() if n is None else QuoteVersion.objects.filter(quote=quote, n=n).first()
        if version is None:
            raise Http404("There is no such version.")
        agent = User.objects.filter(pk=quote.agent_id).values_list("name", flat=True).first() or ""
        knows = not scopes_of(request.user).isdisjoint(BUYERS)
        context = papers.read(quote, version, agent=agent, to=knows)
    return documents.as_response(*papers.render(context))
