"""What leaves the house when something breaks: no names, no bodies, no variables (A56, leak channel 11)."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import json

from ops import sentry

EVENT = {
    "request": {
        "url": "https://shop.example/orders/?q=Ayesha", "method": "POST", "data": {"phone": "+923001234567"},
        "cookies": {"sessionid": "secret"}, "query_string": "q=Ayesha",
        "headers": {"User-Agent": "Firefox", "Cookie": "sessionid=secret", "Authorization": "x", "Host": "shop.example"},
    },
    "user": {"id": 7, "email": "ayesha@shop.example", "ip_address": "10.0.0.1"},
    "breadcrumbs": {"values": [{"message": "select name from customers_customer where phone = '+923001234567'"}]},
    "exception": {"values": [{"type": "ValueError", "value": "bad", "stacktrace": {"frames": [
        {"function": "ship", "vars": {"customer": "Ayesha Siddiqui"}}]}}]},
    "extra": {"order": 12, "customer_name": "Ayesha", "deep": [{"api_token": "secret", "stage": "shipped"}]},
}  # fmt: skip


def test_nothing_personal_and_no_secret_is_in_what_is_sent():
    sent = json.dumps(sentry.scrub(json.loads(json.dumps(EVENT))))

    assert [word for word in ("Ayesha", "secret", "+92300", "ayesha@", "10.0.0.1", "q=") if word in sent] == []


def test_what_helps_is_kept():
    sent = sentry.scrub(json.loads(json.dumps(EVENT)))

    assert sent["request"] == {"url": "https://shop.example/orders/", "method": "POST",
                               "headers": {"User-Agent": "Firefox", "Host": "shop.example"}}  # fmt: skip
    assert sent["user"] == {"id": 7}
    assert sent["exception"]["values"][0]["stacktrace"]["frames"] == [{"function": "ship"}]
    assert sent["extra"] == {
        "order": 12,
        "customer_name": sentry.HIDDEN,
        "deep": [{"api_token": sentry.HIDDEN, "stage": "shipped"}],
    }


def test_an_event_of_nothing_is_scrubbed_too():
    assert sentry.scrub({}) == {"user": {"id": None}, "extra": {}}


def test_without_an_address_nothing_is_started(settings):
    settings.SENTRY_DSN = ""

    sentry.start()

    import sentry_sdk

    assert not sentry_sdk.get_client().is_active()
