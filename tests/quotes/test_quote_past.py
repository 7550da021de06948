"""A quote as of any moment: its stage and versions then, the offer that was out, and who may look."""

import pytest
from django.db import transaction
from django.urls import reverse

from ops import asof
from ops.access.scopes import scopes_of
from ops.db.actor import acting_as, for_user
from orders.quotes import actions
from orders.quotes.models import Quote
from tests.quotes import offers

pytestmark = pytest.mark.django_db


@pytest.fixture
def revised(cast) -> Quote:
    """Sent with two chairs and a table, then sent anew with four stools."""
    quote, _ = offers.sent(cast.agent)
    with acting_as(for_user(cast.agent, request="again")), transaction.atomic():
        quote = actions.revise_quote(quote, by=cast.agent)
        quote = actions.edit_draft(quote, offers.offer(lines=(offers.line("Stool", "4", "900"),)), by=cast.agent)
    with acting_as(for_user(cast.agent, request="send 2")), transaction.atomic():
        return actions.send_quote(quote, by=cast.agent)[0]


def test_each_moment_has_the_stage_and_the_versions_of_then(cast, as_person, revised):
    with as_person(cast.agent):
        held = scopes_of(cast.agent)
        moments = asof.moments("quote", revised.pk, held)
        seen = [asof.as_of("quote", revised.pk, moment.at, held) for moment in moments]

    told = [(one.one("quote").stage, [version.n for version in one.all("versions")]) for one in seen]
    assert told == [("draft", [1]), ("sent", [1]), ("draft", [1, 2]), ("sent", [1, 2])]


def test_the_page_shows_what_was_out_then(cast, client_of, as_person, revised):
    with as_person(cast.agent):
        moments = asof.moments("quote", revised.pk, scopes_of(cast.agent))
    address = reverse("quotes:quote_past", args=[revised.pk])

    drafted, first, _, last = (
        client_of(cast.agent).get(address, {"at": moment.at.isoformat()}).content.decode() for moment in moments
    )

    assert "Nothing had been sent yet" in drafted
    assert "What version 1 offered" in first
    assert "Walnut table" in first
    assert "Stool" not in first
    assert "What version 2 offered" in last
    assert "Stool" in last


def test_two_moments_differ_by_the_version_that_came(cast, client_of, as_person, revised):
    with as_person(cast.agent):
        moments = asof.moments("quote", revised.pk, scopes_of(cast.agent))

    said = client_of(cast.agent).get(
        reverse("quotes:quote_past", args=[revised.pk]),
        {"at": moments[-1].at.isoformat(), "and": moments[0].at.isoformat()},
    ).content.decode()  # fmt: skip

    assert "What is different" in said
    assert '<span class="mute">2</span> <span class="tag ok">added</span>' in said
    assert "<del>Draft</del> → <ins>Sent</ins>" in said


def test_only_who_sees_the_quote_sees_its_past(cast, client_of, revised):
    address = reverse("quotes:quote_past", args=[revised.pk])

    assert client_of(cast.manager).get(address).status_code == 200
    assert client_of(cast.other_agent).get(address).status_code == 404
    assert client_of(cast.production).get(address).status_code == 403


def test_prices_of_then_are_for_who_sells(cast, client_of, revised):
    address = reverse("quotes:quote_past", args=[revised.pk])

    assert "3,600" in client_of(cast.agent).get(address).content.decode()
