"""The component page: every class of the design, before a page uses it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ops.access import page


@page(scopes=["staff"])
def kitchen_sink(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/index.html")
