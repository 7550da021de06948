"""The history on an order's page reads as the rest of the app does."""

from datetime import date

import pytest

from orders import editing
from tests import make

pytestmark = pytest.mark.django_db


def test_a_promised_day_that_was_changed_reads_as_days_do(cast, as_person, client_of):
    order = make.order(cast.agent, promise_on=date(2031, 3, 4))
    with as_person(cast.agent):
        editing.edit_order(order, by=cast.agent, values={"promise_on": date(2031, 3, 9)}, was={})

    page = client_of(cast.agent).get(f"/orders/{order.pk}/").content.decode()

    assert "promised for: <del>4 Mar 2031</del> → <ins>9 Mar 2031</ins>" in page
