"""A quote as it was: its moments, what differs between two, and the offer that was out then."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ops.access import page
from ops.past_page import past_page
from orders.quotes.past import offered_then
from orders.quotes.queries import SEES, read_version
from orders.quotes.views import _quote_or_404


@page(scopes=SEES, nav="quotes")
def quote_past(request: HttpRequest, pk: int) -> HttpResponse:
    quote = _quote_or_404(request, pk)
    past = past_page("quote", quote.pk, request)
    out = offered_then(past.shown)
    context = {
        "past": past, "title": quote.number, "noun_word": "quote",
        "s": read_version(out, past.held) if out else None,
        "back": reverse("quotes:quote_detail", args=[quote.pk]),
        "list_url": reverse("quotes:quote_list"), "list_word": "Quotes",
    }  # fmt: skip
    return render(request, "quotes/quote_past.html", context)
