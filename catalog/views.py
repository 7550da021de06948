"""One product: the page with its story, edits field by field, active or not, and a new one."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from catalog import actions, editing, forms
from catalog.boards import EDITS, READS
from catalog.models import Category, Product
from catalog.queries import alike, product_page
from ops.access import page
from ops.boards.views import is_live
from ops.editing import as_text, conflict_panel, typed
from ops.errors import Conflict, Refused, attempt
from ops.forms import carry_out, say_in_form
from ops.panels import panels_of, ways_of
from ops.past_page import past_page


def product_or_404(request: HttpRequest, pk: int) -> Product:
    found = Product.objects.visible_to(request.user).select_related("category").filter(pk=pk).first()  # type: ignore[arg-type]
    if found is None:
        raise Http404("There is no such product.")
    return found


@page(scopes=READS, partials={"body"}, nav="products")
def product_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one product, for who reads the catalogue; its forms for who edits it."""
    product = product_or_404(request, pk)
    asked = request.GET.get("do", "")
    if asked in editing.FIELDS | {"all"} and request.user.has_scope("catalog_edit"):  # type: ignore[union-attr]
        return _draw(request, product, asked=asked, form=_edit_form(product, asked))
    return _draw(request, product)


def _draw(
    request: HttpRequest,
    product: Product,
    *,
    asked: str = "",
    form: Form | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    user: Any = request.user
    around = {"panels": panels_of("product", request, product), "ways": ways_of("product", request, product)}
    names = Category.objects.values_list("name", flat=True) if form and "category" in form.fields else ()
    context = {
        "p": product_page(product, user), "o": product, "asked": asked, "form": form, "categories": names, **around,
        **more,
    }  # fmt: skip
    template = "catalog/product_detail.html" + ("#body" if is_live(request) else "")
    return render(request, template, context, status=status)


@page(scopes=READS, nav="products")
def product_past(request: HttpRequest, pk: int) -> HttpResponse:
    """The product as of any moment; what differs between two."""
    product = product_or_404(request, pk)
    context = {
        "past": past_page("product", product.pk, request), "title": product.name, "noun_word": "product",
        "back": reverse("catalog:product_detail", args=[product.pk]),
        "list_url": reverse("catalog:product_list"), "list_word": "Products",
    }  # fmt: skip
    return render(request, "ops/past.html", context)


# --- edits ------------------------------------------------------------------------------------------------------


def _edit_form(product: Product, asked: str, data: Any = None) -> forms.ProductForm:
    only = editing.FIELDS if asked == "all" else frozenset({asked})
    shown = {name: value for name, value in editing.shown_of(product).items() if name in only}
    if "price" in shown:
        shown["price"] = as_text(shown["price"])  # 18500, and not 18500.0000
    return forms.ProductForm(data, only=only, initial=shown)


@page(scopes=EDITS, methods=["POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the field that was asked for, or all; where somebody else was faster, show both values (A3)."""
    product = product_or_404(request, pk)
    asked = request.POST.get("field", "")
    if asked not in editing.FIELDS | {"all"}:
        return _draw(request, product, status=422, refused="Choose what to edit.")
    form = _edit_form(product, asked, request.POST)
    if not form.is_valid():
        return _draw(request, product, asked=asked, form=form, status=422)
    values, was = typed(form.cleaned_data, request.POST)
    try:
        with attempt():
            editing.edit_product(product, by=request.user, values=values, was=was)  # type: ignore[arg-type]
    except Conflict as conflict:
        panel = conflict_panel(
            form, conflict, request.POST, action=reverse("catalog:edit", args=[product.pk]),
            cancel=reverse("catalog:product_detail", args=[product.pk]), also=[("field", asked)],
        )  # fmt: skip
        return _draw(request, product, asked="conflict", status=409, conflict=panel)
    except Refused as refused:
        say_in_form(form, refused)
        return _draw(request, product, asked=asked, form=form, status=refused.status)
    messages.success(request, "Saved.")
    return redirect("catalog:product_detail", pk=pk)


@page(scopes=EDITS, methods=["POST"])
def active(request: HttpRequest, pk: int) -> HttpResponse:
    """Offered on new orders or not; either is one press, and taken back by the other."""
    product = product_or_404(request, pk)
    wanted = request.POST.get("active", "") == "1"

    def done(made: Product) -> HttpResponse:
        messages.success(request, f"{made.name} is {'active' if wanted else 'inactive'} now.")
        return redirect("catalog:product_detail", pk=pk)

    return carry_out(request, product, partial(actions.set_active, active=wanted), draw=_draw, done=done)


# --- a new one --------------------------------------------------------------------------------------------------


@page(scopes=EDITS, methods=["GET", "POST"], nav="products")
def product_new(request: HttpRequest) -> HttpResponse:
    form = forms.ProductForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with attempt():
                    made = actions.add_product(by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            except Refused as refused:
                say_in_form(form, refused)
            else:
                messages.success(request, f"{made.name} is in the catalogue from now on.")
                return redirect("catalog:product_detail", pk=made.pk)
    context = {"form": form, "categories": Category.objects.values_list("name", flat=True)}
    return render(request, "catalog/product_new.html", context, status=status)


@page(scopes=EDITS, partials={"known"})
def product_known(request: HttpRequest) -> HttpResponse:
    """Products like the one that is being typed: asked by the form of a new one."""
    found = alike(request.GET.get("sku", "")[:60], request.GET.get("name", "")[:200])
    return render(request, "catalog/product_new.html#known", {"known": found})
