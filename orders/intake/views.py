"""The address that storefronts post orders to: signed, idempotent, JSON in and out."""

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from ops.access.page import public
from orders.intake import deliveries, reading

_PER_MINUTE = 300


@csrf_exempt  # the signature is the proof; there is no cookie to ride on
@transaction.non_atomic_requests  # a refusal is written down after what it refuses was rolled back
@public(methods=["POST"])
def deliver_order(request: HttpRequest) -> JsonResponse:
    """POST /intake/orders/. 201 taken, 200 taken before, 4xx with what is wrong and where."""
    headers = request.headers
    envelope = deliveries.Envelope(
        key=headers.get("Opsdeck-Key", ""),
        message=headers.get("Webhook-Id", ""),
        timestamp=headers.get("Webhook-Timestamp", ""),
        signature=headers.get("Webhook-Signature", ""),
    )
    if _too_many(envelope.key):
        answer = JsonResponse(
            {"error": f"More than {_PER_MINUTE} deliveries in a minute. Wait, then go on."}, status=429
        )
        answer["Retry-After"] = "60"
        return answer
    if int(request.META.get("CONTENT_LENGTH") or 0) > reading.MOST_BYTES:
        return JsonResponse({"error": f"A delivery holds at most {reading.MOST_BYTES:,} bytes."}, status=413)
    told = deliveries.take(envelope, request.body, request=request.request_id)  # type: ignore[attr-defined]
    answer = JsonResponse(told.body, status=told.status)
    if told.status == 503:
        answer["Retry-After"] = "600"
    if told.replayed:
        answer["Idempotency-Replayed"] = "true"
    return answer


def _too_many(key: str) -> bool:
    """Counted by the minute and key in the cache; when the cache is gone, orders come before counting."""
    name = f"intake:{key[:40]!r}"
    cache.add(name, 0, 60)
    try:
        return cache.incr(name) > _PER_MINUTE
    except ValueError:
        return False
