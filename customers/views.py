"""One customer: the page, its timeline, edits field by field, further phones and e-mails, and a new one."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from customers import actions, editing, forms
from customers.models import Customer, CustomerContact
from customers.phones import to_e164
from customers.queries import customer_page, known_by
from ops.access import page
from ops.access.page import wants_fragment
from ops.boards.views import is_live
from ops.editing import conflict_panel, typed
from ops.errors import Conflict, Refused, attempt
from ops.forms import say_in_form
from ops.given import id_of, whole
from ops.panels import panels_of, ways_of
from ops.past_page import past_page

BUYERS = ("customers_all", "customers_own")


def customer_or_404(request: HttpRequest, pk: int) -> Customer:
    customer = Customer.objects.visible_to(request.user).select_related("merged_into").filter(pk=pk).first()  # type: ignore[arg-type]
    if customer is None:
        raise Http404("There is no such customer, or they are not yours to know.")
    return customer


@page(scopes=BUYERS, partials={"body", "gone"}, nav="customers")
def customer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one customer; who was merged leads to who they are."""
    seen = Customer.objects.visible_to(request.user).filter(pk=pk)  # type: ignore[arg-type]
    if is_live(request) and not seen.exists():
        return render(request, "customers/customer_detail.html#gone", {})
    customer = customer_or_404(request, pk)
    if customer.merged_into_id is not None:
        into = Customer.objects.visible_to(request.user).filter(pk=customer.merged_into_id).first()  # type: ignore[arg-type]
        if into is None:
            raise Http404("This customer was merged into one who is not yours to know.")
        if is_live(request):
            return render(request, "customers/customer_detail.html#gone", {"into": into})
        messages.info(request, f"{customer.name} was found to be {into.name}.")
        return redirect("customers:customer_detail", pk=into.pk)
    asked = request.GET.get("do", "")
    if asked in editing.FIELDS | {"all"}:
        return _draw(request, customer, asked=asked, form=_edit_form(request, customer, asked))
    if asked == "contact":
        return _draw(
            request,
            customer,
            asked=asked,
            form=forms.ContactForm(initial={"value": request.GET.get("value", "")[:254]}),
        )
    return _draw(request, customer)


