"""A storefront that signs as any would: it knows its key and secret, and nothing of our code but the address."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from orders.intake import keys

ORDER = {
    "id": "WEB-1001",
    "customer": {"name": "Ayesha Siddiqui", "phone": "0300 1234567", "email": "ayesha@c.example", "city": "Lahore"},
    "lines": [
        {"sku": "CH-1", "quantity": 2, "unit_price": "1250.50"},
        {"description": "Cushion, blue", "quantity": "1.5", "unit_price": 400, "discount": "50.25"},
    ],
}


@dataclass
class Storefront:
    key: str
    secret: str

    def headers(self, message: str, body: bytes, at: int | None = None) -> dict[str, str]:
        at = int(time.time()) if at is None else at
        raw = base64.b64decode(self.secret.removeprefix("whsec_"))
        digest = hmac.new(raw, f"{message}.{at}.".encode() + body, hashlib.sha256).digest()
        return {
            "opsdeck-key": self.key,
            "webhook-id": message,
            "webhook-timestamp": str(at),
            "webhook-signature": "v1," + base64.b64encode(digest).decode(),
        }

    def send(self, order: Any = ORDER, message: str = "msg_1", *, at: int | None = None, **headers: str) -> Any:
        body = order if isinstance(order, bytes) else json.dumps(order).encode()
        said = self.headers(message, body, at) | headers
        return Client().post("/intake/orders/", body, content_type="application/json", headers=said)


@pytest.fixture
def shopfront(cast, as_person):
    """The web shop, whose orders go to the fairest agent; the catalogue has one chair."""
    from catalog.models import Category, Product

    with as_person(cast.admin):
        chairs = Category.objects.create(name="Chairs")
        Product.objects.create(sku="CH-1", name="Walnut chair", category=chairs, price=1250)
        key, secret = keys.make_key(by=cast.admin, name="Web shop")
    return Storefront(key.public, secret)
