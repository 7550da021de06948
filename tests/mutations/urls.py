"""The product's addresses, and beside them views as nobody should write them: each must be noticed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import include, path

from ops.access import page, public
from ops.urls import urlpatterns as ours
from orders.models import Order


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open to everybody")


@page(scopes=["orders_al"])
def misspelt(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open to nobody")


@page(scopes=["orders_all", "orders_own"])
def anybodys(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(f"order {pk}")


@page(scopes=["orders_all", "orders_own"])
def broken(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(str(Order.objects.get(pk=pk)))


@page(scopes=["staff"])
def asks_too_much(request: HttpRequest) -> HttpResponse:
    if not request.user.has_scope("costs_all"):
        return render(request, "403.html", status=403)
    return HttpResponse("costs")


@page(scopes=["staff"])
def sends_away(request: HttpRequest) -> HttpResponse:
    return redirect("account_login")


@public()
def careless(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(Order.objects.count()))


undressed = asks_too_much.__wrapped__
undressed.page = asks_too_much.page

orders = (
    [path("anybodys/<int:pk>/", anybodys, name="anybodys"), path("broken/<int:pk>/", broken, name="broken")],
    "orders",
)
mutants = [
    path("mutants/forgotten/", forgotten),
    path("mutants/misspelt/", misspelt),
    path("mutants/orders/", include(orders, namespace="mutants")),
    path("mutants/asks-too-much/", asks_too_much),
    path("mutants/sends-away/", sends_away),
    path("mutants/careless/", careless),
    path("mutants/undressed/", undressed),
]
urlpatterns = [*ours, *mutants]