def _draw(
    request: HttpRequest,
    customer: Customer,
    *,
    asked: str = "",
    form: Form | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    shown = customer_page(customer, request.user, kind=request.GET.get("kind", ""))  # type: ignore[arg-type]
    around = {"panels": panels_of("customer", request, customer), "ways": ways_of("customer", request, customer)}
    context = {"p": shown, "o": customer, "asked": asked, "form": form, **around, **more}
    template = "customers/customer_detail.html" + ("#body" if is_live(request) else "")
    return render(request, template, context, status=status)


@page(scopes=BUYERS, partials={"moments"}, nav="customers")
def customer_story(request: HttpRequest, pk: int) -> HttpResponse:
    """More of the timeline, under the last moment that is shown."""
    customer = customer_or_404(request, pk)
    if not wants_fragment(request):
        return redirect("customers:customer_detail", pk=pk)
    number = whole(request.GET.get("page", ""), digits=3) or 1
    shown = customer_page(customer, request.user, kind=request.GET.get("kind", ""), page=number)  # type: ignore[arg-type]
    return render(request, "customers/customer_detail.html#moments", {"p": shown, "o": customer})


@page(scopes=BUYERS, nav="customers")
def customer_past(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer and how they were reached, as of any moment; what differs between two."""
    customer = customer_or_404(request, pk)
    context = {
        "past": past_page("customer", customer.pk, request), "title": customer.name, "noun_word": "customer",
        "back": reverse("customers:customer_detail", args=[customer.pk]),
        "list_url": reverse("customers:customer_list"), "list_word": "Customers",
    }  # fmt: skip
    return render(request, "ops/past.html", context)


# --- edits ------------------------------------------------------------------------------------------------------


def _edit_form(request: HttpRequest, customer: Customer, asked: str, data: Any = None) -> forms.EditForm:
    only = editing.FIELDS if asked == "all" else frozenset({asked})
    shown = {name: getattr(customer, name) for name in only}
    return forms.EditForm(data, only=only, user=request.user, initial=shown)  # type: ignore[arg-type]


@page(scopes=BUYERS, methods=["POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the field that was asked for, or all; where somebody else was faster, show both values (A3)."""
    customer = customer_or_404(request, pk)
    asked = request.POST.get("field", "")
    if asked not in editing.FIELDS | {"all"}:
        return _draw(request, customer, status=422, refused="Choose what to edit.")
    form = _edit_form(request, customer, asked, request.POST)
    if not form.is_valid():
        return _draw(request, customer, asked=asked, form=form, status=422)
    values, was = typed(form.cleaned_data, request.POST)
    try:
        with attempt():
            editing.edit_customer(customer, by=request.user, values=values, was=was)  # type: ignore[arg-type]
    except Conflict as conflict:
        panel = conflict_panel(
            form, conflict, request.POST, action=reverse("customers:edit", args=[customer.pk]),
            cancel=reverse("customers:customer_detail", args=[customer.pk]), also=[("field", asked)],
        )  # fmt: skip
        return _draw(request, customer, asked="conflict", status=409, conflict=panel)
    except Refused as refused:
        say_in_form(form, refused)
        return _draw(request, customer, asked=asked, form=form, status=refused.status)
    messages.success(request, "Saved.")
    seen = Customer.objects.visible_to(request.user).filter(pk=pk).exists()  # type: ignore[arg-type]
    return redirect("customers:customer_detail", pk=pk) if seen else redirect("customers:customer_list")


@page(scopes=BUYERS, methods=["POST"])
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """One more phone or e-mail; or of those there are: make it the main one, or take it away."""
    customer = customer_or_404(request, pk)
    verb = request.POST.get("do", "add")
    form = forms.ContactForm(request.POST)
    if verb == "add" and not form.is_valid():
        return _draw(request, customer, asked="contact", form=form, status=422)
    try:
        with attempt():
            if verb == "add":
                actions.add_contact(customer, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            else:
                _change_contact(request, customer, verb)
    except Refused as refused:
        if verb != "add":
            return _draw(request, customer, status=refused.status, refused=refused.sentence)
        form.add_error("value", refused.sentence)
        return _draw(request, customer, asked="contact", form=form, status=refused.status)
    messages.success(request, "Saved.")
    return redirect("customers:customer_detail", pk=pk)


def _change_contact(request: HttpRequest, customer: Customer, verb: str) -> None:
    contact = CustomerContact.objects.filter(customer=customer, pk=id_of(request.POST.get("contact", "")) or 0).first()
    if contact is None:
        raise Refused("This phone or e-mail is not there any more.")
    if verb == "main":
        actions.make_main(customer, by=request.user, contact=contact)  # type: ignore[arg-type]
    elif verb == "drop":
        actions.drop_contact(customer, by=request.user, contact=contact)  # type: ignore[arg-type]
    else:
        raise Refused("Choose what to do with it.")


# --- a new one --------------------------------------------------------------------------------------------------


@page(scopes=BUYERS, methods=["GET", "POST"], nav="customers")
def customer_new(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = forms.CustomerForm(request.POST or None, user=user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with attempt():
                    made = actions.add_customer(by=user, **form.cleaned_data)
            except Refused as refused:
                say_in_form(form, refused)
            else:
                messages.success(request, f"{made.name} is known from now on.")
                return redirect("customers:customer_detail", pk=made.pk)
    return render(request, "customers/customer_new.html", {"form": form}, status=status)


@page(scopes=BUYERS, partials={"known"})
def customer_known(request: HttpRequest) -> HttpResponse:
    """Who has the phone or e-mail that is being typed: asked by the form of a new customer, and of a new order."""
    said = request.GET
    try:
        phone = to_e164(said.get("phone", "")[:30])
    except Refused:
        phone = None
    email = said.get("email", "").strip().lower()[:254]
    found = known_by(phone=phone, email=email if "@" in email else None) if phone or "@" in email else None
    return render(request, "customers/customer_new.html#known", {"known": found})
