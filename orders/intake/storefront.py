"""A small storefront for trying it out, beside the demo shop only: its orders go the way a real one's would.

It stands for a shop elsewhere: it reads the catalogue as the deliverer, and sends signed JSON to the intake.
"""

import json
import uuid
from base64 import b64encode
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.models import Product
from ops import clock
from ops.access.page import public
from ops.db.actor import acting_as
from orders.intake import deliveries, signature
from orders.intake.forms import CheckoutForm
from orders.intake.models import IntakeKey

NAME = "Web shop"
_MOST = 24
_FIELDS = {"customer.phone": "phone", "customer.email": "email", "customer.name": "name"}


def demo_secret() -> str:
    """What the demo storefront signs with: it follows from the installation's secret, so nobody has to copy it."""
    digest = blake2b(str(settings.SECRET_KEY).encode(), person=b"demo-storefront", digest_size=32).digest()
    return "whsec_" + b64encode(digest).decode()


@transaction.non_atomic_requests  # the intake keeps its own transactions
@public(methods=["GET", "POST"])
def storefront(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404("There is no storefront here.")
    key, products = _stock()
    if key is None:
        return render(request, "intake/storefront.html", {"closed": True}, status=404)
    form = CheckoutForm(request.POST or None, initial={"number": uuid.uuid4()})
    picked = {product.sku: request.POST.get(f"q_{product.pk}", "") for product in products}
    context: dict[str, Any] = {"form": form, "products": [(one, picked[one.sku]) for one in products]}
    if request.method != "POST":
        return render(request, "intake/storefront.html", context)
    lines = [
        {"sku": product.sku, "quantity": picked[product.sku], "unit_price": str(product.price)}
        for product in products
        if picked[product.sku].strip() not in {"", "0"}
    ]
    if form.is_valid() and lines:
        answer = _send(key, form.cleaned_data, lines, request.request_id)  # type: ignore[attr-defined]
        if answer.status < 300:
            return render(request, "intake/storefront.html", {"placed": answer.body}, status=answer.status)
        _say(form, answer, context)
    elif not lines:
        context["said"] = "Choose at least one thing: type how many you want."
    return render(request, "intake/storefront.html", context, status=422)


def _stock() -> tuple[IntakeKey | None, list[Product]]:
    with acting_as(deliveries.deliverer()), transaction.atomic():
        key = IntakeKey.objects.filter(name=NAME, retired_at=None).first()
        rows = Product.objects.filter(is_active=True, price__gt=Decimal(0)).select_related("category")
        return key, list(rows.order_by("category__name", "name")[:_MOST])


def _send(key: IntakeKey, said: dict[str, Any], lines: list[dict[str, str]], request: str) -> deliveries.Answer:
    order = {
        "id": str(said["number"])[:8].upper(),
        "customer": {name: said[name] for name in ("name", "phone", "email", "city", "address") if said[name]},
        "lines": lines,
    }
    body = json.dumps(order, cls=DjangoJSONEncoder, separators=(",", ":")).encode()
    message, timestamp = f"msg_{said['number']}", int(clock.now().timestamp())
    signed = signature.sign(demo_secret(), message, timestamp, body)
    return deliveries.take(deliveries.Envelope(key.public, message, str(timestamp), signed), body, request=request)


def _say(form: CheckoutForm, answer: deliveries.Answer, context: dict[str, Any]) -> None:
    """Each problem beside its field; the rest above."""
    for problem in answer.body.get("problems") or [{"at": "", "says": answer.body["error"]}]:
        if problem["at"] in _FIELDS:
            form.add_error(_FIELDS[problem["at"]], problem["says"])
        else:
            context["said"] = problem["says"]
