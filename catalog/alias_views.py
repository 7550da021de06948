"""What else SKUs go by: look, say, take back. On the page of a product as a panel."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from catalog import alias_actions
from catalog.models import ALIASES_KEPT, Product, SkuAlias
from ops.access import page
from ops.access.scopes import has_any
from ops.errors import Refused, attempt
from ops.forms import say_in_form
from ops.given import plain

READS = ("catalog_read", "catalog_edit", "orders_import")
_ON_A_PAGE = 100


class AliasForm(forms.Form):
    alias = forms.CharField(label="The file says", max_length=60)
    sku = forms.CharField(label="That is SKU", max_length=60)

    def clean_sku(self) -> Product:
        product = Product.objects.filter(sku=self.cleaned_data["sku"].strip()).first()
        if product is None:
            raise forms.ValidationError("No product has this SKU.")
        return product


@page(scopes=READS, nav="orders", methods=["GET", "POST"])
def alias_list(request: HttpRequest) -> HttpResponse:
    may = has_any(request.user, *ALIASES_KEPT)
    form = AliasForm(request.POST or None) if may else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            with attempt():
                said = form.cleaned_data
                made = alias_actions.keep_alias(said["alias"], said["sku"], by=request.user)  # type: ignore[arg-type]
        except Refused as refused:
            say_in_form(form, refused, otherwise="alias")
        else:
            messages.success(request, f"From now on {made.alias} is {said['sku'].sku}.")
            return redirect("aliases:alias_list")
    words = plain(request.GET.get("q", "")).strip()[:60]
    aliases = SkuAlias.objects.visible_to(request.user).select_related("product", "by")  # type: ignore[arg-type]
    if words:
        aliases = aliases.filter(
            Q(alias__icontains=words) | Q(product__sku__icontains=words) | Q(product__name__icontains=words)
        )
    found = Paginator(aliases, _ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": found, "q": words, "form": form}
    return render(request, "catalog/alias_list.html", context, status=422 if form is not None and form.errors else 200)


@page(scopes=ALIASES_KEPT, methods=["POST"])
def alias_remove(request: HttpRequest, pk: int) -> HttpResponse:
    alias = get_object_or_404(SkuAlias.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
    alias_actions.remove_alias(alias, by=request.user)  # type: ignore[arg-type]
    messages.success(request, f"What {alias.alias} means is asked again by the next file. What was loaded stays.")
    return redirect("aliases:alias_list")


def aliases_of(request: HttpRequest, product: Any) -> Mapping[str, Any] | None:
    """The panel of a product's page; left out where the product goes by its SKU alone."""
    aliases = list(product.aliases.select_related("by"))
    return {"aliases": aliases, "may": has_any(request.user, *ALIASES_KEPT)} if aliases else None
