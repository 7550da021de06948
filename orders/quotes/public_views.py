"""The page behind a customer's link: GET shows what was offered, POST answers it once (ruling 2).

Mail programs and scanners fetch links before people do, so nothing here acts on GET. What the link's holder may see and
do is decided by the database, from the token alone.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ops import documents, links
from ops.access import public
from ops.db.actor import acting_as, for_link
from ops.errors import Refused, attempt
from orders.quotes import answers, forms, papers
from orders.quotes.models import Quote, QuoteAnswer, QuoteVersion
from orders.quotes.stages import ACCEPTED, DRAFT, EXPIRED, LOST, SENT


@dataclass(frozen=True)
class Offer:
    """What the link opens, and what can be done with it: `state` is open or says why it is not."""

    paper: dict[str, Any]
    state: str
    answer: QuoteAnswer | None


@public()
def quote_offer(request: HttpRequest, token: str) -> HttpResponse:
    return _draw(request, token)


@public(methods=["POST"])
def quote_seen(request: HttpRequest, token: str) -> HttpResponse:
    """The page itself says that somebody reads it: whoever only fetches it, as a scanner of mails, runs no script."""
    with transaction.atomic():
        answers.view_by_link(token, request=request.request_id)  # type: ignore[attr-defined]
    return _private(HttpResponse(status=204))


@public(methods=["POST"])
def quote_accept(request: HttpRequest, token: str) -> HttpResponse:
    form = forms.YesForm(request.POST)
    if not form.is_valid():
        return _draw(request, token, yes=form, status=422)
    return _answer(request, token, form, answers.accept_by_link, yes=form)


@public(methods=["POST"])
def quote_decline(request: HttpRequest, token: str) -> HttpResponse:
    form = forms.NoForm(request.POST)
    if not form.is_valid():
        return _draw(request, token, no=form, status=422)
    return _answer(request, token, form, answers.decline_by_link, no=form)


def _answer(request: HttpRequest, token: str, form: Any, verb: Any, **shown: Any) -> HttpResponse:
    try:
        with attempt():
            verb(token, **form.cleaned_data, request=request.request_id)  # type: ignore[attr-defined]
    except Refused as refused:
        return _draw(request, token, refused=refused.sentence, status=refused.status, **shown)
    return redirect("quote_offer", token=token)


@public(methods=["POST"])
def quote_order(request: HttpRequest, token: str) -> HttpResponse:
    """On to the page that shows where the order is which came of this quote."""
    with transaction.atomic():
        made = answers.order_by_link(token, request=request.request_id)  # type: ignore[attr-defined]
    return redirect("order_status", token=made) if made else redirect("quote_offer", token=token)


@public()
@transaction.non_atomic_requests
def quote_paper(request: HttpRequest, token: str) -> HttpResponse:
    """The PDF of the version that the link is for."""
    with transaction.atomic():
        offer = _read(request, token)
    if offer is None:
        return _nothing(request, token)
    return documents.as_response(*papers.render(offer.paper))


def _read(request: HttpRequest, token: str) -> Offer | None:
    with acting_as(for_link(token, request.request_id)):  # type: ignore[attr-defined]
        quote = Quote.objects.first()
        version = QuoteVersion.objects.first() if quote else None
        if quote is None or version is None:
            return None
        answer = QuoteAnswer.objects.filter(n=version.n).first()
        return Offer(papers.read(quote, version, agent=""), _state(quote, version), answer)


def _state(quote: Quote, version: QuoteVersion) -> str:
    """open, accepted, declined, replaced, rewritten, expired or used: what the page says about it."""
    if quote.current_id != version.pk:
        return "rewritten" if quote.stage == DRAFT else "replaced"
    if quote.stage in {ACCEPTED, LOST}:
        return "accepted" if quote.stage == ACCEPTED else "declined"
    if quote.stage == EXPIRED or quote.is_over_day:
        return "expired"
    return "open" if quote.stage == SENT and links.state("quote") == "open" else "used"


def _draw(
    request: HttpRequest, token: str, *, yes: Any = None, no: Any = None, refused: str = "", status: int = 200
) -> HttpResponse:
    offer = _read(request, token)
    if offer is None:
        return _nothing(request, token)
    to = offer.paper["to"]
    ordered = offer.state == "accepted" and answers.has_order(token, request.request_id)  # type: ignore[attr-defined]
    context = {
        "ordered": ordered,
        **offer.paper, "state": offer.state, "answer": offer.answer, "token": token, "refused": refused,
        "yes": yes or forms.YesForm(initial={"name": to.name if to else ""}), "no": no or forms.NoForm(),
        "declining": no is not None,
    }  # fmt: skip
    response = render(request, "quotes/quote_offer.html", context, status=status)
    return _private(response)


def _nothing(request: HttpRequest, token: str) -> HttpResponse:
    with acting_as(for_link(token, request.request_id)):  # type: ignore[attr-defined]
        ended = links.state("quote") == "ended"
    return _private(render(request, "quotes/quote_offer.html", {"quote": None, "ended": ended}, status=404))


def _private(response: HttpResponse) -> HttpResponse:
    """The address itself is the key: it is kept by no cache, told to no other site and found by no search."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "same-origin"  # with no-referrer the form would come with Origin null
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
