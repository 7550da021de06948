"""Merging two customers: who with whom, side by side, doing it, undoing it; and who may be one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from customers import merge_actions
from customers.models import Customer, CustomerMerge
from customers.queries import alike
from customers.search import ids_found
from customers.views import customer_or_404
from ops.access import page
from ops.errors import Refused, attempt
from ops.given import id_of, version_of

MERGES = ["customers_all"]
_OFFERED = 12
_AT_ONCE = 50


@page(scopes=MERGES, methods=["GET", "POST"], nav="customers")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """First whom with, then the two side by side, then it is done."""
    customer = customer_or_404(request, pk)
    if customer.merged_into_id is not None:
        return redirect("customers:merge", pk=customer.merged_into_id)
    other = _other(request, customer)
    if other is None:
        return _choose(request, customer, status=200 if request.method == "GET" else 422)
    kept, gone = (other, customer) if (request.POST or request.GET).get("stays") == "other" else (customer, other)
    if request.method == "GET":
        return _side_by_side(request, customer, kept, gone)
    taken = [side.field for side in merge_actions.sides(kept, gone) if request.POST.get(f"take_{side.field}") == "gone"]
    try:
        with attempt():
            merge_actions.merge_customers(
                kept, gone, by=_me(request), take=taken, versions=_versions(request, kept, gone)
            )
    except Refused as refused:
        fresh = {row.pk: row for row in Customer.objects.filter(pk__in=[kept.pk, gone.pk])}
        return _side_by_side(request, customer, fresh[kept.pk], fresh[gone.pk], refused=refused)
    messages.success(request, f"{gone.name} is now part of {kept.name}. It can be undone on this page.")
    return redirect("customers:customer_detail", pk=kept.pk)


def _me(request: HttpRequest) -> Any:
    return request.user


def _other(request: HttpRequest, customer: Customer) -> Customer | None:
    pk = id_of((request.POST or request.GET).get("with", ""))
    if pk is None:
        return None
    other = Customer.objects.visible_to(_me(request)).filter(pk=pk).exclude(pk=customer.pk).first()
    if other is None:
        raise Http404("There is no such customer.")
    return other


def _versions(request: HttpRequest, *rows: Customer) -> dict[int, int]:
    """The versions that were on the screen."""
    shown = {row.pk: version_of(request.POST, f"version_{row.pk}") for row in rows}
    return {pk: version for pk, version in shown.items() if version is not None}


def _choose(request: HttpRequest, customer: Customer, status: int = 200) -> HttpResponse:
    """Whom with: what the search finds, at first by the name."""
    words = " ".join(request.GET.get("q", customer.name).split())[:80]
    pks = [pk for pk in ids_found(_me(request), words, 60) if pk != customer.pk][:_OFFERED] if len(words) > 1 else []
    found = Customer.objects.visible_to(_me(request)).filter(pk__in=pks, merged_into=None).order_by("name", "pk")
    context = {"o": customer, "q": words, "found": found}
    return render(request, "customers/merge.html", context, status=status)


def _side_by_side(
    request: HttpRequest, customer: Customer, kept: Customer, gone: Customer, refused: Refused | None = None
) -> HttpResponse:
    context = {
        "o": customer, "kept": kept, "gone": gone, "refused": refused.sentence if refused else "",
        "other": gone if kept.pk == customer.pk else kept, "stays": "customer" if kept.pk == customer.pk else "other",
        "sides": merge_actions.sides(kept, gone), "moves": merge_actions.rows_of(gone),
        "whole": kept.merged_into_id is None and gone.merged_into_id is None,
    }  # fmt: skip
    return render(request, "customers/merge.html", context, status=refused.status if refused else 200)


@page(scopes=MERGES, methods=["GET", "POST"], nav="customers")
def unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    """Take apart again: `pk` is who was merged away. GET says what it will do, or what stops it."""
    gone = customer_or_404(request, pk)
    standing = CustomerMerge.objects.select_related("kept__merged_into", "gone", "by")
    merge = standing.filter(gone=gone, undone_at=None).first()
    if merge is None:
        messages.info(request, f"{gone.name} is a customer of their own.")
        return redirect("customers:customer_detail", pk=gone.pk)
    if request.method == "POST":
        try:
            with attempt():
                merge_actions.undo_merge(merge, by=_me(request))
        except Refused as refused:
            return _undo_page(request, merge, refused)
        messages.success(request, f"{gone.name} and {merge.kept.name} are two customers again.")
        return redirect("customers:customer_detail", pk=gone.pk)
    return _undo_page(request, merge)


def _undo_page(request: HttpRequest, merge: CustomerMerge, refused: Refused | None = None) -> HttpResponse:
    context = {
        "merge": merge, "hindrances": merge_actions.hindrances(merge), "moved": merge_actions.moved_of(merge),
        "refused": refused.sentence if refused else "",
    }  # fmt: skip
    return render(request, "customers/unmerge.html", context, status=refused.status if refused else 200)


@page(scopes=MERGES, methods=["GET", "POST"], nav="customers")
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs who may be one; people decide, pair by pair or for several that they have looked at."""
    if request.method == "GET":
        return render(request, "customers/duplicates.html", {"pairs": alike(_me(request))})
    merged, refused = _merge_pairs(request, request.POST.getlist("pair")[:_AT_ONCE])
    if merged:
        words = "1 pair was merged." if merged == 1 else f"{merged} pairs were merged."
        messages.success(request, f"{words} Each can be undone on the page of who stayed.")
    for sentence in refused:
        messages.error(request, sentence)
    if not merged and not refused:
        messages.info(request, "Choose the pairs first.")
    return redirect("customers:duplicates")


def _merge_pairs(request: HttpRequest, pairs: list[str]) -> tuple[int, list[str]]:
    """Each by itself, as its own page would suggest it: what one of them cannot do does not stop the others."""
    merged, refused = 0, []
    for pair in pairs:
        kept_pk, _, gone_pk = pair.partition("-")
        found = Customer.objects.in_bulk([id_of(kept_pk) or 0, id_of(gone_pk) or 0])
        kept, gone = found.get(id_of(kept_pk) or 0), found.get(id_of(gone_pk) or 0)
        if kept is None or gone is None:
            raise Refused("One of the two is not there any more.")
        take = [side.field for side in merge_actions.sides(kept, gone) if side.take == "gone"]
        try:
            with attempt():
                merge_actions.merge_customers(kept, gone, by=_me(request), take=take)
        except Refused as no:
            refused.append(no.sentence)
        else:
            merged += 1
    return merged, refused
