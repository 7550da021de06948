"""The parcels of an order as of any moment."""

from decimal import Decimal

import pytest
from django.urls import reverse

from ops import asof
from ops.access.scopes import scopes_of
from ops.db.actor import acting_as, for_user
from orders import parts
from orders.models import OrderLine, Shipment
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def parted(cast):
    """One of two chairs left, and came back."""
    order = make.order_in("ready_to_ship", cast.agent, cast.production, name="Ayesha Siddiqui")
    with acting_as(for_user(cast.agent, request="part")):
        line = OrderLine.objects.get(order=order)
        parts.ship_part(order, by=cast.agent, quantities={line.pk: Decimal(1)}, tracking="TCS-77", carrier="TCS")
    with acting_as(for_user(cast.agent, request="part back")):
        order.refresh_from_db()
        parts.take_parcel_back(order, by=cast.agent, parcel=Shipment.objects.get(order=order).pk)
    return order


def test_before_it_left_there_was_none_then_it_was_away_then_back(cast, as_person, parted):
    with as_person(cast.production):
        held = scopes_of(cast.production)
        *_, ready, part, back = asof.moments("order", parted.pk, held)
        seen = [asof.as_of("order", parted.pk, one.at, held) for one in (ready, part, back)]

    assert [[parcel.tracking_number for parcel in one.all("parcels")] for one in seen] == [[], ["TCS-77"], ["TCS-77"]]
    assert [one.quantity for one in seen[1].all("contents")] == [Decimal(1)]
    assert seen[1].one("parcels").taken_back_at is None
    assert seen[2].one("parcels").taken_back_at is not None


def test_the_page_shows_the_parcels_of_then_and_what_two_moments_differ_by(cast, client_of, as_person, parted):
    with as_person(cast.agent):
        *_, ready, part, back = asof.moments("order", parted.pk, scopes_of(cast.agent))
    address, browser = reverse("orders:order_past", args=[parted.pk]), client_of(cast.agent)

    before = browser.get(address, {"at": ready.at.isoformat()}).content.decode()
    away = browser.get(address, {"at": part.at.isoformat()}).content.decode()
    between = browser.get(address, {"at": back.at.isoformat(), "and": ready.at.isoformat()}).content.decode()

    def stood(said: str) -> str:
        return said.partition('class="past stack"')[2].partition("<h2>Moments</h2>")[0]

    assert "TCS-77" not in stood(before)
    assert "1 × Walnut chair" in stood(away)
    assert "TCS-77" in stood(away)
    assert "Taken back" not in stood(away)
    assert '<span class="mute">TCS TCS-77</span> <span class="tag ok">added</span>' in between
    assert "1 piece" in between
