"""Events: declared kinds, sentences for people, and what the database stamps whatever the verb says."""

import re

import pytest
from django.conf import settings

from ops import events
from ops.db.actor import because
from ops.management.commands.assets import named_icons
from ops.models import Event
from tests import make


def test_an_event_carries_who_why_and_where_from(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.manager), because("asked by phone"):
        events.record("order.edited", order, fields="channel")
        event = Event.objects.latest("pk")

    assert (event.kind, event.noun, event.subject_id, event.data) == (
        "order.edited",
        "order",
        order.pk,
        {"fields": "channel"},
    )
    assert (event.by_id, event.reason, event.source, event.request) == (
        cast.manager.pk,
        "asked by phone",
        "web",
        "test",
    )
    assert events.sentence(event.kind, event.data) == "changed channel"


def test_a_kind_that_nobody_declared_is_a_fault(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.agent), pytest.raises(KeyError):
        events.record("order.teleported", order)


def test_what_is_missing_from_old_data_shows_as_a_gap():
    assert events.sentence("order.shipped", {"carrier": "TCS"}) == "shipped it with TCS, tracking …"
    assert events.sentence("order.long_gone", {}) == "long gone"


@pytest.mark.parametrize(
    "kind", sorted(events.every_kind().values(), key=lambda kind: kind.name), ids=lambda kind: kind.name
)
def test_a_kind_reads_as_the_rest_of_a_sentence_and_tells_no_money(kind):
    noun, _, verb = kind.name.partition(".")

    assert noun.isidentifier()
    assert verb.isidentifier()
    assert kind.sentence[0].islower() or kind.sentence.startswith("{")
    assert not kind.sentence.endswith(".")
    assert re.findall(r"\{(amount|price|cost|profit|total)\}", kind.sentence) == []
    assert events.kind_of(kind.name) is kind


def test_every_kind_has_its_picture_in_the_sprite():
    assert {kind.icon for kind in events._kinds.values()} <= set(named_icons(settings.BASE_DIR))
