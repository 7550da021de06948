"""What leaves the house when something breaks: no names, no bodies, no variables (A56, leak channel 11)."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import json

import pytest
import sentry_sdk

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

    assert not sentry_sdk.get_client().is_active()


@pytest.fixture
def sent(settings):
    """What leaves the house when SENTRY_DSN is set: started as in production, with the wire cut at the transport."""
    settings.SENTRY_DSN = "https://key@sentry.example/1"
    events: list[dict] = []
    sentry.start()
    client = sentry_sdk.get_client()
    client.transport.kill()
    client.transport.capture_envelope = lambda envelope: events.extend(item.payload.json for item in envelope.items)
    yield events
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


def test_with_an_address_errors_leave_without_variables_or_values(sent):
    customer = "Ayesha Siddiqui"
    try:
        raise ValueError(f"no phone: '{customer}'\nDETAIL: Key (email)=(a@b.example)")
    except ValueError:
        sentry_sdk.capture_exception()

    (event,) = sent
    assert event["exception"]["values"][0]["value"] == "no phone: [hidden]"
    assert event["release"] == "dev"
    assert [frame for frame in event["exception"]["values"][0]["stacktrace"]["frames"] if "vars" in frame] == []


@pytest.mark.parametrize(
    ("quoting", "said"),
    [
        (
            'duplicate key value violates unique constraint "ops_savedview_name"\nDETAIL:  Key (name)=(Ayesha) already exists.',
            'duplicate key value violates unique constraint "ops_savedview_name"',
        ),
        ('invalid input syntax for type integer: "Ayesha"\nLINE 1: select', "invalid input syntax for type integer: [hidden]"),
        ("nobody has ayesha@shop.example", "nobody has [hidden]"),
        ("no customer of +92 300 1234567 here", "no customer of [hidden] here"),
        ("order 4421 is gone", "order 4421 is gone"),
    ],
)  # fmt: skip
def test_an_error_leaves_without_the_values_it_quotes(quoting, said):
    event = sentry.scrub({"exception": {"values": [{"value": quoting}]}})

    assert event["exception"]["values"] == [{"value": said}]


def test_a_line_of_the_log_leaves_without_what_stood_in_its_places():
    event = sentry.scrub({"logentry": {"message": "Mail to %s, said a@b.example, 0300 1234567", "params": ["Ayesha"],
                                       "formatted": "Mail to Ayesha"}})  # fmt: skip

    assert event["logentry"] == {"message": "Mail to %s, said [hidden], [hidden]"}


@pytest.mark.parametrize(
    ("start", "end", "tags"),
    [
        ("2026-11-21T08:00:00+00:00", "2026-11-21T08:00:01.500+00:00", {"slow": "yes"}),
        ("2026-11-21T08:00:00+00:00", "2026-11-21T08:00:00.900+00:00", None),
        (100.0, 101.5, {"slow": "yes"}),
        (None, None, None),
    ],
)
def test_a_page_that_took_over_a_second_is_marked_slow(start, end, tags):
    event = sentry.tag_slow({"start_timestamp": start, "timestamp": end, "user": {"id": 7, "email": "a@b.example"}})

    assert event.get("tags") == tags
    assert event["user"] == {"id": 7}
