"""Printing one order: which paper, which size, then the PDF itself. Many at once are a bulk verb of the list."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from ops import documents
from ops.access import page
from ops.errors import Refused
from orders import papers
from orders.views import READS, _order_or_404


@page(scopes=READS, methods=["GET", "POST"], nav="orders")
@transaction.non_atomic_requests
def order_print(request: HttpRequest, pk: int) -> HttpResponse:
    order, user = _order_or_404(request, pk), request.user
    assert isinstance(user, User)  # @page lets nobody else in
    refused, status = "", 200
    if request.method == "POST":
        try:
            asked = {"paper": request.POST.get("paper", ""), "choice": request.POST.get("choice", "")}
            pdf, name = papers.print_one(order, by=user, **asked)
        except Refused as error:
            refused, status = error.sentence, error.status
        else:
            return documents.as_response(pdf, name)
    kinds = [(paper, papers.choices(paper, user)) for paper in papers.papers_for(user)]
    context = {"o": order, "kinds": kinds, "refused": refused, "cannot": documents.missing()}
    return render(request, "orders/order_print.html", context, status=status)
